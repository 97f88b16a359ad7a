"""What a run recorded beside series of numbers, by name: texts, lists, tables, images, confusion matrices ...

As everywhere on a screen, a name is shown as the lowest rank logged it; ranks are never put together.
"""

from __future__ import annotations

import time
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Iterator

from runstore.reading.events import DataPlace
from runstore.records.special import SCHEMAS

if TYPE_CHECKING:
    from runstore.reading.reader import Reader

EVALUATIONS = tuple(SCHEMAS)
"""The kinds whose value is an object with ``schema_type``, ``schema_version`` and ``data``."""
_SLICE, _PAUSE = 0.05, 0.001
"""Seconds of reading, and of leaving the reader to others: a screen must not wait for all that a run recorded."""
_SHAPES = {"scalar": "values", "list": "list", "row": "table", "table": "table", "image": "image"}


class Recorded:
    """Everything that was logged under one name.

    kind: ``values`` (texts and what else no series can hold), ``list``, ``table``, ``image`` or one of `EVALUATIONS`.
    values: the values, the artifact names of images, or the ``data`` of evaluations, oldest first, with their
    ``steps`` (None where none was given) and ``times``; of tables the ``columns``, all of ``rows`` cells, None where
    a row has none. rank: whose it is; ranks: how many logged the name. version grows with each change.
    """

    __slots__ = (
        "columns",
        "description",
        "kind",
        "name",
        "rank",
        "ranks",
        "rows",
        "steps",
        "times",
        "values",
        "version",
    )

    def __init__(self, name: str, kind: str, rank: int) -> None:
        self.name = name
        self.kind = kind
        self.rank = rank
        self.ranks = 1
        self.description = ""
        self.values: list[Any] = []
        self.steps: list[int | None] = []
        self.times: list[float] = []
        self.columns: dict[str, list[Any]] = {}
        self.rows = 0
        self.version = 0

    def take(self, records: list[dict[str, Any]]) -> None:
        """Take in further records of this name; those of another kind are passed over, as Azure ML does."""
        if len(records) < 2 or not self._take_rows(records):
            for record in records:
                self._add(record)

    def _take_rows(self, records: list[dict[str, Any]]) -> bool:
        """At once, if they are rows of the columns that there are: of a training loop there may be very many."""
        names = self.columns.keys()
        values: list[Any] = [record.get("value") for record in records]
        if (
            self.kind != "table"
            or not names
            or "schema_type" in names
            or any(record["kind"] != "row" or "description" in record for record in records)
            or any(not isinstance(value, dict) or value.keys() != names for value in values)
        ):
            return False
        for name, column in self.columns.items():
            column += [value[name] for value in values]
        self.rows += len(values)
        self.version += len(values)
        return True

    def _add(self, record: dict[str, Any]) -> None:
        kind, value = kind_of(record), record.get("value")
        if kind != self.kind:
            if {kind, self.kind} != {"values", "list"}:
                return
            self.kind = "list"
        self.version += 1
        said = record.get("description")
        if said and isinstance(said, str):
            self.description = said
        if kind == "table":
            self._add_cells(value, record["kind"] == "table")
            return
        if kind in EVALUATIONS and isinstance(value, dict) and "data" in value:
            value = value["data"]
        several = value if kind == "list" and isinstance(value, list) else [value]
        step = record.get("step")
        self.values += several
        self.steps += [step if type(step) is int else None] * len(several)
        self.times += [record["time"]] * len(several)

    def _add_cells(self, value: Any, many: bool) -> None:
        if not isinstance(value, dict):
            return
        cells = {str(name): each if many and isinstance(each, list) else [each] for name, each in value.items()}
        before = self.rows
        self.rows += max((len(each) for each in cells.values()), default=0)
        for name, each in cells.items():
            column = self.columns.setdefault(name, [])
            column += [None] * (before - len(column))
            column += each
        for column in self.columns.values():
            column += [None] * (self.rows - len(column))


