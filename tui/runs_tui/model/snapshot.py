"""The frozen state that the worker thread hands to the screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from runs_tui.model.bells import Bells
from runs_tui.model.best import Best
from runs_tui.model.deleted import renewed
from runs_tui.model.groups import Line
from runs_tui.model.view import View
from runstore.reading.reader import Reader
from runstore.reading.row import RunRow

Named = tuple[str, str]
"""A run by its root and id."""


class ExperimentCount(msgspec.Struct, frozen=True):
    """One experiment in the list of experiments."""

    name: str
    runs: int
    live: int
    alarms: int
    """Failed, dead, lost or stalled runs that have not been looked at."""


class Shown(msgspec.Struct, frozen=True):
    """The run under the cursor, or the open one, with its reader freshly read."""

    reader: Reader
    row: RunRow
    version: int
    """Another number whenever the reader has read something new."""
    printed: tuple[str, ...] = ()
    """The last lines of its output, safe to show."""
    family: tuple[RunRow, ...] = ()
    """All runs below it, oldest first."""
    parent: RunRow | None = None
    """The run that it is a child of, if it is known."""


class Snapshot(msgspec.Struct, frozen=True):
    """All that is on the screens, at one moment."""

    rows: tuple[RunRow, ...] = ()
    """The runs of the view, in its order."""
    lines: Sequence[Line] = ()
    """The same as the list shows them: put together in groups, those of folded groups left out."""
    total: int = 0
    """All runs of all roots that are archived, or not, as the view asks."""
    archived: int = 0
    """How many runs are archived."""
    counts: Mapping[str, int] = msgspec.field(default_factory=dict)
    """How many runs are in each state, of all those."""
    experiments: tuple[ExperimentCount, ...] = ()
    metrics: tuple[str, ...] = ()
    """The metrics to give columns to, best first."""
    params: tuple[str, ...] = ()
    """The parameters that differ between the runs of the view, most telling first."""
    unseen: frozenset[str] = frozenset()
    """Keys of the runs that ask for attention and have not been opened."""
    shown: Shown | None = None
    followed: Mapping[str, RunRow | None] = msgspec.field(default_factory=dict)
    """By key, the runs that a screen follows, in the view or not; None for one that is gone."""
    view: View = View()
    pinned: frozenset[Named] = frozenset()
    """The runs that stay on top."""
    hidden: frozenset[Named] = frozenset()
    """The runs that are left out, unless the view asks for them."""
    left_out: int = 0
    """How many of those would be in the view."""
    best: Best | None = None
    """The best run of the view."""
    roots: tuple[str, ...] = ()
    """The stores whose runs these are."""
    bells: Bells = Bells()
    falls: bool = False
    """Whether the values of the order fall from the first run to the last."""
    loading: bool = True
    """No list has been read yet."""
    whole: bool = False
    """Every run that there was at the start has been listed: what is not here does not exist."""
    problem: str = ""
    """What went wrong in the last reading, for the header line."""

    def renewed(self, rows: Sequence[RunRow]) -> list[RunRow]:
        """The same runs as they are now, those that are followed wherever they are, others while they are listed."""
        present: dict[str, RunRow | None] = {self.shown.row.key: self.shown.row} if self.shown is not None else {}
        present |= self.followed
        others = {row.key for row in rows} - present.keys()
        present |= {row.key: row for row in self.rows if row.key in others} if others else {}
        return [renewed(row, present.get(row.key, row)) for row in rows]
