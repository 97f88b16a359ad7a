"""The summary of a run: what was set in it by hand, since the rest is the last of its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runstore.sources.wandb.columns import Keys
from runstore.sources.wandb.history import INTERNAL, History, Objects
from runstore.sources.wandb.items import items_of
from runstore.sources.wandb.values import decode, flattened, number_in

if TYPE_CHECKING:
    from runstore.reading.arrays import Array
    from runstore.sources.foreign.numbers import Numbers

_UPDATE = 1  # of SummaryRecord
_PREFIX = "summary."


class Summary:
    """Values under names that history has not: numbers become metrics of one point, what else there is, properties."""

    def __init__(self, history: History) -> None:
        self._texts: dict[str, str] = {}
        self._history = history
        self._keys = Keys()
        self._changed: dict[str, bytes] = {}

    @property
    def properties(self) -> dict[str, str]:
        """What is no number, under the names of properties."""
        return {_PREFIX + name: text for name, text in self._texts.items() if name in self._history.singles}

    def take(self, data: bytes, spans: Array) -> None:
        """Take in the updates at these places."""
        columns = self._keys.columns(items_of(data, spans, _UPDATE))
        objects = Objects(columns)
        for column in columns:
            parts = column.parts
            if parts[0] not in INTERNAL and not self._history.has(parts) and not objects.has(column):
                self._changed[column.name] = column.last()

    def settle(self, numbers: Numbers, time: float) -> None:
        """Bring what was set since up to date, once history was read as far as it goes."""
        changed, self._changed = self._changed, {}
        for name, value in changed.items():
            if self._history.has((name,)):
                continue
            try:
                leaves = flattened(decode(value), name)
            except ValueError:
                continue
            for leaf, each in leaves.items():
                self._set(leaf, each, numbers, time)

    def _set(self, name: str, value: Any, numbers: Numbers, time: float) -> None:
        number = number_in(value)
        if number is not None:
            numbers.clear([name])
            numbers.add_row(None, time, {name: number})
            self._history.singles.add(name)
        elif value is not None and value != {}:
            self._texts[name] = value if isinstance(value, str) else str(value)
            self._history.singles.add(name)
