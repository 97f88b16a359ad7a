"""Runs of other tools while they are written: from the flush of their writer to the changed cell, in a real pty."""

from __future__ import annotations

import csv
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from runstore.integrations.tensorboard.event_file import EventFile
from tests.bench.screens import app, shown, usage
from tests.bench.table import percentile, row
from tests.terminal import PtyApp

CHANGES = 30
Write = Callable[[int, float], None]
"""Write a value of ``loss`` at a step, and flush."""


def tensorboard(folder: Path) -> Write:
    """An event file."""
    events = EventFile(str(folder))

    def write(step: int, value: float) -> None:
        events.scalar("loss", value, step, time.time())
        events._file.flush()

    return write


def lines(path: Path, line: Callable[[int, float], str], head: str = "") -> Write:
    """A file of text that grows by a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head)

    def write(step: int, value: float) -> None:
        with path.open("a") as file:
            file.write(line(step, value) + "\n")

    return write


def lightning(folder: Path) -> Write:
    """What CSVLogger does when no key is new: it appends rows."""
    folder.mkdir(parents=True)
    (folder / "hparams.yaml").write_text("lr: 0.1\n")
    file = (folder / "metrics.csv").open("w", newline="")
    rows = csv.DictWriter(file, ["epoch", "loss", "step"])
    rows.writeheader()

    def write(step: int, value: float) -> None:
        rows.writerow({"epoch": 0, "loss": value, "step": step})
        file.flush()

    return write


def mlflow_files(folder: Path) -> Write:
    """A file store with one run."""
    run = folder / "mlruns" / "1" / ("a" * 32)
    (run / "metrics").mkdir(parents=True)
    (run / "params").mkdir()
    (run / "tags").mkdir()
    (run.parent / "meta.yaml").write_text(
        "artifact_location: file:///nowhere\nexperiment_id: '1'\nlifecycle_stage: active\nname: probe\n"
    )
    (run / "meta.yaml").write_text(
        f"artifact_uri: file:///nowhere\nend_time: null\nentry_point_name: ''\nexperiment_id: '1'\n"
        f"lifecycle_stage: active\nrun_id: {'a' * 32}\nrun_name: probe\nrun_uuid: {'a' * 32}\nsource_name: ''\n"
        f"source_type: 4\nsource_version: ''\nstart_time: {int(time.time() * 1000)}\nstatus: 1\ntags: []\nuser_id: me\n"
    )
    return lines(run / "metrics" / "loss", lambda step, value: f"{int(time.time() * 1000)} {value} {step}")


def mlflow_database(folder: Path) -> Write:
    """A database with one run, in the columns of MLflow 3."""
    folder.mkdir(parents=True)
    database = sqlite3.connect(folder / "mlflow.db", isolation_level=None)
    now = int(time.time() * 1000)
    database.executescript(
        f"""
        create table experiments (experiment_id integer primary key, name varchar, artifact_location varchar,
            lifecycle_stage varchar, creation_time bigint, last_update_time bigint);
        create table runs (run_uuid varchar primary key, name varchar, source_type varchar, source_name varchar,
            entry_point_name varchar, user_id varchar, status varchar, start_time bigint, end_time bigint,
            source_version varchar, lifecycle_stage varchar, artifact_uri varchar, experiment_id integer,
            deleted_time bigint);
        create table metrics (key varchar, value double, timestamp bigint, run_uuid varchar, step bigint default 0,
            is_nan boolean default 0);
        create table params (key varchar, value varchar, run_uuid varchar);
        create table tags (key varchar, value varchar, run_uuid varchar);
        create table alembic_version (version_num varchar);
        insert into experiments values (1, 'probe', '', 'active', {now}, {now});
        insert into runs values
            ('r', 'probe', 'LOCAL', '', '', 'me', 'RUNNING', {now}, null, '', 'active', '', 1, null);
        """
    )

    def write(step: int, value: float) -> None:
        moment = int(time.time() * 1000)
        database.execute("insert into metrics values ('loss', ?, ?, 'r', ?, 0)", (value, moment, step))

    return write


KINDS: dict[str, Callable[[Path], Write]] = {
    "TensorBoard": tensorboard,
    "MLflow, files": mlflow_files,
    "MLflow, database": mlflow_database,
    "Lightning CSV": lightning,
    "DVCLive": lambda folder: lines(
        folder / "dvclive" / "plots" / "metrics" / "loss.tsv", lambda step, value: f"{step}\t{value}", "step\tloss\n"
    ),
    "JSON lines": lambda folder: lines(
        folder / "metrics.jsonl", lambda step, value: json.dumps({"step": step, "loss": value})
    ),
    "CSV": lambda folder: lines(folder / "progress.csv", lambda step, value: f"{step},{value}", "step,loss\n"),
    "log": lambda folder: lines(folder / "train.log", lambda step, value: f"step {step}: loss={value:.1f}"),
}


def delays(screen: PtyApp, write: Write, count: int) -> list[float]:
    """Seconds from each flush to that value, or a later one, on the screen; 20 writes a second while it waits."""
    found = []
    step = 0
    for number in range(1, count + 1):
        value = 100_000 + number * 200
        step += 1
        write(step, value)
        written = time.perf_counter()
        following = written + 0.05
        while shown(screen) < value:
            if time.perf_counter() > following:
                step += 1
                write(step, value + min(int((time.perf_counter() - written) / 0.05), 199))
                following += 0.05
            if time.perf_counter() - written > 30:
                raise AssertionError(screen.dump())
            time.sleep(0.002)
        found.append(time.perf_counter() - written)
        time.sleep(random.uniform(0, 0.3))
    return found


def main() -> None:
    """Measure and print."""
    for name, kind in KINDS.items():
        with tempfile.TemporaryDirectory() as place:
            top, home = Path(place) / "probe", Path(place) / "home"
            home.mkdir()
            write = kind(top / "run")
            for step in range(3):
                write(step, 100_000)
            with app(top, home) as screen:
                screen.wait_for("growing", timeout=30)
                time.sleep(2)
                taken = delays(screen, write, CHANGES)
                cpu, _ = usage(screen, 10)
            row(f"{name}: flush to changed cell, median", f"{percentile(taken, 0.5) * 1e3:.0f} ms", "350 ms")
            row(f"{name}: the same, p99 of {CHANGES}", f"{percentile(taken, 0.99) * 1e3:.0f} ms", "350 ms")
            row(f"{name}: CPU once it is silent", f"{cpu:.2f} %")
