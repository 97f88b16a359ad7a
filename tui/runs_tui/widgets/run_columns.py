"""The columns of the run table: which there are for a width, how wide, and what stands in each cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec
from msgspec.structs import replace
from rich.style import Style

from runs_tui.model import words
from runs_tui.model.fields import STATISTICS, Field, field, reason
from runs_tui.model.root_names import root_names
from runs_tui.model.snapshot import Snapshot
from runs_tui.themes import Ink
from runs_tui.widgets import fit
from runs_tui.widgets.spark import sparkline
from runstore.reading.row import RunRow

GUTTER = 3
"""Cells for the unseen mark and the cursor."""
NAME_FEWEST, NAME_WISHED, NAME_MOST = 8, 13, 34
"""Cells of the name."""
NARROW = 34
"""Cells below which a state is told by its sign alone."""

_LOOKED_AT = 200
"""Rows whose names decide how wide the names are shown."""
_TITLE = 13
"""Cells of a title; of a longer one the end is shown."""
_SPARK = 8
_DIM = frozenset(
    ("experiment", "host", "user", "root", "source", "when", "created", "started", "ended", "eta", "duration")
)

Cell = tuple[str, Style]


class Column(msgspec.Struct, frozen=True):
    """One column: ``width`` counts the space before it."""

    field: Field
    title: str
    width: int
    cell: Callable[[RunRow, Ink], Cell]
    reason: bool = False
    """The reason of a failed run lies over this cell."""

    def fitted(self, text: str) -> str:
        """``text`` in exactly the cells of the column."""
        if self.field.right:
            return " " + fit.right(text, self.width - 1)
        return "  " + fit.left(text, self.width - 2)


class Layout(NamedTuple):
    """The columns after the name, from the left, and how many more there are on both sides of them."""

    columns: list[Column]
    before: int = 0
    after: int = 0


def layout(width: int, snapshot: Snapshot, first: int = 0) -> Layout:
    """The columns of a table of ``width`` cells.

    Those of the view from the ``first`` on, as many as fit; the state always. A view that names none has what tells
    most about its runs, by worth: state, when, first metric, step, second metric, eta, sparkline, ...
    """
    if width < NARROW:
        return Layout([Column(_the("state"), "", 3, _sign)])
    lengths = sorted(fit.cell_len(fit.safe(row.name, 40)) for row in snapshot.rows[:_LOOKED_AT])
    usual = lengths[len(lengths) * 9 // 10] if lengths else 0
    room = width - GUTTER - 1
    least = max(min(usual, NAME_WISHED), NAME_FEWEST)
    if snapshot.view.columns:
        chosen = [each for each in map(field, snapshot.view.columns) if each is not None]
        state = _state_column(snapshot, any(each.kind in STATISTICS or each.id == "reason" for each in chosen))
        placed = [state if each.id == "state" else _column(each, snapshot) for each in chosen]
        return _finished(_window(placed, state, room - least, first))
    state = _state_column(snapshot, bool(snapshot.metrics))
    placed, core, extras = _by_worth(snapshot, state)
    if first:
        return _finished(_window(placed, state, room - least, first))
    fitting: list[Column] = []
    for wanted, name in ((core[:2], NAME_FEWEST), (core[2:], NAME_WISHED), (extras, max(usual, NAME_WISHED))):
        for column in wanted:
            if room - column.width - sum(other.width for other in fitting) >= min(name, NAME_MOST):
                fitting.append(column)
    return _finished(Layout(sorted(fitting, key=placed.index), 0, len(placed) - len(fitting)))


def name_width(width: int, chosen: Sequence[Column]) -> int:
    """The cells of the name: what the columns leave, within reason."""
    return max(min(width - GUTTER - 1 - sum(column.width for column in chosen), NAME_MOST), 0)


def _by_worth(snapshot: Snapshot, state: Column) -> tuple[list[Column], list[Column], list[Column]]:
    """All columns by place; those of a narrow screen by worth; and what a wide one adds, by worth."""

    def columns(*ids: str, title: str | None = None) -> list[Column]:
        found = [_column(_the(id_), snapshot) for id_ in ids]
        return found if title is None else [replace(each, title=title, width=max(len(title) + 5, 9)) for each in found]

    looked_at, metrics = snapshot.rows[:_LOOKED_AT], snapshot.metrics
    step, when, took = columns("step", "when", "duration")
    eta = columns("eta") if any(row.eta is not None for row in looked_at) else []
    last = columns(*(f"last:{name}" for name in metrics))
    first, second, more = last[:1], last[1:2], last[2:]
    spark = [replace(each, title="") for each in columns(*(f"trend:{name}" for name in metrics[:1]))]
    best = columns(*(f"best:{name}" for name in metrics[1:2] or metrics[:1]), title="best")
    params = columns(*(f"param:{name}" for name in snapshot.params))
    several = snapshot.view.experiment is None and len(snapshot.experiments) > 1
    experiment = columns("experiment") if several else []
    root = columns("root") if len(snapshot.roots) > 1 else []
    host = columns("host")
    user = columns("user") if len({row.user for row in looked_at if row.user}) > 1 else []
    source = columns("source") if len({row.source for row in looked_at}) > 1 else []
    whose = [*root, *source, *user, *experiment]
    placed = [*whose, state, step, *first, *spark, *second, *best, *more, *params, took, when, *eta, *host]
    extras = [*source, *user, *spark, *params[:1], *best, *experiment, took, *params[1:], *more, *host]
    return placed, [state, when, *first, *root, step, *second, *eta], extras


def _window(placed: Sequence[Column], state: Column, room: int, first: int) -> Layout:
    """The state, and of the other columns those that fit from the ``first`` on."""
    others = [column for column in placed if column is not state]
    before = min(first, len(others))
    room -= state.width
    shown: list[Column] = []
    for column in others[before:]:
        room -= column.width
        if room < 0:
            break
        shown.append(column)
    at = placed.index(state) if state in placed else 0
    left = sum(placed.index(column) < at for column in shown)
    return Layout([*shown[:left], state, *shown[left:]], before, len(others) - before - len(shown))


def _finished(found: Layout) -> Layout:
    """The longest row of neighbouring metrics may be covered by the reason of a failure.

    Without any, and without a column for it, the state says all that it can.
    """
    columns = found.columns
    best, start = range(0), 0
    for place in range(len(columns) + 1):
        if place == len(columns) or columns[place].field.kind not in STATISTICS:
            best = max(best, range(start, place), key=len)
            start = place + 1
    told = any(column.field.id == "reason" for column in columns)
    covered = range(0) if told else best
    wordy = not told and not covered
    return found._replace(
        columns=[
            replace(column, cell=_whole_state) if wordy and column.field.id == "state"
            else replace(column, reason=True) if place in covered
            else column
            for place, column in enumerate(columns)
        ]
    )  # fmt: skip


def _the(id_: str) -> Field:
    found = field(id_)
    assert found is not None, id_
    return found


def _state_column(snapshot: Snapshot, told: bool) -> Column:
    """The state; ``told``: whether other columns have room for the reason of a failure."""
    parents = any(row.children_failed for row in snapshot.rows[:_LOOKED_AT])
    return Column(_the("state"), "state", 20 if not told else 18 if parents else 15, state_cell)


def _column(shown: Field, snapshot: Snapshot) -> Column:
    if shown.id == "root":
        return Column(shown, shown.title, shown.width, _place(snapshot.roots))
    title = fit.safe(shown.title, 60)
    if shown.kind == "trend":
        return Column(shown, fit.right_end(fit.safe(shown.name, 60), _SPARK), _SPARK + 2, _trend(shown.name))
    if shown.kind in STATISTICS:
        return Column(
            shown, fit.right_end(title, _TITLE), max(min(fit.cell_len(title), _TITLE) + 1, 10), _metric(shown)
        )
    return Column(shown, title, shown.width, _param(shown) if shown.kind == "parameter" else _plain(shown))


def _metric(shown: Field) -> Callable[[RunRow, Ink], Cell]:
    def cell(row: RunRow, ink: Ink) -> Cell:
        text = shown.text(row)
        return text, ink.rule if text == "-" else ink.bad if text in ("NaN", "Inf", "-Inf") else ink.text

    return cell


def _trend(name: str) -> Callable[[RunRow, Ink], Cell]:
    def cell(row: RunRow, ink: Ink) -> Cell:
        stat = row.metrics.get(name)
        return sparkline(stat.sparkline, _SPARK) if stat is not None else " " * _SPARK, ink.run(row.id)

    return cell


def _plain(shown: Field) -> Callable[[RunRow, Ink], Cell]:
    def cell(row: RunRow, ink: Ink) -> Cell:
        text = fit.safe(shown.text(row), 100)
        return text, ink.rule if text == "-" else ink.dim if shown.id in _DIM else ink.text

    return cell


def _param(shown: Field) -> Callable[[RunRow, Ink], Cell]:
    def cell(row: RunRow, ink: Ink) -> Cell:
        value = shown.value(row)
        return ("-", ink.rule) if value is None else (fit.safe(words.setting(value, shown.width - 1), 100), ink.text)

    return cell


def _place(roots: Sequence[str]) -> Callable[[RunRow, Ink], Cell]:
    names = root_names(roots)
    return lambda row, ink: (fit.middle(fit.safe(names.get(row.root, row.root)), _the("root").width - 2), ink.dim)


def _sign(row: RunRow, ink: Ink) -> Cell:
    return row.state.glyph, ink.state(row.state.word)


def _whole_state(row: RunRow, ink: Ink) -> Cell:
    return _state(row, row.state.text, ink)


def state_cell(row: RunRow, ink: Ink) -> Cell:
    """Glyph and word; the rest of the state's text too when no reason is shown beside it. A parent says how many of
    its children failed."""
    return _state(row, row.state.word if reason(row) else row.state.text, ink)


def _state(row: RunRow, text: str, ink: Ink) -> Cell:
    if row.children_failed:
        return fit.safe(f"{row.state.glyph} {text} {row.children_failed}✗", 60), ink.warn
    return fit.safe(f"{row.state.glyph} {text}", 60), ink.state(row.state.word)
