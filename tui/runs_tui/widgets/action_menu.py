"""The menu of actions: key, name, and what it does or why it cannot be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.cursor_list import CursorList


class MenuItem(NamedTuple):
    """One action: its name, its key as shown, its label, a few words, and whether it can be done."""

    name: str
    key: str
    label: str
    words: str
    possible: bool


class ActionMenu(CursorList):
    """A cursor over actions."""

    can_focus = True

    def __init__(self, items: Sequence[MenuItem]) -> None:
        super().__init__()
        self._items = items
        self._cursor = next((place for place, item in enumerate(items) if item.possible), 0)

    def show(self, items: Sequence[MenuItem]) -> None:
        """Show the same actions as they stand now."""
        self._items = items
        self.repaint()

    @property
    def chosen(self) -> MenuItem:
        """The action under the cursor."""
        return self._items[self._cursor]

    def count(self) -> int:
        """Of actions."""
        return len(self._items)

    def entry(self, place: int, width: int) -> Strip:
        """Key, name and words."""
        item, ink = self._items[place], self.ink
        return fit.line(
            (fit.left(item.key, 3), ink.accent if item.possible else ink.dim),
            (fit.left(item.label, 14), ink.text if item.possible else ink.dim),
            (fit.safe(item.words, 300), ink.dim),
        )
