"""The runs in one of trackio's databases: one project."""

from __future__ import annotations

from sqlite3 import Connection
from typing import NamedTuple

from runstore.sources.foreign import sqlite
from runstore.sources.foreign.catalog import EPOCHS, Catalog, OtherDatabase

ROWS = ("metrics", "system_metrics", "alerts")
"""The tables that grow. Before schema version 2 their rows know a run by its name alone."""
_TABLES = ("configs", *ROWS)
_OWN = ("run_name", "metrics", "step", "timestamp")
"""Columns of ``metrics`` by which trackio's databases are told from others."""


class Known(NamedTuple):
    """A run. ``config`` is JSON, empty when the run has none."""

    key: str
    name: str
    config: str


class TrackioCatalog(Catalog[Known]):
    """Looks at all configurations, which are few, and at the new rows of the rest."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.columns: dict[str, list[str]] = {}
        self._newest: dict[str, int] = {}
        self._names: dict[str, str] = {}

    def key_of(self, table: str) -> str:
        """The column by which the rows of ``table`` know their run."""
        return "run_id" if "run_id" in self.columns.get(table, ()) else "run_name"

    def _look(self, connection: Connection) -> tuple[dict[str, Known], set[str]]:
        self.columns = sqlite.columns_of(connection, *_TABLES)
        if not set(_OWN) <= set(self.columns.get("metrics", ())):
            raise OtherDatabase("not one of trackio's databases")
        changed = self._news(connection)
        runs = {}
        if "configs" in self.columns:
            query = f"SELECT {self.key_of('configs')}, run_name, config FROM configs"
            for key, name, config in connection.execute(query):
                runs[str(key)] = Known(str(key), str(name), text_of(config))
        for key, name in self._names.items():
            runs.setdefault(key, Known(key, name, ""))
        return runs, changed

    def _news(self, connection: Connection) -> set[str]:
        """The runs that have got rows since the last look."""
        changed: set[str] = set()
        for table in ROWS:
            if table not in self.columns:
                continue
            newest = connection.execute(f"SELECT max(id) FROM {table}").fetchone()[0] or 0
            before = self._newest.get(table, 0)
            self._newest[table] = newest
            key = self.key_of(table)
            if newest < before:
                self.epoch = next(EPOCHS)  # rows were deleted: of those that are left nothing is certain
                self._names = {}
                before = 0
            if newest > before:
                tail = "" if before == 0 else f"WHERE id > {before:d}"
                for (run,) in connection.execute(f"SELECT DISTINCT {key} FROM {table} {tail}").fetchall():
                    changed.add(str(run))
                    if str(run) not in self._names:
                        query = f"SELECT run_name FROM {table} WHERE {key} = ? LIMIT 1"
                        first = connection.execute(query, (run,)).fetchone()  # none where an index is damaged
                        self._names[str(run)] = str(first[0] if first is not None else run)
        return changed


def text_of(content: object) -> str:
    """JSON as text: newer versions write it as bytes."""
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content or "")
