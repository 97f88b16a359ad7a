"""One run of many points, and many runs of 10,000 points each: what reading them costs, beside other tools."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.bench_long_runs import on_screen
from tests.bench.kept import OURS
from tests.bench.peers import tensorboard
from tests.bench.peers.reader import READERS, column, evict, in_turn
from tests.bench.peers.readers.store import ADDS
from tests.bench.peers.setup import Unavailable
from tests.bench.peers.terminalboard import fill_events
from tests.bench.results import compared, grown, section

ROUNDS = 5
METRICS = 20
SIZES = 100_000, 1_000_000, 10_000_000
MOST = {"csv": 1_000_000, "trackio": 1_000_000}
"""Points of one run that are tried with a tool; with the others `SIZES[0]`. One that takes long has fewer rounds."""
RUNS, STEPS_EACH, METRICS_EACH = 300, 1000, 10
SERVER = "tensorboard, server"
"""It keeps 1,000 points of each metric."""
SERVED = 1_000_000
NO_READER = {"wandb": "its SDK has no reader of offline runs; for LEET see the screen below"}
SLOW = "so many are not tried with it: they take it too long"

WHAT = {
    "first": ("all points, cold", "files not in memory, first read of a process; imports are not counted"),
    "again": ("all points, warm", "again, by a new reader"),
    "one": (f"one of {METRICS} metrics", "by a new reader, files in memory"),
    "more": ("ten points more", "of one metric that had been read before; the middle one of three times"),
    "memory": ("memory with all points", "more than the imports take"),
}


def one_run(place: Path) -> None:
    """Of each size: cold, warm, one series, ten points more, memory."""
    grows: dict[str, dict[str, dict[int, Sequence[float]]]] = {key: {} for key in WHAT}
    for size in SIZES:
        missing = {tool.name: SLOW for tool in READERS if tool.name != OURS and MOST.get(tool.name, SIZES[0]) < size}
        tools = [tool for tool in READERS if tool.name not in missing]
        steps, shape = size // METRICS, (1, METRICS, size // METRICS)
        found = in_turn(tools, place / str(size), shape, ROUNDS, "read", (METRICS, steps, 0), ADDS, missing)
        served = server(place / f"events-{size}", steps, missing) if size <= SERVED else []
        for key, (what, note) in WHAT.items():
            unit, scale = ("MB", 1.0) if key == "memory" else ("ms", 1e3)
            values = column(found, key, scale)
            if key == "first" and served:
                values[SERVER] = served
            compared(f"{size:,} points: {what}", unit, values, missing=missing | NO_READER, why=note)
            for tool, each in values.items():
                grows[key].setdefault(tool, {})[size] = each
    for key in ("again", "one"):
        grown(f"Reading {WHAT[key][0]}", "ms", "points", grows[key])
    grown("Reading ten points more", "ms", "points of the run", grows["more"], flat=True)


def server(place: Path, steps: int, missing: dict[str, str]) -> list[float]:
    """Milliseconds until TensorBoard's server, started anew, has the run up to its last step."""
    try:
        fill_events(place, METRICS, steps)
        found = []
        for _ in range(ROUNDS):
            evict(place)
            found.append(tensorboard.loaded(place, f"train/m{METRICS - 1:02}", steps - 1)[0] * 1e3)
        return found
    except Unavailable as error:
        missing[SERVER] = str(error)
        return []


def many_runs(place: Path) -> None:
    """One metric of every run, as a chart of all of them needs it."""
    missing = {tool.name: SLOW for tool in READERS if tool.name in ("aim", "tensorboard", "mlflow, SQLite")}
    tools = [tool for tool in READERS if tool.name not in missing]
    shape = RUNS, METRICS_EACH, STEPS_EACH
    found = in_turn(tools, place, shape, ROUNDS, "many", (METRICS_EACH, STEPS_EACH), 0, missing)
    what = f"{RUNS} runs of {METRICS_EACH * STEPS_EACH:,} points"
    compared(f"{what}: one metric of each, cold", "ms", column(found, "many", 1e3), missing=missing | NO_READER)
    why = "all of these series at once; runs-tui also holds the readers that follow the runs, with all statistics"
    compared(f"{what}: memory", "MB", column(found, "memory"), missing=missing | NO_READER, why=why)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name, section("Reading"):
        one_run(Path(name, "one"))
        many_runs(Path(name, "many"))
        on_screen(Path(name, "screen"))
