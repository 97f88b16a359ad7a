"""`ForeignSource`: the runs of other tools below a folder, as they come, grow and fall silent."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from runstore.layout.mounts import is_network
from runstore.reading.row import RunRow
from runstore.sources.foreign.entry import Entry
from runstore.sources.foreign.kind import Place
from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.reader import ForeignReader
from runstore.sources.foreign.scan import Scan, place_at

if TYPE_CHECKING:
    from runstore.watching.hints import Hints

_SLICE = 0.05
"""Seconds of searching or reading at a stretch."""
_FOCUSED, _RECENT, _LIFE, _SWEEP = 0.05, 0.5, 1.0, 2.0
"""Seconds between two looks at runs on the screen that grow, at others that do, at all states, at some of all."""
_QUIET, _QUIET_AFTER = 0.15, 10.0
"""Seconds between two looks at the runs on the screen when none of them has grown for so many seconds."""
_SHARE = 30
"""Looking that took t seconds of the processor is not repeated within so many times t, one that waited for as long."""
_LONGEST = 5.0
"""But after so many seconds it is, so that a busy machine hides nothing."""
_STILL = 600.0
"""Seconds without a write after which a run is looked at in turn only."""
_SWEPT = 300
"""Runs and folders that are looked at again in one sweep."""
_OTHERS = 4
"""Of so many readings one is of a run that is not on the screen, so that a huge one there does not hold up all."""
_WATCHED = 32
_KEPT = 2_000_000
"""Points of all runs that are kept, 24 bytes each: opening a run that has them at hand takes no time."""


class ForeignSource:
    """A `runstore.sources.RunSource`. Nothing is written below the folder."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._scan = Scan(root)
        self._entries: dict[str, Entry] = {}
        self._unread: dict[str, None] = {}
        """The runs that were not read whole, newest first."""
        self._news: dict[str, RunRow | None] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._focus: tuple[str, ...] = ()
        self._touched: set[str] = set()
        self._hinted: set[str] = set()
        self._due = dict.fromkeys(("focused", "recent", "life", "sweep", "watch"), 0.0)
        self._swept = self._turn = 0
        self._kept = 0
        self._hints: Hints | None = None
        self._network = is_network(root)
        self._searching = self._closed = False

    @property
    def root(self) -> str:
        """The folder."""
        return self._root

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._closed

    @property
    def listed(self) -> bool:
        """Whether all folders were looked at, and all runs read."""
        return not self._searching and not self._scan.waiting and not self._unread

    @property
    def problems(self) -> list[str]:
        """What could not be looked at, each with its folder."""
        return [f"{os.path.relpath(path, self._root)}: {why}" for path, why in list(self._scan.problems.items())]

    def rows(self) -> list[RunRow]:
        """One row for each run, in no order, as last read."""
        with self._lock:
            return [entry.row for entry in self._entries.values()]

    def news(self) -> dict[str, RunRow | None]:
        """See `runstore.sources.RunSource.news`."""
        with self._lock:
            news, self._news = self._news, {}
            return news

    def open(self, key: str) -> ForeignReader:
        """A reader of its own for one run."""
        with self._lock:
            entry = self._entries.get(key)
        if entry is not None:
            return entry.open()
        place = place_at(key, self._root)
        if place is None:
            raise LookupError(key)
        return kind_of(place.kind).open(place)

    def is_ready(self, key: str) -> bool:
        """Whether the run was read, so that a reader need not do it once more; or takes too long to wait for that."""
        entry = self._entries.get(key)
        return entry is None or entry.is_ready()

    def focus(self, keys: Iterable[str]) -> None:
        """The runs on the screen, most important first."""
        keys = tuple(keys)
        if keys != self._focus:
            self._focus = keys
            self._due["focused"] = 0.0
            self._wake.set()

    def touch(self, keys: Iterable[str]) -> None:
        """Look at these runs at once."""
        with self._lock:
            self._touched.update(keys)
        self._wake.set()

    def changes(self, timeout: float) -> frozenset[str]:
        """See `runstore.sources.RunSource.changes`."""
        deadline = time.monotonic() + timeout
        while not self._closed:
            changed = self._search() | self._read_more() if not self.listed else set()
            changed |= self._look()
            now = time.monotonic()
            if changed or now >= deadline:
                return frozenset(changed)
            if self.listed:
                self._now_and_then("watch", _LIFE, self._watch)
                self._wake.wait(max(min(deadline, *self._due.values()) - now, 0.005))
                self._wake.clear()
        return frozenset()

    def close(self) -> None:
        """Stop; `changes` returns at once from now on."""
        self._closed = True
        self._wake.set()
        if self._hints is not None:
            self._hints.close()

    # ---- searching

    def _search(self) -> set[str]:
        if not self._scan.waiting:
            return set()
        self._searching = True  # what was found is not in the list yet
        try:
            return self._take_places() if self._scan.step(_SLICE) else set()
        finally:
            self._searching = False

    def _take_places(self) -> set[str]:
        """Bring the entries up to what the search has found."""
        found = {place.key: place for place in self._scan.places()}
        changed: set[str] = set()
        with self._lock:
            for key in self._entries.keys() - found.keys():
                self._kept -= self._entries.pop(key).kept
                self._news[key] = None
                changed.add("")
        for key, place in found.items():
            entry = self._entries.get(key)
            if entry is None or entry.place != place:
                self._enter(key, place)
                changed.add("")
        if changed:
            unread = [key for key, entry in self._entries.items() if not entry.read]
            self._unread = dict.fromkeys(sorted(unread, key=lambda key: -self._entries[key].active))
        return changed

    def _enter(self, key: str, place: Place) -> None:
        entry = Entry(place, self._root)
        with self._lock:
            self._entries[key] = entry
            self._news[key] = entry.row

    # ---- reading

    def _read_more(self) -> set[str]:
        """Read what was never read whole, in turn, the newest first; mostly those on the screen."""
        stop = time.monotonic() + _SLICE
        changed: set[str] = set()
        while not self._closed:
            key = self._next_unread()
            if key is None:
                break
            entry = self._entries.get(key)
            self._unread.pop(key, None)
            if entry is not None and not self._refresh(key, entry, changed):
                self._unread[key] = None
            if time.monotonic() >= stop:
                break
        return changed

    def _next_unread(self) -> str | None:
        self._turn += 1
        focused = next((key for key in self._focus if key in self._unread), None) if self._turn % _OTHERS else None
        return focused or next(iter(self._unread), None)

    def _refresh(self, key: str, entry: Entry, changed: set[str]) -> bool:
        """Read what is new in a run; whether that was all."""
        self._kept -= entry.kept
        news = entry.refresh(_SLICE * 4)
        if entry.read or (news and entry.is_worth_telling()):
            self._tell(key, entry, changed)
        if self._kept + entry.kept > _KEPT:
            entry.forget_points()
        self._kept += entry.kept
        return entry.read

    def _tell(self, key: str, entry: Entry, changed: set[str]) -> None:
        row = entry.row
        with self._lock:
            if self._entries.get(key) is entry:
                self._news[key] = row
        changed.add(key)

    # ---- looking again

    def _look(self) -> set[str]:
        changed: set[str] = set()
        with self._lock:
            touched, self._touched = self._touched, set()
            hinted, self._hinted = self._hinted, set()
        if hinted and self._scan.again(sorted(hinted)):
            changed |= self._search() | self._take_places()
        focused = self._focused()
        fresh = list(touched)
        self._now_and_then("focused", self._pace(focused), lambda: fresh.extend(self._with_news(focused)))
        self._now_and_then("recent", _RECENT, lambda: fresh.extend(self._with_news(self._recent())))
        self._read_again(dict.fromkeys(fresh), changed)
        self._now_and_then("life", _LIFE, lambda: self._check_life(changed))
        self._now_and_then("sweep", _SWEEP, lambda: self._sweep(changed))
        return changed

    def _now_and_then(self, name: str, interval: float, work: Callable[[], None]) -> None:
        """Do this if it is due, and say when it is due again."""
        started, worked = time.monotonic(), time.thread_time()
        if started >= self._due[name]:
            work()
            ended = time.monotonic()
            rest = max(_SHARE * (time.thread_time() - worked), ended - started)
            self._due[name] = ended + max(interval, min(rest, _LONGEST))

    def _with_news(self, keys: Iterable[str]) -> list[str]:
        """Those of the runs whose files look other than when they were read."""
        entries = ((key, self._entries.get(key)) for key in keys)
        return [key for key, entry in entries if entry is not None and entry.read and entry.has_news()]

    def _read_again(self, keys: Iterable[str], changed: set[str]) -> None:
        """Read what is new in these runs."""
        for key in keys:
            entry = self._entries.get(key)
            if entry is not None and entry.read and not self._refresh(key, entry, changed):
                self._unread[key] = None

    def _pace(self, focused: list[str]) -> float:
        """Seconds until the next look at these."""
        newest = max((self._entries[key].active for key in focused), default=0.0)
        silence = time.time() - newest
        return _FOCUSED if silence < _QUIET_AFTER else _QUIET if silence < _STILL else _LIFE

    def _focused(self) -> list[str]:
        recent = time.time() - _STILL
        return [key for key in self._focus if (entry := self._entries.get(key)) is not None and entry.active > recent]

    def _recent(self) -> list[str]:
        recent = time.time() - _STILL
        return [key for key, entry in self._entries.items() if entry.active > recent]

    def _check_life(self, changed: set[str]) -> None:
        """States change with time, the sooner the younger they are; and folders of growing runs get new ones."""
        recent = self._recent()
        self._check_states(recent, changed)
        near = {self._root, *(os.path.dirname(self._entries[key].place.path) for key in recent)}
        if self._scan.again(sorted(near)):
            changed |= self._search() | self._take_places()

    def _check_states(self, keys: Iterable[str], changed: set[str]) -> None:
        for key in keys:
            entry = self._entries.get(key)
            if entry is not None and entry.check_life():
                self._tell(key, entry, changed)

    def _sweep(self, changed: set[str]) -> None:
        keys = list(self._entries)
        start = self._swept if self._swept < len(keys) else 0
        self._swept = start + _SWEPT
        self._read_again(self._with_news(keys[start : self._swept]), changed)
        self._check_states(keys[start : self._swept], changed)
        if self._scan.sweep(_SWEPT):
            changed |= self._search() | self._take_places()

    def _watch(self) -> None:
        """Take hints from the folders where runs came last."""
        if self._network or self._closed:
            return
        if self._hints is None:
            from runstore.watching.hints import Hints

            self._hints = Hints(self._hint, self._miss)
        newest = sorted(self._entries.values(), key=lambda entry: -entry.active)[:_WATCHED]
        folders = dict.fromkeys([self._root, *(os.path.dirname(entry.place.path) for entry in newest)])
        self._hints.watch(folders)

    def _miss(self) -> None:
        """Called by the thread of the hints: some of them were lost."""
        self._due["recent"] = self._due["sweep"] = 0.0
        self._wake.set()

    def _hint(self, path: str) -> None:
        """Called by the thread of the hints: something in the folder of this path has changed."""
        folder = os.path.dirname(path)
        with self._lock:
            new = folder not in self._hinted
            self._hinted.update((folder, path))
        if new:
            self._wake.set()
