"""trackio: runs in a database of TRACKIO_DIR, as its API and command line read them. All but one are copies."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence

from trackio import Api
from trackio.sqlite_storage import SQLiteStorage

from tests.bench.peers.readers.store import PARAMETERS, Store, main, values_of

_PROJECT = "bench"
_COLUMNS = {"metrics": "timestamp, step, metrics", "configs": "config, created_at"}
_LAST = "SELECT run_id, metrics, MAX(step) AS step FROM metrics GROUP BY run_id"


class TrackioStore(Store):
    """A project."""

    def write(self, runs: int, metrics: int, steps: int) -> None:
        logs = [values_of(metrics, step, steps) for step in range(steps)]
        SQLiteStorage.bulk_log(_PROJECT, "run-0", logs, config=dict(PARAMETERS), run_id="id-0")
        with sqlite3.connect(SQLiteStorage.get_project_db_path(_PROJECT)) as database:
            for table, columns in _COLUMNS.items():
                fields = f"run_id, run_name, {columns}"
                copy = f"INSERT INTO {table} ({fields}) SELECT ?, ?, {columns} FROM {table} WHERE run_id = 'id-0'"
                database.executemany(copy, [(f"id-{number}", f"run-{number}") for number in range(1, runs)])

    def add(self) -> None:
        name = str(time.time_ns())
        SQLiteStorage.bulk_log(
            _PROJECT, f"run-{name}", [values_of(1, 0, 1)], config=dict(PARAMETERS), run_id=f"id-{name}"
        )

    def run_ids(self) -> list[str]:
        return [run.id for run in Api().runs(_PROJECT)]

    def everything(self, run: str) -> int:
        return sum(
            len(log) - len({"step", "timestamp"} & log.keys()) for log in SQLiteStorage.get_logs(_PROJECT, run_id=run)
        )

    def series(self, run: str, name: str) -> Sequence[object]:
        found: Sequence[object] = SQLiteStorage.get_metric_values(_PROJECT, None, name, run_id=run)
        return found

    def log(self, run: str, name: str, step: int, value: float) -> None:
        SQLiteStorage.bulk_log(_PROJECT, run.replace("id", "run"), [{name: value}], steps=[step], run_id=run)

    def rows(self) -> list[tuple[dict[str, object], dict[str, float]]]:
        configs = SQLiteStorage.get_all_run_configs(_PROJECT)
        found = SQLiteStorage.query_project(_PROJECT, _LAST, max_rows=10**9)["rows"]
        last = {row["run_id"]: json.loads(row["metrics"]) for row in found}
        return [(_own(configs[run.id]), last[run.id]) for run in Api().runs(_PROJECT)]


def _own(config: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in config.items() if not name.startswith("_")}


if __name__ == "__main__":
    main(TrackioStore)
