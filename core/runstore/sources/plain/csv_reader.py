"""A table of numbers as a run: a column is a metric, one of them says the step, one perhaps the time."""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from runstore.printed.clocks import seconds_in
from runstore.printed.names import STEPS
from runstore.reading.growing import GONE, REPLACED, read_range
from runstore.records.points import NO_STEP
from runstore.sources.foreign.reader import ForeignReader
from runstore.sources.tables import Cells, GrowingTable, number_of, numbers_of

if TYPE_CHECKING:
    from runstore.reading.arrays import Array

_DELIMITERS = ",\t;"
_HEAD = 64 << 10
_TIMES = ("timestamp", "_timestamp", "time", "wall_time", "walltime", "datetime", "date", "created_at")


class CsvReader(ForeignReader):
    """Rows without a time have that of the row before, the first ones that of the file's last change.

    Which column says the time is told by the first cell of each that is not empty: what came at once must not count.
    A first line that was written anew means a new table.
    """

    def _begin(self) -> None:
        path = os.path.realpath(self.place.path)
        first = read_range(path, 0, _HEAD).partition(b"\n")[0].decode("utf-8", "replace")
        self._table = GrowingTable(path, delimiter_of(first))
        self._rows = 0
        self._time_at: int | None = None
        self._no_times: set[int] = set()
        """Columns that are called like a time, and hold something else."""
        self._said = 0.0

    def _paths(self) -> Iterable[str]:
        return [self.place.path]

    def _read(self, stop: float | None) -> bool:
        state = self._table.look()
        if state == REPLACED:
            self._restart()
            state = self._table.look()
        changed = self.waiting = False
        for columns in self._table.blocks(self._is_over) if state != GONE else ():
            changed = True
            self._take(columns)
            if stop is not None and time.monotonic() >= stop:
                self.waiting = True  # found out at the next turn, if that was all
                break
        self._warn(self.place.path, self._table.problem if state != GONE else "")
        return changed

    def _take(self, columns: list[Cells]) -> None:
        import numpy as np

        count = len(columns[0])
        by_name = {name.lower().lstrip("_"): index for index, name in reversed(list(enumerate(self._table.names)))}
        step_at = next((by_name[word] for word in STEPS if word in by_name), None)
        steps = np.arange(self._rows, self._rows + count, dtype=np.int64)
        if step_at is not None:
            steps = np.array([_step(cell) for cell in columns[step_at]], dtype=np.int64)
        times = self._times(columns)
        self._rows += count
        for index, cells in enumerate(columns):
            if index in (step_at, self._time_at):
                continue
            rows, numbers = numbers_of(cells)
            name = self._table.names[index]
            if name and len(numbers):
                self.numbers.add(name, steps[rows], times[rows], np.array(numbers, dtype=np.float64))

    def _times(self, columns: list[Cells]) -> Array:
        """The time of each row, by the column that says unix seconds or dates, if one does."""
        import numpy as np

        if self._time_at is None:
            self._find_times(columns)
        if self._time_at is None:
            return np.full(len(columns[0]), self._table.modified)
        times = []
        for cell in columns[self._time_at]:
            self._said = _seconds(cell) or self._said
            times.append(self._said or self._table.modified)
        return np.array(times, dtype=np.float64)

    def _find_times(self, columns: list[Cells]) -> None:
        """Find out which column says the time, of several the one that does so first."""
        found = []
        for index, name in enumerate(self._table.names):
            if name.lower() in _TIMES and index not in self._no_times:
                first = next((row for row, cell in enumerate(columns[index]) if cell.strip()), None)
                if first is not None and _seconds(columns[index][first]) is not None:
                    found.append((first, index))
                elif first is not None:
                    self._no_times.add(index)
        if found:
            self._time_at = min(found)[1]


def _seconds(cell: bytes) -> float | None:
    return seconds_in(cell.decode("utf-8", "replace").strip())


def _step(cell: bytes) -> int:
    number = number_of(cell)
    if number is None or number - number != 0 or not -(2.0**62) < number < 2.0**62:
        return NO_STEP
    return int(number)


def delimiter_of(first: str) -> str:
    """What parts the cells of a first line."""
    return max(_DELIMITERS, key=first.count)


def cells_of(line: str, delimiter: str = "") -> list[str]:
    """The cells of a line, without spaces around them."""
    text = line.strip("\r\n\ufeff")
    try:
        return [cell.strip() for cell in next(csv.reader([text], delimiter=delimiter or delimiter_of(text)), [])]
    except csv.Error:
        return []
