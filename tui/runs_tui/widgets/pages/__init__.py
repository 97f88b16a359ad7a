"""What a `Sheet` can show: tables, charts, matrices, pictures, bytes, words. Pages are no widgets and keep no place."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from textual.strip import Strip

from runs_tui.plotting.glyphs import Glyphs
from runs_tui.themes import Ink


class Paper(NamedTuple):
    """What a page is drawn on: cells, and the styles and characters to draw with."""

    width: int
    height: int
    ink: Ink
    theme: str
    glyphs: Glyphs


class Page(Protocol):
    """Something to be looked at that may be larger than the screen."""

    def draw(self, paper: Paper, top: int, left: int) -> list[Strip]:
        """The lines from row ``top`` and column ``left`` on: what a row and a column are is the page's own affair."""
        ...

    def farthest(self, width: int, height: int) -> tuple[int, int]:
        """The last top row and the last left column for a screen of this size."""
        ...

    def place(self, width: int, height: int, top: int, left: int) -> str:
        """What part of it is on the screen, in a few words; nothing when all of it is."""
        ...


def rows_shown(top: int, shown: int, count: int, noun: str = "") -> str:
    """``3-22 of 400``, or nothing when all are on the screen."""
    if shown >= count or shown < 1:
        return ""
    words = f"{top + 1}-{min(top + shown, count)} of {count}"
    return f"{noun} {words}" if noun else words
