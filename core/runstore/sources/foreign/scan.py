"""Which foreign runs there are below a folder."""

from __future__ import annotations

import os
import time
from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

from runstore.layout.paths import CONTROL
from runstore.sources.foreign.closed import ClosedFolders
from runstore.sources.foreign.folder import Folder
from runstore.sources.foreign.kind import Place, split_key
from runstore.sources.foreign.kinds import KINDS, OUTPUT, kind_of

_DEEPEST = 12
_MOST_FOLDERS = 50_000
_RETRIED = 64
"""Files of a folder with something that cannot be read, each change of which is a reason to look again."""
_NEVER = frozenset(
    ("__pycache__", "node_modules", "site-packages", "dist-packages", "venv", "env", "lost+found", "checkpoints")
)
"""Folders that hold no runs, but many files."""


class Looked(NamedTuple):
    """What a look at a folder found. ``below``: folders to look at next. ``watched``: files that may hold more runs.

    ``busy``: something could not be read just now, so that another look may find more though nothing has changed.
    """

    places: tuple[Place, ...]
    below: tuple[str, ...]
    watched: tuple[str, ...]
    problem: str = ""
    busy: bool = False


def look(path: str, top: str) -> Looked:
    """Look at one folder: each kind in turn, with the files that no kind before has taken."""
    folder = Folder(path, top)
    if CONTROL in folder.folders:
        return Looked((), (), ())  # a run store of our own
    places: list[Place] = []
    watched: list[str] = []
    entered = set(folder.folders)
    taken: frozenset[str] = frozenset()
    problem, unread, busy = folder.problem, "", False
    for name in KINDS:
        left = folder.without(taken)
        if taken and not left.files and not entered:
            break  # the other kinds, whose programs would have to be loaded, could find nothing
        try:
            found = kind_of(name).find(left)
        except (OSError, ValueError) as error:
            unread = unread or str(error)
            continue
        except Exception as error:  # of what another tool wrote nothing may break the list
            problem = problem or f"{type(error).__name__}: {error}"
            continue
        if found is None:
            continue
        unread, busy = unread or found.problem, busy or found.busy
        if name == OUTPUT and len(places) == 1:
            # As a rule somebody has sent the output of the one run there into a file beside it.
            places[0] = places[0]._replace(logs=tuple(sorted(place.path for place in found.places)))
        else:
            places += found.places
        taken |= found.taken
        entered -= entered if found.closed is None else found.closed
        watched += found.watched
    if unread:
        places.append(ClosedFolders.place(folder, unread))
        watched += (os.path.join(path, name) for name in list(folder.files)[:_RETRIED])
    below = (name for name in sorted(entered) if not name.startswith(".") and name not in _NEVER)
    return Looked(tuple(places), tuple(os.path.join(path, name) for name in below), tuple(watched), problem, busy)


def find_places(top: str, stop: float | None = None) -> list[Place]:
    """All foreign runs below ``top``; those that are found until ``time.monotonic() == stop``."""
    scan = Scan(top)
    while scan.waiting and (stop is None or time.monotonic() < stop):
        scan.step(0.1)
    return scan.places()


def place_at(key: str, top: str) -> Place | None:
    """The run with this key, found by looking at the folders that may hold it; None when it is not there (any more)."""
    path, _ = split_key(key)
    for _ in range(4):
        if os.path.isdir(path):
            for place in look(path, top).places:
                if place.key == key:
                    return place
        if path == os.path.dirname(path) or path == top:
            break
        path = os.path.dirname(path)
    return None


@dataclass(slots=True)
class _Known:
    looked: Looked
    stamp: tuple[object, ...]


class Scan:
    """Looks at all folders below ``top``, a few at a time, and again at those that have changed. Not thread-safe."""

    def __init__(self, top: str) -> None:
        self.top = top
        self.problems: dict[str, str] = {}
        self._known: dict[str, _Known] = {}
        self._waiting: deque[str] = deque([top])
        self._turn: deque[str] = deque()

    @property
    def waiting(self) -> bool:
        """Whether there are folders that were not looked at yet."""
        return bool(self._waiting)

    def places(self) -> list[Place]:
        """The runs found so far, each key once."""
        found = {place.key: place for known in self._known.values() for place in known.looked.places}
        return list(found.values())

    def folders(self) -> list[str]:
        """The folders looked at, ``top`` first."""
        return list(self._known)

    def step(self, seconds: float) -> bool:
        """Look at folders that were not looked at yet, for about so long; whether runs came or went."""
        stop = time.monotonic() + seconds
        changed = False
        while self._waiting:
            changed |= self._look(self._waiting.popleft())
            if time.monotonic() >= stop:
                break
        return changed

    def again(self, paths: list[str]) -> bool:
        """Look again at those of these folders that have changed; whether runs came or went, or folders are to come."""
        changed = False
        for path in paths:
            known = self._known.get(path)
            if known is not None and _stamp(path, known.looked.watched) != known.stamp:
                changed |= self._look(path)
        return changed or bool(self._waiting)

    def sweep(self, most: int) -> bool:
        """Look again at so many folders, in turn."""
        if not self._turn:
            self._turn.extend(self._known)
        return self.again([self._turn.popleft() for _ in range(min(most, len(self._turn)))])

    def _look(self, path: str) -> bool:
        known = self._known.get(path)
        watched = known.looked.watched if known is not None else ()
        stamp = _stamp(path, watched)
        looked = look(path, self.top)
        if looked.watched != watched:
            stamp = _stamp(path, looked.watched)
        if looked.busy:
            stamp = ()  # whatever the folder looks like, it is to be looked at again
        if looked.problem:
            self.problems[path] = looked.problem
        else:
            self.problems.pop(path, None)
        before = known.looked if known is not None else Looked((), (), ())
        self._known[path] = _Known(looked, stamp)
        for gone in set(before.below) - set(looked.below):
            self._forget(gone)
        if path.count(os.sep) - self.top.count(os.sep) < _DEEPEST and len(self._known) < _MOST_FOLDERS:
            self._waiting.extend(each for each in looked.below if each not in before.below)
        return before.places != looked.places or before.below != looked.below

    def _forget(self, path: str) -> None:
        inside = path + os.sep
        for each in [each for each in self._known if each == path or each.startswith(inside)]:
            del self._known[each]
            self.problems.pop(each, None)


def _stamp(path: str, watched: tuple[str, ...]) -> tuple[object, ...]:
    """What tells that a folder has to be looked at again. A change inside its clock's tick is found by its count."""
    found: list[object] = []
    for each in (path, *watched):
        try:
            stat = os.stat(each)
        except OSError:
            found.append(None)
        else:
            found.append((stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size if each != path else 0))
    return tuple(found)
