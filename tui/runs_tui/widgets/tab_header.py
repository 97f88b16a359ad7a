"""The first two lines of a screen with tabs: what it is about, the tabs; below them a rule with words of the pane."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual.strip import Strip

from runs_tui.widgets.canvas import Canvas
from runs_tui.widgets.fit import Part, both_ends, line, safe

_SHORT_TABS = 130
"""Columns below which the tabs are shown in their short form."""
_ALL_TABS = 40
"""Columns below which only the chosen tab is named."""


class TabHeader(Canvas):
    """Base: a subclass gives `lead`, what stands before the tabs."""

    DEFAULT_CSS = """
    TabHeader { height: 2; dock: top; }
    """

    def __init__(self, tabs: Sequence[tuple[int, str, str]]) -> None:
        """``tabs``: (digit, letter, name) of each tab there is."""
        super().__init__()
        self._tabs = tuple(tabs)
        self._chosen = 0
        self._status = ""

    def lead(self, room: int) -> list[Part]:
        """What the screen is about, in at most so many cells."""
        raise NotImplementedError

    def tell(self, chosen: int, status: str) -> None:
        """The digit of the chosen tab, and the words of its pane."""
        self._chosen, self._status = chosen, safe(status)
        self.repaint()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The header and its rule."""
        ink = self.ink
        tabs = self._tab_parts(width)
        room = width - sum(len(text) for text, _ in tabs)
        top = both_ends(self.lead(room), tabs, width)
        status = f" {self._status} " if self._status and len(self._status) < width - 6 else ""
        rule = ("─" * max(width - len(status) - 2, 0), ink.rule)
        return [top, line(rule, (status or "──", ink.dim if status else ink.rule), ("──" if status else "", ink.rule))]

    def _tab_parts(self, width: int) -> list[tuple[str, Style]]:
        ink, short = self.ink, width < _SHORT_TABS
        tabs = self._tabs if width >= _ALL_TABS else [tab for tab in self._tabs if tab[0] == self._chosen]
        parts = []
        for digit, letter, name in tabs:
            text = f"{digit}{letter}" if short else f"{digit} {name}"
            chosen = digit == self._chosen
            parts.append((f"[{text}]" if chosen else f" {text} ", ink.accent if chosen else ink.dim))
        return parts
