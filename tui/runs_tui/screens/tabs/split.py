"""A pane with a list and, beside or below it, what is chosen in it: the Records and the Files tab."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from runs_tui.screens.tabs import StatusChanged
from runs_tui.widgets.edge import Edge
from runs_tui.widgets.moving import Motions, Movable
from runs_tui.widgets.rule import Rule
from runs_tui.widgets.sheet import Sheet
from runs_tui.widgets.tree_list import TreeList

_BESIDE = 100
"""Cells from which the two stand side by side."""
_LIST = (30, 52)
"""Cells of the list beside what it shows, fewest and most."""


class SplitPane(Motions, Widget, can_focus=True):
    """The keys move the list, or what is chosen once it is shown alone."""

    DEFAULT_CSS = """
    SplitPane { layout: vertical; width: 1fr; height: 1fr; }
    SplitPane #split { width: 1fr; height: 1fr; }
    SplitPane #shown { width: 1fr; height: 1fr; layout: vertical; }
    """

    def __init__(self, entries: TreeList) -> None:
        super().__init__()
        self.entries = entries
        self.sheet = Sheet()
        self.rule = Rule()
        self.alone = False
        self._edge = Edge()
        self._status = ""

    def compose(self) -> ComposeResult:
        """List, edge, and what is shown below its title."""
        with Container(id="split"):
            yield self.entries
            yield self._edge
            with Container(id="shown"):
                yield self.rule
                yield self.sheet
                yield from self.others()

    def others(self) -> list[Widget]:
        """What else can be shown in place of the sheet."""
        return []

    def on_resize(self, event: events.Resize) -> None:
        """Side by side where there is room, else one above the other."""
        self.lay_out(event.size.width, event.size.height)

    def lay_out(self, width: int = 0, height: int = 0) -> None:
        """Give list and sheet their places."""
        width, height = width or self.size.width, height or self.size.height
        beside = width >= _BESIDE
        self.query_one("#split").styles.layout = "horizontal" if beside else "vertical"
        self.entries.display = not self.alone
        self._edge.display = beside and not self.alone
        if beside:
            self.entries.styles.width = max(min(width * 28 // 100, _LIST[1]), _LIST[0])
            self.entries.styles.height = "1fr"
        else:
            self.entries.styles.width = "1fr"
            self.entries.styles.height = max(min(self.entries.count, height // 3), min(3, height))
        self.query_one("#shown").display = self.alone or beside or height >= 8
        self.say()

    # -- for the subclass

    def place(self) -> str:
        """What part of the shown thing is on the screen."""
        return self.sheet.place

    def titles(self) -> tuple[str, str]:
        """What is shown, and how: for the rule above it."""
        return "", ""

    def say(self) -> None:
        """Bring the rule and the header of the screen up to date."""
        left, right = self.titles()
        self.rule.show(left, "   ".join(part for part in (self.place(), right) if part))
        status = self.entries.place
        if status != self._status:
            self._status = status
            self.post_message(StatusChanged())

    # -- what the Run screen asks for

    def status_text(self) -> str:
        """Which entry of how many."""
        return self._status

    async def back(self) -> bool:
        """From one thing alone to the list; whether there was anything to leave."""
        if not self.alone:
            return False
        self.show_alone(alone=False)
        return True

    async def interrupt(self) -> bool:
        """As `back`."""
        return await self.back()

    def show_alone(self, *, alone: bool) -> None:
        """What is chosen fills the pane, or gives way to the list."""
        self.alone = alone
        self.lay_out()

    # -- keys

    def viewed(self) -> Movable:
        """What is scrolled."""
        return self.sheet

    def moved(self) -> Movable:
        """The list, or what is shown alone."""
        return self.viewed() if self.alone else self.entries

    def action_page_down(self) -> None:
        """A page down in what is shown."""
        self.viewed().move(max(self.viewed().page - 1, 1))

    def action_page_up(self) -> None:
        """A page up in what is shown."""
        self.viewed().move(-max(self.viewed().page - 1, 1))

    def action_next(self) -> None:
        """The next entry of the list, also when it is out of sight."""
        self.entries.move(1)

    def action_previous(self) -> None:
        """The entry before."""
        self.entries.move(-1)

    def on_sheet_scrolled(self, event: Sheet.Scrolled) -> None:
        """The place is said above."""
        event.stop()
        self.say()
