"""The best run of a list, by its first metric with a direction."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from operator import attrgetter

import msgspec

from runstore.reading.row import RunRow
from runstore.series import guess_goal

_GOAL_LOOKED_AT = 100


class Best(msgspec.Struct, frozen=True):
    """A run, and its best value of a metric."""

    metric: str
    goal: str
    """min or max."""
    value: float
    key: str
    name: str
    rank: tuple[float, float, str]
    """Less than that of any other run; of equally good ones the newest is the best."""


def best_run(
    rows: Sequence[RunRow], metrics: Sequence[str], before: Best | None, changed: Iterable[RunRow] | None
) -> Best | None:
    """The best of ``rows``; None where none has a finite value of a metric whose direction is known.

    ``changed``: the rows that are different since ``before`` was the answer, None when the list is another. Then only
    these are looked at, as long as the best one has not lost its value.
    """
    aim = _aim(rows, metrics)
    if aim is None:
        return None
    metric, goal = aim
    if before is None or changed is None or (before.metric, before.goal) != aim:
        return _best(rows, metric, goal)
    best = before
    for row in changed:
        value = _value(row, metric, goal)
        found = _of(row, metric, goal, value) if value is not None else None
        if row.key == before.key and (found is None or found.rank > before.rank):
            return _best(rows, metric, goal)
        if found is not None and (row.key == best.key or found.rank < best.rank):
            best = found
    return best


def _best(rows: Sequence[RunRow], metric: str, goal: str) -> Best | None:
    having = [row for row in rows if metric in row.metrics]
    values = list(map(attrgetter(goal), [row.metrics[metric] for row in having]))
    value = (min if goal == "min" else max)(filter(math.isfinite, values), default=None)
    if value is None:
        return None
    equal = (row for row, its in zip(having, values, strict=True) if its == value)
    return min((_of(row, metric, goal, value) for row in equal), key=attrgetter("rank"))


def _of(row: RunRow, metric: str, goal: str, value: float) -> Best:
    rank = (value if goal == "min" else -value, -(row.created or 0.0), row.key)
    return Best(metric, goal, value, row.key, row.name, rank)


def _value(row: RunRow, metric: str, goal: str) -> float | None:
    stat = row.metrics.get(metric)
    if stat is None:
        return None
    value = stat.min if goal == "min" else stat.max
    return value if math.isfinite(value) else None


def _aim(rows: Sequence[RunRow], metrics: Sequence[str]) -> tuple[str, str] | None:
    """The metric, and whether less or more of it is better: as a run says, else as its name suggests."""
    for metric in metrics:
        said = (row.goals[metric] for row in rows[:_GOAL_LOOKED_AT] if metric in row.goals)
        goal = next(said, None) or guess_goal(metric)
        if goal is not None:
            return metric, goal
    return None
