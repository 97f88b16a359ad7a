"""`Catalog`: all runs of a root as rows, kept up to date by reading only what has changed."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from runstore.layout.mounts import is_network
from runstore.reading.archived_experiments import ArchivedExperiments
from runstore.reading.children_counts import count_children, relation
from runstore.reading.entry import Entry
from runstore.reading.index import DAMAGED, IndexLine, load_index, save_index
from runstore.reading.looks import Look, looks
from runstore.reading.row import RunRow
from runstore.reading.run_folders import RunFolders
from runstore.reading.uncollected import Uncollected
from runstore.reading.waits import all_at_once

__all__ = ["Catalog", "RunRow"]

_AT_ONCE = 5_000
"""So many run folders are looked at in one go (4 us each); more of them in slices of this size."""
_SLICE = 0.02
_FIRST = 0.25
"""Seconds of reading new runs at a stretch; `Catalog.read_more` goes on."""
_SAVE_EVERY = 60.0
_LINES = 500
"""Runs of which lines for the index are made in one go."""


class Catalog:
    """Thread-safe. A key is a run's folder; ``""`` stands for the list itself."""

    def __init__(self, root: str, cache: bool = True) -> None:
        """``cache``: whether to use and keep the index."""
        self.root = root
        self.network = is_network(root)
        self.device: int | None = None
        """Which file system the root is on, once it was looked at."""
        self._cache = cache
        self._lock = threading.RLock()
        self._entries: dict[str, Entry] = {}
        self._folders = RunFolders(root, self.network)
        self._archived = ArchivedExperiments()
        self._no_runs: set[str] = set()
        self._new: dict[str, None] = {}
        self._stale: set[str] = set()
        self._live: list[str] | None = None
        self._todo: dict[str, None] = {}
        self._sweep: list[str] = []
        self._loaded = False
        self._unsaved = False
        self._saved = -_SAVE_EVERY  # the first time as soon as all is read: who leaves does not wait for long
        self._rows: dict[str, RunRow] = {}
        self._changed: set[str] = set()
        self._news: set[str] = set()
        self._parents: set[str] = set()

    # ---- what there is

    def rows(self) -> list[RunRow]:
        """One row for each run, in no order; before the first `refresh`, those of the index."""
        with self._lock:
            self._absorb()
            return list(self._rows.values())

    def news(self) -> dict[str, RunRow | None]:
        """The rows that are other ones than at the last call, by key, None for runs that are gone; at first all."""
        with self._lock:
            self._absorb()
            news, self._news = self._news, set()
            return {key: self._rows.get(key) for key in news}

    def _absorb(self) -> None:
        """Make the rows of what has changed."""
        with Uncollected():
            self._make_rows()

    def _make_rows(self) -> None:
        self._load()
        self._catch_up()
        related = False
        for key in self._changed:
            before, entry = self._rows.get(key), self._entries.get(key)
            row = self._row_of(entry) if entry is not None else None
            related = related or relation(before) != relation(row)
            if row is None:
                self._rows.pop(key, None)
                continue
            if before is not None and before.children:
                row = msgspec.structs.replace(row, children=before.children, children_failed=before.children_failed)
            self._rows[key] = row
        self._news |= self._changed - {""}
        self._changed = set()
        if related:
            self._news |= count_children(self._rows, self._parents)

    def row(self, key: str) -> RunRow | None:
        """The row of one run."""
        with self._lock:
            self._catch_up()
            entry = self._entries.get(key)
            return self._row_of(entry) if entry is not None else None

    def live(self) -> list[str]:
        """The folders of runs that may still change by themselves."""
        with self._lock:
            if self._live is None:
                self._live = [folder for folder, entry in self._entries.items() if not entry.settled]
            return self._live

    def processes(self, key: str) -> list[dict[str, Any]]:
        """The identities of the processes of a run that may still change."""
        with self._lock:
            entry = self._entries.get(key)
            reader = entry.reader if entry is not None else None
            return [identity for _, identity in reader.processes()] if reader is not None else []

    def experiments(self) -> list[str]:
        """The experiment folders."""
        with self._lock:
            return self._folders.experiments

    def _catch_up(self) -> None:
        """Read what `touch` left."""
        if self._stale:
            stale, self._stale = self._stale, set()
            for folder in stale:
                self._note(self._refresh(folder))

    def _row_of(self, entry: Entry) -> RunRow | None:
        try:
            row = entry.row
        except (*DAMAGED, LookupError):  # a damaged index: read the run itself
            if not entry.read(self.network):
                return None
            if entry.reader is not None:
                self._todo[entry.folder] = None
            row = entry.row
        if self._archived and not row.archived and os.path.dirname(entry.folder) in self._archived:
            row = msgspec.structs.replace(row, archived=True)
        return row

    # ---- keeping up

    def refresh(self, paths: Iterable[str] | None = None) -> set[str]:
        """Look at the runs in ``paths`` (``""``: which runs there are), by default at everything; the changed keys."""
        with self._lock, Uncollected():
            self._load()
            changed: set[str] = set()
            if paths is None:
                changed |= self._list()
                changed |= self.sweep(_AT_ONCE)
            for folder in self.live() if paths is None else paths:
                changed |= self._refresh(folder) if folder else self._list()
            return self._note(changed)

    def touch(self, folders: Iterable[str]) -> set[str]:
        """Something in these run folders changed: the keys of rows that are different now, or may be.

        Of a live run nothing is read before `rows` is called: it may be touched much more often than it is shown.
        """
        changed: set[str] = set()
        with self._lock:
            for folder in folders:
                entry = self._entries.get(folder)
                if entry is not None and entry.full and not entry.settled:
                    self._stale.add(folder)
                    changed.add(folder)
                else:
                    changed |= self._note(self._refresh(folder))
        return changed

    def check_life(self, keys: Iterable[str]) -> set[str]:
        """Find out again whether these runs live; the keys of those whose state changed."""
        changed = set()
        for key in keys:
            with self._lock:
                entry = self._entries.get(key)
                if entry is not None and entry.check_life():
                    changed.add(key)
        return self._note(changed)

    def sweep(self, count: int) -> set[str]:
        """Look at ``count`` run folders in turn for changes that nobody told of; the changed keys."""
        with self._lock:
            if not self._sweep:
                self._sweep = list(self._entries)
            some, self._sweep = self._sweep[:count], self._sweep[count:]
            return self._note(self._look_at_all(some))

    def look(self, folders: Iterable[str]) -> set[str]:
        """Look whether these runs, which are settled, have changed all the same; the changed keys."""
        with self._lock:
            entries = ((folder, self._entries.get(folder)) for folder in folders)
            settled = [folder for folder, entry in entries if entry is not None and entry.settled]
            return self._note(self._look_at_all(settled))

    def read_more(self, first: Iterable[str] = (), seconds: float | None = None) -> set[str]:
        """Read data files that no row tells of yet, those of ``first`` before others; the changed keys.

        Stops after about so many ``seconds``; `unread` tells whether anything is left.
        """
        stop = None if seconds is None else time.monotonic() + seconds
        changed: set[str] = set()
        with self._lock:
            changed |= self._add_new(stop if stop is not None else float("inf"))
            waiting = [
                *(folder for folder in first if folder in self._entries and not self._entries[folder].full),
                *self._todo,
            ]
        try:
            for folder in waiting:
                done = False
                while not done:
                    with self._lock:
                        entry = self._entries.get(folder)
                        done = entry is None or entry.full or entry.read_data(_SLICE, self.network)
                        if done:
                            self._todo.pop(folder, None)
                            changed.add(folder)
                    if stop is not None and time.monotonic() >= stop:
                        return changed
        finally:
            self._note(changed)  # also when memory runs out at one of them
        return changed

    @property
    def unread(self) -> bool:
        """Whether rows are shown that lack what only the data files tell."""
        with self._lock:
            return bool(self._todo or self._new)

    def save(self, at_once: bool = True) -> None:
        """Write the index, if it changed; without ``at_once``, only when that was not done for a while."""
        with self._lock:
            if not self._cache or not self._unsaved:
                return
            if not at_once and time.monotonic() - self._saved < _SAVE_EVERY:
                return
            entries = list(self._entries.values())
            self._unsaved, self._saved = False, time.monotonic()
        save_index(self.root, self._lines_of(entries))

    def _lines_of(self, entries: list[Entry]) -> Iterator[IndexLine]:
        """For the index, some after the other: all at once would be as much again as the rows are."""
        for start in range(0, len(entries), _LINES):
            with self._lock:
                lines = [entry.to_index() for entry in entries[start : start + _LINES]]
            yield from filter(None, lines)

    # ---- the parts

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        for line in load_index(self.root) if self._cache else ():
            entry = Entry.from_index(line, self.root)
            if entry is not None:
                self._entries[entry.folder] = entry
                self._changed.add(entry.folder)

    def _list(self) -> set[str]:
        """Find new and removed runs."""
        keys = self._remount()
        found = self._folders.changed()
        if found is not None:
            for folder in self._entries.keys() - found:
                keys |= self._drop(folder)
            new = found - self._entries.keys()
            self._new = dict.fromkeys(sorted(new - self._no_runs))
            self._no_runs &= new
        archived = self._archived.changed(self._folders.experiments)
        if archived:
            keys |= {folder for folder in self._entries if os.path.dirname(folder) in archived}
        # A folder that is no run may become one: a copy of a run arrives file by file.
        for folder in sorted(self._no_runs):
            keys |= self._add(folder)
        return keys | self._add_new(time.monotonic() + _FIRST)

    def _remount(self) -> set[str]:
        """Forget all runs when another file system is at the root than before; raises OSError where it is broken."""
        try:
            device = os.stat(self.root).st_dev
        except (FileNotFoundError, NotADirectoryError):
            device = None
        if device == self.device:
            return set()
        before, self.device, self.network = self.device, device, is_network(self.root)
        self._folders = RunFolders(self.root, self.network)
        if before is None:
            return set()
        self._new, self._no_runs = {}, set()
        return {key for folder in list(self._entries) for key in self._drop(folder)}

    def _add_new(self, stop: float) -> set[str]:
        """Read new folders, as many as there is time for."""
        keys: set[str] = set()
        for some in looks(list(self._new), self.network):
            for look in some:
                del self._new[look.folder]
                keys |= self._add(look.folder, look)
            if time.monotonic() >= stop:
                break
        return keys

    def _add(self, folder: str, look: Look | None = None) -> set[str]:
        entry = Entry(folder, self.root)
        is_run = entry.read(self.network, look)
        if not is_run:
            if is_run is None or os.path.isdir(folder):
                self._no_runs.add(folder)
            return set()
        self._entries[folder] = entry
        self._no_runs.discard(folder)
        if not entry.settled:
            self._todo[folder] = None
        return {folder, ""}

    def _drop(self, folder: str) -> set[str]:
        del self._entries[folder]
        self._todo.pop(folder, None)
        return {folder, ""}

    def _look_at_all(self, folders: list[str]) -> set[str]:
        if not self.network:
            return {key for folder in folders for key in self._look(folder, _stat(folder))}
        stats = dict(zip(folders, all_at_once(_stat, folders)))
        behind = [folder for folder, stat in stats.items() if self._is_behind(folder, stat)]
        found = {look.folder: look for some in looks(behind, True) for look in some}
        return {key for folder, stat in stats.items() for key in self._look(folder, stat, found.get(folder))}

    def _is_behind(self, folder: str, stat: os.stat_result | OSError) -> bool:
        entry = self._entries.get(folder)
        if entry is None or not entry.settled or isinstance(stat, OSError):
            return False
        return entry.stamp != (stat.st_ino, stat.st_ctime_ns)

    def _look(self, folder: str, stat: os.stat_result | OSError, look: Look | None = None) -> set[str]:
        """Read a run again if its folder has changed."""
        entry = self._entries.get(folder)
        if entry is None:
            return self._add(folder)
        if isinstance(stat, (FileNotFoundError, NotADirectoryError)):
            return self._drop(folder)
        if not self._is_behind(folder, stat):  # or nobody can say what has become of it
            return set()
        before = None if any(entry.stamp) else entry.row  # of one that was read just before it settled
        was_full = entry.full
        is_run = entry.read(self.network, look)
        if not is_run:
            return set() if is_run is None else self._drop(folder)
        if entry.reader is not None or was_full:
            if entry.read_data(_SLICE, self.network):
                self._todo.pop(folder, None)
            else:
                self._todo[folder] = None
        return set() if before is not None and before == entry.row else {folder}

    def _refresh(self, folder: str) -> set[str]:
        entry = self._entries.get(folder)
        if entry is None or entry.settled:
            return self._look(folder, _stat(folder))
        if not entry.full:
            self._todo[folder] = None
            return set()
        changed = entry.refresh(_SLICE)
        reader = entry.reader
        if reader is not None and reader.waiting:
            self._todo[folder] = None
        if reader is not None and reader.gone:
            return self._drop(folder)
        return {folder} if changed else set()

    def _note(self, changed: set[str]) -> set[str]:
        if changed:
            with self._lock:
                self._changed |= changed
                self._live = None
                self._unsaved = True
        return changed


def _stat(folder: str) -> os.stat_result | OSError:
    try:
        return os.stat(folder)
    except OSError as error:
        return error


def list_rows(root: str, cache: bool = True) -> list[RunRow]:
    """All rows of a root, complete: what a command that prints them needs."""
    catalog = Catalog(root, cache)
    with Uncollected():
        catalog.refresh()
        catalog.rows()  # finds what the index has lost
        catalog.read_more()
        catalog.save()
        return catalog.rows()
