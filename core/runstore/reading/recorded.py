"""What a run recorded beside series of numbers, by name: texts, lists, tables, images, confusion matrices ...

As everywhere on a screen, a name is shown as the lowest rank logged it; ranks are never put together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runstore.records.special import SCHEMAS

if TYPE_CHECKING:
    from runstore.reading.run import RunReader

EVALUATIONS = tuple(SCHEMAS)
"""The kinds whose value is an object with ``schema_type``, ``schema_version`` and ``data``."""
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

    def add(self, record: dict[str, Any]) -> None:
        """Take in one more record of this name; one of another kind is passed over, as Azure ML does."""
        kind, value = kind_of(record), record.get("value")
        if {kind, self.kind} == {"values", "list"}:
            self.kind = "list"
        elif kind != self.kind:
            return
        self.version += 1
        said = record.get("description")
        self.description = said if isinstance(said, str) and said else self.description
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
    value = record.get("value")
    schema = value.get("schema_type") if isinstance(value, dict) else None
    if record["kind"] in EVALUATIONS:
        return str(record["kind"])
    return str(schema) if schema in EVALUATIONS else _SHAPES.get(record["kind"], "values")


class Recordings:
    """All that one run recorded, kept up to date: a refresh takes in only what is new. Used by one thread at a time."""

    def __init__(self, reader: RunReader) -> None:
        self._reader = reader
        self._start()

    def _start(self) -> None:
        self.items: dict[str, Recorded] = {}
        self._taken: dict[str, tuple[list[dict[str, Any]], int]] = {}
        self._latest: dict[str, float] = {}  # time of each writer; one that steps back does not count
        self._ranks: dict[str, set[int]] = {}
        self._ends: dict[str, tuple[float, str]] = {}

    def refresh(self) -> bool:
        """Take in what the reader has read since; whether there was anything."""
        files = self._reader.data()
        known = {writer: data for writer, _, data in files}
        begun = bool(self._taken)
        if any(known.get(writer) is not data for writer, (data, _) in self._taken.items()):
            self._start()  # a file was replaced
        new = self._new(files)
        if any(self._comes_late(entry) for entry in new):
            self._start()
            new = self._new(files)
        for key, writer, _, record in new:
            self._add(record, (key, writer))
        return bool(new) or (begun and not self._taken)

    def _new(self, files: list[tuple[str, int, list[dict[str, Any]]]]) -> list[tuple[float, str, int, dict[str, Any]]]:
        """(time, writer, seq, record) of what was not taken in yet, in order."""
        new = []
        for writer, _, data in files:
            _, taken = self._taken.get(writer, (data, 0))
            count = len(data)
            some = sorted(data[taken:count], key=lambda record: record["seq"])
            self._taken[writer] = data, count
            latest = self._latest.get(writer, 0.0)
            for record in some:
                latest = max(latest, record["time"])
                new.append((latest, writer, record["seq"], record))
            self._latest[writer] = latest
        return sorted(new, key=lambda entry: entry[:3])

    def _comes_late(self, entry: tuple[float, str, int, dict[str, Any]]) -> bool:
        """Whether it belongs before something that was taken in already."""
        record = entry[3]
        item = self.items.get(str(record.get("name")))
        return item is not None and item.rank == record["rank"] and entry[:2] < self._ends[item.name]

    def _add(self, record: dict[str, Any], key: tuple[float, str]) -> None:
        name, rank = record.get("name"), record["rank"]
        if not isinstance(name, str):
            return
        ranks = self._ranks.setdefault(name, set())
        ranks.add(rank)
        item = self.items.get(name)
        if item is None or rank < item.rank:
            item = self.items[name] = Recorded(name, kind_of(record), rank)
        if rank == item.rank:
            item.add(record)
            self._ends[name] = key
        item.ranks = len(ranks)
