"""The Records tab: what the run logged beside series of numbers, each as the chart, table or picture that it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from runs_tui import keys
from runs_tui.model.deleted import DELETED, is_deleted
from runs_tui.model.recordings import in_order, kind_words
from runs_tui.screens.tabs.job import Job
from runs_tui.screens.tabs.record_views import View, views_of
from runs_tui.screens.tabs.split import SplitPane
from runs_tui.widgets.tree_list import Entry, TreeList
from runstore.reading.reader import Reader
from runstore.reading.recorded import EVALUATIONS, Recorded, Recordings
from runstore.reading.row import RunRow

_NOTHING = "Nothing was recorded beside numbers: no lists, tables, images or texts."
_AT_ONCE = 0.3
"""Seconds of reading before there is something to see: a run may have recorded very much."""


@dataclass
class _Made:
    """What a thread has made: the things there are, and the pages of the chosen one."""

    reader: Reader
    recordings: Recordings
    items: list[Recorded]
    item: Recorded | None = None
    version: int = 0
    index: int = -1
    views: list[View] = field(default_factory=list)

    @property
    def chosen(self) -> str:
        return self.item.name if self.item is not None else ""


class RecordsPane(SplitPane):
    """Everything is read and made ready on a thread, one job at a time; the screen never waits for it."""

    SCOPE = "records"
    BINDINGS = keys.bindings("records")

    def __init__(self) -> None:
        super().__init__(TreeList())
        self._reader: Reader | None = None
        self._row: RunRow | None = None
        self._made: _Made | None = None
        self._place: dict[str, int] = {}
        """Which view of each thing the user has chosen, by kind."""
        self._index = -1
        self._job = Job(self, self._prepare, self._take)

    # -- what the Run screen asks for

    def show(self, reader: Reader, row: RunRow) -> None:
        """Show this run; of one that is shown already, what is new."""
        known = self._row is not None and row.key == self._row.key and reader is self._reader
        if not known:
            if self._row is None or row.key != self._row.key:
                self._index = -1
                self.entries.offer([], "reading ...")
                self.sheet.show(None)
            self._made = None
        self._reader, self._row = reader, row
        self._job.ask(patient=known)

    def titles(self) -> tuple[str, str]:
        """Name, description and step of what is shown; the views there are."""
        made, item = self._made, self._made.item if self._made else None
        if made is None or item is None:
            return "", ""
        left = [item.name, item.description, f"rank {item.rank} of {item.ranks}" if item.ranks > 1 else ""]
        if self._has_several(item):
            count = _whole(item)
            at = range(count)[made.index]
            step = item.steps[at]
            left.append(f"{at + 1} of {count}" + (f", step {step}" if step is not None else ""))
        shown = self._view_number(item, made.views)
        names = [f"[{view.name}]" if at == shown else view.name for at, view in enumerate(made.views)]
        return "  ".join(part for part in left if part), " ".join(names) if len(names) > 1 else ""

    # -- making

    def on_mount(self) -> None:
        """What was asked for before."""
        self._job.begin()

    def _prepare(self) -> Callable[[], _Made] | None:
        if self._reader is None:
            return None
        return partial(_make, self._reader, self._made, self._chosen(), self._index)

    def _chosen(self) -> str:
        return self.entries.chosen.key if self.entries.chosen else ""

    def _take(self, made: _Made) -> None:
        if made.reader is not self._reader:
            return
        before, self._made = self._made, made
        entries = [Entry(item.name, item.name, kind_words(item)) for item in made.items]
        count = self.entries.count
        gone = self._row is not None and is_deleted(self._row)
        self.entries.offer(entries, DELETED if gone else _NOTHING)
        if self.entries.count != count:
            self.lay_out()
        if made.item is None or not -_whole(made.item) <= self._index < _whole(made.item):
            self._index = -1  # it was recorded anew, and less often
        if self._chosen() != made.chosen or self._index != made.index or made.recordings.waiting:
            self._job.ask()  # the cursor has moved on meanwhile, or there is more to read
        item = made.item
        same = before is not None and before.chosen == made.chosen and before.index == made.index
        if item is None:
            self.sheet.show(None)
        elif not (same and before is not None and before.version == made.version):
            self.sheet.show(made.views[self._view_number(item, made.views)].page, same=same)
        self.say()

    def _view_number(self, item: Recorded, views: list[View]) -> int:
        return self._place.get(item.kind, 0) % max(len(views), 1)

    @staticmethod
    def _has_several(item: Recorded) -> bool:
        return item.kind in ("image", *EVALUATIONS) and _whole(item) > 1

    # -- keys

    def on_tree_list_moved(self, event: TreeList.Moved) -> None:
        """Make the pages of another thing."""
        event.stop()
        self._index = -1
        self._job.ask()
        self.say()

    def on_tree_list_opened(self, event: TreeList.Opened) -> None:
        """A second click."""
        event.stop()
        self.action_full()

    def action_full(self) -> None:
        """The chosen thing alone, or the list again."""
        if self.entries.chosen is not None:
            self.show_alone(alone=not self.alone)

    def action_view(self) -> None:
        """The next way to look at it."""
        made, item = self._made, self._made.item if self._made else None
        if made is not None and item is not None and len(made.views) > 1:
            self._place[item.kind] = (self._view_number(item, made.views) + 1) % len(made.views)
            self.sheet.show(made.views[self._view_number(item, made.views)].page)
            self.say()

    def action_right(self) -> None:
        """Columns to the right, or the next of several images."""
        self._sideways(1)

    def action_left(self) -> None:
        """Columns to the left, or the image before."""
        self._sideways(-1)

    def _sideways(self, by: int) -> None:
        made, item = self._made, self._made.item if self._made else None
        if self.sheet.move_sideways(by) or made is None or item is None or not self._has_several(item):
            return
        count = _whole(item)
        at = range(count)[made.index] + by
        if 0 <= at < count:
            self._index = -1 if at == count - 1 else at
            self._job.ask()


def _whole(item: Recorded) -> int:
    """How many values there are with step and time: a thread may be adding one, its time last."""
    return len(item.times)


def _make(reader: Reader, made: _Made | None, chosen: str, index: int) -> _Made:
    """On a thread: take in what is new, and make the pages of the chosen thing unless nothing of it has changed.

    Of what is still being read the first pages stay until all is there.
    """
    recordings = made.recordings if made is not None else Recordings(reader)
    recordings.refresh(_AT_ONCE)
    items = in_order(recordings.items.values())
    if chosen not in recordings.items:
        chosen = items[0].name if items else ""
    item = recordings.items.get(chosen)
    if item is None:
        return _Made(reader, recordings, items)
    if not -_whole(item) <= index < _whole(item):
        index = -1
    same = made is not None and made.views and (made.item, made.index) == (item, index)
    if made is not None and same and (made.version == item.version or recordings.waiting):
        return _Made(reader, recordings, items, item, made.version, index, made.views)

    version = item.version
    return _Made(reader, recordings, items, item, version, index, views_of(item, index, reader.artifact))
