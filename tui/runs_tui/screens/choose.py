"""A choice from a list that words narrow down, in a panel at the lower end of the screen."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Horizontal
from textual.widget import Widget

from runs_tui import keys
from runs_tui.screens.panel import PanelScreen
from runs_tui.widgets.choice_list import Choice, ChoiceList
from runs_tui.widgets.moving import Motions, Movable
from runs_tui.widgets.note import Note
from runs_tui.widgets.prompt import Prompt

MOST = 12
"""Lines of the list at most: what lies below the panel stays in sight above it."""


class ChooseScreen(Motions, PanelScreen[str], inherit_bindings=False):
    """The result is the id of the choice, or nothing. A subclass has its keys and says what there is to choose."""

    DEFAULT_CSS = """
    ChooseScreen #ask { height: 1; }
    """

    def __init__(self, title: str, about: str) -> None:
        """``title`` stands before the prompt, too; ``about``: what the choices are."""
        enter, leave = keys.shown_key("prompt", "submit"), keys.shown_key("everywhere", "escape")
        super().__init__(title, about, [(enter, "choose"), (leave, "leave it")])
        self._asking = Note(f" {title}: ", "accent")
        self._asking.styles.width = len(title) + 3
        self._list = ChoiceList()
        self._prompt = Prompt("", "words of the name", changed=self._narrow, submit=self._choose)

    def choices(self) -> Iterable[Choice]:
        """All there is to choose from, in order."""
        raise NotImplementedError

    def show_choices(self) -> None:
        """Show those that have the words that are typed."""
        self._narrow(self._prompt.value)

    def body(self) -> list[Widget]:
        """The list and the prompt."""
        return [self._list, Horizontal(self._asking, self._prompt, id="ask")]

    def lines_wanted(self) -> int:
        """The list, and the prompt."""
        return MOST + 1

    def on_mount(self) -> None:
        """The keys go to the prompt."""
        super().on_mount()
        self._prompt.focus()

    def moved(self) -> Movable:
        """The keys move the list."""
        return self._list

    def _narrow(self, typed: str) -> None:
        words = typed.casefold().split()
        self._list.show([each for each in self.choices() if all(word in each.name.casefold() for word in words)])

    async def _choose(self) -> None:
        chosen = self._list.chosen
        if chosen is not None:
            self.dismiss(chosen.id)

    async def on_cursor_list_clicked(self) -> None:
        """A click."""
        await self._choose()

    async def interrupt(self) -> bool:
        """Empty the prompt, or close."""
        if not self._prompt.value:
            return await self.back()
        self._prompt.value = ""
        return True
