"""`TrackioReader`: one run in a database of trackio's."""

from __future__ import annotations

import json
import os
import time
from typing import Any

import msgspec

from runstore.records.nested import flat
from runstore.sources.foreign import sqlite
from runstore.sources.foreign.files import leads_away
from runstore.sources.foreign.kind import Place
from runstore.sources.foreign.rows import RowsReader
from runstore.sources.trackio.catalog import ROWS, Known, TrackioCatalog, text_of
from runstore.sources.trackio.values import record_of, samples_of, split, time_of

MEDIA = "media"
_ROWS = 20_000
"""Rows of one look: a writer waits for no longer than they take to read."""
_NO_LIMIT = (1 << 63) - 1
_ABOUT = ("_Username", "_Created", "_Group")
_NUMBERS = msgspec.json.Decoder(dict[str, float])
_COLUMNS = {"metrics": "step metrics", "system_metrics": "metrics metrics", "alerts": "step title text level"}


class TrackioReader(RowsReader[TrackioCatalog]):
    """One run in a database of trackio's, which records no end: a run that falls silent may be over, or may not."""

    def __init__(self, place: Place, keep: bool, flush: float) -> None:
        super().__init__(place, keep, flush)
        self._begin()

    def _begin(self) -> None:
        self._seen: tuple[int, int] | None = None
        self._config = ""
        self._rows = dict.fromkeys(ROWS, 0)
        self._bad = 0

    def _catalog(self) -> TrackioCatalog:
        return TrackioCatalog.of(self.place.path)

    def _files_folder(self) -> str:
        """Where the media that it logged are."""
        project = os.path.splitext(os.path.basename(self.place.path))[0]
        name = str(self._manifest["display_name"])
        if os.sep in name or name in ("", ".", ".."):
            return self.place.key
        above = os.path.dirname(self.place.path)
        folder = os.path.join(above, MEDIA, project, name)
        return self.place.key if leads_away(folder, above) else folder

    def _read_rows(self, catalog: TrackioCatalog, run: Known, stop: float | None) -> bool:
        version = catalog.epoch, catalog.versions.get(run.key, 0)
        if version == self._seen:
            return False
        if self._seen is not None and self._seen[0] != catalog.epoch:
            self._restart()
        self._read_config(run)
        changed = self.waiting = False
        for table in ROWS:
            while table in catalog.columns:
                rows = self._next_rows(catalog, table)
                for row in rows:
                    self._take(table, row)
                changed |= bool(rows)
                self.waiting = len(rows) == _ROWS
                if not self.waiting or (stop is not None and time.monotonic() >= stop):
                    break
            if self.waiting:
                break
        else:
            self._seen = version
        self._warn(self.place.path, sqlite.unseen(self.place.path))
        self._warn("metrics", f"{self._bad} rows cannot be read" if self._bad else "")
        return changed

    def _next_rows(self, catalog: TrackioCatalog, table: str) -> list[tuple[Any, ...]]:
        """Rows of the run in order of writing, found where they lie and not by an index, which has another order."""
        run = catalog.key_of(table)
        columns = sqlite.present(catalog.columns[table], ["id", "timestamp", *_COLUMNS[table].split()])
        query = f"SELECT {columns} FROM {table} WHERE +{run} = ? AND id BETWEEN ? AND ? ORDER BY id LIMIT ?"
        with sqlite.opened(self.place.path) as connection:
            first, last = 0, _NO_LIMIT
            if self._seen is None:
                bounds = f"SELECT min(id), max(id) FROM {table} WHERE {run} = ?"
                first, last = connection.execute(bounds, (self.place.id,)).fetchone()
                if first is None:
                    return []
            first = max(first, self._rows[table] + 1)
            rows = connection.execute(query, (self.place.id, first, last, _ROWS)).fetchall()
        if rows:
            self._rows[table] = rows[-1][0]
        return rows

    # ---- rows

    def _read_config(self, run: Known) -> None:
        about: dict[str, Any] = {"id": run.key, "display_name": run.name}
        if run.config != self._config:
            self._config = run.config
            config = _object(run.config)
            self._warn("config", "" if config is not None else "it is no JSON object")
            config = config or {}
            group = config.get("_Group")
            about["user"] = config.get("_Username") or None
            about["created"] = about["started"] = time_of(config.get("_Created")) or None
            about["properties"] = {"group": group} if group else {}
            about["params"] = flat({name: value for name, value in config.items() if name not in _ABOUT})
        self._set(**about)

    def _take(self, table: str, row: tuple[Any, ...]) -> None:
        moment = time_of(row[1])
        if table == "alerts":
            self._record("alert", str(row[3]), str(row[4] or ""), _step(row[2]), moment)
            return
        numbers = _plain_numbers(row[3]) if table == "metrics" else None
        if numbers is not None:
            self.numbers.add_row(_step(row[2]), moment, numbers)
            return
        logged = _object(row[3])
        if logged is None:
            self._bad += 1
        elif table == "system_metrics":
            self.samples.add_row(None, moment, samples_of(logged))
        else:
            numbers, rest = split(logged)
            self.numbers.add_row(_step(row[2]), moment, numbers)
            for name, value in rest.items():
                record = record_of(value)
                if record is not None:
                    self._record(record[0], name, record[1], _step(row[2]), moment)


def _plain_numbers(content: object) -> dict[str, float] | None:
    """The numbers of a cell that holds nothing else, as most do; None for another."""
    try:
        return _NUMBERS.decode(text_of(content))
    except (msgspec.MsgspecError, UnicodeError):
        return None


def _object(content: object) -> dict[str, Any] | None:
    """The JSON object that a cell holds; None when it holds none."""
    text = text_of(content)
    try:
        try:
            value = msgspec.json.decode(text)
        except msgspec.DecodeError:
            value = json.loads(text)  # takes NaN
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _step(step: object) -> int | None:
    return step if isinstance(step, int) else None
