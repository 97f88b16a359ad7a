"""Rows of history: series of numbers, and what is no number."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from runstore.records.points import NO_STEP
from runstore.sources.protobuf import BYTES, VARINT, fields, signed
from runstore.sources.wandb.columns import Column, Keys
from runstore.sources.wandb.items import items_of
from runstore.sources.wandb.metrics import Definitions
from runstore.sources.wandb.values import decode, number_in

if TYPE_CHECKING:
    from runstore.reading.arrays import Array
    from runstore.sources.foreign.numbers import Numbers

_ITEM, _STEP = 1, 2  # of HistoryRecord
_STEP_KEY, _TIME_KEY = "_step", "_timestamp"
INTERNAL = frozenset((_STEP_KEY, _TIME_KEY, "_runtime", "_wandb"))
"""Keys of the SDK's own."""
TYPE = "_type"
"""The part of a key that says that its siblings are the fields of an image, a table ..."""
_LARGEST_STEP = 2.0**62


class Thing(NamedTuple):
    """What was logged that is no number: a text, a list, or the fields of an image, a table ..."""

    name: str
    value: Any
    step: int | None
    time: float


class History:
    """Takes in rows of one run. ``names``: the metrics and things met. ``last_time``: of the newest row. ``singles``:
    names of which there is only a value that the summary had; what history has of them, replaces it.

    ``uneven``: metrics that were said to count the steps of others, but cannot: they have values between whole numbers.
    """

    def __init__(self, definitions: Definitions, uneven: frozenset[str]) -> None:
        self.names: set[str] = set()
        self.singles: set[str] = set()
        self.last_time = 0.0
        self.uneven = uneven
        self.unreadable = 0
        self._definitions = definitions
        self._keys = Keys()
        self._counts: dict[str, tuple[Array, Array]] = {}
        """Rows and values of what counts the steps of others; row -1 is the last one before these."""

    def take(self, data: bytes, spans: Array, numbers: Numbers, written: float) -> list[Thing]:
        """Take in the numbers of these rows; what else they hold, by time. ``written``: a time for want of one."""
        columns = self._keys.columns(items_of(data, spans, _ITEM))
        steps, times = self._places(data, spans, columns, written)
        self._take_counts(columns)
        objects = Objects(columns)
        things = []
        for column in columns:
            if column.parts[0] in INTERNAL or objects.has(column):
                continue
            name, rows = column.name, column.rows
            values, others = self._numbers(column)
            self._meet(name, numbers)
            if others:
                chosen = [(rows[place], value) for place, value in others if value is not None]
                things += [Thing(name, value, _known(steps[row]), float(times[row])) for row, value in chosen]
                rows, values = (np.delete(each, [place for place, _ in others]) for each in (rows, values))
            numbers.add(name, self._steps(name, rows, steps[rows]), times[rows], values)
        for name, row, value in objects.read():
            self._meet(name, numbers)
            things.append(Thing(name, value, _known(steps[row]), float(times[row])))
        things.sort(key=attrgetter("time"))
        return things

    def has(self, parts: tuple[str, ...]) -> bool:
        """Whether history has this name, or what it is a field of."""
        return any(".".join(parts[:size]) in self.names for size in range(1, len(parts) + 1))

    def _meet(self, name: str, numbers: Numbers) -> None:
        if name in self.names:
            return
        self.names.add(name)
        replaced = {single for single in self.singles if single == name or single.startswith(name + ".")}
        if replaced:
            self.singles -= replaced
            numbers.clear(replaced)

    def _places(self, data: bytes, spans: Array, columns: list[Column], written: float) -> tuple[Array, Array]:
        """The step and the time of each row."""
        steps = np.full(len(spans), NO_STEP, np.int64)
        times = np.full(len(spans), self.last_time or written)
        for column in columns:
            if column.parts == (_STEP_KEY,):
                given, _ = self._numbers(column)
                within = np.abs(given) < _LARGEST_STEP
                steps[column.rows[within]] = given[within].astype(np.int64)
            elif column.parts == (_TIME_KEY,):
                given, _ = self._numbers(column)
                within = np.isfinite(given)
                times[column.rows[within]] = given[within]
        for row in np.flatnonzero(steps == NO_STEP).tolist():
            steps[row] = _step_of(data, *spans[row].tolist())
        self.last_time = float(times[-1])
        return steps, times

    def _numbers(self, column: Column) -> tuple[Array, list[tuple[int, Any]]]:
        """The values, and (place, value) of those that are no number."""
        plain = column.numbers()
        if plain is not None:
            return plain, []
        values = column.values()
        try:
            return np.array(list(map(float, values)), np.float64), []
        except ValueError:
            pass
        found = np.full(len(values), np.nan)
        others: list[tuple[int, Any]] = []
        for place, value in enumerate(values):
            try:
                decoded = decode(value)
            except ValueError:
                self.unreadable += 1
                decoded = None
            number = number_in(decoded)
            if number is None:
                others.append((place, decoded))
            else:
                found[place] = number
        return found, others

    def _take_counts(self, columns: list[Column]) -> None:
        """Remember the values of what counts the steps of others in these rows."""
        wanted = self._definitions.step_metrics - self.uneven
        self._counts = {name: (np.array([-1]), values[-1:]) for name, (_, values) in self._counts.items()}
        for column in columns if wanted else ():
            if column.name not in wanted:
                continue
            values, _ = self._numbers(column)
            if not (np.abs(values) < _LARGEST_STEP).all() or (values != np.floor(values)).any():
                self.uneven |= {column.name}
                continue
            rows, counts = self._counts.get(column.name, (np.empty(0, np.int64), np.empty(0, np.int64)))
            self._counts[column.name] = (
                np.concatenate((rows, column.rows)),
                np.concatenate((counts, values.astype(np.int64))),
            )

    def _steps(self, name: str, rows: Array, steps: Array) -> Array:
        """The steps of a metric in these rows: the newest value of what was said to count them, if there is one."""
        definition = self._definitions.of(name)
        counts = self._counts.get(definition.step_metric) if definition is not None else None
        if counts is None:
            return steps
        places = np.searchsorted(counts[0], rows, "right") - 1
        counted: Array = np.where(places >= 0, counts[1][places], steps)
        return counted


