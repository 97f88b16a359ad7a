"""The choice of what the runs are grouped by."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual.containers import Horizontal
from textual.widget import Widget

from runs_tui import keys
from runs_tui.model.groups import GroupChoice, group_choices
from runs_tui.screens.panel import PanelScreen
from runs_tui.widgets.choice_list import Choice, ChoiceList
from runs_tui.widgets.moving import Motions, Movable
from runs_tui.widgets.note import Note
from runs_tui.widgets.prompt import Prompt
from runstore.reading.row import RunRow

_WANTED = 12
"""Lines of the list at most: the runs stay in sight above it."""


class GroupScreen(Motions, PanelScreen[str], inherit_bindings=False):
    """Shown by ``b``; words narrow it down. The result is the id of a field, empty for no groups, or nothing."""

    BINDINGS = keys.bindings("group")
    DEFAULT_CSS = """
    GroupScreen #ask { height: 1; }
    GroupScreen #ask Note { width: 11; }
    """
    keys_screen = "group"

    def __init__(self, rows: Sequence[RunRow], present: str) -> None:
        """``present``: the id of the field that groups ``rows`` now."""
        enter = next(key.shown for key in keys.keys("prompt") if key.action == "submit")
        leave = next(key.shown for key in keys.keys("everywhere") if key.action == "escape")
        super().__init__("group by", "what the runs share", [(enter, "choose"), (leave, "leave it")])
        self._rows = rows
        self._present = present
        self._found: list[GroupChoice] = []
        self._list = ChoiceList()
        self._prompt = Prompt("", "words of the name", changed=self._show, submit=self._choose)

    def body(self) -> list[Widget]:
        """The list and the prompt."""
        return [self._list, Horizontal(Note(" group by: ", "accent"), self._prompt, id="ask")]

    def lines_wanted(self) -> int:
        """A few fields, and the prompt."""
        return _WANTED + 1

    def on_mount(self) -> None:
        """The keys go to the prompt."""
        super().on_mount()
        self._prompt.focus()
        self.run_worker(self._look_up())

    async def _look_up(self) -> None:
        """Find out what there is, beside: the runs may be many."""
        self._found = await asyncio.to_thread(group_choices, self._rows)
        self._show(self._prompt.value)

    def moved(self) -> Movable:
        """The keys move the list."""
        return self._list

    def _show(self, typed: str) -> None:
        words = typed.casefold().split()
        choices = [Choice("", "no groups", "")] if self._present else []
        choices += [
            Choice(
                each.field.id,
                each.field.title,
                f"{'' if each.field.kind in ('run', 'machine') else each.field.kind + ', '}{_number(each.groups)}",
                each.field.id == self._present,
            )
            for each in self._found
        ]
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


def _number(groups: int) -> str:
    return "1 group" if groups == 1 else f"{groups} groups"
