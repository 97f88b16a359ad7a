"""A list of a few entries with a cursor; a click chooses."""

from __future__ import annotations

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas
from runs_tui.widgets.moving import Wheel


class CursorList(Wheel, Canvas):
    """Base: a subclass gives `count` and `entry`."""

    notch = 1

    class Clicked(Message):
        """The entry under the cursor was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._cursor = 0
        self._top = 0

    @property
    def shows_cursor(self) -> bool:
        """Whether the entry under the cursor looks different."""
        return True

    def count(self) -> int:
        """How many entries there are."""
        raise NotImplementedError

    def entry(self, place: int, width: int) -> Strip:
        """The line of an entry, after three cells for the cursor."""
        raise NotImplementedError

    @property
    def page(self) -> int:
        """Lines on the screen."""
        return max(self.content_size.height, 1)

    def move(self, by: int) -> None:
        """Move the cursor."""
        self._cursor = max(min(self._cursor + by, self.count() - 1), 0)
        self.repaint()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The entries around the cursor."""
        count, accent = self.count(), self.ink.accent
        self._top = max(min(self._top, self._cursor, count - height), self._cursor - height + 1, 0)
        lines = []
        for place in range(self._top, min(self._top + height, count)):
            here = place == self._cursor and self.shows_cursor
            strip = Strip([*fit.line((" ▸ " if here else "   ", accent)), *self.entry(place, width - 3)])
            strip = strip.adjust_cell_length(width, Style.null())
            lines.append(strip.apply_style(self.ink.cursor) if here else strip)
        return lines

    def on_click(self, event: events.Click) -> None:
        """The clicked entry is chosen."""
        place = self._top + event.y
        if place < self.count():
            self.move(place - self._cursor)
            self.post_message(self.Clicked())
