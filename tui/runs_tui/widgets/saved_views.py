"""The saved views, each with its number: the list in which they are chosen, and the one below the experiments."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas


class SavedViews(Canvas):
    """``1 active``, ``2 best val/acc``; the one in force is marked."""

    class Clicked(Message):
        """A click asks for a view."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, title: str = "") -> None:
        """``title`` stands above them, if there are any."""
        super().__init__()
        self._title = title
        self._names: Sequence[str] = ()
        self._current: str | None = None
        self._top = 0

    def show(self, names: Sequence[str], current: str | None) -> None:
        """Show these names; ``current`` is marked, and is always on the screen."""
        if (names, current) != (self._names, self._current):
            self._names, self._current = names, current
            self.repaint()

    @property
    def wanted(self) -> int:
        """Lines that would show all."""
        return len(self._names) + bool(self._title) if self._names else 0

    def draw(self, width: int, height: int) -> list[Strip]:
        """The title and the views."""
        ink = self.ink
        head = [fit.line((f"   {self._title}", ink.dim))] if self._title and self._names else []
        rows = max(height - len(head), 1)
        here = self._names.index(self._current) if self._current in self._names else -1
        top = min(self._top, len(self._names) - rows)
        self._top = max(min(top, here) if here >= 0 else top, here - rows + 1, 0)
        lines = []
        for place, name in enumerate(self._names[self._top : self._top + rows], self._top):
            current = place == here
            strip = fit.line(
                (" ▸ " if current else "   ", ink.accent),
                (fit.left(str(place + 1), 3), ink.accent),
                (fit.middle(fit.safe(name), max(width - 7, 1)), ink.text),
            ).adjust_cell_length(width, Style.null())
            lines.append(strip.apply_style(ink.cursor) if current else strip)
        return head + lines

    def on_click(self, event: events.Click) -> None:
        """The clicked view is asked for."""
        place = self._top + event.y - bool(self._title)
        if 0 <= place < len(self._names):
            self.post_message(self.Clicked(self._names[place]))
