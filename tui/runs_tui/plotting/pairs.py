"""Curves of x and y that come as plain columns, not as a series that grows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runs_tui.plotting.curve import Curve
from runstore.reading.series_data import Series

Floats = NDArray[np.float64]


def numbers(cells: Sequence[Any]) -> Floats | None:
    """A column as floats, NaN where a cell is empty; None when something in it is no number, or nothing is one."""
    if not all(cell is None or (isinstance(cell, (int, float)) and not isinstance(cell, bool)) for cell in cells):
        return None
    found = np.array([np.nan if cell is None else _float(cell) for cell in cells], np.float64)
    return found if np.isfinite(found).any() else None


def indexed(y: Floats) -> Curve:
    """y over 0, 1, 2 ..."""
    curve = Curve("step")
    curve.update(Series("", 0, "f", np.arange(len(y)), np.arange(len(y), dtype=np.float64), y, y, 0))
    return curve


def curve_of(x: Floats, y: Floats) -> Curve:
    """y over x, in ascending order of x; pairs without an x are left out."""
    order = np.argsort(x, kind="stable")
    steps = np.arange(len(x))
    curve = Curve("value")
    curve.update(*(Series("", 0, "f", steps, steps.astype(np.float64), each[order], each[order], 0) for each in (y, x)))
    return curve


def _float(cell: float) -> float:
    try:
        return float(cell)
    except OverflowError:  # an integer beyond floats
        return float("inf") if cell > 0 else float("-inf")
