"""Makes ``runs.tar.xz`` with MLflow itself: ``files/mlruns`` and ``database/mlflow.db`` hold the same runs.

Made with mlflow-skinny 3.17.2, SQLAlchemy 2.1.9 and alembic 1.20.1 by a copy of this file, run as ``python make.py`` in
a folder of its own.
"""

import os
import sys
import tarfile

os.environ.update(MLFLOW_ALLOW_FILE_STORE="true", LOGNAME="ann", MLFLOW_DISABLE_TELEMETRY="true")

import mlflow
from mlflow.entities import Dataset, DatasetInput, InputTag
from mlflow.tracking import MlflowClient

LONG = "outer run with a rather long name that goes on: and on, 'quoted', until it does not fit into one line"


def fill(uri: str) -> None:
    """Log six runs: whole, nested, failed, deleted, of a deleted experiment, and one that goes on."""
    mlflow.set_tracking_uri(uri)
    vision = mlflow.set_experiment("vision: tests").experiment_id
    client = MlflowClient()
    with mlflow.start_run(run_name=LONG, description="line one\nline two") as outer:
        mlflow.log_params({"lr": 1e-3, "opt/name": "adam", "empty": "", "deep": True})
        for step in range(5):
            mlflow.log_metric("loss", 1 / (step + 1), step=step, timestamp=1_700_000_000_000 + step * 250)
        for step, value in enumerate(("nan", "inf", "-inf"), 1):
            mlflow.log_metric("val/acc", float(value), step=step)
        for value in range(4):
            mlflow.log_metric("without step", value)
        mlflow.log_metric("system/cpu_utilization_percentage", 12.5, step=0)
        mlflow.log_metric("system/gpu_0_memory_usage_megabytes", 1250, step=0)
        mlflow.set_tag("team", "a\nb")
        mlflow.set_tag("mlflow.source.git.commit", "0123456789abcdef0123456789abcdef01234567")
        digits = Dataset("digits", "12ab", "http", '{"url": "http://example.org/digits"}')
        client.log_inputs(outer.info.run_id, [DatasetInput(digits, [InputTag("mlflow.data.context", "train")])])
        mlflow.log_text("hello", "notes/read.txt")
        with mlflow.start_run(run_name="inner", nested=True):
            mlflow.log_metric("loss", 3, step=1)
    try:
        with mlflow.start_run(run_name="bad"):
            mlflow.log_metric("loss", 9, step=0)
            raise RuntimeError
    except RuntimeError:
        pass
    with mlflow.start_run(run_name="removed") as removed:
        mlflow.log_metric("loss", 1, step=0)
    mlflow.delete_run(removed.info.run_id)
    other = mlflow.create_experiment("old")
    with mlflow.start_run(experiment_id=other, run_name="of a deleted experiment"):
        mlflow.log_metric("x", 1)
    mlflow.delete_experiment(other)
    going = client.create_run(vision, run_name="going on")
    client.log_metric(going.info.run_id, "loss", 2.5, step=7)


def main() -> None:
    """Fill both stores and pack them."""
    top = os.getcwd()
    for folder, uri in (("files", "file:./mlruns"), ("database", "sqlite:///mlflow.db")):
        os.makedirs(folder)
        os.chdir(folder)
        fill(uri)
        os.chdir(top)
    with tarfile.open("runs.tar.xz", "w:xz") as packed:
        for folder in ("files", "database"):
            packed.add(folder)


if __name__ == "__main__":
    sys.exit(main())
