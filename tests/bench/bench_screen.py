"""The app in a real pty at 200x50: start, idle, live, from log() to the changed cell, from kill -9 to the word."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from runstore import Experiment, Run, Workspace
from tests.bench.stores import fill
from tests.bench.table import percentile, row, spread
from tests.terminal import PtyApp

SIZE = (200, 50)
APP = Path(sys.executable).with_name("runs-tui")
RUNS = 2000
START = (300, "0.45 s"), (10_000, "0.6 s")
"""Numbers of runs to open, each with its budget."""

LIVE = """
import math, sys, time
from runstore import Experiment, Workspace
run = Experiment(Workspace(root=sys.argv[1]), "live").start_logging(
    display_name="live-run", snapshot_directory=None, outputs=False)
names = ["loss", "acc", *("train/m%d" % index for index in range(10))]
step = 0
print("ready", flush=True)
while True:
    run.log_metrics({name: math.exp(-step / 500) + index / 10 for index, name in enumerate(names)}, step=step)
    step += 1
    time.sleep(0.05)
"""


def app(root: Path, home: Path, *options: str) -> PtyApp:
    """The app on one root, with a home of its own so that nothing else is listed."""
    environment = {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "COLORTERM": "truecolor",
        "PYTHONDONTWRITEBYTECODE": None,
    }
    return PtyApp([APP, str(root), *options], *SIZE, env=environment)


BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("bare")
Bare().run()
"""


def start_times(root: Path, name: str, runs: int, budget: str, rounds: int = 7) -> None:
    """From exec to the first row of the table, beside a Textual app of one word.

    First of a store that was never opened; then as it is mostly: a monitor was open there before, and was left when
    it had read all. The CPU time is less the other work of the machine than the seconds are.
    """
    first: list[float] = []
    taken: dict[str, list[tuple[float, float]]] = {"ours": [], "bare": []}
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        for number in range(rounds):
            fresh = home / str(number)
            fresh.mkdir()
            first.append(started(partial(app, root, fresh), name)[0])
        with app(root, home) as screen:
            screen.wait_for(name, timeout=60)
            screen.wait_quiet(2.0, timeout=60)
            screen.press("Q")
            screen.wait()
        bare = partial(PtyApp, [sys.executable, "-c", BARE], *SIZE, env={"PYTHONDONTWRITEBYTECODE": None})
        for _ in range(rounds):
            taken["ours"].append(started(partial(app, root, home), name))
            taken["bare"].append(started(bare, "bare"))
    row(f"start to table, {runs:,} runs, never opened before", spread(first, " s"))
    row(f"start to table, {runs:,} runs", spread([seconds for seconds, _ in taken["ours"]], " s"), budget)
    row("a bare Textual app, start to its one word", spread([seconds for seconds, _ in taken["bare"]], " s"))
    for place_of, what in enumerate(("start to table", "the same, CPU time")):
        ratios = [ours[place_of] / its[place_of] for ours, its in zip(*taken.values(), strict=True)]
        row(f"{what}, {runs:,} runs, to the bare app", spread(ratios, " x"))


def started(begin: Callable[[], PtyApp], shown: str) -> tuple[float, float]:
    """(seconds from its start until this is shown, CPU seconds by then); the app is ended."""
    begun = time.perf_counter()
    with begin() as screen:
        screen.wait_for(shown, timeout=60)
        return time.perf_counter() - begun, screen.cpu_seconds()


def usage(screen: PtyApp, seconds: float) -> tuple[float, float]:
    """(percent of one core, bytes a second to the terminal) over some seconds."""
    cpu, sent, begun = screen.cpu_seconds(), screen.bytes_out, time.monotonic()
    time.sleep(seconds)
    passed = time.monotonic() - begun
    return (screen.cpu_seconds() - cpu) / passed * 100, (screen.bytes_out - sent) / passed


