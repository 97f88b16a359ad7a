"""The run table: fixed columns, a cursor, marks; draws only the rows on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from runs_tui.model.snapshot import Snapshot
from runs_tui.model.view import View
from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas
from runs_tui.widgets.run_columns import GUTTER, Column, columns, name_width, reason, when_cell
from runstore.reading.row import RunRow

_MOST_KEPT = 1_000
"""Drawn lines kept."""
_FILLING = 3.0
"""Seconds in which a list fills: what the index did not know comes in above what it knew."""


class RunTable(Canvas):
    """Shows `Snapshot.rows`. The cursor stays on its run when the order changes."""

    can_focus = True

    class Moved(Message):
        """The cursor is on another run, or on none."""

        def __init__(self, key: str | None) -> None:
            super().__init__()
            self.key = key

    class Opened(Message):
        """A click asks to open the run under the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self._snapshot = Snapshot()
        self._columns: list[Column] = []
        self._layout: tuple[object, ...] = ()
        self._kept: dict[str, tuple[RunRow, object, Strip]] = {}
        self._cursor = 0
        self._key: str | None = None
        self._top = 0
        self._filled = 0.0
        self._moved = False
        self.marked: frozenset[str] = frozenset()

    @property
    def row(self) -> RunRow | None:
        """The run under the cursor."""
        rows = self._snapshot.rows
        return rows[self._cursor] if self._cursor < len(rows) else None

    @property
    def shows_order(self) -> bool:
        """Whether the title of a column shows how the runs are sorted."""
        sort = self._snapshot.view.sort
        return sort in ("attention", "name") or any(column.sort == sort for column in self._columns)

    @property
    def page(self) -> int:
        """Rows on the screen."""
        return max(self.content_size.height - 1, 1)

    @property
    def shown_rows(self) -> Sequence[RunRow]:
        """The runs on the screen."""
        return self._snapshot.rows[self._top : self._top + self.page]

    def show(self, snapshot: Snapshot) -> None:
        """Show other rows; the cursor keeps its run if it is still there, else its place.

        While the list fills, and nobody has moved it, it stays on the first row.
        """
        rows = snapshot.rows
        if rows and not self._filled:
            self._filled = monotonic() + _FILLING
        if not self._moved and monotonic() < self._filled:
            self._key = None
        if self._key is not None and not (self._cursor < len(rows) and rows[self._cursor].key == self._key):
            places = (place for place, row in enumerate(rows) if row.key == self._key)
            self._cursor = next(places, self._cursor)
        if snapshot.view != self._snapshot.view and self._key not in {row.key for row in rows}:
            self._cursor = 0
        self._snapshot = snapshot
        self._settle()

    def go(self, key: str) -> None:
        """Put the cursor on this run."""
        place = next((place for place, row in enumerate(self._snapshot.rows) if row.key == key), None)
        if place is not None:
            self._moved = True
            self._cursor = place
            self._settle()

    def move(self, by: int) -> None:
        """Move the cursor."""
        self._moved = True
        self._cursor += by
        self._settle()

    def mark(self) -> None:
        """Mark or unmark the run under the cursor, and go to the next."""
        if self.row is not None:
            self.marked ^= {self.row.key}
            self.move(1)

    def unmark(self) -> bool:
        """Take all marks away; whether there were any."""
        had = bool(self.marked)
        self.marked = frozenset()
        self.repaint()
        return had

    def _settle(self) -> None:
        """Keep cursor and top inside, say where the cursor is, and repaint."""
        last = max(len(self._snapshot.rows) - 1, 0)
        self._cursor = max(min(self._cursor, last), 0)
        self._top = max(min(self._top, self._cursor, last + 1 - self.page), self._cursor - self.page + 1, 0)
        key = self.row.key if self.row is not None else None
        if key != self._key:
            self._key = key
            self.post_message(self.Moved(key))
        self.repaint()

    def on_resize(self) -> None:
        """Keep the cursor on the screen."""
        self._settle()

    def on_click(self, event: events.Click) -> None:
        """The clicked run gets the cursor; a second click opens it."""
        place = self._top + event.y - 1
        if event.y >= 1 and place < len(self._snapshot.rows):
            again = place == self._cursor
            self.move(place - self._cursor)
            if again:
                self.post_message(self.Opened())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Wheel."""
        event.stop()
        self.move(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Wheel."""
        event.stop()
        self.move(-3)

    def draw(self, width: int, height: int) -> list[Strip]:
        """The titles and the rows from the top one on."""
        snapshot = self._snapshot
        several = len(snapshot.experiments) > 1, any(row.eta is not None for row in snapshot.rows[:200])
        layout = (width, snapshot.metrics, snapshot.params, snapshot.view, several, len(snapshot.rows), self.app.theme)
        if layout != self._layout:
            self._layout = layout
            self._kept.clear()
            self._columns = columns(width, snapshot)
        name = name_width(width, self._columns)
        lines = [self._titles(name, snapshot.view)]
        last = self._top + height - 1
        for place in range(self._top, min(last, len(snapshot.rows))):
            row = snapshot.rows[place]
            lines.append(self._kept_row(row, name, width, cursor=place == self._cursor))
        return lines

    def _kept_row(self, row: RunRow, name: int, width: int, *, cursor: bool) -> Strip:
        """The line of a run; the one drawn last if all that it shows is the same."""
        looks = (cursor, row.key in self.marked, row.key in self._snapshot.unseen, when_cell(row, self.ink))
        kept = self._kept.get(row.key)
        if kept is not None and kept[0] is row and kept[1] == looks:
            return kept[2]
        strip = self._row(row, name, cursor=cursor).adjust_cell_length(width, Style.null())
        if cursor:
            strip = strip.apply_style(self.ink.cursor)
        if len(self._kept) > _MOST_KEPT:
            self._kept.clear()
        self._kept[row.key] = row, looks, strip
        return strip

    def _titles(self, name: int, view: View) -> Strip:
        ink = self.ink
        title = Column("run", name, lambda row, ink: ("", ink.text), right=False, sort="name")
        parts: list[tuple[str, Style] | str] = [" " * GUTTER]
        for column in (title, *self._columns):
            sorted_here = bool(column.sort) and column.sort == view.sort
            text = f"{column.title} {'▼' if view.reverse else '▲'}" if sorted_here else column.title
            fitted = fit.left(text, name) if column is title else column.fitted(text)
            parts.append((fitted, ink.accent if sorted_here else ink.dim))
        return fit.line(*parts)

    def name_segments(self, row: RunRow, width: int) -> list[Segment]:
        """The name of a run in so many cells."""
        return [Segment(fit.middle(fit.safe(row.name), width), self.ink.text)]

    def _row(self, row: RunRow, name: int, *, cursor: bool) -> Strip:
        ink = self.ink
        unseen = row.key in self._snapshot.unseen
        mark = ("▸", ink.accent) if cursor else ("◆", ink.accent) if row.key in self.marked else (" ", ink.text)
        if cursor and row.key in self.marked:
            mark = ("◆", ink.strong)
        segments = [Segment("•" if unseen else " ", ink.warn), Segment(*mark), Segment(" ", ink.text)]
        segments += self.name_segments(row, name)
        covered = sum(column.width for column in self._columns if column.reason)
        why = fit.safe(reason(row, covered - 2), 300)
        for column in self._columns:
            if why and column.reason:
                if covered:
                    segments.append(Segment("  " + fit.left(why, covered - 2), ink.bad))
                    covered = 0
                continue
            text, style = column.cell(row, ink)
            segments.append(Segment(column.fitted(text), style))
        return Strip(segments)
