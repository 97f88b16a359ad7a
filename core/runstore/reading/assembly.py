"""The series of one metric put together from the columns that hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from runstore.reading.columns import GrowingArray
from runstore.reading.series_data import Series
from runstore.reading.writer_points import Column

if TYPE_CHECKING:
    from runstore.reading.arrays import Array


class Assembly:
    """Joins columns: inside a writer in order of seq, across writers in order of time, then writer.

    ``columns`` are sorted by writer. A clock that steps back does not change the order inside a writer: there the
    highest time so far counts. New points mostly go to the end; when some belong further up, all is joined anew under
    another generation, since what was handed out must not change.
    """

    def __init__(self, columns: list[Column], generation: int) -> None:
        self._columns = columns
        self._generation = generation
        kinds = {column.kind for column in columns}
        self._kind = kinds.pop() if len(kinds) == 1 else "f" if "f" in kinds else "i"
        self._rebuilt = 0
        self._start()

    def _start(self) -> None:
        self._taken = [0] * len(self._columns)
        self._last_seq: dict[str, int] = {}
        self._last_key: dict[str, float] = {}
        self._end = -np.inf
        self._steps, self._times = GrowingArray("i8"), GrowingArray("f8")
        self._values = GrowingArray("f8" if self._kind == "f" else "i8")
        self._floats = GrowingArray("f8")

    def covers(self, columns: list[Column]) -> bool:
        """Whether this is the assembly of just these columns."""
        return columns == self._columns

    def series(self, name: str, rank: int) -> Series:
        """All points so far."""
        if len(self._columns) == 1:
            column = self._columns[0]
            kept = column.rows.columns(column.position)
            steps, times, exact = kept.steps.view, kept.times.view, kept.values[column.column].view
        else:
            if not self._extend():
                self._start()
                self._rebuilt += 1
                self._extend()
            steps, times, exact = self._steps.view, self._times.view, self._values.view
        values = exact if self._kind == "f" else self._as_floats(exact)
        generation = self._generation + (self._rebuilt << 32)
        return Series(name, rank, self._kind, steps, times, values, exact, generation)

    def _as_floats(self, exact: Array) -> Array:
        """All values as floats; only those that are new are converted."""
        self._floats.append(exact[len(self._floats) :].astype(np.float64))
        return self._floats.view

    def _extend(self) -> bool:
        """Take in the new points; false when some of them do not belong at the end."""
        writers: dict[str, list[tuple[Array, Array, Array, Array]]] = {}
        for index, column in enumerate(self._columns):
            kept = column.rows.columns(column.position)
            new = slice(self._taken[index], len(kept.seqs))
            self._taken[index] = len(kept.seqs)
            if new.start == new.stop:
                continue
            values = kept.values[column.column].view[new]
            part = (kept.seqs.view[new], kept.steps.view[new], kept.times.view[new], values)
            writers.setdefault(column.writer.name, []).append(part)
        parts: list[tuple[Array, Array, Array, Array]] = []
        fits = True
        for writer, pieces in writers.items():
            seqs, steps, times, values = _in_order(pieces)
            fits &= int(seqs[0]) > self._last_seq.get(writer, -1)
            keys = np.fmax.accumulate(np.fmax(times, self._last_key.get(writer, -np.inf)))
            self._last_seq[writer], self._last_key[writer] = int(seqs[-1]), float(keys[-1])
            parts.append((keys, steps, times, values))
        if not parts or not fits:
            return fits
        keys, steps, times, values = _in_order(parts)
        if keys[0] < self._end:
            return False
        self._end = float(keys[-1])
        self._steps.append(steps)
        self._times.append(times)
        self._values.append(values)
        return True


def _in_order(parts: list[tuple[Array, Array, Array, Array]]) -> tuple[Array, ...]:
    """The parts, each in order of its first array, as one."""
    if len(parts) == 1:
        return parts[0]
    joined = [np.concatenate(arrays) for arrays in zip(*parts)]
    order = np.argsort(joined[0], kind="stable")
    return tuple(array[order] for array in joined)
