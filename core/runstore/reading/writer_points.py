"""The points of one writing process: its schema file and its files of rows, read as they grow."""

from __future__ import annotations

import json
import os
from typing import Any, Callable, Iterator, NamedTuple

from runstore.reading.consoles import rank_of
from runstore.reading.growing import REPLACED
from runstore.reading.lines import GrowingLines
from runstore.reading.row_file import RowFile
from runstore.records.moments import seconds_of
from runstore.records.points import SCHEMA_SUFFIX, Schema, decode_schema, rows_file_name

_LONGEST_LINE = 64 << 20
_BLOCK = 16 << 20


class Column(NamedTuple):
    """Where values of a metric are: a column of a schema of a row file of a writer."""

    writer: WriterPoints
    rows: RowFile
    position: int
    column: int
    kind: str


class WriterPoints:
    """``columns`` is called with (name, column) for each column of each schema that arrives.

    ``rank``, ``started`` and ``identity`` come from the header, line 0 of the schema file; until it is there the rank
    in the writer's name counts.
    """

    def __init__(self, folder: str, name: str, fresh: bool, columns: Callable[[str, Column], None]) -> None:
        self.name = name
        self._folder = folder
        self._fresh = fresh
        self._found = columns
        self._lines = GrowingLines(os.path.join(folder, name + SCHEMA_SUFFIX), _LONGEST_LINE, fresh)
        self._start_over()

    def _start_over(self) -> None:
        self.rank = rank_of(self.name)
        self.attempt = 0
        self.started = 0.0
        self.identity: dict[str, Any] | None = None
        self._garbage = 0
        self._lines.start_over()
        self._files: dict[int, RowFile] = {}

    def add_width(self, width: int) -> None:
        """There is a file of rows of this width."""
        if width not in self._files:
            path = os.path.join(self._folder, rows_file_name(self.name, width))
            self._files[width] = RowFile(path, width, self._fresh)

    def look(self) -> bool:
        """See what has grown and read new schemas; true when a file was replaced: `reset` and look again."""
        # Sizes of rows before schemas: then the schemas of all rows up to there are in what is read next.
        replaced = False
        for file in self._files.values():
            replaced |= file.look()
        replaced |= self._lines.look() == REPLACED
        if not replaced:
            self._read_schemas()
        return replaced

    def reset(self) -> None:
        """Forget everything."""
        widths = list(self._files)
        self._start_over()
        for width in widths:
            self.add_width(width)

    def consume(self, enough: int) -> tuple[list[tuple[RowFile, int]], int]:
        """Take in new rows, about ``enough`` bytes at most: (row file, position) that changed, bytes read."""
        changed: list[tuple[RowFile, int]] = []
        done = 0
        for file in self._files.values():
            changed.extend((file, position) for position in file.release())
            while done < enough and file.waiting:
                positions, size = file.consume(min(enough - done, _BLOCK))
                changed.extend((file, position) for position in positions)
                done += size
                if not size:
                    break
        return changed, done

    @property
    def waiting(self) -> bool:
        """Whether there is more to `consume`."""
        return any(file.waiting and not file.file.problem for file in self._files.values())

    def recent_times(self) -> list[float]:
        """The times of the newest rows, in order."""
        return sorted(float(time) for file in self._files.values() for time in file.recent)

    def problems(self) -> Iterator[tuple[str, str]]:
        """(file, what could not be read in it)."""
        said = [self._lines.problem] if self._lines.problem else []
        if self._garbage:
            said.append("{} lines are no schemas".format(self._garbage))
        if self._lines.passed_over:
            said.append("{} lines over {} MB".format(self._lines.passed_over, _LONGEST_LINE >> 20))
        if said:
            yield self._lines.path, "; ".join(said)
        for file in self._files.values():
            if file.file.problem:
                yield file.file.path, file.file.problem
            elif file.held and not file.waiting:
                yield file.file.path, "rows of an unknown schema are left out"

    def _read_schemas(self) -> None:
        while True:
            lines = self._lines.next_lines()
            if not lines:
                return
            for offset, line in lines:
                if offset == 0 and self._read_header(line):
                    continue
                try:
                    self._add(decode_schema(line))
                except ValueError:
                    self._garbage += 1

    def _read_header(self, line: bytes) -> bool:
        try:
            header = json.loads(line)
        except (ValueError, RecursionError):
            return False
        if not isinstance(header, dict) or "keys" in header:
            return False
        rank, attempt = header.get("rank"), header.get("attempt")
        if type(rank) is int and 0 <= rank < 2**31:
            self.rank = rank
        self.attempt = attempt if type(attempt) is int else 0
        self.started = seconds_of(header.get("t0")) or 0.0
        self.identity = header
        return True

    def _add(self, schema: Schema) -> None:
        if schema.width not in self._files:
            self.add_width(schema.width)
            self._files[schema.width].look()
        file = self._files[schema.width]
        position = file.add_schema(schema)
        if position is None:
            self._garbage += 1
            return
        for column, (name, kind) in enumerate(zip(schema.keys, schema.types)):
            self._found(name, Column(self, file, position, column, kind))
