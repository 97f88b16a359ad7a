"""A widget for pages larger than the screen: it keeps the place, a `Page` draws."""

from __future__ import annotations

import os

from textual.message import Message
from textual.strip import Strip

from runs_tui.plotting.glyphs import glyphs_for
from runs_tui.widgets.canvas import Canvas
from runs_tui.widgets.moving import Wheel
from runs_tui.widgets.pages import Page, Paper


class Sheet(Wheel, Canvas):
    """Shows one page, or nothing."""

    class Scrolled(Message):
        """Another part of the page is on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self._page: Page | None = None
        self._top = self._left = 0
        self._glyphs = glyphs_for(os.environ)

    def show(self, page: Page | None, *, same: bool = False) -> None:
        """Show this page; ``same``: the thing that is shown already, as it is now. Who was at its end stays there."""
        at_end = same and self._page is not None and 0 < self._top >= self._farthest(self._page)[0]
        self._page = page
        if not same:
            self._top = self._left = 0
        elif at_end and page is not None:
            self._top = self._farthest(page)[0]
        self.repaint()

    @property
    def place(self) -> str:
        """What part of the page is on the screen, in words."""
        size = self.content_size
        return self._page.place(size.width, size.height, self._top, self._left) if self._page and size else ""

    @property
    def page(self) -> int:
        """Rows on the screen."""
        return max(self.content_size.height - 1, 1)

    def move(self, by: int) -> None:
        """Down by so many rows, up when negative."""
        self._go(self._top + by, self._left)

    def move_sideways(self, by: int) -> bool:
        """To the right by so many columns, to the left when negative; whether there was anything."""
        return self._go(self._top, self._left + by)

    def draw(self, width: int, height: int) -> list[Strip]:
        """The page."""
        if self._page is None:
            return []
        top, left = self._page.farthest(width, height)
        self._top, self._left = min(self._top, top), min(self._left, left)
        paper = Paper(width, height, self.ink, self.app.theme, self._glyphs)
        return self._page.draw(paper, self._top, self._left)

    def _farthest(self, page: Page) -> tuple[int, int]:
        return page.farthest(self.content_size.width, self.content_size.height)

    def _go(self, top: int, left: int) -> bool:
        if self._page is None or not self.content_size:
            return False
        most = self._farthest(self._page)
        there = max(min(top, most[0]), 0), max(min(left, most[1]), 0)
        if there == (self._top, self._left):
            return False
        self._top, self._left = there
        self.repaint()
        self.post_message(self.Scrolled())
        return True

    def on_resize(self) -> None:
        """Another part of it may be on the screen."""
        self.post_message(self.Scrolled())
