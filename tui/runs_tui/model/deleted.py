"""What a screen that is open shows of a run whose folder is deleted meanwhile: what was known of it, and that."""

from __future__ import annotations

from msgspec.structs import replace

from runstore.reading.row import RunRow
from runstore.reading.states import State

DELETED = "The folder of this run was deleted."
_WORD = "deleted"
"""No state of a run that is there, nor one to look for."""


def renewed(before: RunRow, now: RunRow | None) -> RunRow:
    """A run as it is now: None for one that is gone, of which what was known before stays.

    So it does of a run that cannot be read any more, as between the deleting of its files and that of its folder.
    """
    if now is None:
        return before if is_deleted(before) else replace(before, state=State(_WORD, "○", "o", _WORD, ""), problem="")
    if not now.problem or is_deleted(before):
        return now
    return before if before.problem == now.problem else replace(before, state=now.state, problem=now.problem)


def is_deleted(row: RunRow) -> bool:
    """Whether there is no such run any more."""
    return row.state.word == _WORD
