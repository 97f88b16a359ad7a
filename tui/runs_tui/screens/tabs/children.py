"""The Children tab: the runs below this one as a tree, and how they stand together."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.widget import Widget

from runs_tui import keys
from runs_tui.model.family import Branch, branches
from runs_tui.screens.tabs import ChildOpened, StatusChanged
from runs_tui.widgets.family import FamilyLine, FamilyTable
from runs_tui.widgets.moving import Motions, Movable
from runs_tui.widgets.run_table import RunTable
from runstore.reading.reader import Reader
from runstore.reading.row import RunRow

_LOW = 5


class ChildrenPane(Motions, Widget, can_focus=True):
    """The table of runs, as a tree; a child opens in the place of its parent."""

    SCOPE = "children"
    BINDINGS = keys.bindings("children")
    DEFAULT_CSS = """
    ChildrenPane { layout: vertical; width: 1fr; height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._line = FamilyLine()
        self._table = FamilyTable()
        self._table.can_focus = False
        self._row: RunRow | None = None
        self._family: tuple[RunRow, ...] = ()
        self._branches: list[Branch] = []
        self._folded: frozenset[str] = frozenset()
        self._alarms_first = False
        self._cursors: dict[str, str] = {}
        self._drawn: object = None
        self._status = ""

    def compose(self) -> ComposeResult:
        """Line and table."""
        yield self._line
        yield self._table

    def on_resize(self, event: events.Resize) -> None:
        """On a low screen the children matter more than how they stand together."""
        self._line.display = event.size.height >= _LOW

    # -- what the Run screen asks for

    def show_family(self, family: tuple[RunRow, ...]) -> None:
        """The runs below the one that is shown next."""
        self._family = family

    def show(self, reader: Reader, row: RunRow) -> None:
        """Show the tree below this run, the cursor where it was when it was left."""
        other = self._row is None or row.key != self._row.key
        self._row = row
        self._draw()
        if other:
            wanted = self._cursors.get(row.key)
            if wanted is not None:
                self._table.go(wanted)
            else:
                self.action_first()

    def status_text(self) -> str:
        """The order."""
        return self._status

    def _draw(self) -> None:
        row = self._row
        if row is None:
            return
        asked = (row.key, self._family, self._folded, self._alarms_first)
        if asked != self._drawn:
            self._drawn = asked
            self._branches = branches(row, self._family, self._folded, alarms_first=self._alarms_first)
            self._line.show(self._family, "No children. run.child_run() makes one.")
            self._table.show_tree(self._branches, self._folded, row.experiment)
        status = ("failed and live first" if self._alarms_first else "oldest first") if self._family else ""
        if status != self._status:
            self._status = status
            self.post_message(StatusChanged())

    def on_run_table_moved(self, event: RunTable.Moved) -> None:
        """Remember where the cursor is."""
        event.stop()
        if self._row is not None and event.key is not None:
            self._cursors[self._row.key] = event.key

    def on_run_table_opened(self, event: RunTable.Opened) -> None:
        """A second click."""
        event.stop()
        self.action_open()

    # -- keys

    def moved(self) -> Movable:
        """The keys move the cursor."""
        return self._table

    def action_open(self, digit: int = 0) -> None:
        """Open the child under the cursor."""
        branch = self._table.branch
        if branch is None:
            return
        row = branch.row
        digit = digit or (2 if row.metrics else 6 if branch.below else 3)
        siblings = [each.row.key for each in self._branches if each.row.parent == row.parent]
        self.post_message(ChildOpened(row, digit, siblings))

    def action_output(self) -> None:
        """Open it at its output."""
        self.action_open(3)

    def action_sort(self) -> None:
        """The other order."""
        self._alarms_first = not self._alarms_first
        self._draw()

    def action_left(self) -> None:
        """Hide what is below the child, or go to its parent."""
        branch = self._table.branch
        if branch is None:
            return
        if branch.below and branch.row.key not in self._folded:
            self._folded |= {branch.row.key}
            self._draw()
        else:
            parent = next((each for each in self._branches if each.row.id == branch.row.parent), None)
            if parent is not None:
                self._table.go(parent.row.key)

    def action_right(self) -> None:
        """Show what is below the child."""
        branch = self._table.branch
        if branch is not None and branch.row.key in self._folded:
            self._folded -= {branch.row.key}
            self._draw()

    def action_copy_id(self) -> None:
        """Copy the id of the child."""
        row = self._table.row
        if row is not None:
            self.app.copy_to_clipboard(row.id)
            say = getattr(self.screen, "say", None)
            if say is not None:
                say(f"copied {row.id}")
