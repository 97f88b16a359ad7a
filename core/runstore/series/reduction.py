"""Reduction of a series to the columns of a chart, without losing an extreme."""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from runstore.series.growing import Floats

Flags = NDArray[np.bool_]
Indices = NDArray[np.int64]
_FEW = 16


class Reducer:
    """First, last, lowest and highest value in each of ``columns`` equal parts of [start, stop].

    A point with ``edges[c] <= x < edges[c + 1]`` falls in column c; ``stop`` itself falls in the last, and
    what lies outside is left out. With ``log`` the parts are equal in the logarithm of x, and ``start`` is
    above 0. Points come in order of x and can be given in pieces: each piece costs only its own points. NaN,
    infinities and values not above ``floor`` are no part of the line: they break it and are flagged.

    The arrays have one entry a column. ``first``, ``last``, ``low``, ``high`` are NaN where ``count`` is 0;
    ``joined`` tells that nothing broke the line since the nearest earlier column that has points.
    """

    def __init__(self, start: float, stop: float, columns: int, floor: float = -np.inf, *, log: bool = False) -> None:
        self.edges = edges_of(start, stop, columns, log)
        self.floor = floor
        self.count: Indices = np.zeros(columns, dtype=np.int64)
        values: Floats = np.full((4, columns), np.nan)
        self.first, self.last, self.low, self.high = values
        flags: Flags = np.zeros((4, columns), dtype=np.bool_)
        self.joined, self.nan, self.above, self.below = flags
        self.unbroken = False
        """Whether the last point so far is part of the line."""

    def extend(self, x: Floats, y: Floats) -> None:
        """Take the next points; ``x`` does not decrease, within the call and from call to call."""
        if len(x) <= _FEW:
            for at, value in zip(x.tolist(), y.tolist(), strict=True):
                self._add(at, value)
            return
        unbroken = self.unbroken
        drawn = np.isfinite(y) if self.floor == -np.inf else np.isfinite(y) & (y > self.floor)
        self.unbroken = bool(drawn[-1])
        follows: Flags | None = None
        if not drawn.all():
            self._flag(x[~drawn], y[~drawn])
            kept = np.flatnonzero(drawn)
            x, y = x[kept], y[kept]
            follows = np.diff(kept, prepend=-1) == 1  # the point just before is drawn too
        bounds = self.bounds(x)
        columns = np.flatnonzero(bounds[1:] > bounds[:-1])
        if len(columns) == 0:
            return
        starts, ends = bounds[columns], bounds[columns + 1]
        joined = np.ones(len(columns), dtype=np.bool_) if follows is None else follows[starts]
        if starts[0] == 0:
            joined[0] &= unbroken
        y = y[: bounds[-1]]
        low, high = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
        self.add(columns, ends - starts, y[starts], y[ends - 1], low, high, joined)

    def add(
        self, columns: Indices, count: Indices, first: Floats, last: Floats, low: Floats, high: Floats, joined: Flags
    ) -> None:
        """Take what is known of the next points, one entry for each of the ``columns`` that they fall in."""
        fresh = self.count[columns] == 0
        self.joined[columns] = np.where(fresh, joined, self.joined[columns])
        self.first[columns] = np.where(fresh, first, self.first[columns])
        self.last[columns] = last
        self.low[columns] = np.fmin(self.low[columns], low)
        self.high[columns] = np.fmax(self.high[columns], high)
        self.count[columns] += count

    def flag(self, columns: Indices, y: Floats) -> None:
        """Mark values that are no part of the line, each in its column."""
        self.nan[columns[np.isnan(y)]] = True
        self.above[columns[y == np.inf]] = True
        self.below[columns[y <= self.floor]] = True

    def bounds(self, x: Floats) -> Indices:
        """Where the points of each column begin in ``x``, and where those of the last end."""
        bounds = np.searchsorted(x, self.edges).astype(np.int64)
        bounds[-1] = np.searchsorted(x, self.edges[-1], side="right")
        return bounds

    def range(self) -> tuple[float, float] | None:
        """Lowest and highest value drawn, None without any."""
        if not self.count.any():
            return None
        return float(np.fmin.reduce(self.low)), float(np.fmax.reduce(self.high))

    def _add(self, x: float, y: float) -> None:
        """Take one point: for a few of them arrays are slower."""
        drawn = math.isfinite(y) and y > self.floor
        joined, self.unbroken = self.unbroken, drawn
        if not self._places[0] <= x <= self._places[-1]:
            return
        column = min(bisect_right(self._places, x), len(self._places) - 1) - 1
        if not drawn:
            flags = self.nan if math.isnan(y) else self.above if y == math.inf else self.below
            flags[column] = True
            return
        if self.count[column] == 0:
            self.first[column] = self.low[column] = self.high[column] = y
            self.joined[column] = joined
        elif y < self.low[column]:
            self.low[column] = y
        elif y > self.high[column]:
            self.high[column] = y
        self.last[column] = y
        self.count[column] += 1

    @cached_property
    def _places(self) -> list[float]:
        places: list[float] = self.edges.tolist()
        return places

    def _flag(self, x: Floats, y: Floats) -> None:
        inside = (x >= self.edges[0]) & (x <= self.edges[-1])
        columns = np.minimum(np.searchsorted(self.edges, x[inside], side="right") - 1, len(self.count) - 1)
        self.flag(columns, y[inside])


@lru_cache(maxsize=64)
def edges_of(start: float, stop: float, columns: int, log: bool = False) -> Floats:
    """Where ``columns`` equal parts of [start, stop] begin, and ``stop``; with ``log`` equal in the logarithm.

    Read-only: all curves of a chart share it.
    """
    if not start < stop or columns < 1:
        raise ValueError("a reduction needs start < stop and at least one column")
    if log and start <= 0.0:
        raise ValueError("parts that are equal in the logarithm of x begin above 0")
    share = np.arange(columns + 1) / columns
    edges: Floats
    if log:
        first, last = math.log(start), math.log(stop)
        edges = np.clip(np.exp(first + (last - first) * share), start, stop)
        edges[0] = start
    else:
        edges = start + (stop - start) * share
    edges[-1] = stop
    edges.flags.writeable = False
    return edges


def range_above(y: Floats, floor: float = -np.inf) -> tuple[float, float] | None:
    """Lowest and highest finite value above ``floor``, None without any."""
    if len(y) == 0:
        return None
    low, high = float(y.min()), float(y.max())
    if not (floor < low and high < np.inf):  # also where one is NaN
        y = y[np.isfinite(y) & (y > floor)]
        return (float(y.min()), float(y.max())) if len(y) else None
    return low, high
