"""Deleting runs into the trash of their store, and bringing them back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from runs_tui.actions import Refused, refusing
from runs_tui.actions.rights import may_delete
from runs_tui.model.states import LIVE, WAITING
from runstore.reading.row import RunRow

if TYPE_CHECKING:
    from runstore.runs.trash import TrashEntry


class StillAtWork(Refused):
    """The run lives or waits for its turn; by force it can be deleted all the same."""


def check(row: RunRow) -> None:
    """Raise `Refused` for a run that lives or waits for its turn, or that is another's."""
    if row.source:
        may_delete(row)
    word = row.state.word
    if word in LIVE or (word in WAITING and word != "not started"):
        raise StillAtWork(f"it is {row.state.text}: cancel it first")
    may_delete(row)


def delete(rows: Sequence[RunRow], force: bool = False) -> list[TrashEntry]:
    """Move runs, with their children, to the trash: one entry for each store. All of the runs or none.

    ``force`` deletes also what lives: its records go, its program goes on.
    """
    from runstore.exceptions import AzureMLException
    from runstore.runs.trash import restore, trash_runs

    for row in rows:
        if not force or row.source:
            check(row)
    folders: dict[str, list[str]] = {}
    for row in rows:
        folders.setdefault(row.root, []).append(row.key)
    entries: list[TrashEntry] = []
    with refusing():
        try:
            for root, keys in folders.items():
                entries.append(trash_runs(root, keys, force))
        except AzureMLException:
            for root, entry in zip(folders, entries, strict=False):
                restore(root, entry)
            raise
    return entries


def deleted_last(roots: Sequence[str]) -> tuple[str, TrashEntry] | None:
    """The store and the entry that an undo brings back; None where every trash is empty."""
    from runstore.runs.trash import newest

    found = [(root, entry) for root in roots if (entry := newest(root)) is not None]
    return max(found, key=lambda each: each[1].time, default=None)


def undo(root: str, entry: TrashEntry) -> list[str]:
    """Bring back what was deleted together; the folders of the runs."""
    from runstore.runs.trash import restore

    with refusing():
        return restore(root, entry)
