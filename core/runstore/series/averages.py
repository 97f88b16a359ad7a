"""Several series on one axis: the mean of each in the columns of a chart, and their spread."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from runstore.series.growing import Floats


class Averages(NamedTuple):
    """Of several series, one entry a column: how many have a value there, mean, sample deviation, lowest, highest.

    ``deviation`` is 0 where one series alone has a value; all but ``n`` are NaN where none has.
    """

    n: NDArray[np.int64]
    mean: Floats
    deviation: Floats
    low: Floats
    high: Floats


def column_means(x: Floats, y: Floats, edges: Floats) -> Floats:
    """The mean of the finite values in each column, those with ``edges[c] <= x < edges[c + 1]``; x is sorted.

    A column without a point has the value that the straight line between the neighbouring points has at its
    middle, and NaN before the first point and after the last.
    """
    x, y = _finite(x, y)
    # Halved first: the sum of the largest floats is no float.
    means = values_at(x, y, edges[:-1] / 2 + edges[1:] / 2)
    bounds = np.searchsorted(x, edges)
    bounds[-1] = np.searchsorted(x, edges[-1], side="right")
    counts = np.diff(bounds)
    filled = np.flatnonzero(counts)
    if len(filled):
        inside, starts = y[bounds[0] : bounds[-1]], bounds[filled] - bounds[0]
        scale = _scale(np.array((inside.min(), inside.max())))
        sums = np.add.reduceat(inside if scale == 1.0 else inside / scale, starts)
        means[filled] = sums / counts[filled] * scale
    return means


def values_at(x: Floats, y: Floats, wanted: Floats) -> Floats:
    """The values of a series, whose x is sorted, on the straight lines between its finite points; NaN beyond them."""
    x, y = _finite(x, y)
    if len(x) == 0:
        return np.full(len(wanted), np.nan)
    values: Floats = np.interp(wanted, x, y, left=np.nan, right=np.nan)
    return values


def averages(values: Floats) -> Averages:
    """What is said of ``values``, of shape (series, columns); NaN: no value."""
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    scale = _scale(values[known])
    scaled = np.where(known, values / scale, 0.0)
    with np.errstate(invalid="ignore"):
        mean = scaled.sum(axis=0) / count
    squares = np.where(known, scaled - mean, 0.0) ** 2
    deviation = np.where(count > 0, np.sqrt(squares.sum(axis=0) / np.maximum(count - 1, 1)), np.nan)
    low, high = np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0)
    with np.errstate(over="ignore"):  # a deviation may be no float
        deviation *= scale
    # The mean of equal values is that value, whatever the last bits of a sum say.
    return Averages(count, np.clip(mean * scale, low, high), deviation, low, high)


def _finite(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    finite = np.isfinite(y)
    return (x, y) if finite.all() else (x[finite], y[finite])


def _scale(values: Floats) -> float:
    """What to divide by before values are summed or squared, so that neither leaves the range of floats."""
    size = float(np.abs(values).max(initial=0.0))
    return size if size > 1e140 or 0.0 < size < 1e-140 else 1.0
