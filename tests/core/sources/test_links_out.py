"""Whatever the files of a run say, and wherever links in it lead: nothing outside of the run's folder is read."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from runstore.reading.recorded import Recordings
from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.reader import ForeignReader
from runstore.sources.foreign.scan import find_places
from tests.core.sources import wandb_log

SECRET = "s3cret"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder of somebody's."""
    folder = tmp_path / "home" / "ann" / "keys"
    folder.mkdir(parents=True)
    (folder / "key").write_text(f"token: {SECRET}\n")
    (folder / "key.table.json").write_text(f'{{"columns": ["a"], "data": [["{SECRET}"]]}}')
    (folder / "output.log").write_text(SECRET)
    return folder


@pytest.fixture
def top(tmp_path: Path) -> Path:
    top = tmp_path / "top"
    top.mkdir()
    return top


def opened(top: Path) -> ForeignReader:
    (place,) = find_places(str(top))
    reader = kind_of(place.kind).open(place)
    reader.refresh()
    return reader


def told(reader: ForeignReader) -> str:
    """All that a reader hands out, but numbers."""
    recordings = Recordings(reader)
    recordings.refresh()
    shown = [repr(reader.manifest), repr(reader.records()), repr(reader.warnings)]
    for name in reader.files():
        try:
            shown.append(repr(reader.artifact(name)))
        except (OSError, ValueError):
            continue
    for log in reader.consoles():
        shown += [Path(path).read_text() for path in (log.out, log.err) if path is not None]
    return "\n".join(shown)


def test_parameters_beside_a_table(top: Path, outside: Path) -> None:
    (top / "metrics.csv").write_text("step,loss\n1,0.5\n")
    (top / "hparams.yaml").symlink_to(outside / "key")
    reader = opened(top)
    assert reader.names() == ["loss"]
    assert SECRET not in told(reader)
    assert reader.warnings == ["hparams.yaml: it is a link that leads out of the run's folder"]
    (top / "mine.yaml").write_text("lr: 0.1\n")
    (top / "hparams.yaml").unlink()
    (top / "hparams.yaml").symlink_to("mine.yaml")
    assert opened(top).manifest["params"] == {"lr": 0.1}


def test_errors_beside_output(top: Path, outside: Path) -> None:
    (top / "job-1.out").write_text("step 1 loss 0.5\n")
    (top / "job-1.err").symlink_to(outside / "key")
    assert SECRET not in told(opened(top))


def test_folders_of_an_mlflow_run(top: Path, outside: Path) -> None:
    run = top / "1" / ("ab" * 16)
    run.mkdir(parents=True)
    (run / "meta.yaml").write_text("run_id: x\nexperiment_id: '1'\nlifecycle_stage: active\n")
    for name in ("tags", "params", "artifacts", "metrics"):
        (run / name).symlink_to(outside)
    assert SECRET not in told(opened(top))


@pytest.mark.parametrize("run_id", ["keys", "ab" * 16])
def test_artifacts_of_a_database(top: Path, outside: Path, run_id: str) -> None:
    link = top / run_id
    link.symlink_to(outside)
    address = str(outside) if run_id == "keys" else str(link)
    with closing(sqlite3.connect(top / "mlflow.db")) as connection, connection:
        connection.executescript("""
            CREATE TABLE experiments (experiment_id INTEGER PRIMARY KEY, name TEXT, lifecycle_stage TEXT);
            CREATE TABLE runs (run_uuid TEXT PRIMARY KEY, name TEXT, status TEXT, start_time INTEGER, end_time INTEGER,
                lifecycle_stage TEXT, user_id TEXT, artifact_uri TEXT, experiment_id INTEGER);
            CREATE TABLE metrics (key TEXT, value REAL, timestamp INTEGER, step INTEGER, is_nan BOOLEAN, run_uuid TEXT);
            CREATE TABLE params (key TEXT, value TEXT, run_uuid TEXT);
            CREATE TABLE tags (key TEXT, value TEXT, run_uuid TEXT);
            INSERT INTO experiments VALUES (1, 'e', 'active');
        """)
        connection.execute("INSERT INTO runs VALUES (?, 'n', 'FINISHED', 1, 2, 'active', 'u', ?, 1)", (run_id, address))
    reader = opened(top)
    assert reader.manifest["display_name"] == "n"
    assert reader.files() == []


def test_media_of_a_trackio_run(top: Path, outside: Path) -> None:
    with closing(sqlite3.connect(top / "project.db")) as connection, connection:
        connection.executescript("""
            CREATE TABLE metrics (id INTEGER PRIMARY KEY, timestamp TEXT, run_name TEXT, step INTEGER, metrics TEXT);
            INSERT INTO metrics VALUES (1, '2026-01-01T00:00:00', 'keys', 1, '{"loss": 1}');
        """)
    (top / "media").mkdir()
    (top / "media" / "project").symlink_to(outside.parent)
    reader = opened(top)
    assert reader.names() == ["loss"]
    assert SECRET not in told(reader)


def test_files_of_a_wandb_run(top: Path, outside: Path) -> None:
    table = wandb_log.history({"t": '{"_type":"table-file","path":"key.table.json"}', "loss": "0.5"}, 0, 1.7e9)
    run = top / "run-20260101_000000-abc"
    run.mkdir()
    (run / "run-abc.wandb").write_bytes(wandb_log.log([wandb_log.record(17, wandb_log.field(1, "abc")), table]))
    (run / "files").symlink_to(outside)
    reader = opened(top)
    assert reader.names() == ["loss"]
    assert SECRET not in told(reader)


def test_metrics_of_a_dvclive_run(top: Path, outside: Path) -> None:
    (outside / "loss.tsv").write_text("step\tloss\n1\t0.5\n")
    (top / "plots" / "metrics").mkdir(parents=True)
    (top / "plots" / "metrics" / "acc.tsv").write_text("step\tacc\n1\t0.5\n")
    (top / "params.yaml").symlink_to(outside / "key")
    (top / "metrics.json").symlink_to(outside / "key")
    (top / "plots" / "images").symlink_to(outside)
    assert SECRET not in told(opened(top))
    os.rename(top / "plots" / "metrics", top.parent / "metrics")
    (top / "plots" / "metrics").symlink_to(outside)
    assert find_places(str(top)) == []