def kind_of(record: dict[str, Any]) -> str:
    """The kind of a record of data as `Recorded` has it."""
    kind: str = record["kind"]
    if kind in EVALUATIONS:
        return kind
    value = record.get("value")
    if isinstance(value, dict) and value.get("schema_type") in EVALUATIONS:
        return str(value["schema_type"])
    return _SHAPES.get(kind, "values")


class Recordings:
    """All that one run recorded, kept up to date: a refresh takes in only what is new. Used by one thread at a time."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._start()

    def _start(self) -> None:
        self.items: dict[str, Recorded] = {}
        self._place = DataPlace()
        self._pending: list[tuple[str, list[dict[str, Any]]]] = []  # of several writers, to be put in order
        self._latest: dict[str, float] = {}  # time of each writer; one that steps back does not count
        self._ranks: dict[str, set[int]] = {}
        self._ends: dict[str, tuple[float, str]] = {}

    @property
    def waiting(self) -> bool:
        """Whether a `refresh` with little time has left something unread."""
        return self._place.waiting

    def refresh(self, seconds: float | None = None) -> bool:
        """Take in what the reader has read since; whether there was anything.

        ``seconds`` is about how long it may take, see `waiting`. Others have the reader now and then meanwhile.
        """
        stop = None if seconds is None else time.monotonic() + seconds
        changed = False
        while True:
            files = self._reader.data_after(self._place, _SLICE)
            if self._place.replaced or not self._take(files):
                self._start()
                changed = True
                continue
            changed |= any(records for _, _, records in files)
            if not self.waiting or (stop is not None and time.monotonic() >= stop):
                return changed
            time.sleep(_PAUSE)

    def _take(self, files: list[tuple[str, int, list[dict[str, Any]]]]) -> bool:
        """Take in what is new; False when it belongs before something that was taken in already."""
        self._pending += [(writer, records) for writer, _, records in files if records]
        several = len(files) > 1
        if several and self.waiting:
            return True
        new = [entry for writer, records in self._pending for entry in self._timed(writer, records)]
        self._pending = []
        if several:
            new.sort(key=itemgetter(0, 1, 2))
            if any(map(self._comes_late, new)):
                return False
        for (name, rank), group in groupby(new, _name_and_rank):
            entries = list(group)
            if isinstance(name, str):
                self._add(name, rank, [entry[3] for entry in entries], entries[-1][:2])
        return True

    def _timed(self, writer: str, records: list[dict[str, Any]]) -> Iterator[tuple[float, str, int, dict[str, Any]]]:
        """(time, writer, seq, record) of each, in order."""
        latest = self._latest.get(writer, 0.0)
        for record in sorted(records, key=itemgetter("seq")):
            latest = max(latest, record["time"])
            yield latest, writer, record["seq"], record
        self._latest[writer] = latest

    def _comes_late(self, entry: tuple[float, str, int, dict[str, Any]]) -> bool:
        """Whether it belongs before something that was taken in already."""
        record = entry[3]
        name = record.get("name")
        end = self._ends.get(name) if isinstance(name, str) else None
        return end is not None and entry[:2] < end and self.items[record["name"]].rank == record["rank"]

    def _add(self, name: str, rank: int, records: list[dict[str, Any]], end: tuple[float, str]) -> None:
        """Take in records of one name and rank, the last of them of the time and the writer ``end``."""
        item = self.items.get(name)
        if item is None or rank < item.rank:
            item = self.items[name] = Recorded(name, kind_of(records[0]), rank)
        if rank == item.rank:
            item.take(records)
            self._ends[name] = end
        ranks = self._ranks.setdefault(name, set())
        ranks.add(rank)
        item.ranks = len(ranks)


def _name_and_rank(entry: tuple[float, str, int, dict[str, Any]]) -> tuple[Any, int]:
    record = entry[3]
    return record.get("name"), record["rank"]
