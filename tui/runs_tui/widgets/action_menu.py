"""The menu of actions: key, name, and what it does or why it cannot be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas


class MenuItem(NamedTuple):
    """One action: its name, its key as shown, its label, a few words, and whether it can be done."""

    name: str
    key: str
    label: str
    words: str
    possible: bool


class ActionMenu(Canvas):
    """A cursor over actions."""

    can_focus = True

    class Chosen(Message):
        """A click on an action."""

    def __init__(self, items: Sequence[MenuItem]) -> None:
        super().__init__()
        self._items = items
        self._cursor = next((place for place, item in enumerate(items) if item.possible), 0)
        self._top = 0

    def show(self, items: Sequence[MenuItem]) -> None:
        """Show the same actions as they stand now."""
        self._items = items
        self.repaint()

    @property
    def chosen(self) -> MenuItem:
        """The action under the cursor."""
        return self._items[self._cursor]

    @property
    def page(self) -> int:
        """Lines on the screen."""
        return max(self.content_size.height, 1)

    def move(self, by: int) -> None:
        """Move the cursor."""
        self._cursor = max(min(self._cursor + by, len(self._items) - 1), 0)
        self.repaint()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The actions around the cursor."""
        ink = self.ink
        last = len(self._items) - height
        self._top = max(min(self._top, self._cursor, last), self._cursor - height + 1, 0)
        lines = []
        for place, item in enumerate(self._items[self._top : self._top + height], self._top):
            here = place == self._cursor
            label = ink.text if item.possible else ink.dim
            strip = fit.line(
                (" ▸ " if here else "   ", ink.accent),
                (fit.left(item.key, 3), ink.accent if item.possible else ink.dim),
                (fit.left(item.label, 14), label),
                (fit.safe(item.words, 300), ink.dim),
            ).adjust_cell_length(width, Style.null())
            lines.append(strip.apply_style(ink.cursor) if here else strip)
        return lines

    def on_click(self, event: events.Click) -> None:
        """The clicked action is chosen."""
        place = self._top + event.y
        if place < len(self._items):
            self.move(place - self._cursor)
            self.post_message(self.Chosen())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Wheel."""
        event.stop()
        self.move(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Wheel."""
        event.stop()
        self.move(-1)
