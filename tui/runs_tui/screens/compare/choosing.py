"""Which runs are compared when it is asked for in the list of runs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from runs_tui import keys
from runs_tui.model.comparison import goal_of
from runs_tui.model.fields import field
from runs_tui.model.groups import Group, Line
from runs_tui.model.snapshot import Snapshot
from runstore.reading.row import RunRow

_BEST = 4
"""Runs that are put beside the one under the cursor, where none is marked."""


_MOST = 500
"""Runs that are compared at once: more lines would tell nothing."""


class Choice(NamedTuple):
    """The runs to compare, fewer than two if there is nothing to compare; ``said``: why these, in words."""

    rows: list[RunRow]
    said: str = ""


def choose(snapshot: Snapshot, line: Line | None, marked: Collection[str]) -> Choice:
    """The marked runs; a single marked one with the run under the cursor; all of the group under the cursor; else the
    run under the cursor and the best others of its experiment.
    """
    rows = [row for row in snapshot.rows if row.key in marked]
    if len(rows) > 1:
        return Choice(rows)
    if isinstance(line, Group):
        return first_of(line.rows)
    if line is None:
        return Choice(rows)
    if rows:
        return Choice([row for row in snapshot.rows if row.key in marked or row.key == line.key])
    mark = keys.shown_key("runs", "mark")
    others = [row for row in snapshot.rows if row.experiment == line.experiment and row.key != line.key]
    best, metric = _best(others, line, snapshot.metrics)
    said = f"the best by {metric}" if metric else "the newest"
    return Choice([line, *best], f"with {said} of {line.experiment}: {mark} in the list marks others")


def first_of(rows: Sequence[RunRow]) -> Choice:
    """The first runs of a list, all unless they are very many."""
    said = f"the first {_MOST} of {len(rows)} runs" if len(rows) > _MOST else ""
    return Choice(list(rows[:_MOST]), said)


def _best(rows: Sequence[RunRow], line: RunRow, metrics: Sequence[str]) -> tuple[list[RunRow], str]:
    """A few runs, the best ones by the first metric of ``line`` with a direction, else the newest; and the metric."""
    for metric in (*metrics, *line.metrics):
        goal = goal_of(metric, [line])
        by = field(f"best:{metric}")
        if goal is None or by is None or metric not in line.metrics:
            continue
        having = [(value, row) for row in rows if isinstance(value := by.value(row), (int, float)) and value == value]
        if having:
            having.sort(key=lambda each: each[0] if goal == "min" else -each[0])
            return [row for _, row in having[:_BEST]], metric
    return sorted(rows, key=lambda row: -(row.created or 0.0))[:_BEST], ""
