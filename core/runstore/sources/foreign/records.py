"""What a foreign run recorded beside points: lists, rows, tables, images, alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runstore.reading.events import DataPlace

_MOST = 200_000
_ALERT = "alert"


class Records:
    """In the order in which they were read. Not thread-safe: the reader's lock covers every call."""

    def __init__(self) -> None:
        self._kept: list[dict[str, Any]] = []
        self._left_out = 0
        self._generation = 0

    def add(self, kind: str, name: str, value: object, step: int | None, time: float) -> None:
        """Keep one, unless there are too many."""
        if len(self._kept) >= _MOST:
            self._left_out += 1
            return
        record = {"kind": kind, "name": name, "value": value, "time": time, "writer": "0", "rank": 0}
        record["seq"] = len(self._kept)
        if step is not None:
            record["step"] = step
        self._kept.append(record)

    def clear(self) -> None:
        """Forget them: all is read anew."""
        self._kept, self._left_out = [], 0
        self._generation += 1

    @property
    def warnings(self) -> list[str]:
        """What is not shown."""
        return [f"{self._left_out} records are left out: {_MOST} are shown"] if self._left_out else []

    def alerts(self) -> list[dict[str, Any]]:
        """The records that are no data."""
        return [record for record in self._kept if record["kind"] == _ALERT]

    def of(self, kind: str | None) -> list[dict[str, Any]]:
        """Those of a kind, or all."""
        return [record for record in self._kept if kind in (None, record["kind"])]

    def data_after(self, place: DataPlace) -> list[dict[str, Any]]:
        """What has come after ``place``, which moves on."""
        generation, taken = place.taken
        place.replaced = taken > 0 and generation != self._generation
        place.waiting = False
        new = [record for record in self._kept[taken:] if record["kind"] != _ALERT]
        place.taken = self._generation, len(self._kept)
        return new
