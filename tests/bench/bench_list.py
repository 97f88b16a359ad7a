"""The list of 100 to 100,000 runs, beside other tools: all rows, one more run, the first paint, memory."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench.kept import OURS
from tests.bench.peers.leet import Leet
from tests.bench.peers.reader import READERS, column, in_turn
from tests.bench.peers.setup import Unavailable
from tests.bench.results import compared, grown, section
from tests.bench.screens import app
from tests.bench.stores import copies
from tests.terminal import PtyApp

ROUNDS = 5
METRICS, STEPS = 6, 20
SIZES = 100, 1000, 10_000, 100_000
MOST = {"csv": 10_000, "mlflow, files": 1000, "mlflow, SQLite": 10_000, "trackio": 10_000, "aim": 100}
"""Runs that are tried with a tool: aim writes one in a third of a second. One that takes long has fewer rounds."""
LEET, LEET_MOST = "wandb, LEET", 10_000
NO_LIST = {
    "wandb": "its SDK has no list of offline runs; for LEET see the screen below",
    "tensorboard": "it has no list of runs with parameters and last values",
}
SLOW = "would take longer than a minute"

WHAT = {
    "first": (
        "parameters and last values, first time",
        "files not in memory, no index; trackio keeps all runs in one database, runs-tui reads a file of each run once",
    ),
    "again": ("the same again by a new reader", "files in memory; runs-tui has its index"),
    "changed": ("the same after one more run", "by the reader that had listed them before"),
    "memory": (
        "memory with all rows",
        "more than the imports take; rows of runs-tui also hold statistics and the course of each metric",
    ),
}


@dataclass(frozen=True)
class Way:
    """A program that shows a list: how to open it, what a run is called there, how one more comes into being."""

    open: Callable[[], PtyApp]
    shown: str
    add: Callable[[str], object]


def from_programs(place: Path) -> None:
    """All rows, through the interface that each tool has for programs."""
    grows: dict[str, dict[str, dict[int, Sequence[float]]]] = {key: {} for key in WHAT}
    for size in SIZES:
        missing = {tool.name: SLOW for tool in READERS if tool.name != OURS and MOST.get(tool.name, 0) < size} | NO_LIST
        tools = [tool for tool in READERS if tool.name not in missing]
        if size < 1000:  # for those that can do no more
            tools = [tool for tool in tools if tool.name == OURS or MOST[tool.name] == size]
        found = in_turn(tools, place / str(size), (size, METRICS, STEPS), ROUNDS, "list", (size,), 1, missing)
        for key, (what, note) in WHAT.items():
            values = column(found, key, 1.0 if key == "memory" else 1e3)
            unit = "MB" if key == "memory" else "ms"
            compared(f"{size:,} runs: {what}", unit, values, missing=missing, why=note)
            for tool, each in values.items():
                grows[key].setdefault(tool, {})[size] = each
        for other in tools:
            if other.name != OURS:  # `on_screen` shows ours
                shutil.rmtree(place / str(size) / other.name, ignore_errors=True)
    for key in ("again", "changed"):
        grown(f"The list, {WHAT[key][0]}", "ms", "runs", grows[key])


def on_screen(place: Path) -> None:
    """From exec to the first runs, until one more run is shown, and memory, in a terminal of 200x50."""
    home = place / "home"
    home.mkdir(parents=True)
    paint: dict[str, dict[int, Sequence[float]]] = {}
    for size in SIZES[1:]:
        ways = {OURS: our_list(place / str(size) / OURS, home)}
        missing = {} if size <= LEET_MOST else {LEET: SLOW}
        if not missing:
            try:
                leet = Leet(place / f"wandb-{size}")
                leet.fill(size)
                ways[LEET] = Way(partial(leet.app, home), "offline-run-", leet.add)
            except Unavailable as error:
                missing[LEET] = str(error)
        found: dict[str, list[tuple[float, float, float]]] = {who: [] for who in ways}
        for number in range(ROUNDS + 1):
            for who, way in ways.items():
                figures = looked_at(way, f"20270101_{number:06}")
                if number:  # the first look made the index, and what the system keeps of the files
                    found[who].append(figures)
        titles = ("exec to the first runs", "s"), ("one more run until it is shown", "s"), ("memory", "MB")
        for at, (what, unit) in enumerate(titles):
            values = {who: [each[at] for each in taken] for who, taken in found.items()}
            compared(f"{size:,} runs on the screen: {what}", unit, values, missing=missing)
        for who, taken in found.items():
            paint.setdefault(who, {})[size] = [painted for painted, _, _ in taken]
    grown("First paint of the list", "s", "runs", paint)


def our_list(root: Path, home: Path) -> Way:
    """Ours, on a store that `from_programs` left."""
    newest = next(path for path in (root / "bench").iterdir() if path.name[0] != "." and "copied" not in path.name)
    return Way(partial(app, root, home), "copied-run", lambda name: copies(newest, 1, name))


def looked_at(way: Way, name: str) -> tuple[float, float, float]:
    """Seconds to the first run, seconds until one more is shown, whose name has ``name`` in it, megabytes then."""
    begun = time.monotonic()
    with way.open() as screen:
        screen.wait_for(way.shown, timeout=120)
        painted = time.monotonic() - begun
        screen.wait_quiet(1.0, timeout=120)
        added = time.monotonic()
        way.add(name)
        screen.wait_for(name, timeout=300)  # the first look has to read all of them
        return painted, time.monotonic() - added, screen.rss() / 1e6


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name, section("List"):
        from_programs(Path(name))
        on_screen(Path(name))
