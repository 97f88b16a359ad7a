"""Lines of text longer than the screen, moved by keys and wheel; no scrollbar, the place is said in words."""

from __future__ import annotations

from textual.strip import Strip

from runs_tui.widgets.canvas import Canvas
from runs_tui.widgets.moving import Motions, Movable, Wheel


class Scroller(Motions, Wheel, Canvas):
    """Base for texts: a subclass gives `text`, and calls `repaint` when it has changed."""

    can_focus = True
    _top = 0
    _count = 0

    def text(self, width: int) -> list[Strip]:
        """All lines for this width."""
        raise NotImplementedError

    def draw(self, width: int, height: int) -> list[Strip]:
        """The lines from the top one on."""
        lines = self.text(width)
        self._count = len(lines)
        self._top = max(min(self._top, len(lines) - height), 0)
        return lines[self._top : self._top + height]

    @property
    def page(self) -> int:
        """Lines on the screen."""
        return self.content_size.height

    @property
    def place(self) -> str:
        """``1-20 of 48``, or nothing when all is on the screen."""
        shown = min(self.page, self._count - self._top)
        return f"{self._top + 1}-{self._top + shown} of {self._count}" if self._count > self.page > 0 else ""

    def moved(self) -> Movable:
        """The keys move this text."""
        return self

    def move(self, by: int) -> None:
        """Scroll by so many lines."""
        top = max(min(self._top + by, self._count - self.page), 0)
        if top != self._top:
            self._top = top
            self.repaint()
            self.scrolled()

    def scrolled(self) -> None:
        """Called when the place has changed."""

    def on_resize(self) -> None:
        """Another part of the text is on the screen."""
        self.repaint()
        self.scrolled()
