"""Finds the runs in trackio's databases."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar

from runstore.sources.foreign import sqlite
from runstore.sources.foreign.catalog import catalogs_in
from runstore.sources.foreign.kind import Found, Place
from runstore.sources.trackio.catalog import TrackioCatalog
from runstore.sources.trackio.reader import MEDIA, TrackioReader

if TYPE_CHECKING:
    from runstore.sources.foreign.folder import Folder
    from runstore.sources.foreign.reader import ForeignReader

_TAKEN = (*sqlite.ENDINGS, ".lock")


class Trackio:
    """trackio's SQLite databases."""

    name: ClassVar[str] = "trackio"
    title: ClassVar[str] = "trackio database"
    flush: ClassVar[float] = 10.0

    def find(self, folder: Folder) -> Found | None:
        """The runs in all databases of a folder."""
        found, problem, busy = catalogs_in(folder, TrackioCatalog)
        if not found and not problem:
            return None
        places = [
            Place(self.name, f"{path}#{run.key}", os.path.splitext(os.path.basename(path))[0], run.name)
            for path, catalog in found.items()
            for run in catalog.runs.values()
        ]
        names = {os.path.basename(path) for path in found}
        taken = {name + end for name in names for end in ("", *_TAKEN)}
        taken |= {os.path.splitext(name)[0] + ".lock" for name in names}
        watched = tuple(each for path in found for each in sqlite.beside(path))
        closed = frozenset((MEDIA, "artifacts")) if found else frozenset()
        return Found(places, frozenset(taken), closed, watched, problem, busy)

    def open(self, place: Place, keep: bool = True) -> ForeignReader:
        """A reader of one run."""
        return TrackioReader(place, keep, self.flush)
