"""Stores of MLflow and trackio with a million points of one run: read by a reader alone, and opened in the app.

The databases are those that the tools have made, with their indexes; their rows are put in by SQLite.
"""

from __future__ import annotations

import json
import math
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import bench_foreign, screens
from tests.bench.results import measured
from tests.terminal import PtyApp

GOLDEN = Path(__file__).parents[1] / "core" / "sources" / "golden"
METRICS, STEPS = 20, 50_000
NAMES = [f"train/m{index:02}" for index in range(METRICS)]
BEGAN = 1_790_000_000
ROUNDS = 3

READER = """
import sys, time
from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.scan import find_places
begun = time.monotonic()
[place] = find_places(sys.argv[1])
reader = kind_of(place.kind).open(place)
reader.refresh()
assert sum(stat.n for stat in reader.metrics.values()) == int(sys.argv[2])
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(time.monotonic() - begun, time.process_time(), int(peak.split()[1]) / 1e3)
"""


def value(step: int, index: int) -> float:
    """What is logged."""
    return math.exp(-step / STEPS) + index / 10


def mlflow_files(folder: Path) -> None:
    """A file store: a file for each metric, a line for each point."""
    bench_foreign.mlflow_files(folder)
    [metrics] = folder.rglob("metrics")
    (metrics / "loss").unlink()
    for index, name in enumerate(NAMES):
        path = metrics / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(f"{(BEGAN + step) * 1000} {value(step, index)} {step}\n" for step in range(STEPS)))


def golden(tool: str, folder: Path, name: str) -> sqlite3.Connection:
    """A database that the tool has made."""
    with tarfile.open(GOLDEN / tool / "runs.tar.xz") as packed:
        packed.extract(name, folder, filter="data")
    return sqlite3.connect(folder / name)


def mlflow_database(folder: Path) -> None:
    """A database: a row for each point."""

    def points() -> Iterator[tuple[str, float, int, str, int]]:
        for step in range(STEPS):
            for index, name in enumerate(NAMES):
                yield name, value(step, index), (BEGAN + step) * 1000, run, step

    with closing(golden("mlflow", folder, "database/mlflow.db")) as database, database:
        [(run,)] = database.execute("SELECT run_uuid FROM runs LIMIT 1")
        database.execute("DELETE FROM runs WHERE run_uuid != ?", (run,))
        database.execute("DELETE FROM metrics")
        query = "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, 0)"
        database.executemany(query, points())


def trackio(folder: Path) -> None:
    """A database: a row of JSON for each step."""

    def rows() -> Iterator[tuple[str, int, str]]:
        for step in range(STEPS):
            moment = datetime.fromtimestamp(BEGAN + step, UTC).isoformat()
            yield moment, step, json.dumps({name: value(step, index) for index, name in enumerate(NAMES)})

    with closing(golden("trackio", folder, "new/digits.db")) as database, database:
        for table in ("metrics", "configs", "system_metrics", "alerts"):
            database.execute(f"DELETE FROM {table}")
        query = "INSERT INTO metrics (run_id, run_name, timestamp, step, metrics) VALUES ('long', 'long', ?, ?, ?)"
        database.executemany(query, rows())


STORES: dict[str, Callable[[Path], None]] = {
    "MLflow, files": mlflow_files,
    "MLflow, database": mlflow_database,
    "trackio": trackio,
}


def read(folder: Path) -> tuple[float, ...]:
    """Seconds, seconds of CPU and megabytes of a process that reads the run and no more."""
    command = [sys.executable, "-c", READER, str(folder), str(METRICS * STEPS)]
    return tuple(map(float, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()))


def opened(app: PtyApp) -> tuple[float, ...]:
    """Seconds until nothing more is drawn, seconds of CPU for that, megabytes."""
    begun = time.monotonic()
    with app as screen:
        screen.wait_for("m00", timeout=120)
        screen.wait_quiet(3.0, timeout=120)
        return screen.arrivals[-1][0] - begun, screen.cpu_seconds(), screen.rss() / 1e6


def main() -> None:
    """Measure 20 x 50,000 points in each store."""
    for what, fill in STORES.items():
        with tempfile.TemporaryDirectory() as place:
            home, folder = Path(place) / "home", Path(place) / "runs"
            home.mkdir()
            folder.mkdir()
            fill(folder)
            for path in folder.rglob("*"):
                os.utime(path, (time.time() - 3600,) * 2)  # so that no age ticks on the screen
            found: dict[str, list[tuple[float, ...]]] = {"the app": [], "its reader alone": []}
            for _ in range(ROUNDS):
                found["its reader alone"].append(read(folder))
                found["the app"].append(opened(screens.app(folder, home)))
            for who, taken in found.items():
                for at, (figure, unit) in enumerate((("until all is there", "s"), ("CPU", "s"), ("memory", "MB"))):
                    measured(f"{what}, {figure}: {who}", unit, [each[at] for each in taken])
