"""The columns of the run table: which there are for a width, how wide, and what stands in each cell."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.style import Style

from runs_tui.model import words
from runs_tui.model.roster import duration_of
from runs_tui.model.snapshot import Snapshot
from runs_tui.model.states import ALARMS, LIVE, SILENT
from runs_tui.themes import Ink
from runs_tui.widgets import fit
from runs_tui.widgets.spark import sparkline
from runstore.reading.row import RunRow
from runstore.series import guess_goal

GUTTER = 3
"""Cells for the unseen mark and the cursor."""
NAME_FEWEST, NAME_WISHED, NAME_MOST = 8, 13, 34
"""Cells of the name."""

_LOOKED_AT = 200
"""Rows whose names decide how wide the names are shown."""
NARROW = 34
"""Cells below which a state is told by its sign alone."""

Cell = tuple[str, Style]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``width`` counts the space before it."""

    title: str
    width: int
    cell: Callable[[RunRow, Ink], Cell]
    right: bool = True
    sort: str = ""
    """The order of `View` that this column shows."""
    reason: bool = False
    """The reason of a failed run may lie over this cell."""

    def fitted(self, text: str) -> str:
        """``text`` in exactly the cells of the column."""
        if self.right:
            return " " + fit.right(text, self.width - 1)
        return "  " + fit.left(text, self.width - 2)


def columns(width: int, snapshot: Snapshot) -> list[Column]:
    """The columns after the name for a table of ``width`` cells, from the left, and so the room for the name.

    They are chosen by worth: state, when, first metric, step, second metric, eta, sparkline, ...
    """
    if width < NARROW:
        return [Column("", 3, lambda row, ink: (row.state.glyph, ink.state(row.state.word)), right=False)]
    placed, core, extras = _all(snapshot)
    room = width - GUTTER - 1
    chosen: list[Column] = []
    lengths = sorted(fit.cell_len(fit.safe(row.name, 40)) for row in snapshot.rows[:_LOOKED_AT])
    usual = lengths[len(lengths) * 9 // 10] if lengths else 0
    for wanted, name in ((core[:2], NAME_FEWEST), (core[2:], NAME_WISHED), (extras, max(usual, NAME_WISHED))):
        for column in wanted:
            if room - column.width - sum(other.width for other in chosen) >= min(name, NAME_MOST):
                chosen.append(column)
    return sorted(chosen, key=placed.index)


def name_width(width: int, chosen: list[Column]) -> int:
    """The cells of the name: what the columns leave, within reason."""
    return max(min(width - GUTTER - 1 - sum(column.width for column in chosen), NAME_MOST), 0)


def _all(snapshot: Snapshot) -> tuple[list[Column], list[Column], list[Column]]:
    """All columns by place; those of a narrow screen by worth; and what a wide one adds, by worth."""
    parents = any(row.children_failed for row in snapshot.rows[:_LOOKED_AT])
    state = Column("state", 18 if parents else 15, state_cell, right=False, sort="state")
    step = Column("step", 10, lambda row, ink: (words.count(row.step), ink.text), sort="step")
    when = Column("when", 10, when_cell, right=False, sort="newest")
    eta = [Column("eta", 6, _eta)] if any(row.eta is not None for row in snapshot.rows[:_LOOKED_AT]) else []
    took = Column("took", 7, _took, sort="duration")
    metrics = [metric_column(name, place) for place, name in enumerate(snapshot.metrics)]
    first, second, more = metrics[:1], metrics[1:2], metrics[2:]
    spark = [spark_column(snapshot.metrics[0])] if metrics else []
    best = [best_column(name) for name in snapshot.metrics[1:2] or snapshot.metrics[:1]]
    params = [param_column(name) for name in snapshot.params]
    several = snapshot.view.experiment is None and len(snapshot.experiments) > 1
    experiment = [Column("experiment", 16, lambda row, ink: (fit.safe(row.experiment), ink.dim), right=False)] * several
    host = [Column("host", 12, lambda row, ink: (fit.safe(row.host or "-"), ink.dim), right=False)]
    placed = [*experiment, state, step, *first, *spark, *second, *best, *more, *params, took, when, *eta, *host]
    extras = [*spark, *params[:1], *best, *experiment, took, *params[1:], *more, *host]
    return placed, [state, when, *first, step, *second, *eta], extras


def metric_column(name: str, place: int) -> Column:
    """The last value of a metric."""

    def cell(row: RunRow, ink: Ink) -> Cell:
        stat = row.metrics.get(name)
        if stat is None:
            return "-", ink.rule
        text = words.number(stat.last)
        return text, ink.bad if text in ("NaN", "Inf", "-Inf") else ink.text

    title = fit.safe(name, 60)
    return Column(
        fit.right_end(title, 13),
        max(min(fit.cell_len(title), 13) + 1, 10),
        cell,
        sort=("metric", "metric 2")[place] if place < 2 else "",
        reason=True,
    )


def best_column(name: str) -> Column:
    """The best value of a metric: its minimum or maximum, by the goal that was said or that the name suggests."""

    def cell(row: RunRow, ink: Ink) -> Cell:
        stat, goal = row.metrics.get(name), row.goals.get(name) or guess_goal(name)
        if stat is None or goal is None:
            return "-", ink.rule
        return words.number(stat.min if goal == "min" else stat.max), ink.text

    return Column("best", 9, cell, reason=True)


def spark_column(name: str) -> Column:
    """The trend of a metric."""

    def cell(row: RunRow, ink: Ink) -> Cell:
        stat = row.metrics.get(name)
        return sparkline(stat.sparkline, 8) if stat is not None else " " * 8, ink.series[0]

    return Column("", 10, cell, right=False, reason=True)


def param_column(name: str) -> Column:
    """A parameter."""

    def cell(row: RunRow, ink: Ink) -> Cell:
        value = row.params.get(name)
        return ("-", ink.rule) if value is None else (fit.safe(words.setting(value), 60), ink.text)

    return Column(fit.safe(name, 60), 10, cell)


def _eta(row: RunRow, ink: Ink) -> Cell:
    if row.eta is not None and row.state.word == "running":
        return words.span(row.eta), ink.dim
    return "", ink.dim


def _took(row: RunRow, ink: Ink) -> Cell:
    seconds = duration_of(row)
    return ("-", ink.rule) if seconds is None else (words.span(seconds), ink.dim)


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
        return error if fit.cell_len(error) <= width else short
    return f"{error} · {short}"


def state_cell(row: RunRow, ink: Ink) -> Cell:
    """Glyph and word; the rest of the state's text too when no reason is shown beside it. A parent says how many of
    its children failed."""
    text = row.state.word if reason(row) else row.state.text
    if row.children_failed:
        return fit.safe(f"{row.state.glyph} {text} {row.children_failed}✗", 60), ink.warn
    return fit.safe(f"{row.state.glyph} {text}", 60), ink.state(row.state.word)


def when_cell(row: RunRow, ink: Ink) -> Cell:
    """The age of the last record while a run lives, else the time of its end; ends do not age on the screen."""
    now = time.time()
    if row.state.word in LIVE:
        return (words.age(now - row.active) if row.active else "-"), ink.dim
    return words.clock(row.ended or row.active or row.created, now), ink.dim
