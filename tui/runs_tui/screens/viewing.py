"""What the person wants to see of the list of runs: its order, its groups, what is kept out of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from msgspec import structs
from textual.screen import Screen

from runs_tui import keys
from runs_tui.model.feed import Feed
from runs_tui.model.groups import Group
from runs_tui.model.snapshot import Snapshot
from runs_tui.model.view import View
from runs_tui.widgets.run_table import RunTable

if TYPE_CHECKING:
    from runstore.reading.row import RunRow

    Base = Screen[Any]
else:
    Base = object

_PATIENCE = 0.3
"""Seconds that a key may wait for the worker: the next one may be about what it shows."""
_SHORT, _LONG = 0.03, 20_000
"""... and with more runs than that, for which the worker takes longer than anybody should wait."""


class Viewing(Base):
    """A screen with a run table whose view is changed by keys."""

    _feed: Feed
    _view: View
    _snapshot: Snapshot
    _table: RunTable

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take the newest state of all runs."""
        raise NotImplementedError

    def acted_on(self) -> Sequence[RunRow]:
        """The runs that a key is about."""
        raise NotImplementedError

    def say(self, message: str) -> None:
        """Show a short message."""
        raise NotImplementedError

    def _look(self, view: View, patience: float = _PATIENCE) -> None:
        """Show another view, at once if the worker is not too busy, else when it is made."""
        self._view = view
        snapshot = self._feed.wait_for_view(view, patience if self._snapshot.total <= _LONG else _SHORT)
        if snapshot is not None:
            self.show_snapshot(snapshot)

    def _filter_changed(self, words: str) -> None:
        """Show only what matches, as it is typed."""
        self._look(replace(self._view, words=words))

    def action_archived(self) -> None:
        """The archived runs instead of the others, or the others again."""
        if self._view.archived or self._snapshot.archived or not self._snapshot.whole:
            self._look(replace(self._view, archived=not self._view.archived, experiment=None))
        else:
            self.say("no run is archived")

    # ---- groups

    async def action_group(self) -> None:
        """Choose what to group by."""
        from runs_tui.screens.group import GroupScreen

        def chosen(by: str | None) -> None:
            if by is not None and by != self._view.group:
                self._look(replace(self._view, group=by, flipped=frozenset()))

        await self.app.push_screen(GroupScreen(self._snapshot.rows, self._view.group), chosen)

    def action_fold(self) -> None:
        """Fold the group under the cursor, or that of the run under it."""
        group = self._grouped()
        if group is not None and not group.folded:
            self._flip(group)
            self._table.go_to(group)

    def action_unfold(self) -> None:
        """Open the group under the cursor; of an open one, go to its first run."""
        group = self._grouped()
        if group is None:
            return
        if group.folded:
            self._flip(group)
        elif self._table.row is None:
            self._table.move(1)

    def action_fold_all(self) -> None:
        """Fold all groups, or if they are all folded, open them."""
        if self._grouped() is not None:
            groups = [line for line in self._snapshot.lines if isinstance(line, Group)]
            fold = not all(group.folded for group in groups)
            self._look(replace(self._view, fold_all=fold, flipped=frozenset()))

    def _grouped(self) -> Group | None:
        group = self._table.group
        if group is None and not self._view.group:
            self.say(f"there are no groups: {keys.shown_key('runs', 'group')} makes some")
        return group

    def _flip(self, group: Group) -> None:
        """Fold an open group, open a folded one."""
        self._look(replace(self._view, flipped=self._view.flipped ^ {group.key}))

    # ---- on top, out of the list

    def action_pin(self) -> None:
        """Keep the runs on top, or let them go."""
        rows = self.acted_on()
        if rows:
            self._feed.pin([row.key for row in rows])
            there = all((row.root, row.id) in self._snapshot.pinned for row in rows)
            self.say(f"{_who(rows)}: {'not pinned any more' if there else 'pinned'}")

    def action_hide(self) -> None:
        """Leave the runs out of the list, or take them in again."""
        rows = self.acted_on()
        if rows:
            self._feed.hide([row.key for row in rows])
            self._table.unmark()
            there = all((row.root, row.id) in self._snapshot.hidden for row in rows)
            shows = "" if self._view.hidden else f"; {keys.shown_key('runs', 'hidden')} shows what is hidden"
            self.say(f"{_who(rows)}: {'not hidden any more' if there else 'hidden' + shows}")

    def action_hidden(self) -> None:
        """The hidden runs among the others, or the others alone again."""
        if self._view.hidden or self._snapshot.left_out:
            self._look(replace(self._view, hidden=not self._view.hidden))
        else:
            self.say("no run is hidden")

    def action_bell_all(self) -> None:
        """Every run rings, or only those that were chosen."""
        bells = self._feed.bells
        self._feed.ring(structs.replace(bells, since=time.time() if bells.since is None else None))
        self.say("the bell rings for every run" if bells.since is None else "no bell for every run any more")


def _who(rows: Sequence[RunRow]) -> str:
    return rows[0].name if len(rows) == 1 else f"{len(rows)} runs"
