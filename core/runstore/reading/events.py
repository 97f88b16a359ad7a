"""``records/`` of a run: what its writers recorded beside points, read as it grows."""

from __future__ import annotations

import os
import re
from typing import Any, Iterator

from runstore.reading.consoles import rank_of
from runstore.reading.folder import FolderListing
from runstore.reading.growing import REPLACED
from runstore.reading.lines import GrowingLines
from runstore.reading.numbers import seconds_of
from runstore.reading.recorded import EVALUATIONS
from runstore.records.lines import decode_line, original

LONGEST_LINE = 64 << 20
"""Bytes of a record at most, as for the run's owner; longer lines are passed over."""
_DATA = frozenset(("scalar", "list", "row", "table", "image", *EVALUATIONS))
_MOST_CHANGES = 100_000
_DATA_LINE = re.compile(
    r'{{"seq":\d{{1,19}},"time":(\d{{1,12}}(?:\.\d{{1,12}})?),"kind":"(?:{})",'.format("|".join(sorted(_DATA))).encode()
)
"""How a line of data begins; what its values are need not be known before somebody asks for data."""


class EventFile:
    """The records of one writer. What changes the run is kept; data (lists, tables ...) only once asked for."""

    def __init__(self, path: str, fresh: bool) -> None:
        self.lines = GrowingLines(path, LONGEST_LINE, fresh)
        self.writer = os.path.basename(path)[: -len(".jsonl")]
        self.rank = rank_of(self.writer)
        self.changes: list[dict[str, Any]] = []
        self.last_time = 0.0
        self.garbage = self.left_out = 0
        self._data: list[dict[str, Any]] | None = None

    def refresh(self) -> bool:
        """Read what is new; whether there was anything."""
        found = self.lines.look()
        if found == REPLACED:
            self.changes, self.last_time = [], 0.0
            self.garbage = self.left_out = self.lines.passed_over = 0
            self._data = None if self._data is None else []
        before = self.lines.offset
        for record in self._read(self.lines, whole=self._data is not None):
            self._take(record)
        return found == REPLACED or self.lines.offset != before

    def data(self) -> list[dict[str, Any]]:
        """The records of data so far, in order; read again from the file at the first call."""
        if self._data is None:
            self._data = []
            again = GrowingLines(self.lines.path, LONGEST_LINE, self.lines.fresh)
            again.size = self.lines.offset
            self.garbage = 0
            self._data.extend(record for record in self._read(again, whole=True) if record["kind"] in _DATA)
        return self._data

    def problem(self) -> str:
        """What could not be read, in words; empty when all is well."""
        said = [self.lines.problem] if self.lines.problem else []
        if self.garbage:
            said.append("{} lines are no records".format(self.garbage))
        if self.lines.passed_over:
            said.append("{} lines over {} MB".format(self.lines.passed_over, LONGEST_LINE >> 20))
        if self.left_out:
            said.append("{} changes after the first {} are left out".format(self.left_out, _MOST_CHANGES))
        return "; ".join(said)

    def _read(self, lines: GrowingLines, whole: bool) -> Iterator[dict[str, Any]]:
        """The records in ``lines``; without ``whole`` of data only when it was written, in `last_time`."""
        while True:
            block = lines.next_lines()
            if not block:
                return
            for _, line in block:
                data = None if whole else _DATA_LINE.match(line)
                if data is not None:
                    self.last_time = max(self.last_time, float(data[1]))
                    continue
                try:
                    record = decode_line(line)
                    if b'"float"' in line:  # the objects that stand for what JSON has no numbers for
                        record = original(record)
                except (ValueError, RecursionError):
                    self.garbage += 1
                    continue
                seq = record.get("seq")
                record["time"] = seconds_of(record.get("time")) or 0.0
                record["seq"] = seq if type(seq) is int else 0
                record["writer"], record["rank"] = self.writer, self.rank
                yield record

    def _take(self, record: dict[str, Any]) -> None:
        self.last_time = max(self.last_time, record["time"])
        if record["kind"] not in _DATA:
            if len(self.changes) < _MOST_CHANGES:
                self.changes.append(record)
            else:
                self.left_out += 1
        elif self._data is not None:
            self._data.append(record)


class Events:
    """The records of all writers of a run; ``version`` changes whenever `changes` does."""

    def __init__(self, folder: str, fresh: bool = False) -> None:
        self._listing = FolderListing(folder)
        self._fresh = fresh
        self._files: dict[str, EventFile] = {}
        self.version = 0

    def refresh(self) -> bool:
        """Read what is new; whether there was anything."""
        for name in self._listing.names():
            if name.endswith(".jsonl") and name not in self._files:
                self._files[name] = EventFile(os.path.join(self._listing.folder, name), self._fresh)
        changed = False
        for file in self._files.values():
            known = file.changes, len(file.changes)
            changed |= file.refresh()
            self.version += file.changes is not known[0] or len(file.changes) != known[1]
        return changed

    @property
    def last_time(self) -> float:
        """When the newest record was written, by its writer's clock."""
        return max((file.last_time for file in self._files.values()), default=0.0)

    def changes(self) -> list[dict[str, Any]]:
        """The records that are no data: parameters, tags, alerts ..., writer by writer."""
        return [record for file in self._files.values() for record in file.changes]

    def data(self) -> list[dict[str, Any]]:
        """The records of data: strings and big integers (scalar), lists, rows, tables, images; writer by writer."""
        return [record for file in self._files.values() for record in file.data()]

    def data_files(self) -> list[tuple[str, int, list[dict[str, Any]]]]:
        """(writer, rank, its records of data): the same list object as long as it only grows."""
        return [(file.writer, file.rank, file.data()) for file in self._files.values()]

    def problems(self) -> Iterator[tuple[str, str]]:
        """(file, what could not be read in it)."""
        if self._listing.problem():
            yield self._listing.folder, self._listing.problem()
        for file in self._files.values():
            if file.problem():
                yield file.lines.path, file.problem()
