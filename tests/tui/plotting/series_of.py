"""Series to draw, made from plain lists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from runs_tui.plotting.axes import XKind
from runs_tui.plotting.curve import Curve
from runstore.reading.series_data import Series


def series(
    values: Sequence[float],
    steps: Sequence[int] | None = None,
    times: Sequence[float] | None = None,
    generation: int = 0,
) -> Series:
    """A series as the reader gives it; steps 0, 1, 2 ... and one point a second where they are not given."""
    count = len(values)
    ys = np.array(values, dtype=np.float64)
    xs = np.array(range(count) if steps is None else steps, dtype=np.int64)
    ts = np.array(range(count) if times is None else times, dtype=np.float64)
    return Series("m", 0, "f", xs, ts, ys, ys, generation)


def curve(
    values: Sequence[float],
    steps: Sequence[int] | None = None,
    times: Sequence[float] | None = None,
    kind: XKind = "step",
    weight: float = 0.0,
) -> Curve:
    """A curve of such a series."""
    made = Curve(kind, weight)
    made.update(series(values, steps, times))
    return made
