"""Running statistics of all columns of one row file, updated a block of rows at a time."""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Any

import numpy as np

from runstore.reading.trends import Trends
from runstore.records.rows import integers

if TYPE_CHECKING:
    from runstore.reading.arrays import Array, Indices, Rows
_HEAD = Struct("<5q2d")
_VALUE = {"f": Struct("<d"), "i": Struct("<q"), "b": Struct("<q")}
_LOWEST, _HIGHEST = np.iinfo(np.int64).min, np.iinfo(np.int64).max


class ColumnStatistics:
    """What is known of one column: values have the type they were logged with; NaN is no minimum or maximum."""

    __slots__ = (
        *("n", "first", "last", "min", "max", "step", "first_step"),
        *("first_seq", "first_time", "last_seq", "last_time"),
    )

    def __init__(self, n: int, first: Any, last: Any, low: Any, high: Any) -> None:
        self.n = n
        self.first = first
        self.last = last
        self.min = low
        self.max = high
        self.first_seq = self.last_seq = 0
        self.first_time = self.last_time = 0.0
        self.first_step = self.step = 0


class RowStatistics:
    """A table with one line for each schema (its *position*), in which each value of a row has its column."""

    def __init__(self, width: int) -> None:
        self.trends = Trends(width)
        self._schemas = 0
        self._whole_numbers = False
        each_value = ("first", "f8"), ("last", "f8"), ("low", "f8"), ("high", "f8"), ("least", "i8"), ("most", "i8")
        self._dtype = np.dtype(
            [(name, "<i8") for name in ("n", "first_seq", "last_seq", "first_step", "step")]
            + [(name, "<f8") for name in ("first_time", "last_time")]
            + [(name, kind, (width,)) for name, kind in each_value]
        )
        self._table = self._blank(4)
        # Where first, last, lowest and highest value begin in a line: those of integers, those of floats.
        starts = {name: _HEAD.size + 8 * width * place for place, (name, _) in enumerate(each_value)}
        self._starts = [
            [starts[name] for name in names]
            for names in (("first", "last", "least", "most"), ("first", "last", "low", "high"))
        ]

    def _blank(self, lines: int) -> Array:
        table = np.zeros(lines, self._dtype)
        table["low"] = table["high"] = np.nan
        table["least"], table["most"] = _HIGHEST, _LOWEST
        return table

    def add_schema(self, whole_numbers: bool) -> int:
        """Make room for one more schema and return its position; ``whole_numbers``: not all of it are floats."""
        position = self._schemas
        self._schemas += 1
        self._whole_numbers |= whole_numbers
        if position == len(self._table):
            self._table = np.concatenate((self._table, self._blank(position)))
        return position

    def update(self, rows: Rows, starts: Indices, positions: Indices) -> None:
        """Take in ``rows``, grouped by schema: group i begins at ``starts[i]`` and belongs to ``positions[i]``.

        Inside a group, and from one call to the next, the order is that of the file.
        """
        ends = np.concatenate((starts[1:], [len(rows)]))
        table, values, last = self._table, rows["value"], rows[ends - 1]
        new = table["n"][positions] == 0
        if new.any():
            at, first = positions[new], rows[starts[new]]
            table["first_seq"][at] = first["seq"]
            table["first_step"][at] = first["step"]
            table["first_time"][at] = first["time"]
            table["first"][at] = first["value"]
        table["n"][positions] += ends - starts
        table["last_seq"][positions] = last["seq"]
        table["last_time"][positions] = last["time"]
        table["step"][positions] = last["step"]
        table["last"][positions] = last["value"]
        with np.errstate(all="ignore"):
            _fold(table["low"], positions, np.fmin, values, starts)
            _fold(table["high"], positions, np.fmax, values, starts)
        if self._whole_numbers:
            _fold(table["least"], positions, np.minimum, integers(rows), starts)
            _fold(table["most"], positions, np.maximum, integers(rows), starts)
        self.trends.update(rows, starts, ends, positions)

    def count(self, position: int) -> int:
        """Rows of this schema so far."""
        return int(self._table["n"][position])

    def column(self, position: int, column: int, kind: str) -> ColumnStatistics:
        """The statistics of a column that has rows; ``kind`` is its type in the schema."""
        line = self._table[position].tobytes()
        n, first_seq, last_seq, first_step, step, first_time, last_time = _HEAD.unpack_from(line)
        values = [_VALUE[kind].unpack_from(line, start + 8 * column)[0] for start in self._starts[kind == "f"]]
        if kind == "b":
            values = list(map(bool, values))
        statistics = ColumnStatistics(n, *values)
        statistics.first_seq, statistics.last_seq = first_seq, last_seq
        statistics.first_step, statistics.step = first_step, step
        statistics.first_time, statistics.last_time = first_time, last_time
        return statistics


def _fold(table: Array, positions: Indices, function: np.ufunc, values: Array, starts: Indices) -> None:
    """Reduce each group of ``values`` and join the result to its line of ``table``."""
    table[positions] = function(table[positions], function.reduceat(values, starts, axis=0))
