"""Whether less or more of a metric is better, where a command has to know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from runs_tui.cli.errors import Problem

if TYPE_CHECKING:
    from runstore.reading.row import RunRow


def goal_of(rows: Sequence[RunRow], metric: str) -> str:
    """``min`` or ``max``, as the runs say or the metric's name suggests.

    A guess is said on stderr. Raises `Problem` when no run has the metric or its direction is not known.
    """
    from runstore.series import guess_goal

    having = [row for row in rows if metric in row.metrics]
    if not having:
        known = sorted({name for row in rows for name in row.metrics})[:12]
        raise Problem(f"no run has a metric {metric!r}" + (f"; there are {', '.join(known)}" if known else ""))
    said = next((row.goals[metric] for row in having if metric in row.goals), None)
    goal = said or guess_goal(metric)
    if goal is None:
        raise Problem(f"is less or more of {metric!r} better? say so: run.define_metric({metric!r}, goal='min')")
    if said is None:
        click.echo(f"{metric}: {goal} is taken for best, by its name", err=True)
    return goal


def best_value(row: RunRow, metric: str, goal: str) -> float | None:
    """The best value of a metric that the run has; None where it is no number."""
    value = row.metrics[metric].min if goal == "min" else row.metrics[metric].max
    return value if value == value else None
