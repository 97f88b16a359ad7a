"""``records/`` of a run: what its writers recorded beside points, read as it grows."""

from __future__ import annotations

import os
import re
import time
from typing import Any, Iterator

from runstore.reading.consoles import rank_of
from runstore.reading.folder import FolderListing
from runstore.reading.growing import REPLACED
from runstore.reading.lines import GrowingLines
from runstore.records.lines import decode_lines, original
from runstore.records.moments import seconds_of
from runstore.records.special import SCHEMAS

LONGEST_LINE = 64 << 20
"""Bytes of a record at most, as for the run's owner; longer lines are passed over."""
_DATA = frozenset(("scalar", "list", "row", "table", "image", *SCHEMAS))
_MOST_CHANGES = 100_000
_BATCH = 500
"""Lines decoded at once: other threads wait for it."""
_DATA_LINE = re.compile(
    r'{{"seq":\d{{1,19}},"time":(\d{{1,12}}(?:\.\d{{1,12}})?),"kind":"(?:{})",'.format("|".join(sorted(_DATA))).encode()
)
"""How a line of data begins; what its values are need not be known before somebody asks for data."""


class DataPlace:
    """How far somebody has read what a run recorded.

    ``waiting``: something is left to be read. ``replaced``: a file was cut or replaced, so that what was read before
    holds no more; begin at a new place. ``taken``: of a list of records how many.
    """

    __slots__ = ("files", "replaced", "taken", "waiting")

    def __init__(self) -> None:
        self.files: dict[str, tuple[int, GrowingLines]] = {}
        self.taken = (0, 0)
        self.waiting = self.replaced = False


class EventFile:
    """The records of one writer. What changes the run is read with each refresh, data (lists ...) when asked for."""

    def __init__(self, path: str, fresh: bool) -> None:
        self.lines = GrowingLines(path, LONGEST_LINE, fresh)
        self.writer = os.path.basename(path)[: -len(".jsonl")]
        self.rank = rank_of(self.writer)
        self.name = os.path.basename(path)
        self.changes: list[dict[str, Any]] = []
        self._places: list[int] = []  # where in the file each of them begins
        self.last_time = 0.0
        self.garbage = self.left_out = 0
        self.generation = 0
        self._judged = self._data_garbage = 0  # bytes whose data was looked at, lines in them that are none

    def refresh(self) -> bool:
        """Read what is new; whether there was anything."""
        found = self.lines.look()
        if found == REPLACED:
            self.changes, self._places, self.last_time = [], [], 0.0
            self.garbage = self.left_out = 0
            self._judged = self._data_garbage = 0
            self.generation += 1
        before = self.lines.offset
        while block := self.lines.next_lines():
            self._take_changes(block)
        return found == REPLACED or self.lines.offset != before

    def data(self, lines: GrowingLines, stop: float | None) -> list[dict[str, Any]]:
        """The records of data from where ``lines`` stands to the last refresh, in order.

        From the time ``stop`` of `time.monotonic` on no more is read, but for a first block.
        """
        found: list[dict[str, Any]] = []
        lines.size = self.lines.offset
        while lines.offset < lines.size:
            block = lines.next_lines()
            if not block:  # the file cannot be read now
                break
            for at in range(0, len(block), _BATCH):
                found += self._data_of(block[at : at + _BATCH])
            self._judged = max(self._judged, lines.offset)
            if stop is not None and time.monotonic() >= stop:
                break
        return found

    def problem(self) -> str:
        """What could not be read, in words; empty when all is well."""
        said = [self.lines.problem] if self.lines.problem else []
        garbage = self.garbage + self._data_garbage
        if garbage:
            said.append("{} lines are no records".format(garbage))
        if self.lines.passed_over:
            said.append("{} lines over {} MB".format(self.lines.passed_over, LONGEST_LINE >> 20))
        if self.left_out:
            said.append("{} changes after the first {} are left out".format(self.left_out, _MOST_CHANGES))
        return "; ".join(said)

    def changes_since(self, size: int | None, until: float) -> Iterator[tuple[float, dict[str, Any]]]:
        """The changes behind the first ``size`` bytes, or where that is None after the time ``until``, each with its
        time: a clock that steps back does not change the order in a file."""
        moment = 0.0
        for place, change in zip(self._places, self.changes):
            moment = max(moment, change["time"])
            if place >= size if size is not None else moment > until:
                yield moment, change

    def _take_changes(self, lines: list[tuple[int, bytes]]) -> None:
        """What is no data; of data only when it was written, in `last_time`."""
        others, places = [], []
        for place, line in lines:
            data = _DATA_LINE.match(line)
            if data is None:
                others.append(line)
                places.append(place)
            else:
                self.last_time = max(self.last_time, float(data[1]))
        for place, record in zip(places, self._decoded(others)):
            if record is None:
                self.garbage += 1
                continue
            self.last_time = max(self.last_time, record["time"])
            if record["kind"] in _DATA:
                continue
            if len(self.changes) < _MOST_CHANGES:
                self.changes.append(record)
                self._places.append(place)
            else:
                self.left_out += 1

    def _data_of(self, block: list[tuple[int, bytes]]) -> Iterator[dict[str, Any]]:
        for (offset, line), record in zip(block, self._decoded([line for _, line in block])):
            if record is not None:
                if record["kind"] in _DATA:
                    yield record
            elif offset >= self._judged and _DATA_LINE.match(line):  # other garbage was found with the changes
                self._data_garbage += 1

    def _decoded(self, lines: list[bytes]) -> Iterator[dict[str, Any] | None]:
        """The records, None for what is none."""
        for line, record in zip(lines, decode_lines(lines)):
            if record is None:
                yield None
                continue
            if b'"float"' in line:  # the objects that stand for what JSON has no numbers for
                try:
                    record = original(record)
                except RecursionError:
                    yield None
                    continue
            seq = record.get("seq")
            record["time"] = seconds_of(record.get("time")) or 0.0
            record["seq"] = seq if type(seq) is int else 0
            record["writer"], record["rank"] = self.writer, self.rank
            yield record


