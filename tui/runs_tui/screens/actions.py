"""The menu of actions on the run under the cursor, or on all marked ones."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget

from runs_tui import keys
from runs_tui.actions import Refused
from runs_tui.actions.plans import counted, plan
from runs_tui.model.snapshot import Snapshot
from runs_tui.screens.panel import PanelScreen
from runs_tui.widgets.action_menu import ActionMenu, MenuItem
from runs_tui.widgets.moving import Motions, Movable
from runstore.reading.row import RunRow


class ActionsScreen(Motions, PanelScreen[str], inherit_bindings=False):
    """Shown by ``a``. The result is the name of the chosen action, or nothing."""

    BINDINGS = keys.bindings("actions")
    keys_screen = "actions"

    def __init__(self, rows: Sequence[RunRow], roots: Sequence[str]) -> None:
        """``rows``: the runs to act on; ``roots``: the stores whose trash can be undone."""
        super().__init__("actions", _about(rows))
        self._rows = rows
        self._roots = roots
        self._menu = ActionMenu(self._items())

    def body(self) -> list[Widget]:
        """The menu."""
        return [self._menu]

    def lines_wanted(self) -> int:
        """One for each action."""
        return len(self._items())

    def on_mount(self) -> None:
        """The keys go to the menu."""
        super().on_mount()
        self._menu.focus()

    def moved(self) -> Movable:
        """The keys move the cursor of the menu."""
        return self._menu

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """A run may have ended meanwhile."""
        rows = snapshot.renewed(self._rows)
        stood, self._rows = [(row.state, row.archived) for row in self._rows], rows
        if [(row.state, row.archived) for row in rows] != stood:
            self._menu.show(self._items())
            self._title.say("actions", _about(rows))

    def action_act(self, name: str) -> None:
        """Go on with this action, or say why it cannot be done."""
        item = next(item for item in self._items() if item.name == name)
        if item.possible:
            self.dismiss(name)
        else:
            self.say(f"{item.label}: {item.words}")

    def action_choose(self) -> None:
        """The action under the cursor."""
        self.action_act(self._menu.chosen.name)

    def on_cursor_list_clicked(self) -> None:
        """A click."""
        self.action_choose()

    def _items(self) -> list[MenuItem]:
        items = []
        for key in keys.keys("actions"):
            if not key.action.startswith("act("):
                continue
            name = key.action[len("act('") : -len("')")]
            try:
                found = plan(name, self._rows, self._roots)
            except Refused as error:
                items.append(MenuItem(name, key.shown, key.label, str(error), possible=False))
                continue
            words = found.question.rstrip("?") if name == "undo" else key.help
            label = found.title if name == "archive" else key.label
            items.append(MenuItem(name, key.shown, label, words, possible=True))
        return items


def _about(rows: Sequence[RunRow]) -> str:
    return f"{rows[0].name} {rows[0].state.glyph} {rows[0].state.text}" if len(rows) == 1 else counted(rows)
