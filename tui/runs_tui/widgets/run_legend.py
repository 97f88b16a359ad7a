"""The legend of a comparison as a list: colour, name, and a value of each run or group; some may be hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import events
from textual.message import Message
from textual.strip import Strip

from runs_tui import keys
from runs_tui.model.compared import Compared
from runs_tui.plotting.glyphs import Glyphs
from runs_tui.widgets import fit
from runs_tui.widgets.cursor_list import CursorList
from runs_tui.widgets.moving import Motions, Movable

_VALUE = 9
"""Cells for a value, with the space before it."""


class RunLegend(Motions, CursorList):
    """A cursor over what is compared; the keys ask for what is to be done with the line under it."""

    BINDINGS = keys.bindings("legend")
    can_focus = True

    class Asked(Message):
        """Base: something is asked for this line."""

        def __init__(self, line: Compared) -> None:
            super().__init__()
            self.line = line

    class Toggled(Asked):
        """Hide it, or show it again."""

    class Only(Asked):
        """Hide all others, or if they are hidden, show all."""

    class Opened(Asked):
        """Open the run."""

    def __init__(self, glyphs: Glyphs) -> None:
        """``glyphs``: what the terminal can draw."""
        super().__init__()
        self._glyphs = glyphs
        self._entries: Sequence[Compared] = ()
        self._hidden: frozenset[str] = frozenset()
        self._values: Mapping[str, str] = {}

    @property
    def shows_cursor(self) -> bool:
        """Only while the keys move it."""
        return self.has_focus

    def on_focus(self) -> None:
        """The cursor is seen."""
        self.repaint()

    def on_blur(self) -> None:
        """The cursor is not seen any more."""
        self.repaint()

    @property
    def current(self) -> Compared | None:
        """The line under the cursor."""
        return self._entries[self._cursor] if self._cursor < len(self._entries) else None

    def show(self, lines: Sequence[Compared], hidden: frozenset[str], values: Mapping[str, str]) -> None:
        """Show these; the cursor keeps its line. ``values``: what is said of a line, by its key."""
        before = self.current
        self._entries, self._hidden, self._values = lines, hidden, values
        if before is not None:
            keys = [line.key for line in lines]
            self._cursor = keys.index(before.key) if before.key in keys else self._cursor
        self.move(0)

    def moved(self) -> Movable:
        """The keys move the cursor."""
        return self

    def action_hide(self) -> None:
        """The line under the cursor, and on to the next."""
        self._ask(self.Toggled)
        self.move(1)

    def action_only(self) -> None:
        """The line under the cursor."""
        self._ask(self.Only)

    def action_open(self) -> None:
        """The line under the cursor."""
        self._ask(self.Opened)

    def count(self) -> int:
        """Of lines."""
        return len(self._entries)

    def entry(self, place: int, width: int) -> Strip:
        """A piece of the line as charts draw it, the name, the value."""
        each, ink = self._entries[place], self.ink
        hidden = each.key in self._hidden
        colour = ink.dim if hidden else ink.series[each.hue % len(ink.series)]
        sign = "  " if hidden else self._glyphs.horizontal * 2
        many = f" ×{len(each.rows)}" if len(each.rows) > 1 else ""
        value = fit.safe(self._values.get(each.key, ""), 20)
        room = width - 3 - (max(fit.cell_len(value) + 1, _VALUE) if value else 0)
        name = fit.safe(each.name, 200)
        shown = fit.middle(name, max(min(fit.cell_len(name), room - len(many)), 1)) + many
        return fit.line(
            (f"{sign} ", colour),
            (fit.left(shown, max(room, 1)), ink.dim if hidden else ink.text),
            (fit.right(value, width - 3 - room) if value else "", ink.dim),
        )

    def on_click(self, event: events.Click) -> None:
        """The clicked line gets the cursor; a second click hides or shows it."""
        place = self._top + event.y
        if place < len(self._entries):
            again = place == self._cursor
            self.move(place - self._cursor)
            if again:
                self._ask(self.Toggled)

    def _ask(self, kind: type[Asked]) -> None:
        line = self.current
        if line is not None:
            self.post_message(kind(line))
