"""Whether this user may do it at all: asked before anything is tried, so that the menu can tell why not."""

from __future__ import annotations

from collections.abc import Callable

from runs_tui.actions import Refused
from runstore.layout import rights
from runstore.reading.row import RunRow


def may_change(row: RunRow) -> None:
    """Raise `Refused` for a run on which this user may write no tag, note or name."""
    _ask(rights.why_not_change, row, row.key)


def may_end(row: RunRow) -> None:
    """Raise `Refused` for a run that this user may not cancel."""
    _ask(rights.why_not_end, row, row.key)


def may_delete(row: RunRow) -> None:
    """Raise `Refused` for a run that this user may not move to the trash."""
    _ask(rights.why_not_delete, row, row.key)


def may_add(row: RunRow) -> None:
    """Raise `Refused` when this user may make no run in the store of this one."""
    _ask(rights.why_not_add, row, row.root)


def _ask(why_not: Callable[[str], str], row: RunRow, folder: str) -> None:
    if row.source:
        raise Refused(
            f"a run of another tool ({row.source}) is only read; 'runs-tui import' copies it into a run store"
        )
    try:
        why = why_not(folder)
    except OSError as error:
        raise Refused(f"{folder}: {error.strerror or error}") from error
    if why:
        raise Refused(why)