def idle(root: Path, home: Path) -> None:
    """Nothing happens, nothing is sent."""
    with app(root, home) as screen:
        screen.wait_quiet(1.0, timeout=30)
        time.sleep(5)
        cpu, sent = usage(screen, 20)
        row("idle: bytes/s to the terminal", f"{sent:.0f}", "0")
        row("idle: CPU", f"{cpu:.2f} %", "0.5 %")
        row("memory, resident", f"{screen.rss() / 1e6:.0f} MB")


def live(root: Path, home: Path, seconds: float = 20.0) -> None:
    """One run of 12 metrics at 20 Hz, in the table, on its charts, and its death."""
    writer = subprocess.Popen([sys.executable, "-c", LIVE, str(root)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    writer.stdout.readline()
    try:
        with app(root, home) as screen:
            screen.wait_for("live-run", timeout=30)
            time.sleep(3)
            cpu, sent = usage(screen, seconds)
            row("Runs, one live run of 12 metrics at 20 Hz: CPU", f"{cpu:.1f} %", "3 %")
            row("Runs, the same: bytes/s", f"{sent:.0f}", "2000")
            screen.press("enter")
            screen.wait_for("live / live-run")
            time.sleep(3)
            cpu, sent = usage(screen, seconds)
            row("Charts, the same: CPU", f"{cpu:.1f} %", "3 %")
            row("Charts, the same: bytes/s", f"{sent:.0f}", "2000")
            screen.press("escape")
            screen.wait_for("live-run")
            writer.send_signal(signal.SIGKILL)
            killed = time.perf_counter()
            screen.wait_for("dead", timeout=30)
            row("kill -9 to the word on the screen", f"{time.perf_counter() - killed:.2f} s", "2 s")
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()


def latency(root: Path, home: Path, pause: float, count: int, what: str) -> None:
    """From the return of log() to the new value in its cell; ``pause`` seconds between two logs."""
    environment = os.environ.get("RUNSTORE_ROOT")
    run = Experiment(Workspace(root=root), "latency").start_logging(
        display_name="probe", snapshot_directory=None, outputs=False
    )
    delays: list[float] = []
    try:
        with app(root, home) as screen:
            run.log("loss", 100_000, step=0)
            screen.wait_for("probe", timeout=30)
            time.sleep(2)
            delays += [delay(screen, run, number, pause) for number in range(1, count + 1)]
    finally:
        run.complete()
        assert os.environ.get("RUNSTORE_ROOT") == environment
    row(f"log() to changed cell, {what}: median", f"{percentile(delays, 0.5) * 1e3:.0f} ms", "350 ms")
    row(f"log() to changed cell, {what}: p99 of {count}", f"{percentile(delays, 0.99) * 1e3:.0f} ms", "350 ms")


def delay(screen: PtyApp, run: Run, number: int, pause: float) -> float:
    """Log once (or at ``pause`` on, while waiting) and wait for that value or a later one to be shown."""
    busy = pause < 0.2
    value = 100_000 + number * 200
    run.log("loss", value, step=number)
    logged = time.perf_counter()
    following = logged + pause
    while shown(screen) < value:
        if busy and time.perf_counter() > following:
            value_now = value + int((time.perf_counter() - logged) / pause)
            run.log("loss", min(value_now, value + 199), step=number)
            following += pause
        if time.perf_counter() - logged > 30:
            raise AssertionError(screen.dump())
        time.sleep(0.002)
    passed = time.perf_counter() - logged
    time.sleep(random.uniform(0, 0.3) if busy else pause)
    return passed


def shown(screen: PtyApp) -> int:
    """The highest probe value on the screen (six digits, perhaps grouped by blanks)."""
    found = re.findall(r"\b(\d{3})[   ]?(\d{3})\b", screen.text())
    return max((int(high + low) for high, low in found), default=0)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        root, home = Path(name) / "store", Path(name) / "home"
        home.mkdir()
        fill(root, RUNS)
        for runs, budget in START:
            fill(Path(name) / str(runs), runs, points=8)
            start_times(Path(name) / str(runs), "experiment-0", runs, budget)
        idle(root, home)
        live(root, home)
        latency(root, home, 0.05, 100, "a run at 20 Hz")
        latency(root, home, 2.0, 30, "a log every 2 s")
