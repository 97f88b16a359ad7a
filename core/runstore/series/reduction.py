"""Reduction of a series to the columns of a chart, without losing an extreme."""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from runstore.series.growing import Floats

Flags = NDArray[np.bool_]
Indices = NDArray[np.int64]
_FEW = 16


class Reducer:
    """First, last, lowest and highest value in each of ``columns`` equal parts of [start, stop].

    A point with ``edges[c] <= x < edges[c + 1]`` falls in column c; ``stop`` itself falls in the last, and
    what lies outside is left out. Points come in order of x and can be given in pieces: each piece costs only
    its own points. NaN, infinities and values not above ``floor`` are no part of the line: they break it and
    are flagged.

    The arrays have one entry a column. ``first``, ``last``, ``low``, ``high`` are NaN where ``count`` is 0;
    ``joined`` tells that nothing broke the line since the nearest earlier column that has points.
    """

    def __init__(self, start: float, stop: float, columns: int, floor: float = -np.inf) -> None:
        if not start < stop or columns < 1:
            raise ValueError("a reduction needs start < stop and at least one column")
        self.edges: Floats = start + (stop - start) * (np.arange(columns + 1) / columns)
        self.edges[-1] = stop
        self.floor = floor
        self.count: Indices = np.zeros(columns, dtype=np.int64)
        self.first: Floats = np.full(columns, np.nan)
        self.last: Floats = np.full(columns, np.nan)
        self.low: Floats = np.full(columns, np.nan)
        self.high: Floats = np.full(columns, np.nan)
        self.joined: Flags = np.zeros(columns, dtype=np.bool_)
        self.nan: Flags = np.zeros(columns, dtype=np.bool_)
        self.above: Flags = np.zeros(columns, dtype=np.bool_)
        self.below: Flags = np.zeros(columns, dtype=np.bool_)
        self._unbroken = False  # the last point so far is part of the line

    def extend(self, x: Floats, y: Floats) -> None:
        """Take the next points; ``x`` does not decrease, within the call and from call to call."""
        if len(x) <= _FEW:
            for at, value in zip(x.tolist(), y.tolist(), strict=True):
                self._add(at, value)
            return
        unbroken = self._unbroken
        drawn = np.isfinite(y) if self.floor == -np.inf else np.isfinite(y) & (y > self.floor)
        self._unbroken = bool(drawn[-1])
        follows: Flags | None = None
        if not drawn.all():
            self._flag(x[~drawn], y[~drawn])
            kept = np.flatnonzero(drawn)
            x, y = x[kept], y[kept]
            follows = np.diff(kept, prepend=-1) == 1  # the point just before is drawn too
        bounds = self._bounds(x)
        columns = np.flatnonzero(bounds[1:] > bounds[:-1])
        if len(columns) == 0:
            return
        starts = bounds[columns]
        joined = np.ones(len(columns), dtype=np.bool_) if follows is None else follows[starts]
        if starts[0] == 0:
            joined[0] &= unbroken
        y = y[: bounds[-1]]
        fresh = self.count[columns] == 0
        self.joined[columns] = np.where(fresh, joined, self.joined[columns])
        self.first[columns] = np.where(fresh, y[starts], self.first[columns])
        self.last[columns] = y[bounds[columns + 1] - 1]
        self.low[columns] = np.fmin(self.low[columns], np.minimum.reduceat(y, starts))
        self.high[columns] = np.fmax(self.high[columns], np.maximum.reduceat(y, starts))
        self.count[columns] += bounds[columns + 1] - starts

    def range(self) -> tuple[float, float] | None:
        """Lowest and highest value drawn, None without any."""
        if not self.count.any():
            return None
        return float(np.fmin.reduce(self.low)), float(np.fmax.reduce(self.high))

    def _add(self, x: float, y: float) -> None:
        """Take one point: for a few of them arrays are slower."""
        drawn = math.isfinite(y) and y > self.floor
        joined, self._unbroken = self._unbroken, drawn
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

    def _bounds(self, x: Floats) -> Indices:
        bounds = np.searchsorted(x, self.edges).astype(np.int64)
        bounds[-1] = np.searchsorted(x, self.edges[-1], side="right")
        return bounds

    def _flag(self, x: Floats, y: Floats) -> None:
        inside = (x >= self.edges[0]) & (x <= self.edges[-1])
        x, y = x[inside], y[inside]
        columns = np.minimum(np.searchsorted(self.edges, x, side="right") - 1, len(self.count) - 1)
        self.nan[columns[np.isnan(y)]] = True
        self.above[columns[y == np.inf]] = True
        self.below[columns[y <= self.floor]] = True


def reduce_columns(x: Floats, y: Floats, start: float, stop: float, columns: int, floor: float = -np.inf) -> Reducer:
    """The whole series reduced at once."""
    reducer = Reducer(start, stop, columns, floor)
    reducer.extend(x, y)
    return reducer
