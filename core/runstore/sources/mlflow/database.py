"""The runs in MLflow's SQLite databases (``mlflow.db``)."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING, ClassVar

from runstore.sources.foreign import sqlite
from runstore.sources.foreign.catalog import catalogs_in
from runstore.sources.foreign.kind import Found, Place
from runstore.sources.foreign.reader import ForeignReader
from runstore.sources.foreign.rows import RowsReader
from runstore.sources.mlflow.catalog import Known, MlflowCatalog
from runstore.sources.mlflow.facts import SYSTEM, Info, fields_of, local_path, place_beside, sample_of
from runstore.sources.mlflow.points import Fetched, by_name, fetch
from runstore.sources.mlflow.steps import StepsOf

if TYPE_CHECKING:
    from sqlite3 import Connection

    from runstore.sources.foreign.folder import Folder

_ID = re.compile(r"[0-9a-f]{32}")
_ROWS = 50_000
"""Rows of one look: a writer waits for no longer than they take to read."""
_DATASETS = (
    "SELECT DISTINCT datasets.name, datasets.digest FROM inputs JOIN datasets ON inputs.source_id = dataset_uuid"
    " WHERE source_type = 'DATASET' AND destination_type = 'RUN' AND destination_id = ? LIMIT 100"
)


class MlflowDatabase:
    """MLflow's SQLite databases."""

    name: ClassVar[str] = "mlflow-db"
    title: ClassVar[str] = "MLflow database"
    flush: ClassVar[float] = 10.0

    def find(self, folder: Folder) -> Found | None:
        """The runs in all databases of a folder."""
        found, problem, busy = catalogs_in(folder, MlflowCatalog)
        if not found and not problem:
            return None
        places = [
            Place(self.name, f"{path}#{run.run_id}", run.experiment, run.name or run.run_id)
            for path, catalog in found.items()
            for run in catalog.runs.values()
        ]
        taken = frozenset(os.path.basename(path) + end for path in found for end in ("", *sqlite.ENDINGS))
        watched = tuple(each for path in found for each in sqlite.beside(path))
        return Found(places, taken, watched=watched, problem=problem, busy=busy)

    def open(self, place: Place, keep: bool = True) -> ForeignReader:
        """A reader of one run."""
        return MlflowRowsReader(place, keep, self.flush)


class MlflowRowsReader(RowsReader[MlflowCatalog]):
    """One run in a database of MLflow's."""

    def __init__(self, place: Place, keep: bool, flush: float) -> None:
        super().__init__(place, keep, flush)
        self._begin()

    def _begin(self) -> None:
        self._steps = StepsOf()
        self._epoch: int | None = None
        self._facts = 0
        self._row = 0
        """All points of the run up to this row are taken in."""
        self._bad = 0

    def _catalog(self) -> MlflowCatalog:
        return MlflowCatalog.of(self.place.path)

    def _read_rows(self, catalog: MlflowCatalog, run: Known, stop: float | None) -> bool:
        if self._epoch != catalog.epoch:
            if self._epoch is not None:
                self._restart()
            self._epoch = catalog.epoch
        newest, version = catalog.newest, catalog.versions.get(run.run_id, 0)
        at_hand = None if self.waiting else catalog.points_after(run.run_id, self._row)
        if at_hand is None or version != self._facts:
            with sqlite.opened(self.place.path) as connection:
                if version != self._facts:
                    self._read_facts(connection, run, catalog.has_datasets)
                    self._facts = version
                if at_hand is None:
                    at_hand = self._fetch(connection, catalog.index, newest)
            self._warn(self.place.path, sqlite.unseen(self.place.path))
        changed = self._take(at_hand)
        while self.waiting and (stop is None or time.monotonic() < stop):
            with sqlite.opened(self.place.path) as connection:
                at_hand = self._fetch(connection, catalog.index, newest)
            changed |= self._take(at_hand)
        return changed

    def _fetch(self, connection: Connection, index: str, newest: int) -> Fetched:
        """The next points."""
        return fetch(connection, index, self.place.id, self._row, newest, _ROWS)

    def _read_facts(self, connection: Connection, run: Known, has_datasets: bool) -> None:
        query = "SELECT key, value FROM params WHERE run_uuid = ?"
        params = {
            str(name): "" if text is None else str(text) for name, text in connection.execute(query, (run.run_id,))
        }
        used = connection.execute(_DATASETS, (run.run_id,)).fetchall() if has_datasets else []
        info = Info(*run[:-1])
        self._set(**fields_of(info, run.tags, params, sorted(f"{name} ({digest})" for name, digest in used)))

    def _take(self, fetched: Fetched) -> bool:
        """Take in the next points; whether there are any."""
        self._row = max(self._row, fetched.upto)
        self.waiting = fetched.more
        points = fetched.points
        self._bad += points.bad
        for name, steps, times, values in by_name(points):
            if name.startswith(SYSTEM):
                sample, factor = sample_of(name[len(SYSTEM) :])
                self.samples.add(sample, steps, times, values * factor)
            else:
                self._steps.add(self.numbers, name, steps, times, values)
        if self._bad:
            self._warn("metrics", f"{self._bad} rows are no points")
        return bool(points.names or points.bad)

    def _files_folder(self) -> str:
        """Where its artifacts are, if they are on this machine and in a folder of the run's own.

        The database may say what it wants: only MLflow calls a folder by such an id. Links there are followed first.
        Of a store that was copied from elsewhere they are beside the database.
        """
        run = self._catalog().runs.get(self.place.id)
        folder = local_path(run.artifacts) if run is not None else ""
        if run is not None and not os.path.isdir(folder):
            folder = place_beside(run.artifacts, os.path.dirname(self.place.path)) or folder
        is_own = _ID.fullmatch(self.place.id) and self.place.id in os.path.realpath(folder).split(os.sep)
        return folder if is_own else self.place.key
