"""`Watcher`: waits until something in a root has changed."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any

from runstore.watching.deaths import Deaths
from runstore.watching.hints import Hints
from runstore.watching.probe import Probe

SWEEP = 1.0
"""Seconds between two looks at which runs there are, whatever the hints say."""
_QUICK, _QUIET, _SLOW = 0.04, 0.1, 1.0
_QUIET_AFTER = 10.0
_SHARE = 50
"""A look that took t seconds of the processor is not repeated within so many times t, one that waited for as long."""
_LONGEST = 2.0
"""But after so many seconds it is, so that a busy machine hides nothing."""
_MOST_FOCUSED = 16


class _Looks:
    """The probes of some runs, looked at every ``interval`` seconds."""

    def __init__(self, interval: float) -> None:
        self.interval = interval
        self.due = 0.0
        self.last_change = time.monotonic()
        self.probes: dict[str, Probe] = {}

    def choose(self, folders: Iterable[str], network: bool) -> None:
        self.probes = {folder: self.probes.get(folder, Probe(folder, network)) for folder in folders}

    def look(self) -> set[str]:
        started, worked = time.monotonic(), time.thread_time()
        changed = {folder for folder, probe in self.probes.items() if probe.changed()}
        ended = time.monotonic()
        if changed:
            self.last_change = ended
        rest = max(_SHARE * (time.thread_time() - worked), ended - started)
        self.due = ended + max(self.interval, min(rest, _LONGEST))
        return changed


class Watcher:
    """Tells which runs of a root may have changed; wrong now and then, but never silent for more than `SWEEP`.

    Three ways together: hints of the file system for the list of runs and their ``run.json``, looks at the sizes of
    the files of live runs (every 40 to 100 ms for those in focus, each second for others; hints for every point
    would cost the reader ten times as much, and the training something), and the end of processes. One thread waits;
    `focus`, `follow`, `attend` and `wake` may be called from others.
    """

    def __init__(self, root: str, network: bool = False) -> None:
        """``network``: other hosts write there, so there are no hints."""
        self.root = root
        self.network = network
        self._started = False
        self._overlooked = False
        self._lock = threading.Lock()
        self._hinted: set[str] = set()
        self._read_end, self._write_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._poll = select.poll()
        self._poll.register(self._read_end, select.POLLIN)
        self._deaths = Deaths(self._poll)
        self._hints: Hints | None = None
        self._focused, self._followed = _Looks(_QUICK), _Looks(_SLOW)
        self._sweep_due = 0.0
        self._stopped = False

    def start(self) -> None:
        """Begin to take hints; without it there are looks only."""
        self._started = True
        self._take_hints()

    def remount(self, network: bool) -> None:
        """Begin anew: another file system is where the root is."""
        with self._lock:
            self.network = network
            self._focused.probes, self._followed.probes = {}, {}
        if self._hints is not None:
            self._hints.close()
            self._hints = None
        if self._started:
            self._take_hints()

    def _take_hints(self) -> None:
        if not self.network and not self._stopped:
            self._hints = Hints(self._hint, self._miss)

    def stop(self) -> None:
        """End for good: `wait` returns at once from now on."""
        self._stopped = True
        if self._hints is not None:
            self._hints.close()
        self.wake()

    def close(self) -> None:
        """Give back what the system lent; after the last `wait`."""
        with self._lock:
            self._deaths.close()
            for descriptor in (self._read_end, self._write_end):
                if descriptor >= 0:
                    os.close(descriptor)
            self._read_end = self._write_end = -1

    def focus(self, folders: Iterable[str]) -> None:
        """The live runs on the screen: looked at often."""
        with self._lock:
            self._focused.choose(list(folders)[:_MOST_FOCUSED], self.network)

    def follow(self, folders: Iterable[str]) -> None:
        """The other live runs: looked at each second."""
        with self._lock:
            self._followed.choose([folder for folder in folders if folder not in self._focused.probes], self.network)

    def watch(self, folders: Iterable[str]) -> None:
        """Take hints from these folders, first ones first, beside the root."""
        if self._hints is not None and not self._stopped:
            self._hints.watch([self.root, *folders])

    def overlooked(self) -> bool:
        """Whether hints were lost since the last call: then anything may have changed, also what is never looked at."""
        with self._lock:
            overlooked, self._overlooked = self._overlooked, False
        return overlooked

    def attend(self, processes: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        """Tell at once when one of these processes of this host ends, given by run folder."""
        with self._lock:
            if self._read_end >= 0:
                self._deaths.attend(processes)

    def wake(self) -> None:
        """Let `wait` return now."""
        with self._lock:
            if self._write_end >= 0:
                try:
                    os.write(self._write_end, b"w")
                except BlockingIOError:
                    pass  # it is awake already

    def wait(self, timeout: float) -> set[str]:
        """The folders of runs that may have changed; ``""`` when the list may have, and at least every `SWEEP`.

        Waits for about ``timeout`` seconds at most; an empty set when there was nothing, or after `wake`.
        """
        deadline = time.monotonic() + timeout
        while not self._stopped:
            changed = self._look()
            with self._lock:
                changed |= self._hinted
                self._hinted = set()
            now = time.monotonic()
            if changed or now >= deadline:
                return changed
            ended, woken = self._sleep(min(deadline, self._next_look()) - now)
            if ended or woken:
                with self._lock:
                    ended |= self._hinted
                    self._hinted = set()
                return ended
        return set()

    def _look(self) -> set[str]:
        changed: set[str] = set()
        now = time.monotonic()
        with self._lock:
            for looks in (self._focused, self._followed):
                if looks.probes and now >= looks.due:
                    changed |= looks.look()
            self._focused.interval = _QUIET if now - self._focused.last_change > _QUIET_AFTER else _QUICK
        if now >= self._sweep_due:
            self._sweep_due = now + SWEEP
            changed.add("")
        return changed

    def _next_look(self) -> float:
        with self._lock:
            return min([self._sweep_due, *(looks.due for looks in (self._focused, self._followed) if looks.probes)])

    def _sleep(self, seconds: float) -> tuple[set[str], bool]:
        """Wait for the end of a process or a call; the runs of ended processes, whether there was a call."""
        ended: set[str] = set()
        woken = False
        for descriptor, _ in self._poll.poll(max(seconds, 0.0) * 1000):
            with self._lock:
                if descriptor == self._read_end:
                    woken = True
                    os.read(self._read_end, 4096)
                elif (folder := self._deaths.ended(descriptor)) is not None:
                    ended.add(folder)
        return ended, woken

    def _miss(self) -> None:
        """Called by the thread of the hints."""
        with self._lock:
            self._overlooked = True
            self._hinted.add("")
        self.wake()

    def _hint(self, path: str) -> None:
        """Called by the thread of the hints."""
        parts = os.path.relpath(path, self.root).split(os.sep)
        if parts[0] == "..":
            return
        if len(parts) > 1 and not parts[1].startswith("."):
            changed = os.path.join(self.root, *parts[:2])
        elif parts[0].startswith(".") and parts[0] != ".":
            return
        else:
            changed = ""
        with self._lock:
            new = changed not in self._hinted
            self._hinted.add(changed)
            if len(parts) == 2:
                self._hinted.add("")
        if new:
            self.wake()
