"""What is known of the runs in one database, shared by all that read it: one look tells for all of them."""

from __future__ import annotations

import itertools
import os
import threading
from abc import ABC, abstractmethod
from collections import OrderedDict
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, Self, TypeVar

from runstore.sources.foreign import sqlite

if TYPE_CHECKING:
    from runstore.sources.foreign.folder import Folder

Run = TypeVar("Run")
_MOST = 64
"""Databases that are remembered."""
EPOCHS = itertools.count(1)
"""So that no two are the same, also not of two catalogs of one database."""


class OtherDatabase(ValueError):
    """The database is of another kind."""


class Catalog(ABC, Generic[Run]):
    """Thread-safe. ``runs``: by id, as last looked. ``versions``: how often each was seen to change."""

    _known: ClassVar[OrderedDict[tuple[type, str], Any]] = OrderedDict()
    _guard: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, path: str) -> None:
        self.path = path
        self.epoch = next(EPOCHS)
        """Another one when rows have gone, or the file is another one: all must be read anew."""
        self.runs: dict[str, Run] = {}
        self.versions: dict[str, int] = {}
        self.is_other = False
        """Whether it was seen to be a database of another kind."""
        self._stamp: tuple[object, ...] = ()
        self._lock = threading.Lock()

    @classmethod
    def of(cls, path: str) -> Self:
        """The one of the database at ``path``."""
        key = cls, sqlite.file_of(path)
        with Catalog._guard:
            found: Self | None = Catalog._known.get(key)
            if found is None:
                found = Catalog._known[key] = cls(key[1])
            Catalog._known.move_to_end(key)
            while len(Catalog._known) > _MOST:
                Catalog._known.popitem(last=False)
        return found

    @property
    def looked(self) -> bool:
        """Whether anything is known of the database."""
        return bool(self._stamp)

    def refresh(self) -> None:
        """Look at the database if it has changed; raises as `sqlite.opened`."""
        with self._lock:
            stamp = sqlite.stamp(self.path)
            if stamp == self._stamp:
                return
            try:
                with sqlite.opened(self.path) as connection:
                    runs, changed = self._look(connection)
            except OtherDatabase:
                self.is_other = True
                raise
            if self._stamp and stamp[0] is not None and self._inode(stamp) != self._inode(self._stamp):
                self.epoch = next(EPOCHS)
            for name in changed.union(name for name, run in runs.items() if self.runs.get(name) != run):
                self.versions[name] = self.versions.get(name, 0) + 1
            self.runs, self._stamp = runs, stamp

    @staticmethod
    def _inode(stamp: tuple[object, ...]) -> object:
        return stamp[0][0] if isinstance(stamp[0], tuple) else None

    @abstractmethod
    def _look(self, connection: Connection) -> tuple[dict[str, Run], set[str]]:
        """All runs, and the ids of those of which there is news in other tables.

        Raises `OtherDatabase`.
        """


Kind = TypeVar("Kind", bound=Catalog[Any])


class Catalogs(NamedTuple, Generic[Kind]):
    """Those of one kind in a folder, by path. ``problem``: why others could not be read, with their names; ``busy``:
    that may be so for a moment only.
    """

    found: dict[str, Kind]
    problem: str = ""
    busy: bool = False


def catalogs_in(folder: Folder, kind: type[Kind]) -> Catalogs[Kind]:
    """The catalog of each database of this kind in a folder; one that is just being written is as at the last look."""
    found: dict[str, Kind] = {}
    problems, busy = [], False
    for name in sorted(folder.files):
        if not sqlite.is_database(folder.head(name, len(sqlite.MAGIC))):
            continue
        path = os.path.join(folder.path, name)
        catalog = kind.of(path)
        try:
            catalog.refresh()
        except OtherDatabase:
            continue
        except sqlite.Busy as error:
            if not catalog.looked:
                if not catalog.is_other:
                    busy = True
                    problems.append(f"{name}: {error.strerror}")
                continue
        except (OSError, ValueError) as error:
            problems.append(f"{name}: {getattr(error, 'strerror', None) or error}")
            continue
        found[path] = catalog
    return Catalogs(found, "; ".join(problems), busy)
