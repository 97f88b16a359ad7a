"""What ``define_metric`` said: which metric counts the steps of another, and what of it is better."""

from __future__ import annotations

from typing import NamedTuple

from runstore.sources.protobuf import BYTES, VARINT, fields, text

_NAME, _GLOB, _STEP_METRIC, _SUMMARY, _GOAL = 1, 2, 4, 7, 8  # of MetricRecord
_MIN, _MAX = 1, 2  # of MetricSummary
_NO_METRIC = frozenset(("", "_step"))
"""What counts steps where nothing else was said to."""
_GOALS = {1: "min", 2: "max"}


class Definition(NamedTuple):
    """Of one metric, or of all that a glob names. Empty where nothing was said."""

    name: str
    is_glob: bool
    step_metric: str
    goal: str

    def names(self, metric: str) -> bool:
        """Whether this metric is meant."""
        if self.is_glob:
            return metric.startswith(self.name.removesuffix("*"))
        return metric == self.name


def read_definition(data: bytes, begin: int, end: int) -> Definition:
    """The definition in a record; raises ValueError for what is none.

    A summary of the lowest values alone says that less is better, one of the highest that more is.
    """
    name = step_metric = goal = ""
    is_glob = False
    summed: set[int] = set()
    for field, coding, start, stop in fields(data, begin, end):
        if field in (_NAME, _GLOB) and coding == BYTES:
            name, is_glob = text(data, start, stop), field == _GLOB
        elif field == _STEP_METRIC and coding == BYTES:
            step_metric = text(data, start, stop)
        elif field == _GOAL and coding == VARINT:
            goal = _GOALS.get(start, "")
        elif field == _SUMMARY and coding == BYTES:
            summed |= {each for each, kind, value, _ in fields(data, start, stop) if kind == VARINT and value}
    if not goal and len(summed & {_MIN, _MAX}) == 1:
        goal = "min" if _MIN in summed else "max"
    return Definition(name.replace("\\.", "."), is_glob, step_metric.replace("\\.", "."), goal)


class Definitions:
    """All definitions of a run; of two for one metric the later one holds, and one by name before one by a glob."""

    def __init__(self) -> None:
        self._by_name: dict[str, Definition] = {}
        self._globs: dict[str, Definition] = {}

    def take(self, definition: Definition) -> None:
        """Take in what was said of a metric; a part that is not said again stays."""
        kept = self._globs if definition.is_glob else self._by_name
        known = kept.get(definition.name)
        if known is not None:
            definition = definition._replace(
                step_metric=definition.step_metric or known.step_metric, goal=definition.goal or known.goal
            )
        kept[definition.name] = definition

    @property
    def step_metrics(self) -> set[str]:
        """The metrics that count the steps of others."""
        return {each.step_metric for each in (*self._by_name.values(), *self._globs.values())} - _NO_METRIC

    def counting(self, names: set[str]) -> tuple[dict[str, str], set[str]]:
        """What is said to count the steps of each of these metrics, and which of them count those of others."""
        found = {name: each.step_metric for name in names if (each := self.of(name)) is not None}
        return {name: each for name, each in found.items() if each not in _NO_METRIC}, self.step_metrics & names

    def of(self, metric: str) -> Definition | None:
        """What was said of this metric."""
        found = self._by_name.get(metric)
        if found is not None:
            return found
        return next((each for each in reversed(self._globs.values()) if each.names(metric)), None)
