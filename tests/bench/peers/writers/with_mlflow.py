"""MLflow: its fluent API, into the store that MLFLOW_TRACKING_URI names (a folder, or SQLite)."""

from __future__ import annotations

from collections.abc import Iterable

import mlflow


def begin() -> None:
    mlflow.set_experiment("bench")
    mlflow.start_run()


def one(points: Iterable[tuple[int, str]]) -> None:
    for step, name in points:
        mlflow.log_metric(name, 0.5 + step, step=step)


def at_once(steps: Iterable[int], metrics: dict[str, float]) -> None:
    for step in steps:
        mlflow.log_metrics(metrics, step=step)


def finish() -> None:
    mlflow.end_run()


def kept() -> list[int]:
    client = mlflow.MlflowClient()
    experiment = client.get_experiment_by_name("bench")
    [run] = client.search_runs([experiment.experiment_id])
    return [point.step for point in client.get_metric_history(run.info.run_id, "loss")]
