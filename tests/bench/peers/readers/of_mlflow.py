"""MLflow: its client, on the store that MLFLOW_TRACKING_URI names. Runs beyond the first are copies of it."""

from __future__ import annotations

import shutil
import sqlite3
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import mlflow
from mlflow.entities import Metric, Param

from tests.bench.peers.readers.store import PARAMETERS, Store, main, name_of, value_of

_AT_ONCE = 1000
_PAGE = 50_000
_TABLES = ("runs", "metrics", "latest_metrics", "params", "tags")


class MlflowStore(Store):
    """A folder of runs, or a database."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.client = mlflow.MlflowClient()

    def write(self, runs: int, metrics: int, steps: int) -> None:
        experiment = self.client.create_experiment("bench")
        run = self._write(experiment, metrics, steps)
        ids = [uuid.uuid4().hex for _ in range(1, runs)]
        uri = mlflow.get_tracking_uri()
        if uri.startswith("sqlite:///"):
            _copy_rows(uri.removeprefix("sqlite:///"), run, ids)
        else:
            _copy_folder(Path(uri, experiment, run), ids)

    def _write(self, experiment: str, metrics: int, steps: int) -> str:
        run: str = self.client.create_run(experiment).info.run_id
        self.client.log_batch(run, params=[Param(key, str(value)) for key, value in PARAMETERS.items()])
        now = int(time.time() * 1000)
        points = [
            Metric(name_of(metric), value_of(metric, step, steps), now + step, step)
            for step in range(steps)
            for metric in range(metrics)
        ]
        for start in range(0, len(points), _AT_ONCE):
            self.client.log_batch(run, metrics=points[start : start + _AT_ONCE])
        self.client.set_terminated(run)
        return run

    def add(self) -> None:
        self._write(self._experiment(), 1, 1)

    def _experiment(self) -> str:
        experiment: str = self.client.get_experiment_by_name("bench").experiment_id
        return experiment

    def run_ids(self) -> list[str]:
        return [run.info.run_id for run in self._runs()]

    def _runs(self) -> list[mlflow.entities.Run]:
        found, token = [], None
        experiment = self._experiment()
        while True:
            page = self.client.search_runs([experiment], max_results=_PAGE, page_token=token)
            found.extend(page)
            token = page.token
            if not token:
                return found

    def everything(self, run: str) -> int:
        names = self.client.get_run(run).data.metrics
        return sum(map(len, [self.client.get_metric_history(run, name) for name in names]))

    def series(self, run: str, name: str) -> Sequence[object]:
        found: Sequence[object] = self.client.get_metric_history(run, name)
        return found

    def log(self, run: str, name: str, step: int, value: float) -> None:
        self.client.log_metric(run, name, value, step=step)

    def rows(self) -> list[tuple[dict[str, object], dict[str, float]]]:
        return [(run.data.params, run.data.metrics) for run in self._runs()]


def _copy_rows(path: str, run: str, ids: list[str]) -> None:
    """The rows of a run again under each of these ids."""
    with sqlite3.connect(path) as database:
        for table in _TABLES:
            names = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            rest = ", ".join(name for name in names if name != "run_uuid")
            copy = f"INSERT INTO {table} (run_uuid, {rest}) SELECT ?, {rest} FROM {table} WHERE run_uuid = ?"
            database.executemany(copy, [(each, run) for each in ids])


def _copy_folder(folder: Path, ids: list[str]) -> None:
    """The folder of a run again under each of these ids."""
    facts = (folder / "meta.yaml").read_text()
    for each in ids:
        copied = folder.with_name(each)
        shutil.copytree(folder, copied)
        (copied / "meta.yaml").write_text(facts.replace(folder.name, each))


if __name__ == "__main__":
    main(MlflowStore)
