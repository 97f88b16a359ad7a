"""The monitor on twenty live runs for half an hour, somebody at its keys: no memory, descriptor or thread is lost."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from tests.faults.scale import FULL
from tests.terminal import PtyApp

LIVE, WRITERS = 20, 2
SECONDS = 1800.0 if FULL else 0.0
PAUSE = 0.5 if FULL else 0.02
"""Seconds between two keys."""
TURN = 10.0 if FULL else 1.0
"""Seconds after which each writer ends a run and begins another."""
WARM = 3 if FULL else 0
"""Rounds after which everything has been used once, and has its place in memory."""
MEMORY = 12e6 if FULL else 25e6
"""Bytes that a process may grow by: points of live runs and rows of ended ones become more as they should."""
STRAY = 6
"""Descriptors and threads that a process may have more for a moment: those of a run that begins, of a pool."""

WRITER = """
import math, sys, time
from runstore import Experiment, Workspace
root, count, turn = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
experiment = Experiment(Workspace(root=root), "soak")
def begin():
    run = experiment.start_logging(display_name="live", snapshot_directory=None, outputs=False)
    run.log_row("by epoch", epoch=0, loss=1.0)
    run.log_list("shape", [3, 4])
    return run
runs = [begin() for _ in range(count)]
print("ready", flush=True)
step, turned = 0, time.monotonic()
while True:
    for run in runs:
        run.log_metrics({"loss": math.exp(-step / 500), "val/acc": 1 - math.exp(-step / 900)}, step=step)
        time.sleep(0.33 / count)
    step += 1
    if step % 50 == 0:
        runs[-1].log_row("by epoch", epoch=step // 50, loss=1 / step)
    if time.monotonic() - turned > turn:
        turned = time.monotonic()
        runs.pop(0).complete()
        runs.append(begin())
"""
PRINTER = """
import itertools, time
from runstore import Run
run = Run.get_context()
for step in itertools.count():
    run.log_metrics({"loss": 1 / (step + 1), "val/acc": step / (step + 9)}, step=step)
    print("step", step, "loss", 1 / (step + 1), flush=True)
    time.sleep(0.1)
"""

WALK: tuple[tuple[tuple[str, ...], str], ...] = (
    (("j", "j", "k"), "enter open"),
    (("enter", "2"), "[2"),
    (("+", "x", "z", "Z", "0", "enter", "h", "l", "enter", "S", "S"), "[2"),
    (("1", "ctrl+d", "g"), "[1"),
    (("3", "g", "T", "w", "b", "G", "w", "T"), "[3"),
    (("4", "j", "enter", "v", "enter", "n"), "[4"),
    (("5", "enter", "j", "enter"), "[5"),
    (("6", "7", "6"), "[6"),
    (("J", "J", "K", "2"), "[2"),
    (("q",), "enter open"),
    (("space", "space", "c"), "[1c]"),
    (("2", "j"), "[2d]"),
    (("3", "j"), "[3s]"),
    (("1", "l"), "[1c]"),
    (("q",), "2 marked"),
    (("escape",), "\n enter open"),
    (("t",), "[3"),
    (("q",), "enter open"),
    (("?",), "open the run under"),
    (("q",), "enter open"),
    ((":",), ":an action"),
    (("escape",), "enter open"),
    (("a",), "actions ·"),
    (("escape",), "enter open"),
    (("v",), "columns ·"),
    (("escape",), "enter open"),
    (("b",), "group by ·"),
    (("escape",), "enter open"),
    (("w",), "views ·"),
    (("escape",), "enter open"),
    (("/", "l", "i", "v", "e"), "/live"),
    (("enter",), "enter open"),
    (("escape",), "enter open"),
    (("G", "g"), "enter open"),
)
"""Through all tabs and screens and back to the list: keys, and what is on the screen after them."""


class Sample(NamedTuple):
    """What a process has at one moment."""

    memory: int
    descriptors: int
    threads: int


@pytest.fixture
def writers(tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Twenty live runs: most of two processes that end one and begin another now and then, two of supervisors."""
    root = tmp_path / "store"
    count = (LIVE - 2) // WRITERS
    command = [sys.executable, "-c", WRITER, str(root), str(count), str(TURN)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(WRITERS)]
    supervised = [sys.executable, "-m", "runs_tui", "run", "-q", "--root", str(root), "--experiment", "soak"]
    for number in range(LIVE - count * WRITERS):
        program = ["--name", f"printer-{number}", "--", sys.executable, "-c", PRINTER]
        started.append(subprocess.Popen([*supervised, *program], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL))
    try:
        for writer in started[:WRITERS]:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
        yield started
    finally:
        for writer in started:
            writer.terminate()
        for writer in started:
            writer.communicate()


def test_a_long_look_at_many_live_runs_costs_no_more_and_more(
    tmp_path: Path, writers: list[subprocess.Popen[bytes]], record_property: Callable[[str, object], None]
) -> None:
    with PtyApp([sys.executable, "-m", "runs_tui", str(tmp_path / "store")], 120, 35) as screen:
        screen.wait_for(f"{LIVE} running", timeout=120)
        processes = {"monitor": psutil.Process(screen.pid)}
        processes |= {f"writer {number}": psutil.Process(writer.pid) for number, writer in enumerate(writers)}
        samples = {name: [sample(process)] for name, process in processes.items()}
        begun = time.monotonic()
        try:
            while time.monotonic() - begun < SECONDS or len(samples["monitor"]) < WARM + 2:
                walk(screen)
                screen.wait_for(are_live, timeout=30)
                for name, process in processes.items():
                    samples[name].append(sample(process))
        finally:
            passed = time.monotonic() - begun
            used = f"{passed:.0f} s, monitor {screen.cpu_seconds() / passed:.1%} of a core"
            record_property("soak", f"\n{table(samples)}{used}")
        assert [problem for name, taken in samples.items() for problem in lost(name, taken)] == []


def are_live(screen: PtyApp) -> bool:
    """Whether the list has all live runs; on a busy machine each writer is often between two."""
    count = re.search(r"(\d+) running", screen.text())
    return count is not None and int(count[1]) >= LIVE - WRITERS


def walk(screen: PtyApp) -> None:
    """Once through all that the monitor shows, in two sizes."""
    for keys, shown in WALK:
        for key in keys:
            screen.press(key)
            time.sleep(PAUSE)
        screen.wait_for(shown, timeout=30)
    for size in ((80, 24), (120, 35)):
        screen.resize(*size)
        screen.wait_for(lambda screen: "enter open" in screen.lines()[-1], timeout=30)


def sample(process: psutil.Process) -> Sample:
    """The least of several looks: what a process has for a moment only is none that it keeps."""
    taken = []
    for _ in range(5):
        time.sleep(0.02)
        taken.append((process.memory_info().rss, process.num_fds(), process.num_threads()))
    return Sample(*map(min, zip(*taken, strict=True)))


def lost(name: str, taken: list[Sample]) -> list[str]:
    """Of what a process has more in the last third of the time than it ever had in the first."""
    taken = taken[WARM:]
    third = max(len(taken) // 3, 1)
    first, last = taken[:third], taken[-third:]
    found = []
    grown = statistics.median(each.memory for each in last) - statistics.median(each.memory for each in first)
    if grown > MEMORY:
        found.append(f"{name}: {grown / 1e6:.1f} MB more memory")
    for what in ("descriptors", "threads"):
        more = min(getattr(each, what) for each in last) - max(getattr(each, what) for each in first)
        if more > STRAY:
            found.append(f"{name}: {more} {what} more")
    return found


def table(samples: dict[str, list[Sample]]) -> str:
    """What each process had after the warm-up, in the middle, and at the end."""
    lines = []
    for name, taken in samples.items():
        chosen = [taken[place] for place in (min(WARM, len(taken) - 1), len(taken) // 2, -1)]
        memory = " ".join(f"{each.memory / 1e6:.1f}" for each in chosen)
        descriptors = " ".join(str(each.descriptors) for each in chosen)
        threads = " ".join(str(each.threads) for each in chosen)
        lines.append(f"{name}, {len(taken)} rounds: MB {memory}; descriptors {descriptors}; threads {threads}\n")
    return "".join(lines)
