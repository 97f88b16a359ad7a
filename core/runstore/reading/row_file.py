"""One file of rows, read as it grows: statistics always, points where they were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator

import numpy as np

from runstore.reading.columns import SchemaColumns, roomy
from runstore.reading.grouping import group_rows
from runstore.reading.growing import REPLACED, GrowingFile
from runstore.reading.statistics import RowStatistics
from runstore.records.points import Schema, row_size
from runstore.records.rows import decode_rows

if TYPE_CHECKING:
    from runstore.reading.arrays import Indices, Rows

_BLOCK = 4 << 20
_TIMES_KEPT = 65
_FEW = 4
"""Up to so many schemas, picking their rows by a mask is faster than sorting all rows."""


class RowFile:
    """The rows of one writer and one width. Schemas are known by their position, in order of arrival.

    Rows whose schema has not arrived are held: they are read again when it has.
    """

    def __init__(self, path: str, width: int, fresh: bool = False) -> None:
        self.file = GrowingFile(path, fresh)
        self.schemas: list[Schema] = []
        self.statistics = RowStatistics(width)
        self.recent: np.ndarray[Any, np.dtype[np.float64]] = np.empty(0)
        self._width = width
        self._row_size = row_size(width)
        self._columns: dict[int, SchemaColumns] = {}
        self._ids: Indices = np.empty(0, np.int64)
        self._positions: Indices = np.empty(0, np.int64)
        self._late: list[int] = []
        self._held_from: int | None = None

    @property
    def held(self) -> bool:
        """Whether there are rows whose schema is not known."""
        return self._held_from is not None

    @property
    def waiting(self) -> bool:
        """Whether whole rows are there that `consume` has not read."""
        return self.file.size - self.file.offset >= self._row_size

    def add_schema(self, schema: Schema) -> int | None:
        """Make a schema known; its position, or None when its id is taken."""
        place = int(np.searchsorted(self._ids, schema.id))
        if place < len(self._ids) and self._ids[place] == schema.id:
            return None
        position = self.statistics.add_schema(bool(schema.types.strip("f")))
        self.schemas.append(schema)
        self._ids = np.insert(self._ids, place, schema.id)
        self._positions = np.insert(self._positions, place, position)
        if self.held:
            self._late.append(schema.id)
        return position

    def look(self) -> bool:
        """Find out how large the file is; true when it was replaced and everything must be read again."""
        return self.file.look() == REPLACED

    def release(self) -> set[int]:
        """Read the held rows whose schemas have arrived by now: the positions whose statistics changed."""
        if not self._late or self._held_from is None:
            return set()
        late, start = np.array(self._late), self._held_from
        self._late, self._held_from = [], None
        changed: set[int] = set()
        for offset, block in self._blocks(start):
            rows, starts, ids = group_rows(block)
            positions = self._find(ids)
            if self._held_from is None and (positions < 0).any():
                self._held_from = offset
            arrived = np.isin(ids, late)
            rows, starts = _kept(rows, starts, arrived)
            changed.update(self._account(rows, starts, positions[arrived]))
        return changed

    def consume(self, enough: int) -> tuple[set[int], int]:
        """Read on, about ``enough`` bytes at most: positions whose statistics changed, bytes read."""
        changed: set[int] = set()
        done = 0
        while done < enough:
            size = min(self.file.size - self.file.offset, _BLOCK) // self._row_size * self._row_size
            if size <= 0:
                break
            data = self.file.read(self.file.offset, size)
            whole = len(data) // self._row_size * self._row_size
            if not whole:
                break
            changed.update(self._take(decode_rows(data[:whole], self._width), self.file.offset))
            self.file.offset += whole
            done += whole
        return changed, done

    def _take(self, rows: Rows, start: int) -> set[int]:
        if not len(rows):
            return set()
        self.recent = np.concatenate((self.recent, rows["time"][-_TIMES_KEPT:]))[-_TIMES_KEPT:]
        rows, starts, ids = group_rows(rows)
        positions = self._find(ids)
        known = positions >= 0
        if not known.all():
            if self._held_from is None:
                self._held_from = start
            rows, starts = _kept(rows, starts, known)
            positions = positions[known]
        return self._account(rows, starts, positions)

    def _account(self, rows: Rows, starts: Indices, positions: Indices) -> set[int]:
        if not len(rows):
            return set()
        self.statistics.update(rows, starts, positions)
        if self._columns:
            self._append(self._columns, rows, starts, positions)
        return set(positions.tolist())

    def _find(self, ids: Indices) -> Indices:
        """The positions of schemas by their ids, -1 for those not known."""
        if not len(self._ids):
            return np.full(len(ids), -1)
        places = np.minimum(np.searchsorted(self._ids, ids), len(self._ids) - 1)
        return np.where(self._ids[places] == ids, self._positions[places], -1)

    def load(self, wanted: dict[int, set[int]]) -> None:
        """Keep the points of the ``wanted`` columns by position, those read so far and those to come."""
        loading: dict[int, SchemaColumns] = {}
        for position, columns in wanted.items():
            loaded = self._columns.get(position)
            already = set(loaded.values) if loaded else set()
            if not columns <= already:
                types, room = self.schemas[position].types, roomy(self.statistics.count(position))
                loading[position] = SchemaColumns(types, columns | already, room)
        if not loading:
            return
        for _, rows in self._blocks(0):
            if len(loading) <= _FEW:
                for position, kept in loading.items():
                    mask = rows["schema"] == self.schemas[position].id
                    kept.append(rows if mask.all() else rows[mask])
            else:
                rows, starts, ids = group_rows(rows)
                self._append(loading, rows, starts, self._find(ids))
        self._columns.update(loading)

    def unload(self) -> None:
        """Give up the points that were loaded; statistics stay."""
        self._columns = {}

    def columns(self, position: int) -> SchemaColumns:
        """The loaded columns of a schema; `load` them first."""
        return self._columns[position]

    @staticmethod
    def _append(columns: dict[int, SchemaColumns], rows: Rows, starts: Indices, positions: Indices) -> None:
        ends = np.append(starts[1:], len(rows)).tolist()
        for start, end, position in zip(starts.tolist(), ends, positions.tolist()):
            kept = columns.get(position)
            if kept is not None:
                kept.append(rows[start:end])

    def _blocks(self, start: int) -> Iterator[tuple[int, Rows]]:
        """The rows from ``start`` to the point that `consume` has reached, block by block."""
        while start < self.file.offset:
            size = min(self.file.offset - start, _BLOCK) // self._row_size * self._row_size
            data = self.file.read(start, size)
            whole = len(data) // self._row_size * self._row_size
            if not whole:
                return
            rows = decode_rows(data[:whole], self._width)
            if len(rows):
                yield start, rows
            start += whole


def _kept(rows: Rows, starts: Indices, keep: np.ndarray[Any, np.dtype[np.bool_]]) -> tuple[Rows, Indices]:
    """The rows of the groups to ``keep``, and where those groups start now."""
    counts = np.diff(np.append(starts, len(rows)))
    rows = rows[np.repeat(keep, counts)]
    ends = np.cumsum(counts[keep])
    return rows, ends - counts[keep]
