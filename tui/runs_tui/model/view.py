"""What the user wants to see of the run list: words, experiment, columns, order, archived or not."""

from __future__ import annotations

from dataclasses import dataclass

SORTS: tuple[str, ...] = ("attention", "newest", "name", "state", "step", "metric", "metric 2", "duration")
"""The usual orders. ``metric`` and ``metric 2`` are the first and second metric column of the table; beside these
there is one for each `Field`."""


@dataclass(frozen=True, slots=True)
class View:
    """A choice of runs and their order; the same value gives the same list from the same rows."""

    words: str = ""
    experiment: str | None = None
    sort: str = SORTS[0]
    reverse: bool = False
    archived: bool = False
    """The archived runs instead of the others."""
    columns: tuple[str, ...] = ()
    """The ids of the fields to show after the name; none of them: what tells most about the runs of the view."""
    group: str = ""
    """The id of the field to group by."""
    fold_all: bool = False
    """Whether groups are folded, but for those in ``flipped``."""
    flipped: frozenset[str] = frozenset()
    """Keys of the groups that are folded, or open, unlike the others."""
    hidden: bool = False
    """The hidden runs among the others."""
