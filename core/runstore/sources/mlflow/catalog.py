"""The runs in one of MLflow's databases."""

from __future__ import annotations

import time
from sqlite3 import Connection
from typing import Any, NamedTuple

from runstore.sources.foreign import sqlite
from runstore.sources.foreign.catalog import EPOCHS, Catalog, OtherDatabase
from runstore.sources.mlflow.points import COLUMNS, Fetched, points_of

TABLES = ("experiments", "runs", "metrics", "params", "tags")
_RUN = "run_uuid name status start_time end_time lifecycle_stage user_id artifact_uri experiment_id"
_DATASETS = ("inputs", "datasets")
_FACTS = ("params", "tags")
_POINTS = f"SELECT rowid, run_uuid, {COLUMNS} FROM metrics WHERE rowid > ? LIMIT ?"
_KEPT = 20_000
"""Points that came last, which are kept for the readers of all runs."""
_TAGS = "SELECT run_uuid, key, value FROM tags WHERE rowid > ?"
_SELDOM = 2.0
"""Seconds after which all tags are looked at again, while other things change all the time."""


class Known(NamedTuple):
    """A run as its row says, and its tags. Times in milliseconds."""

    run_id: str
    name: str | None
    state: object
    start: object
    end: object
    stage: object
    user: object
    artifacts: str
    experiment: str
    tags: dict[str, str]


class MlflowCatalog(Catalog[Known]):
    """Looks at all rows of runs, which are few, and at the new ones of the rest."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.index = ""
        """The name, quoted, of the index of points by run."""
        self.has_datasets = False
        self._newest: dict[str, int] = {}
        self._tags: dict[str, dict[str, str]] = {}
        self._all_tags = 0.0
        self._points: dict[str, list[tuple[int, tuple[Any, ...]]]] = {}
        """Of each run, rows and points."""
        self._points_after = 0

    def points_after(self, run_id: str, row: int) -> Fetched | None:
        """The points of a run after ``row``; None when they are not at hand."""
        with self._lock:
            if row < self._points_after:
                return None
            rows = [point for at, point in self._points.get(run_id, ()) if at > row]
            return Fetched(points_of([rows] if rows else []), self.newest)

    @property
    def newest(self) -> int:
        """The row of the newest point, of all runs."""
        return self._newest.get("metrics", 0)

    def _look(self, connection: Connection) -> tuple[dict[str, Known], set[str]]:
        columns = sqlite.columns_of(connection, *TABLES, *_DATASETS)
        if not columns.keys() >= set(TABLES) or "run_uuid" not in columns["metrics"]:
            raise OtherDatabase("not one of MLflow's databases")
        self.index = sqlite.index_on(connection, "metrics", "run_uuid")
        self.has_datasets = columns.keys() >= set(_DATASETS)
        tags_before = self._newest.get("tags", 0)
        changed = self._news(connection)
        came = self._keep_points(connection)
        if not (changed or came) or time.monotonic() - self._all_tags > _SELDOM:
            self._tags, tags_before, self._all_tags = {}, 0, time.monotonic()
        self._read_tags(connection, tags_before)
        return self._read_runs(connection, columns["runs"]), changed

    def _news(self, connection: Connection) -> set[str]:
        """The runs that have got parameters or tags since the last look."""
        changed: set[str] = set()
        for table in _FACTS:
            before, newest = self._step(connection, table)
            if before is not None and newest > before:
                rows = connection.execute(f"SELECT DISTINCT run_uuid FROM {table} WHERE rowid > ?", (before,))
                changed.update(str(run_id) for (run_id,) in rows)
        return changed

    def _step(self, connection: Connection, table: str) -> tuple[int | None, int]:
        """The newest row of the last look, None at the first, and of this one."""
        newest = connection.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0] or 0
        before = self._newest.get(table)
        self._newest[table] = newest
        if before is not None and newest < before:
            self.epoch = next(EPOCHS)  # rows were deleted: of those that are left nothing is certain
        return before, newest

    def _keep_points(self, connection: Connection) -> bool:
        """Keep the points that have come since the last look; whether there were any."""
        before, newest = self._step(connection, "metrics")
        if before is None or newest < before or newest - before > _KEPT:
            self._points, self._points_after = {}, newest
            return before is not None
        if sum(map(len, self._points.values())) > _KEPT:
            self._points, self._points_after = {}, before
        for row, run_id, *point in connection.execute(_POINTS, (before, _KEPT)):
            self._points.setdefault(str(run_id), []).append((row, tuple(point)))
        return newest > before

    def _read_tags(self, connection: Connection, after: int) -> None:
        new: dict[str, dict[str, str]] = {}
        for run_id, name, text in connection.execute(_TAGS, (after,)):
            new.setdefault(str(run_id), {})[str(name)] = "" if text is None else str(text)
        for run_id, tags in new.items():
            self._tags[run_id] = {**self._tags.get(run_id, {}), **tags}

    def _read_runs(self, connection: Connection, columns: list[str]) -> dict[str, Known]:
        experiments = {
            key: (str(name), stage)
            for key, name, stage in connection.execute("SELECT experiment_id, name, lifecycle_stage FROM experiments")
        }
        runs = {}
        for row in connection.execute(f"SELECT {sqlite.present(columns, _RUN.split())} FROM runs"):
            run_id, name, state, start, end, stage, user, artifacts, key = row
            experiment, its_stage = experiments.get(key, (str(key), None))
            run_id = str(run_id)
            if its_stage == "deleted":
                stage = its_stage
            about = name, state, start, end, stage, user, str(artifacts or ""), experiment
            runs[run_id] = Known(run_id, *about, self._tags.get(run_id, {}))
        return runs
