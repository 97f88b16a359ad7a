"""The choice of what the runs are grouped by."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from runs_tui import keys
from runs_tui.model.groups import GroupChoice, group_choices
from runs_tui.screens.choose import ChooseScreen
from runs_tui.widgets.choice_list import Choice
from runstore.reading.row import RunRow


class GroupScreen(ChooseScreen, inherit_bindings=False):
    """Shown by ``b``. The result is the id of a field, empty for no groups, or nothing."""

    BINDINGS = keys.bindings("group")
    keys_screen = "group"

    def __init__(self, rows: Sequence[RunRow], present: str) -> None:
        """``present``: the id of the field that groups ``rows`` now."""
        super().__init__("group by", "what the runs share")
        self._rows = rows
        self._present = present
        self._found: list[GroupChoice] = []
        self._looked_up = asyncio.Event()

    def on_mount(self) -> None:
        """What there is, is looked up."""
        super().on_mount()
        self.run_worker(self._look_up())

    async def _look_up(self) -> None:
        """Find out what there is, beside: the runs may be many."""
        self._found = await asyncio.to_thread(group_choices, self._rows)
        self.show_choices()
        self._looked_up.set()

    async def _choose(self) -> None:
        await self._looked_up.wait()  # Enter was typed ahead
        await super()._choose()

    def choices(self) -> Iterator[Choice]:
        """The fields that more than one run shares, with the number of groups that each would make."""
        if self._present:
            yield Choice("", "no groups", "")
        for each in self._found:
            kind = "" if each.field.kind in ("run", "machine") else f"{each.field.kind}, "
            groups = "1 group" if each.groups == 1 else f"{each.groups} groups"
            yield Choice(each.field.id, each.field.title, kind + groups, each.field.id == self._present)
