"""Points kept in memory, column by column, for those metrics that were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from runstore.reading.arrays import Array, Rows


def roomy(size: int) -> int:
    """For how many values there should be room: a live run's next points shall not move all that came before.

    Memory that is not written to yet costs nothing.
    """
    return size + (size >> 2)


class GrowingArray:
    """A one-dimensional array that only grows; views handed out before stay valid and unchanged."""

    __slots__ = ("_data", "_size")

    def __init__(self, dtype: str, capacity: int = 0) -> None:
        self._data: Array = np.empty(capacity, dtype)
        self._size = 0

    def append(self, values: Array) -> None:
        """Copy ``values`` to the end."""
        size = self._size + len(values)
        if size > len(self._data):
            data = np.empty(max(roomy(size), 2 * len(self._data), 64), self._data.dtype)
            data[: self._size] = self._data[: self._size]
            self._data = data
        self._data[self._size : size] = values
        self._size = size

    def copy(self) -> GrowingArray:
        """One that grows by itself: what there is so far is shared until then."""
        other = GrowingArray(self._data.dtype.str)
        other._data, other._size = self._data[: self._size], self._size
        return other

    def __len__(self) -> int:
        return self._size

    @property
    def view(self) -> Array:
        """All values so far, read-only, without a copy."""
        view = self._data[: self._size]
        view.flags.writeable = False
        return view


class SchemaColumns:
    """Some columns of one schema; seq, step and time are shared by all of them.

    Values of integers and booleans are kept as i8, those of floats as f8.
    """

    def __init__(self, types: str, columns: set[int], capacity: int) -> None:
        self.types = types
        self.seqs = GrowingArray("u4", capacity)
        self.steps = GrowingArray("i8", capacity)
        self.times = GrowingArray("f8", capacity)
        self.values = {
            column: GrowingArray("f8" if types[column] == "f" else "i8", capacity) for column in sorted(columns)
        }

    def append(self, rows: Rows) -> None:
        """Take in further rows of this schema, in the order of the file."""
        self.seqs.append(rows["seq"])
        self.steps.append(rows["step"])
        self.times.append(rows["time"])
        for column, values in self.values.items():
            source = rows["value"][:, column]
            values.append(source if self.types[column] == "f" else source.view("<i8"))
