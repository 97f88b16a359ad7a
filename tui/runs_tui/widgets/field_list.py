"""The list of all columns that there can be: which are shown, in which order, and what they say of one run."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message
from textual.strip import Strip

from runs_tui.model.fields import STATISTICS, Field
from runs_tui.widgets import fit
from runs_tui.widgets.cursor_list import CursorList
from runs_tui.widgets.spark import sparkline
from runstore.reading.row import RunRow

_KIND = 11


class FieldList(CursorList):
    """A cursor over fields: those that are shown first, in their order."""

    can_focus = True

    class Toggled(Message):
        """A click asks to show or hide the field under the cursor."""

    def __init__(self, row: RunRow | None) -> None:
        """``row``: the run whose values are shown."""
        super().__init__()
        self._row = row
        self._fields: Sequence[Field] = ()
        self._shown: frozenset[str] = frozenset()
        self._sort = self._arrow = ""

    @property
    def field(self) -> Field | None:
        """The field under the cursor."""
        return self._fields[self._cursor] if self._cursor < len(self._fields) else None

    def show(self, fields: Sequence[Field], shown: Sequence[str], sort: str, arrow: str) -> None:
        """Show these; ``shown``: the ids of the columns; ``arrow`` stands behind those whose order is ``sort``."""
        self._fields, self._shown, self._sort, self._arrow = fields, frozenset(shown), sort, arrow
        self.move(0)

    def go(self, id_: str) -> None:
        """Put the cursor on this field, if it is listed."""
        self._cursor = next((place for place, each in enumerate(self._fields) if each.id == id_), self._cursor)
        self.move(0)

    def count(self) -> int:
        """Of fields."""
        return len(self._fields)

    def draw(self, width: int, height: int) -> list[Strip]:
        """The fields around the cursor, or that there is none."""
        return super().draw(width, height) or [fit.line(("   no column is called so", self.ink.dim))]

    def entry(self, place: int, width: int) -> Strip:
        """Whether it is shown, its name, what it is, and its value."""
        each, ink = self._fields[place], self.ink
        title = min(max((width + 3) * 2 // 5, 14), 44)
        name, arrow = fit.safe(each.title, 200), f" {self._arrow}" if each.order == self._sort else ""
        return fit.line(
            ("◆ " if each.id in self._shown else "  ", ink.accent),
            (fit.left(fit.middle(name, min(fit.cell_len(name), title - 3)) + arrow, title), ink.text),
            (fit.left("metric" if each.kind in STATISTICS else each.kind, _KIND), ink.dim),
            (self._value(each), ink.dim),
        )

    def _value(self, each: Field) -> str:
        if self._row is None:
            return ""
        stat = self._row.metrics.get(each.name) if each.kind == "trend" else None
        return fit.safe(each.text(self._row), 100) if stat is None else sparkline(stat.sparkline, 8)

    def on_click(self, event: events.Click) -> None:
        """The clicked field gets the cursor; a second click shows or hides it."""
        place = self._top + event.y
        if place < len(self._fields):
            again = place == self._cursor
            self.move(place - self._cursor)
            if again:
                self.post_message(self.Toggled())
