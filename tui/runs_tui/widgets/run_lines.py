"""What the run table draws: titles, runs and groups; only the lines on the screen, and each once while it stays."""

from __future__ import annotations

import time
from collections.abc import Sequence
from operator import attrgetter

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from runs_tui.model.fields import reason, when
from runs_tui.model.groups import Group, Line
from runs_tui.model.order import sorted_by
from runs_tui.model.snapshot import Snapshot
from runs_tui.model.states import LIVE
from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas
from runs_tui.widgets.group_line import group_parts
from runs_tui.widgets.run_columns import GUTTER, Column, Layout, layout, name_width
from runstore.reading.row import RunRow

_MOST_KEPT = 1_000
"""Drawn lines kept."""
_INDENTED = 12
"""Cells of a name from which there is room before it."""


class RunLines(Canvas):
    """Draws `Snapshot.lines` from the top one on, with a cursor and marks."""

    def __init__(self) -> None:
        super().__init__()
        self._snapshot = Snapshot()
        self._layout = Layout([])
        self._laid_out: tuple[object, ...] = ()
        self._first = 0
        self._kept: dict[str, tuple[Line, object, Strip]] = {}
        self._beside: tuple[object, ...] = ()
        """What a line of a run that has ended shows beside that run, when it was drawn last."""
        self._cursor = 0
        self._top = 0
        self.marked: frozenset[str] = frozenset()

    @property
    def _sort(self) -> str:
        return sorted_by(self._snapshot.view.sort, self._snapshot.metrics)

    def draw(self, width: int, height: int) -> list[Strip]:
        """The titles and the lines from the top one on."""
        snapshot = self._snapshot
        several = len(snapshot.experiments) > 1, any(row.eta is not None for row in snapshot.rows[:200])
        depends_on = (
            *(width, snapshot.metrics, snapshot.params, snapshot.view, several, len(snapshot.rows)),
            *(self._first, self.app.theme),
        )
        if depends_on != self._laid_out:
            self._laid_out = depends_on
            self._kept.clear()
            self._layout = layout(width, snapshot, self._first)
        name = name_width(width, self._layout.columns)
        today = time.localtime()[:3]
        beside = (snapshot.unseen, snapshot.pinned, snapshot.hidden, snapshot.bells, self.marked, today)
        same, self._beside = beside == self._beside, beside
        shown = enumerate(snapshot.lines[self._top : self._top + height - 1], self._top)
        lines = (self._kept_line(line, name, width, cursor=place == self._cursor, same=same) for place, line in shown)
        return [self._titles(name, width), *lines]

    def _kept_line(self, line: Line, name: int, width: int, *, cursor: bool, same: bool) -> Strip:
        """A line; the one drawn last if all that it shows is the same. ``same``: what it shows beside the run is."""
        kept = self._kept.get(line.key)
        if same and not cursor and kept is not None and kept[0] is line and kept[1] is None:
            return kept[2]
        signs = self._signs(line, cursor=cursor)
        ended = isinstance(line, RunRow) and line.state.word not in LIVE
        looks = None if ended and not cursor else (cursor, signs, when(line) if isinstance(line, RunRow) else "")
        if kept is not None and looks is not None and kept[0] is line and kept[1] == looks:
            return kept[2]
        if isinstance(line, Group):
            strip = fit.line(*signs, *group_parts(line, self._snapshot.view.group, name, width - GUTTER - 1, self.ink))
        else:
            strip = self._row(line, signs, name)
        strip = strip.adjust_cell_length(width, Style.null())
        if cursor:
            strip = strip.apply_style(self.ink.cursor)
        if len(self._kept) > _MOST_KEPT:
            self._kept.clear()
        self._kept[line.key] = line, looks, strip
        return strip

    def _signs(self, line: Line, *, cursor: bool) -> tuple[fit.Part, ...]:
        """The gutter: what asks for attention, rings or is pinned; the cursor, or the mark in the run's colour."""
        ink, shown = self.ink, self._snapshot
        rows = line.rows if isinstance(line, Group) else (line,)
        marked = bool(self.marked) and not self.marked.isdisjoint(map(attrgetter("key"), rows))
        if isinstance(line, Group):
            note = ("•", ink.warn) if line.asking else (" ", ink.text)
            colour = ink.accent
        else:
            named, colour = (line.root, line.id), ink.run(line.id)
            if line.key in shown.unseen:
                note = ("•", ink.warn)
            elif shown.bells and shown.bells.on(line):
                note = ("!", ink.accent)
            else:
                note = ("^", ink.accent) if named in shown.pinned else (" ", ink.text)
        if cursor:
            return note, ("◆", ink.strong) if marked else ("▸", ink.accent), " "
        return note, ("◆", colour) if marked else (" ", ink.text), " "

    def _titles(self, name: int, width: int) -> Strip:
        """The titles; ``<`` and ``>`` where chosen columns are out of sight."""
        ink, sort, arrow = self.ink, self._sort, "▼" if self._snapshot.falls else "▲"
        found = self._layout
        title, style = ("run " + arrow, ink.accent) if sort == "name" else ("run", ink.dim)
        parts: list[fit.Part] = [" " * (GUTTER - 1), ("<" if found.before else " ", ink.accent)]
        parts.append((fit.left(title, name), style))
        for column in found.columns:
            if column.field.order == sort and column.title:
                parts.append((column.fitted(_with_arrow(column, arrow)), ink.accent))
            else:
                parts.append((column.fitted(column.title), ink.dim))
        strip = fit.line(*parts)
        if found.after and (found.before or self._snapshot.view.columns):
            strip = Strip([*strip.adjust_cell_length(width - 1, Style.null()), Segment(">", ink.accent)])
        return strip

    def name_segments(self, row: RunRow, width: int) -> list[Segment]:
        """The name of a run in so many cells: further in below its group, dim when it is hidden from other views."""
        before = "  " if self._snapshot.view.group and width > _INDENTED else ""
        style = self.ink.dim if (row.root, row.id) in self._snapshot.hidden else self.ink.text
        return [Segment(before + fit.middle(fit.safe(row.name), width - len(before)), style)]

    def _row(self, row: RunRow, signs: Sequence[fit.Part], name: int) -> Strip:
        ink = self.ink
        segments = [*fit.line(*signs), *self.name_segments(row, name)]
        covered = sum(column.width for column in self._layout.columns if column.reason)
        why = fit.safe(reason(row, covered - 2), 300)
        for column in self._layout.columns:
            if why and column.reason:
                if covered:
                    segments.append(Segment("  " + fit.left(why, covered - 2), ink.bad))
                    covered = 0
                continue
            text, style = column.cell(row, ink)
            segments.append(Segment(column.fitted(text), style))
        return Strip(segments)


def _with_arrow(column: Column, arrow: str) -> str:
    """The title and the arrow behind it; a long title gives way."""
    return f"{fit.right_end(column.title, column.width - (3 if column.field.right else 4))} {arrow}"
