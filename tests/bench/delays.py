"""How long it takes from something that a run does until terminals show it, several terminals at once."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from runstore import Experiment, Run, Workspace
from tests.bench.screens import shown
from tests.terminal import PtyApp

Seen = Callable[[PtyApp], bool]
Screens = Mapping[str, PtyApp]

RUNS = """
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


def writer(root: Path, first: int, count: int, rate: float) -> subprocess.Popen[bytes]:
    """A process with so many live runs, ``live-<first>`` and on, each of ``rate`` steps a second; they are there."""
    command = [sys.executable, "-c", RUNS, str(root), str(first), str(count), str(rate)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    return process


def end(*processes: subprocess.Popen[bytes]) -> None:
    """Kill them."""
    for process in processes:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def probe(root: Path) -> Run:
    """A run in this process, with one value on the screen that `delays` can tell from all others."""
    run = Experiment(Workspace(root=root), "many").start_logging(
        display_name="probe", snapshot_directory=None, outputs=False
    )
    run.log("loss", 100_000, step=0)
    return run


def until(screens: Screens, seen: Seen, begun: float, meanwhile: Callable[[], None] | None = None) -> dict[str, float]:
    """Seconds from ``begun`` (of the monotonic clock) to the bytes with which each screen came to show it."""
    found: dict[str, float] = {}
    looked = dict.fromkeys(screens, -1)
    while len(found) < len(screens):
        for name, screen in screens.items():
            if name not in found and screen.bytes_out != looked[name]:
                looked[name] = screen.bytes_out
                if seen(screen):
                    found[name] = max(screen.arrivals[-1][0] - begun, 0.0)
        if meanwhile is not None:
            meanwhile()
        if time.monotonic() - begun > 30:
            raise AssertionError("\n".join(screens[name].dump() for name in screens.keys() - found.keys()))
        time.sleep(0.002)
    return found


class _LoggingOn:
    """Logs a value that is a little higher after each ``pause``, whenever it is called."""

    def __init__(self, run: Run, step: int, value: int, pause: float) -> None:
        self._run, self._step, self._value, self._pause = run, step, value, pause
        self._begun = time.monotonic()

    def __call__(self) -> None:
        if time.monotonic() >= self._begun + self._pause and self._value % 200 < 199:
            self._begun += self._pause
            self._value += 1
            self._run.log("loss", self._value, step=self._step)


def delays(screens: Screens, run: Run, steps: range, pause: float) -> dict[str, list[float]]:
    """Seconds from the return of log() to that value in its cell; ``pause`` seconds between two logs.

    A run with a pause below 0.2 s logs on meanwhile, and a later value in the cell is as good. The values grow with
    the ``steps``: those of the same run must be later than all before.
    """
    busy = pause < 0.2
    taken: dict[str, list[float]] = {name: [] for name in screens}
    for step in steps:
        value = 100_000 + step * 200
        run.log("loss", value, step=step)
        logged = time.monotonic()
        meanwhile = _LoggingOn(run, step, value, pause) if busy else None
        _add(taken, until(screens, partial(_shows, value), logged, meanwhile))
        rest = random.uniform(0, 0.3) if busy else logged + pause * random.uniform(0.9, 1.1) - time.monotonic()
        time.sleep(max(rest, 0.0))
    return taken


def lags(screens: Screens, log: Callable[[float], float], count: int, pause: float) -> dict[str, list[float]]:
    """Seconds from each log to a chart whose axis reaches its value, for a program that shows charts and no numbers.

    ``log`` returns when it was done. Every value is twice the one before; it is not waited for, since some programs
    show it only after the next. What is not shown at last counts with the time until then.
    """
    logged: list[float] = []
    taken: dict[str, list[float]] = {name: [] for name in screens}
    for number in range(count + 1):
        if number < count:
            logged.append(log(2.0**number))
        until_next = time.monotonic() + pause
        while time.monotonic() < until_next:
            for name, screen in screens.items():
                found = taken[name]
                top = _highest_label(screen)
                while len(found) < len(logged) and top >= 0.7 * 2 ** len(found):
                    found.append(screen.arrivals[-1][0] - logged[len(found)])
            time.sleep(0.02)
    for found in taken.values():
        found += [time.monotonic() - moment for moment in logged[len(found) :]]
    return taken


def arrivals(screens: Screens, root: Path, running: int, count: int) -> dict[str, list[float]]:
    """Seconds from the return of start_logging() to one more among the ``running`` that the header counts."""
    taken: dict[str, list[float]] = {name: [] for name in screens}
    for _ in range(count):
        until(screens, partial(_counts, running), time.monotonic())
        time.sleep(random.uniform(0.2, 0.5))
        run = Experiment(Workspace(root=root), "many").start_logging(snapshot_directory=None, outputs=False)
        begun = time.monotonic()
        _add(taken, until(screens, partial(_counts, running + 1), begun))
        run.complete()
    return taken


def deaths(screens: Screens, doomed: Sequence[subprocess.Popen[bytes]]) -> dict[str, list[float]]:
    """Seconds from kill -9 to the word in the run's row."""
    taken: dict[str, list[float]] = {name: [] for name in screens}
    for number, process in enumerate(doomed, 1):
        process.kill()
        begun = time.monotonic()
        _add(taken, until(screens, partial(_tells_dead, number), begun))
        time.sleep(random.uniform(0.3, 0.6))
    return taken


def _add(taken: dict[str, list[float]], found: Mapping[str, float]) -> None:
    for name, delay in found.items():
        taken[name].append(delay)


def _shows(value: int, screen: PtyApp) -> bool:
    return shown(screen) >= value


def _highest_label(screen: PtyApp) -> float:
    return max(map(float, re.findall(r"│\s*(\d+(?:\.\d+)?)[│└]", screen.text())), default=0.0)


def _counts(running: int, screen: PtyApp) -> bool:
    return f" {running} running" in screen.lines()[0]


def _tells_dead(count: int, screen: PtyApp) -> bool:
    return len(set(re.findall(r"(live-\d\d)\s+(?:many\s+)?☠ dead", screen.text()))) >= count
