"""How values are spread: bins with round edges, and how many values lie in each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from runs_tui.plotting.axes import Axis, y_axis
from runs_tui.plotting.pairs import numbers
from runs_tui.plotting.ticks import Tick, linear_ticks, nice_step
from runstore.series.growing import Floats

_EDGES = frozenset(("edges", "bin_edges", "bins"))
_COUNTS = frozenset(("counts", "bin_counts", "count", "values", "hist", "histogram"))
"""Names of columns, as NumPy, W&B and TensorBoard call them."""
_MOST = 60
_HUGE = 1e300
_ONE = 1e-12
"""Values nearer to each other than this part of their size are one."""


class Histogram(NamedTuple):
    """``counts[i]`` values lie from ``edges[i]`` up to ``edges[i + 1]``, the last bin with its end; ``left_out`` are
    not finite."""

    edges: Floats
    counts: NDArray[np.int64]
    left_out: int = 0


def histogram(values: Floats) -> Histogram:
    """The histogram of the finite values, empty without any.

    How wide a bin is follows Freedman and Diaconis (2 iqr / n^(1/3)) or, where that is wider, Sturges, as NumPy's
    "auto" does, rounded to 1, 2 or 5 times a power of ten; whole numbers lie in the middle of their bins.
    """
    finite = values[np.isfinite(values)]
    left_out = len(values) - len(finite)
    if not len(finite):
        return Histogram(np.empty(0), np.empty(0, np.int64), left_out)
    low, high = float(finite.min()), float(finite.max())
    if high - low <= max(abs(low), abs(high)) * _ONE:
        half = abs(low) / 20 or 0.5
        return Histogram(np.array([low - half, low + half]), np.array([len(finite)]), left_out)
    edges = _edges(finite, low, high)
    edges[0], edges[-1] = min(edges[0], low), max(edges[-1], high)  # rounding may have cut off their last bit
    bins = np.minimum(np.searchsorted(edges, finite, side="right") - 1, len(edges) - 2)
    return Histogram(edges, np.bincount(bins, minlength=len(edges) - 1), left_out)


def histogram_in(columns: Mapping[str, Sequence[object]]) -> tuple[list[float], list[float]] | None:
    """Edges and counts, if the columns of a table are a histogram: two of such names, one edge more than counts."""
    found = {name.casefold(): numbers([cell for cell in cells if cell is not None]) for name, cells in columns.items()}
    edges = next((column for name, column in found.items() if name in _EDGES), None)
    counts = next((column for name, column in found.items() if name in _COUNTS), None)
    if len(found) != 2 or edges is None or counts is None or len(edges) != len(counts) + 1:
        return None
    if not (np.isfinite(edges).all() and (np.diff(edges) > 0).all() and (counts >= 0).all()):
        return None
    return edges.tolist(), counts.tolist()


def count_axis(counts: Floats, rows: int) -> Axis:
    """The axis of y on ``rows`` rows of cells: from 0 to the highest count; ticks at whole numbers, if all are such."""
    axis = y_axis(0.0, float(counts.max(initial=0.0)) or 1.0, rows)
    if (counts != np.rint(counts)).any():
        return axis
    ticks: list[Tick] = []
    for most in range(max(len(axis.ticks) - 1, 1), 2 * rows + 2):
        ticks = linear_ticks(axis.low, axis.high, most, whole=True)
        if len(ticks) > 1:
            break
    return axis._replace(ticks=tuple(ticks))


def _edges(values: Floats, low: float, high: float) -> Floats:
    """Round edges around all values."""
    if high / 2 - low / 2 > _HUGE:
        return np.linspace(low / 2, high / 2, _MOST // 3 + 1) * 2
    span = high - low
    bins = math.ceil(math.log2(len(values))) + 1
    lower, upper = np.percentile(values, [25, 75])
    width = 2 * (upper - lower) / len(values) ** (1 / 3)
    if width > 0:
        bins = max(bins, int(span / max(width, span / _MOST)))
    step = float(nice_step(span, min(bins + bins // 2, _MOST)))
    shift = 0.0
    if (values == np.rint(values)).all():
        step = float(max(round(step), 1))
        shift = 0.5 if step == 1 else 0.0
    first = np.floor((low + shift) / step)
    last = max(np.ceil((high + shift) / step), first + 1)
    edges: Floats = np.arange(first, last + 1) * step - shift
    return edges
