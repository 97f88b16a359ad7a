"""Extremes of blocks of a series, so that reducing many points costs no pass over all of them."""

from __future__ import annotations

import numpy as np

from runstore.series.growing import Floats, GrowingArray
from runstore.series.reduction import Flags, Indices, Reducer

SIZE = 128
"""Points in a block: ends of columns are read point by point, so a column costs at most twice as many."""
_CHUNK = 1 << 16
"""Values read at once: they stay in the cache of the processor."""


class Blocks:
    """Lowest and highest value of each block of a series that grows; values not above ``floor`` do not count.

    `reduce` gives what `Reducer.extend` would give for a new reducer.
    """

    def __init__(self, floor: float = -np.inf, size: int = SIZE) -> None:
        self._floor = floor
        self._size = size
        self._lows = GrowingArray()
        self._highs = GrowingArray()
        self._broken: Indices = np.empty(0, dtype=np.int64)  # where values are no part of the line
        self._seen = 0

    def extend(self, values: Floats) -> None:
        """Take in the whole series as it is now; only what was not there the last time is read."""
        broken = [self._broken]
        for start in range(self._seen, len(values), _CHUNK):
            drawn = self._drawn(values[start : start + _CHUNK])
            if not drawn.all():
                broken.append(np.flatnonzero(~drawn) + start)
        if len(broken) > 1:
            self._broken = np.concatenate(broken)
        self._seen = len(values)
        whole = values[: len(values) // self._size * self._size].reshape(-1, self._size)
        chunk = max(_CHUNK // self._size, 1)
        for first in range(len(self._lows), len(whole), chunk):
            self._add(whole[first : first + chunk])

    def _add(self, blocks: Floats) -> None:
        lows, highs = np.minimum.reduce(blocks, axis=1), np.maximum.reduce(blocks, axis=1)
        mixed = np.flatnonzero(~(self._drawn(lows) & np.isfinite(highs)))
        if len(mixed):
            parts = np.where(self._drawn(blocks[mixed]), blocks[mixed], np.nan)
            lows[mixed], highs[mixed] = np.fmin.reduce(parts, axis=1), np.fmax.reduce(parts, axis=1)
        self._lows.extend(lows)
        self._highs.extend(highs)

    def reduce(self, into: Reducer, x: Floats, y: Floats, begin: int, end: int) -> None:
        """Fill a new reducer with the points from ``begin`` to ``end``, in order of x, of the series ``y``."""
        bounds = begin + into.bounds(x[begin:end])
        broken, runs = self._broken, self._broken - np.arange(len(self._broken))
        into.unbroken = end > begin and not _holds(broken, np.array([end - 1]))[0]
        if bounds[0] == bounds[-1]:
            return
        inside = broken[slice(*np.searchsorted(broken, bounds[[0, -1]]))]
        into.flag(np.searchsorted(bounds, inside, side="right") - 1, y[inside])
        counts = np.diff(bounds) - np.diff(np.searchsorted(broken, bounds))
        columns = np.flatnonzero(counts)
        if len(columns) == 0:
            return
        starts, stops = bounds[columns], bounds[columns + 1]
        firsts, lasts = _past(broken, runs, starts, 1), _past(broken, runs, stops - 1, -1)
        joined = (firsts > begin) & ~_holds(broken, firsts - 1)
        low, high = self._extremes(y, starts, stops)
        into.add(columns, counts[columns], y[firsts], y[lasts], low, high, joined)

    def range(self, y: Floats, begin: int, end: int) -> tuple[float, float] | None:
        """Lowest and highest value from ``begin`` to ``end``, None where none counts."""
        low, high = self._extremes(y, np.array([begin]), np.array([end]))
        return (float(low[0]), float(high[0])) if low[0] == low[0] else None

    def _drawn(self, values: Floats) -> Flags:
        finite = np.isfinite(values)
        return finite if self._floor == -np.inf else finite & (values > self._floor)

    def _extremes(self, y: Floats, starts: Indices, stops: Indices) -> tuple[Floats, Floats]:
        """Lowest and highest value between each start and stop: whole blocks by what is known, the ends by points."""
        first, last = -(-starts // self._size), np.minimum(stops // self._size, len(self._lows))
        whole = first < last
        left = np.where(whole, first * self._size, stops)
        right = np.where(whole, last * self._size, stops)
        ends = y[_ranges(np.stack((starts, right), 1).ravel(), np.stack((left, stops), 1).ravel())]
        if len(self._broken):
            ends = np.where(self._drawn(ends), ends, np.nan)
        blocks = _ranges(first[whole], last[whole])
        sizes, sizes_of_blocks = left - starts + stops - right, np.where(whole, last - first, 0)
        return (
            np.fmin(_reduced(np.fmin, ends, sizes), _reduced(np.fmin, self._lows.values[blocks], sizes_of_blocks)),
            np.fmax(_reduced(np.fmax, ends, sizes), _reduced(np.fmax, self._highs.values[blocks], sizes_of_blocks)),
        )


def _holds(ordered: Indices, wanted: Indices) -> Flags:
    """Which of the ``wanted`` are in ``ordered``."""
    if len(ordered) == 0:
        return np.zeros(len(wanted), dtype=np.bool_)
    found: Flags = ordered[np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)] == wanted
    return found


def _past(broken: Indices, runs: Indices, at: Indices, way: int) -> Indices:
    """``at``, or the nearest place after (``way`` 1) or before it (-1) that is not broken.

    ``runs`` is the same number for all of ``broken`` that stand side by side.
    """
    stuck = np.flatnonzero(_holds(broken, at))
    if len(stuck) == 0:
        return at
    moved = at.copy()
    run = runs[np.searchsorted(broken, at[stuck])]
    edge = np.searchsorted(runs, run, side="right") - 1 if way > 0 else np.searchsorted(runs, run)
    moved[stuck] = broken[edge] + way
    return moved


def _ranges(starts: Indices, stops: Indices) -> Indices:
    """All whole numbers from each start to its stop, one range after the other."""
    sizes = stops - starts
    offsets = np.cumsum(sizes) - sizes
    ranges: Indices = np.arange(sizes.sum()) + np.repeat(starts - offsets, sizes)
    return ranges


def _reduced(function: np.ufunc, values: Floats, sizes: Indices) -> Floats:
    """Each group of so many ``values`` reduced; NaN for a group of none."""
    reduced = np.full(len(sizes), np.nan)
    filled = np.flatnonzero(sizes)
    if len(filled):
        offsets = np.cumsum(sizes) - sizes
        reduced[filled] = function.reduceat(values, offsets[filled])
    return reduced
