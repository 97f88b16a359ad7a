"""The choice of a metric as x axis."""

from __future__ import annotations

from collections.abc import Sequence

from textual.containers import Horizontal
from textual.widget import Widget

from runs_tui import keys
from runs_tui.screens.panel import PanelScreen
from runs_tui.widgets.choice_list import Choice, ChoiceList
from runs_tui.widgets.moving import Motions, Movable
from runs_tui.widgets.note import Note
from runs_tui.widgets.prompt import Prompt

_WANTED = 12
"""Lines of the list at most: the charts stay in sight above it."""


class XAxisScreen(Motions, PanelScreen[str], inherit_bindings=False):
    """Words narrow it down. The result is the name of a metric, empty for the step, or nothing."""

    BINDINGS = keys.bindings("x_axis")
    DEFAULT_CSS = """
    XAxisScreen #ask { height: 1; }
    XAxisScreen #ask Note { width: 9; }
    """
    keys_screen = "x_axis"

    def __init__(self, names: Sequence[str], present: str) -> None:
        """``present``: the metric that is x now, empty for none."""
        enter, leave = keys.shown_key("prompt", "submit"), keys.shown_key("everywhere", "escape")
        super().__init__("x axis", "values of a metric", [(enter, "choose"), (leave, "leave it")])
        self._names = names
        self._present = present
        self._list = ChoiceList()
        self._prompt = Prompt("", "words of the name", changed=self._show, submit=self._choose)

    def body(self) -> list[Widget]:
        """The list and the prompt."""
        return [self._list, Horizontal(Note(" x axis: ", "accent"), self._prompt, id="ask")]

    def lines_wanted(self) -> int:
        """A few metrics, and the prompt."""
        return min(len(self._names) + 1, _WANTED) + 1

    def on_mount(self) -> None:
        """The keys go to the prompt."""
        super().on_mount()
        self._prompt.focus()
        self._show("")

    def moved(self) -> Movable:
        """The keys move the list."""
        return self._list

    def _show(self, typed: str) -> None:
        words = typed.casefold().split()
        choices = [Choice("", "step", "as logged", not self._present)]
        choices += [Choice(name, name, "", name == self._present) for name in self._names]
        self._list.show([choice for choice in choices if all(word in choice.name.casefold() for word in words)])

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
