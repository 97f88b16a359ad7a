"""`RunRow`: one run as a list shows it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from runstore.reading.series_data import MetricStat
from runstore.reading.states import State
from runstore.reading.usage import Usage

if TYPE_CHECKING:
    Metrics = Mapping[str, MetricStat]
else:
    Metrics = msgspec.Raw  # what the decoder of the index makes of it, before `runstore.reading.index` replaces it


class RunRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the list of runs. Times are unix seconds; texts are as the run wrote them, except where said.

    key: the run's folder. active: last point, record or output. step: of the newest point, or how many points there
    are where no steps were given. metrics: statistics of each metric's lowest rank. goals: min or max for the
    metrics that say so. error: the line that tells most about a failure (printable). progress: 0 to 1, eta: seconds,
    total: steps, each None where unknown. last_line: the end of the output as a terminal shows it (printable).
    warnings: what the run, or reading it, found wrong. children: how many runs are below this one, children of children
    included, archived ones not; children_failed: how many of them failed, are dead or lost. attempts: how often it was
    begun. commit: of its code, and dirty: whether there were changes over it. usage: what it last used of its machine.
    problem: why the folder cannot be read as a run; empty for a run in order. source: the kind of another tool's run
    (see `runstore.sources.foreign.kinds`); empty for our own.
    """

    key: str = ""
    root: str = ""
    id: str
    experiment: str
    name: str
    number: int | None = None
    type: str | None = None
    status: str | None = None
    state: State
    created: float | None = None
    started: float | None = None
    ended: float | None = None
    active: float | None = None
    step: int | None = None
    params: dict[str, Any] = {}
    tags: dict[str, Any] = {}
    metrics: Metrics = {}
    goals: dict[str, str] = {}
    host: str | None = None
    user: str | None = None
    parent: str | None = None
    archived: bool = False
    exit: dict[str, Any] | None = None
    error: str | None = None
    description: str | None = None
    warnings: tuple[str, ...] = ()
    progress: float | None = None
    eta: float | None = None
    total: int | None = None
    last_line: str | None = None
    children: int = 0
    children_failed: int = 0
    attempts: int = 0
    commit: str | None = None
    dirty: bool = False
    usage: Usage | None = None
    problem: str = ""
    source: str = ""

    @property
    def duration(self) -> float | None:
        """Seconds from start to end, or to the last activity while it lives."""
        end = self.ended or self.active
        return max(end - self.started, 0.0) if self.started and end else None


_ALIKE = ("experiment", "status", "type", "host", "user", "commit")
_MOST_STATES = 1000
_states: dict[State, State] = {}


def share(row: RunRow) -> RunRow:
    """The same row, which nobody has seen yet; what runs have in common is in memory once for all of them."""
    put = msgspec.structs.force_setattr
    for name in _ALIKE:
        text = getattr(row, name)
        if text:
            put(row, name, sys.intern(text))
    known = _states.get(row.state)
    if known is not None:
        put(row, "state", known)
    elif len(_states) < _MOST_STATES:  # why runs fail is said in many ways
        _states[row.state] = row.state
    return row
