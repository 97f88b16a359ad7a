"""Twenty live runs at once in a real pty: changes of one of them, new runs, deaths, processor and bytes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from runstore import Experiment, Workspace
from tests.bench.bench_screen import app, delay, usage
from tests.bench.stores import fill
from tests.bench.table import percentile, row, spread
from tests.terminal import PtyApp

LIVE, ENDED = 20, 300
RATE = 3.0
"""Steps a second of each live run."""
CHANGES, NEW, DEATHS = 100, 8, 6

WRITER = """
import math, sys, time
from runstore import Experiment, Workspace
root, first, count, rate = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
experiment = Experiment(Workspace(root=root), "many")
runs = [experiment.start_logging(display_name="live-%02d" % (first + number), snapshot_directory=None, outputs=False)
        for number in range(count)]
print("ready", flush=True)
step = 0
while True:
    for run in runs:
        run.log_metrics({"loss": math.exp(-step / 500), "val/acc": 1 - math.exp(-step / 900)}, step=step)
        time.sleep(1 / rate / count)
    step += 1
"""


def writer(root: Path, first: int, count: int) -> subprocess.Popen[bytes]:
    """A process with so many live runs, once they are there."""
    command = [sys.executable, "-c", WRITER, str(root), str(first), str(count), str(RATE)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill it."""
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def changes(root: Path, home: Path) -> None:
    """From the return of log() to the new value in its cell, the other runs going on."""
    probe = Experiment(Workspace(root=root), "many").start_logging(
        display_name="probe", snapshot_directory=None, outputs=False
    )
    try:
        with app(root, home) as screen:
            probe.log("loss", 100_000, step=0)
            screen.wait_for("probe", timeout=30)
            time.sleep(3)
            delays = [delay(screen, probe, number, 0.4) for number in range(1, CHANGES + 1)]
            cpu, sent = usage(screen, 15)
    finally:
        probe.complete()
    what = f"{LIVE} live runs at {RATE:.0f} Hz"
    row(f"{what}, log() to changed cell: median", f"{percentile(delays, 0.5) * 1e3:.0f} ms", "350 ms")
    row(f"{what}, log() to changed cell: p99 of {CHANGES}", f"{percentile(delays, 0.99) * 1e3:.0f} ms", "350 ms")
    row(f"{what}: CPU", f"{cpu:.1f} %")
    row(f"{what}: bytes/s", f"{sent:.0f}")


def arrivals(screen: PtyApp, root: Path) -> list[float]:
    """Seconds from the return of start_logging() to the new run on the screen."""
    taken = []
    for number in range(NEW):
        name = f"fresh-{number}"
        run = Experiment(Workspace(root=root), "many").start_logging(
            display_name=name, snapshot_directory=None, outputs=False
        )
        begun = time.perf_counter()
        screen.wait_for(name, timeout=30)
        taken.append(time.perf_counter() - begun)
        run.complete()
        time.sleep(0.3)
    return taken


def deaths(screen: PtyApp, doomed: list[subprocess.Popen[bytes]]) -> list[float]:
    """Seconds from kill -9 to the word on the screen."""
    taken = []
    for number, process in enumerate(doomed, 1):
        process.kill()
        begun = time.perf_counter()
        screen.wait_for(partial(all_dead, number), timeout=30)
        taken.append(time.perf_counter() - begun)
        time.sleep(0.4)
    return taken


def all_dead(number: int, screen: PtyApp) -> bool:
    """Whether the table shows so many runs as dead."""
    return sum("live-" in line and " dead" in line for line in screen.lines()) >= number


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        root, home = Path(folder, "store"), Path(folder, "home")
        home.mkdir()
        fill(root, ENDED)
        doomed = [writer(root, number, 1) for number in range(DEATHS)]
        rest = writer(root, DEATHS, LIVE - DEATHS - 1)
        try:
            changes(root, home)
            with app(root, home) as screen:
                screen.wait_for("live-00", timeout=30)
                time.sleep(3)
                row(f"{LIVE} live runs: a new run on the screen", spread(arrivals(screen, root), " s"), "1 s")
                row(f"{LIVE} live runs: kill -9 to the word", spread(deaths(screen, doomed), " s"), "2 s")
        finally:
            for process in (*doomed, rest):
                end(process)