class Objects:
    """The things among columns whose fields were logged one by one: an image, a table ..., each with its ``_type``."""

    def __init__(self, columns: list[Column]) -> None:
        self._fields: dict[tuple[str, ...], list[Column]] = {
            column.parts[:-1]: [] for column in columns if len(column.parts) > 1 and column.parts[-1] == TYPE
        }
        for column in columns if self._fields else ():
            owner = self._owner(column)
            if owner is not None:
                self._fields[owner].append(column)

    def has(self, column: Column) -> bool:
        """Whether the column is a field of one."""
        return bool(self._fields) and self._owner(column) is not None

    def read(self) -> Iterator[tuple[str, int, dict[str, Any]]]:
        """(name, row, the thing as it was logged) of each."""
        for owner, columns in self._fields.items():
            found: dict[int, dict[str, Any]] = {}
            for column in columns:
                field = ".".join(column.parts[len(owner) :])
                for row, value in zip(column.rows.tolist(), column.values(), strict=True):
                    try:
                        found.setdefault(row, {})[field] = decode(value)
                    except ValueError:
                        continue
            for row, thing in found.items():
                if TYPE in thing:
                    yield ".".join(owner), row, thing

    def _owner(self, column: Column) -> tuple[str, ...] | None:
        parts = column.parts
        return next((parts[:size] for size in range(1, len(parts)) if parts[:size] in self._fields), None)


def _known(step: Any) -> int | None:
    return None if step == NO_STEP else int(step)


def _step_of(data: bytes, begin: int, end: int) -> int:
    """The step that a row has beside its items; `NO_STEP` for none."""
    try:
        for field, coding, start, stop in fields(data, begin, end):
            if field == _STEP and coding == BYTES:
                return next((signed(value) for _, kind, value, _ in fields(data, start, stop) if kind == VARINT), 0)
    except ValueError:
        pass
    return NO_STEP
