"""`NativeSource`: the runs of a root on this machine or on a mount."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable

from runstore.reading.catalog import Catalog
from runstore.reading.row import RunRow
from runstore.reading.run import RunReader
from runstore.watching import Watcher

_LIFE = 1.0
"""Seconds between two looks at whether live runs still live (the end of most is told at once)."""
_SLICE = 0.02
"""Seconds of reading at a stretch for rows that are not complete yet."""
_FIRST_DATA = 0.2
"""The same, for the first time: the watches, which take long to set up, can wait for it."""
_REST = 0.005
_SWEEP, _SWEEP_HINTED, _SWEPT = 2.0, 5.0, 2000
"""Seconds between two sweeps, without and with hints, and the folders of settled runs that each looks at, in turn."""
_MOST_CHECKED = 200


class NativeSource:
    """A `runstore.sources.RunSource`. A key is a run's folder."""

    def __init__(self, root: str, cache: bool = True) -> None:
        self._root = root
        self._catalog = Catalog(root, cache)
        self._watcher = Watcher(root, self._catalog.network)
        self._device: int | None = None
        self._lock = threading.Lock()
        self._changing = threading.Lock()
        self._focus: tuple[str, ...] = ()
        self._touched: tuple[str, ...] = ()
        self._stage = 0
        self._looked = False
        self._life_due = self._sweep_due = 0.0
        self._arranged: tuple[tuple[str, ...], ...] = ()
        self._checked = 0
        self._closed = False

    @property
    def root(self) -> str:
        """The root's folder."""
        return self._root

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._closed

    @property
    def listed(self) -> bool:
        """Whether `rows` has every run that there was when it began, as it is and not as an index has it."""
        return self._looked and not self._catalog.unread

    def rows(self) -> list[RunRow]:
        """One row for each run, as last read; before the first `changes` those of the index."""
        return self._catalog.rows()

    def news(self) -> dict[str, RunRow | None]:
        """See `runstore.sources.RunSource.news`."""
        return self._catalog.news()

    def open(self, key: str) -> RunReader:
        """A reader for one run, not yet refreshed."""
        return RunReader(key, self._catalog.network)

    def is_ready(self, key: str) -> bool:
        """Always."""
        return True

    def focus(self, keys: Iterable[str]) -> None:
        """The runs on the screen, most important first."""
        keys = tuple(keys)
        with self._lock:
            if keys == self._focus:
                return
            self._focus = keys
        self._watcher.wake()

    def touch(self, keys: Iterable[str]) -> None:
        """Read these runs at the next turn of `changes`, which comes at once."""
        with self._lock:
            self._touched = (*self._touched, *keys)
        self._watcher.wake()

    def changes(self, timeout: float) -> frozenset[str]:
        """See `runstore.sources.RunSource.changes`. The first few calls return at once, with what is found first."""
        with self._changing:
            deadline = time.monotonic() + timeout
            while not self._closed:
                changed = self._step(deadline - time.monotonic())
                if changed or time.monotonic() >= deadline:
                    return frozenset(changed)
            self._watcher.close()
            return frozenset()

    def close(self) -> None:
        """Stop and write the index."""
        self._closed = True
        self._watcher.stop()
        if self._changing.acquire(blocking=False):
            self._watcher.close()
            self._changing.release()
        self._catalog.save()

    def _step(self, seconds: float) -> set[str]:
        if self._stage < 4:
            return self._begin()
        changed = self._catalog.read_more(self._focus, _SLICE)
        if not changed:
            until = min(seconds, self._life_due - time.monotonic()) if self._catalog.live() else seconds
            hinted = self._watcher.wait(_REST if self._catalog.unread else max(until, 0.0)) | self._take_touched()
            changed = self._list() if "" in hinted else set()
            changed |= self._catalog.touch(folder for folder in hinted if folder)
            # A process that ends changes no file.
            changed |= self._catalog.check_life(folder for folder in hinted if folder)
            changed |= self._look_around("" in hinted)
        self._arrange()
        return changed

    def _list(self) -> set[str]:
        """Which runs there are; all of them are looked at when nobody can tell what has changed."""
        changed = self._catalog.refresh(None if self._watcher.overlooked() else [""])
        if self._device != self._catalog.device:
            self._follow_mount()
        return changed

    def _follow_mount(self) -> None:
        """Watch as the file system that is at the root now asks for."""
        self._device = self._catalog.device
        self._watcher.remount(self._catalog.network)
        self._arranged = ()

    def _take_touched(self) -> set[str]:
        """What `touch` told, and the list itself."""
        with self._lock:
            touched, self._touched = self._touched, ()
        return {"", *touched} if touched else set()

    def _look_around(self, listed: bool) -> set[str]:
        """What is due now and then: whether live runs live, folders that nobody told of, the index."""
        changed: set[str] = set()
        now = time.monotonic()
        if now >= self._life_due:
            self._life_due = now + _LIFE
            self._arranged = ()
            changed |= self._catalog.check_life(self._next_live()) | self._catalog.look(self._focus)
        if listed and now >= self._sweep_due:
            self._sweep_due = now + (_SWEEP if self._catalog.network else _SWEEP_HINTED)
            changed |= self._catalog.sweep(_SWEPT)
            self._catalog.save(at_once=False)
        return changed

    def _begin(self) -> set[str]:
        """First what the index knows, then what is there, what live runs hold, and what came before the watches."""
        if self._stage == 0:
            self._stage = 1
            if self._catalog.rows():
                return {""}
        if self._stage == 1:
            changed = self._catalog.refresh() | {""}
            self._looked = True
            self._stage = 2
            return changed
        self._stage += 1
        if self._stage == 3:
            return self._catalog.read_more(self._focus, _FIRST_DATA) | {""}
        self._follow_mount()
        self._watcher.start()
        self._arrange()
        return self._catalog.refresh([""])

    def _next_live(self) -> list[str]:
        """Live runs to check: all of them, or some in turn when they are many."""
        live = self._catalog.live()
        if len(live) <= _MOST_CHECKED:
            return live
        start = self._checked % len(live)
        self._checked = start + _MOST_CHECKED
        return live[start : self._checked]

    def _arrange(self) -> None:
        """Tell the watcher which runs matter now."""
        focus, live, experiments = self._focus, self._catalog.live(), self._catalog.experiments()
        arranged = (focus, tuple(live), tuple(experiments))
        if arranged == self._arranged:
            return
        self._arranged = arranged
        kept = set(live)
        focused = [key for key in focus if key in kept]
        others = [key for key in live if key not in set(focused)]
        self._watcher.focus(focused)
        self._watcher.follow([*focused, *others])
        self._watcher.attend({key: self._catalog.processes(key) for key in [*focused, *others][:_MOST_CHECKED]})
        self._watcher.watch(dict.fromkeys([*focus, *(os.path.dirname(key) for key in focus), *experiments]))
