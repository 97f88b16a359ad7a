"""The runs that are on the screen one by one, with their readers: a few of them are kept at hand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from msgspec.structs import replace

from runs_tui.model.columns import pick_metrics
from runs_tui.model.deleted import renewed
from runs_tui.model.snapshot import Shown
from runstore.reading.row import RunRow
from runstore.sources import RunSource

_READERS_KEPT = 4
_PRINTED = 40
"""Lines of output kept for the preview."""
_READING = 0.3
"""Seconds that one reading of a run may take before what was read is shown."""


class ShownRuns:
    """For the worker's thread alone. ``unfinished``: the last one that was read has more to read."""

    def __init__(self, sources: Mapping[str, RunSource]) -> None:
        self.unfinished = False
        self._sources = sources
        self._shown: OrderedDict[str, Shown] = OrderedDict()

    def read(self, row: RunRow, changed: bool) -> Shown | None:
        """The run of this row, read anew if it has ``changed`` or was not at hand; None while it cannot be opened."""
        self.unfinished = False
        shown = self._shown.pop(row.key, None) or self._opened(row)
        if shown is None:
            return None
        reader = shown.reader
        if changed or reader.waiting or not shown.version or row is not shown.row:
            news = reader.refresh(_READING)
            reader.load(list(pick_metrics([row])))
            from runstore.reading.tails import last_output

            printed = tuple(last_output(reader.consoles(), _PRINTED))
            first = not shown.version
            shown = Shown(reader, row, shown.version + (news or first), printed)
            # Show what there is and go on; at first the row may be newer by now.
            self.unfinished = (reader.waiting and not reader.gone) or first
        return shown

    def row(self, key: str, now: RunRow | None) -> RunRow | None:
        """What is to be shown of a run that is so ``now``; if it is gone, that, of one that was shown before."""
        shown = self._shown.get(key)
        return now if shown is None else renewed(shown.row, now)

    def keep(self, shown: Shown, family: tuple[RunRow, ...], parent: RunRow | None, row: RunRow) -> Shown:
        """The same with the runs around it, kept at hand."""
        self._shown[row.key] = shown = replace(shown, row=row, family=family, parent=parent)
        while len(self._shown) > _READERS_KEPT:
            self._shown.popitem(last=False)
        return shown

    def _opened(self, row: RunRow) -> Shown | None:
        source = self._sources[row.root]
        if not source.is_ready(row.key):
            return None
        try:
            return Shown(source.open(row.key), row, 0)
        except LookupError:  # it has just gone
            return None
