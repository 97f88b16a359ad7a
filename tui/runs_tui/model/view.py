"""What the user wants to see of the run list: words, experiment, order, archived or not."""

from __future__ import annotations

from dataclasses import dataclass

SORTS: tuple[str, ...] = ("attention", "newest", "name", "state", "step", "metric", "metric 2", "duration")
"""The cycle of `s`. ``metric`` and ``metric 2`` are the first and second metric column of the table."""


@dataclass(frozen=True, slots=True)
class View:
    """A choice of runs and their order; the same value gives the same list from the same rows."""

    words: str = ""
    experiment: str | None = None
    sort: str = SORTS[0]
    reverse: bool = False
    archived: bool = False
    """The archived runs instead of the others."""
