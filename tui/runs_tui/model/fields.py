"""What a column can show of a run: its facts, any metric, parameter or tag; what it says, and what it is sorted by.

A field is known by its id: the name of a fact (``host``), or a kind and a name (``last:loss best:val/acc param:lr
tag:team``). Ids are what is kept in files, so they stay what they are.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter

import msgspec

from runs_tui.model import words
from runs_tui.model.states import ALARMS, LIVE, SILENT
from runs_tui.model.text import cell_len
from runstore.reading.row import RunRow
from runstore.reading.series_data import MetricStat
from runstore.series import guess_goal

Value = bool | int | float | str | None

STATISTICS = ("last", "first", "min", "max", "best", "trend")
"""What can be shown of a metric."""
_MOST = 200
"""Characters of a parameter or tag that are looked at."""


class Field(msgspec.Struct, frozen=True):
    """``value`` is what runs are sorted by, None where a run has none; ``text`` is unsafe as the run wrote it."""

    id: str
    title: str
    value: Callable[[RunRow], Value]
    text: Callable[[RunRow], str]
    width: int = 10
    """Cells of its column, with the space before it."""
    right: bool = True
    falls: bool = False
    """Whether the greatest come first, until the order is reversed."""
    kind: str = "run"
    """``run``, ``machine``, ``parameter``, ``tag``, or the statistic of a metric."""
    name: str = ""
    """Of the metric, parameter or tag."""

    @property
    def order(self) -> str:
        """The `View.sort` that sorts by this field: those that show the same have one order."""
        if self.kind == "trend":
            return f"last:{self.name}"
        return "newest" if self.id in ("when", "created") else self.id


@lru_cache(16_384)
def field(id_: str) -> Field | None:
    """The field of an id; None for one that does not exist."""
    kind, colon, name = id_.partition(":")
    if not colon:
        return FACTS.get(id_)
    if kind in STATISTICS:
        return _metric(kind, name)
    if kind == "param":
        return _setting(id_, "parameter", name, lambda row: row.params.get(name))
    if kind == "tag":
        return _setting(id_, "tag", name, lambda row: row.tags.get(name, ""), empty=name)
    return None


def _metric(statistic: str, name: str) -> Field:
    guess = guess_goal(name)

    def best(row: RunRow) -> Value:
        stat, goal = row.metrics.get(name), row.goals.get(name) or guess
        return None if stat is None or goal is None else stat.min if goal == "min" else stat.max

    def other(row: RunRow) -> Value:
        stat = row.metrics.get(name)
        return None if stat is None else get(stat)

    get = itemgetter(MetricStat._fields.index("last" if statistic in ("trend", "best") else statistic))
    value = best if statistic == "best" else other
    return Field(
        f"{statistic}:{name}",
        name if statistic == "last" else f"{name} {statistic}",
        value,
        lambda row: words.number(value(row)),
        right=statistic != "trend",
        falls=guess == "max",
        kind=statistic,
        name=name,
    )


def _setting(id_: str, kind: str, name: str, get: Callable[[RunRow], object], empty: str = "") -> Field:
    """A parameter, or a tag, which may have no value: then it is shown by its name where a run has it."""

    def value(row: RunRow) -> Value:
        found = get(row)
        if found is None:
            return empty or None
        if isinstance(found, (bool, int, float)):
            return found
        return str(found)[:_MOST] or None

    return Field(id_, name, value, lambda row: _said(value(row)), kind=kind, name=name)


def _said(value: Value) -> str:
    return "-" if value is None else words.setting(value)


def duration_of(row: RunRow) -> float | None:
    """Seconds from start to end, or to the last activity while it lives."""
    return row.duration


def when(row: RunRow) -> str:
    """The age of the last record while a run lives, else the time of its end; ends do not age on the screen."""
    now = time.time()
    if row.state.word in LIVE:
        return words.age(now - row.active) if row.active else "-"
    return words.clock(row.ended or row.active or row.created, now)


def reason(row: RunRow, width: int = 1_000) -> str:
    """Why a run failed, in one line: the last line of the error, then exit code or signal; else nothing.

    Where that takes more than ``width`` cells and there is a shorter name for it (``CUDA OOM``), that one.
    """
    if row.state.word not in ALARMS:
        return ""
    short = row.state.text.removeprefix(row.state.word).strip()
    error = row.error or SILENT.get(row.state.word, "")
    if not row.error or not short:
        return error
    if not short.startswith(("exit", "SIG")):
        return error if cell_len(error) <= width else short
    return f"{error} · {short}"


def _eta(row: RunRow) -> float | None:
    return row.eta if row.state.word == "running" else None


def _children(row: RunRow) -> str:
    failed = f" {row.children_failed}✗" if row.children_failed else ""
    return f"{row.children}{failed}" if row.children else "-"


def _tags(row: RunRow) -> str:
    return " ".join(key if value in (None, "") else f"{key}={value}" for key, value in row.tags.items())[:_MOST]


def _fact(id_: str, title: str, get: Callable[[RunRow], str | None], width: int = 12, kind: str = "run") -> Field:
    return Field(id_, title, lambda row: get(row) or None, lambda row: get(row) or "-", width, right=False, kind=kind)


def _count(id_: str, title: str, get: Callable[[RunRow], int | None], width: int = 10, *, falls: bool = True) -> Field:
    return Field(id_, title, get, lambda row: words.count(get(row)), width, falls=falls)


def _moment(id_: str, title: str, get: Callable[[RunRow], float | None]) -> Field:
    return Field(id_, title, get, lambda row: words.clock(get(row), time.time()), 10, right=False, falls=True)


def _span(id_: str, title: str, get: Callable[[RunRow], float | None]) -> Field:
    def text(row: RunRow) -> str:
        seconds = get(row)
        return "-" if seconds is None else words.span(seconds)

    return Field(id_, title, get, text, 7, falls=True)


def _part(id_: str, title: str, index: int, *, size: bool = False) -> Field:
    """A number of `Usage`: percent, or 10^6 bytes."""

    def value(row: RunRow) -> float | None:
        return row.usage[index] if row.usage is not None else None

    def text(row: RunRow) -> str:
        number = value(row)
        return "-" if number is None else words.size(int(number * 1e6)) if size else f"{number:.0f}%"

    return Field(id_, title, value, text, 10 if size else 7, falls=True, kind="machine")


FACTS: dict[str, Field] = {
    each.id: each
    for each in (
        Field("state", "state", lambda row: row.state.word, lambda row: row.state.text, 15, right=False),
        _count("step", "step", lambda row: row.step),
        Field(
            "progress",
            "done",
            lambda row: row.progress,
            lambda row: "-" if row.progress is None else f"{row.progress:.0%}",
            6,
            falls=True,
        ),
        Field("eta", "eta", _eta, lambda row: "" if _eta(row) is None else words.span(row.eta or 0.0), 6),
        _span("duration", "took", duration_of),
        Field("when", "when", lambda row: row.created, when, 10, right=False, falls=True),
        _moment("created", "created", lambda row: row.created),
        _moment("started", "started", lambda row: row.started),
        _moment("ended", "ended", lambda row: row.ended),
        _fact("reason", "reason", reason, 26),
        _fact("experiment", "experiment", lambda row: row.experiment, 16),
        _fact("user", "user", lambda row: row.user),
        _fact("root", "root", lambda row: row.root, 14),
        _fact("source", "source", lambda row: row.source or "runs-tui", 13),
        _fact("type", "type", lambda row: row.type, 18),
        _count("number", "number", lambda row: row.number, 8, falls=False),
        _count("attempts", "attempts", lambda row: row.attempts, 10),
        Field("children", "children", lambda row: row.children or None, _children, 10, falls=True),
        _fact("commit", "commit", lambda row: row.commit and row.commit[:10] + "*" * row.dirty, 13),
        _fact("id", "id", lambda row: row.id, 22),
        _fact("tags", "tags", _tags, 20),
        _fact("note", "note", lambda row: row.description, 24),
        _fact("host", "host", lambda row: row.host, 12, "machine"),
        _part("cpu", "cpu", 0),
        _part("memory", "memory", 1, size=True),
        _part("gpu", "gpu", 2),
        _part("gpu memory", "gpu mem", 3, size=True),
    )
}
"""Everything that is no metric, parameter or tag."""