class Events:
    """The records of all writers of a run; ``version`` changes whenever `changes` does."""

    def __init__(self, folder: str, fresh: bool = False) -> None:
        self._listing = FolderListing(folder, fresh)
        self._fresh = fresh
        self._files: dict[str, EventFile] = {}
        self._place = DataPlace()
        self._data: list[dict[str, Any]] = []
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

    def changes_since(self, sizes: dict[str, int] | None, until: float) -> list[tuple[float, dict[str, Any]]]:
        """Those that are not in ``run.json``, with their times; see `folded_records` and `folded_until`."""
        found: list[tuple[float, dict[str, Any]]] = []
        for file in self._files.values():
            found += file.changes_since(None if sizes is None else sizes.get(file.name, 0), until)
        return found

    def data(self) -> list[dict[str, Any]]:
        """The records of data: strings and big integers (scalar), lists, rows, tables, images; kept from now on."""
        new = self.data_after(self._place)
        if self._place.replaced:
            self._place, self._data = DataPlace(), []
            new = self.data_after(self._place)
        for _, _, records in new:
            self._data += records
        return self._data

    def data_after(self, place: DataPlace, seconds: float | None = None) -> list[tuple[str, int, list[dict[str, Any]]]]:
        """(writer, rank, its records of data that have come after ``place``), which moves on; see `DataPlace`.

        ``seconds`` is about how long it may take.
        """
        stop = None if seconds is None else time.monotonic() + seconds
        found = []
        place.waiting = False
        for name, file in self._files.items():
            known = place.files.get(name)
            if known is None:
                first = GrowingLines(file.lines.path, LONGEST_LINE, file.lines.fresh)
                known = place.files[name] = (file.generation, first)
            generation, lines = known
            if generation != file.generation:
                place.replaced = True
                return []
            found.append((file.writer, file.rank, file.data(lines, stop)))
            place.waiting |= stop is not None and lines.offset < lines.size and not lines.problem
        return found

    def problems(self) -> Iterator[tuple[str, str]]:
        """(file, what could not be read in it)."""
        if self._listing.problem():
            yield self._listing.folder, self._listing.problem()
        for file in self._files.values():
            if file.problem():
                yield file.lines.path, file.problem()
