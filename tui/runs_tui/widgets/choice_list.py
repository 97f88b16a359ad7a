"""A list of things to choose one of: a name and a few words for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.cursor_list import CursorList


class Choice(NamedTuple):
    """``id`` is what is chosen; ``present``: whether it is in force now."""

    id: str
    name: str
    words: str
    present: bool = False


class ChoiceList(CursorList):
    """A cursor over choices."""

    def __init__(self) -> None:
        super().__init__()
        self._choices: Sequence[Choice] = ()
        self._longest = 0

    @property
    def chosen(self) -> Choice | None:
        """The choice under the cursor."""
        return self._choices[self._cursor] if self._choices else None

    def count(self) -> int:
        """Of choices."""
        return len(self._choices)

    def show(self, choices: Sequence[Choice]) -> None:
        """Show these, the cursor on the one in force, else on the first."""
        self._choices = choices
        self._longest = max((fit.cell_len(fit.safe(choice.name, 200)) for choice in choices), default=0)
        self._cursor = next((place for place, choice in enumerate(choices) if choice.present), 0)
        self.repaint()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The choices, or that there is none."""
        return super().draw(width, height) or [fit.line(("   nothing is called so", self.ink.dim))]

    def entry(self, place: int, width: int) -> Strip:
        """Name and words."""
        choice, ink = self._choices[place], self.ink
        return fit.line(
            ("◆ " if choice.present else "  ", ink.accent),
            (fit.middle(fit.safe(choice.name, 200), min(self._longest, max(width // 2, 10))), ink.text),
            ("  " + fit.safe(choice.words, 200), ink.dim),
        )
