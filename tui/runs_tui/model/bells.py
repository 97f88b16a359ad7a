"""Bells: the runs whose end, failure or NaN the person wants to hear of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import msgspec

from runs_tui.model.fields import reason
from runs_tui.model.states import LIVE, WAITING
from runstore.reading.row import RunRow
from runstore.series import guess_goal

_GOING_ON = LIVE | WAITING


class Bells(msgspec.Struct, frozen=True):
    """Which runs ring: those with these keys, and from a moment on all of them."""

    keys: frozenset[str] = frozenset()
    since: float | None = None
    """From when on every run rings (unix seconds); None for only those of ``keys``."""

    def __bool__(self) -> bool:
        return bool(self.keys) or self.since is not None

    def flipped(self, rows: Iterable[RunRow]) -> Bells:
        """With the runs of ``rows`` that are going on; without them, if they all ring already."""
        keys = frozenset(row.key for row in rows if row.state.word in _GOING_ON)
        return msgspec.structs.replace(self, keys=self.keys - keys if keys <= self.keys else self.keys | keys)

    def on(self, row: RunRow) -> bool:
        """Whether this run is going on and will ring."""
        return (row.key in self.keys or self.since is not None) and row.state.word in _GOING_ON

    def rung(self, before: RunRow | None, now: RunRow) -> str:
        """What to say of a run that changed; nothing when it does not ring."""
        if now.key not in self.keys and self.since is None:
            return ""
        if now.state.word not in _GOING_ON:
            if before is None:
                last = now.ended or now.active or now.created or 0.0
                return _end(now) if self.since is not None and last >= self.since else ""
            return _end(now) if before.state.word != now.state.word else ""
        if before is None:
            return ""
        lost = next((name for name in now.metrics if _is_lost(name, now) and not _is_lost(name, before)), None)
        return f"{now.name}: {lost} is {_word(now.metrics[lost].last)}" if lost is not None else ""


def _end(row: RunRow) -> str:
    why = reason(row, 60)
    return f"{row.name} {row.state.word}: {why}" if why else f"{row.name} {row.state.text}"


def _is_lost(name: str, row: RunRow) -> bool:
    """Whether the last value of a metric that should fall is no number any more."""
    metrics: Mapping[str, object] = row.metrics
    if name not in metrics or (row.goals.get(name) or guess_goal(name)) != "min":
        return False
    return not math.isfinite(row.metrics[name].last)


def _word(value: float) -> str:
    return "NaN" if value != value else "infinite"
