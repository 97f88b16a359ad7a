"""The coarse course of each column, kept while rows are read: a few values, evenly spread over the writer's records.

The records of a writer are numbered (seq); they fall into `BUCKETS` buckets of 2^shift numbers each, and a bucket
keeps the last value of each column. What is kept depends on the rows alone, not on how they were cut into blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from runstore.reading.arrays import Array, Indices, Rows

BUCKETS = 32
_LAST = np.array([True])
_MOST_CELLS = 1 << 21
"""Values kept for one file at most; a file with more columns than that shows no course for the later ones."""


class Trends:
    """The buckets of all schemas of one row file, one line for each *position*."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._most = max(_MOST_CELLS // (BUCKETS * width), 1)
        lines = min(4, self._most)
        self._values: Array = np.full((lines, BUCKETS, width), np.nan)
        self._filled: Array = np.zeros((lines, BUCKETS), bool)
        self._begun: Array = np.zeros(lines, bool)
        self._first: Array = np.zeros(lines, np.int64)
        self._shift: Array = np.zeros(lines, np.int64)

    @property
    def _capacity(self) -> int:
        return len(self._begun)

    def _grow(self, lines: int) -> None:
        for name, fill in (("_values", np.nan), ("_filled", False), ("_begun", False), ("_first", 0), ("_shift", 0)):
            old = getattr(self, name)
            new = np.full((min(lines, self._most), *old.shape[1:]), fill, old.dtype)
            new[: len(old)] = old
            setattr(self, name, new)

    def update(self, rows: Rows, starts: Indices, ends: Indices, positions: Indices) -> None:
        """Take in rows grouped by schema, as `runstore.reading.statistics.RowStatistics.update` does."""
        highest = int(positions.max())
        if highest >= self._capacity:
            self._grow(max(2 * self._capacity, highest + 1))
            if highest >= self._capacity:
                within = positions < self._capacity
                if not within.any():
                    return
                keep = np.repeat(within, ends - starts)
                counts = (ends - starts)[within]
                rows, positions, ends = rows[keep], positions[within], np.cumsum(counts)
                starts = ends - counts
        seqs = rows["seq"].astype(np.int64)
        new = positions[~self._begun[positions]]
        if len(new):
            self._first[new] = seqs[starts[~self._begun[positions]]]
            self._begun[new] = True
        last = seqs[ends - 1]
        while True:
            shift = self._shift[positions]
            narrow = (last >> shift) - (self._first[positions] >> shift) >= BUCKETS
            if not narrow.any():
                break
            for position in positions[narrow].tolist():
                self._widen(position)
        lowest = self._first[positions] >> shift
        if len(positions) > 1:
            group = np.repeat(np.arange(len(positions)), ends - starts)
            chosen = np.arange(len(seqs))
        else:
            group, chosen = np.zeros(1, np.int64), _last_of_buckets(seqs, int(lowest[0]), int(shift[0]))
        buckets = (seqs[chosen] >> shift[group]) - lowest[group]
        # Numbers that step back are damage; whatever they say, it stays inside the array.
        cells = group * BUCKETS + np.minimum(np.maximum(buckets, 0), BUCKETS - 1)
        ends_of_cells = np.flatnonzero(np.concatenate((cells[1:] != cells[:-1], _LAST)))
        final, cells = chosen[ends_of_cells], cells[ends_of_cells]
        at = positions[cells // BUCKETS], cells % BUCKETS
        self._values[at] = rows["value"][final]
        self._filled[at] = True

    def _widen(self, position: int) -> None:
        """Let each bucket of a schema hold twice as many numbers: join the buckets in pairs, the later one stays."""
        shift, first = int(self._shift[position]), int(self._first[position])
        filled = np.flatnonzero(self._filled[position])
        joined = ((filled + (first >> shift)) >> 1) - (first >> (shift + 1))
        values = np.full((BUCKETS, self._width), np.nan)
        values[joined] = self._values[position, filled]
        self._values[position] = values
        self._filled[position] = False
        self._filled[position, joined] = True
        self._shift[position] = shift + 1

    def column(self, position: int, column: int, kind: str) -> list[tuple[int, float]]:
        """(number, value) of the filled buckets in order; ``kind`` is the column's type in the schema."""
        if position >= self._capacity:
            return []
        values = self._values[position, :, column].copy()
        if kind != "f":
            values = values.view("<i8").astype(np.float64)
        shift, first = int(self._shift[position]), int(self._first[position])
        lowest = first >> shift
        return [
            ((place + lowest) << shift, value)
            for place, (filled, value) in enumerate(zip(self._filled[position].tolist(), values.tolist()))
            if filled
        ]


def _last_of_buckets(seqs: Array, lowest: int, shift: int) -> Array:
    """Places of numbers among which is the last one of each bucket: all of them if they are in no order."""
    if not (seqs[1:] >= seqs[:-1]).all():
        return np.arange(len(seqs))
    edges = (np.arange(1, BUCKETS) + lowest) << shift
    places = np.unique(np.append(np.searchsorted(seqs, edges), len(seqs))) - 1
    return places[places >= 0]
