"""The fields that every run has, and what a query may ask of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal, Protocol

from runstore.query.standings import LIVE, WAITING

Kind = Literal["text", "number", "span", "time", "tag", "has", "is"]

PREFIXES: dict[str, Literal["param", "metric", "tag"]] = {
    "param.": "param", "params.": "param", "metric.": "metric", "metrics.": "metric", "tag.": "tag", "tags.": "tag",
}  # fmt: skip
"""What may stand before the name of a parameter, metric or tag."""
STATISTICS = ("last", "first", "min", "max", "best")
"""What may stand after the name of a metric, with a dot; without one it is the last value."""


class Row(Protocol):
    """What is always looked at of a run (a ``RunRow`` has it, and all other attributes that `FIELDS` names)."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def experiment(self) -> str: ...
    @property
    def state(self) -> Any: ...
    @property
    def tags(self) -> Mapping[str, Any]: ...
    @property
    def params(self) -> Mapping[str, Any]: ...
    @property
    def metrics(self) -> Mapping[str, Any]: ...
    @property
    def goals(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``get`` gives its value in a row, or None; spans are seconds, times unix seconds."""

    name: str
    kind: Kind
    about: str
    get: Callable[[Any], Any]
    counts: bool = False
    """Whether 0 says that there is none, as for children; of other numbers it is a value."""

    def is_held(self, row: Any) -> bool:
        """Whether a run has this: it is not empty."""
        value = self.get(row)
        return bool(value) if self.counts or self.kind in ("text", "tag") else value is not None


def _itself(row: Any) -> Any:
    return row


def _exit_code(row: Any) -> Any:
    code = row.exit.get("code") if row.exit else None
    return code if isinstance(code, (int, float)) else None  # run.json may say anything


_ALL = (
    Field("state", "text", "running, stalled, dead, failed, completed ...", attrgetter("state.word")),
    Field("name", "text", "of the run", attrgetter("name")),
    Field("exp", "text", "experiment", attrgetter("experiment")),
    Field("tag", "tag", "key, value, or key=value of any tag", attrgetter("tags")),
    Field("user", "text", "who started it", attrgetter("user")),
    Field("host", "text", "machine", attrgetter("host")),
    Field("id", "text", "of the run", attrgetter("id")),
    Field("number", "number", "in its experiment", attrgetter("number")),
    Field("type", "text", "kind of run", attrgetter("type")),
    Field("status", "text", "in Azure ML's words", attrgetter("state.status")),
    Field("error", "text", "why it failed", attrgetter("error")),
    Field("exit", "number", "exit code", _exit_code),
    Field("note", "text", "description", attrgetter("description")),
    Field("parent", "text", "id of its parent", attrgetter("parent")),
    Field("children", "number", "runs below it", attrgetter("children"), counts=True),
    Field("attempts", "number", "how often it was begun", attrgetter("attempts"), counts=True),
    Field("commit", "text", "git commit of its code", attrgetter("commit")),
    Field("root", "text", "its run store", attrgetter("root")),
    Field("source", "text", "the tool that wrote it: tensorboard, wandb, mlflow ...", attrgetter("source")),
    Field("step", "number", "newest step", attrgetter("step")),
    Field("total", "number", "steps to do", attrgetter("total")),
    Field("progress", "number", "part that is done: 0.5 or 50%", attrgetter("progress")),
    Field("eta", "span", "time that it still needs", attrgetter("eta")),
    Field("duration", "span", "from start to end, or to the last sign of work", attrgetter("duration")),
    Field("age", "span", "since it was made", attrgetter("created")),
    Field("created", "time", "when it was made", attrgetter("created")),
    Field("started", "time", "when it began", attrgetter("started")),
    Field("ended", "time", "when it ended", attrgetter("ended")),
    Field("active", "time", "last sign of work", attrgetter("active")),
    Field("has", "has", "a parameter, metric or tag; error, note, children ...", _itself),
    Field("is", "is", "live, waiting, ended, child, parent, archived", _itself),
)
ALIASES = {"experiment": "exp", "reason": "error", "description": "note", "took": "duration"}
FIELDS: dict[str, Field] = {field.name: field for field in _ALL}
FIELDS.update((alias, FIELDS[name]) for alias, name in ALIASES.items())
"""Each field by its name and its other names."""

STANDINGS: dict[str, Callable[[Any], bool]] = {
    "live": lambda row: row.state.word in LIVE,
    "waiting": lambda row: row.state.word in WAITING,
    "ended": lambda row: row.state.word not in LIVE and row.state.word not in WAITING,
    "child": lambda row: bool(row.parent),
    "parent": lambda row: row.children > 0,
    "archived": lambda row: bool(row.archived),
}
"""What ``is:`` asks."""
