"""The app in a real pty, and what can be measured from outside: its first row, its processor, its bytes, its keys."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.terminal import PtyApp

SMALL, LARGE = (80, 24), (200, 50)
SIZES = SMALL, LARGE
"""The terminals on which the screen is measured."""
PATIENCE = 60.0
"""Seconds that a program has to end in: on a busy machine none of them keeps the others from being measured."""
APP = Path(sys.executable).with_name("runs-tui")

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
"""A run of 12 metrics at 20 Hz in the store that is named."""


def app(root: Path, home: Path, *options: str, size: tuple[int, int] = LARGE) -> PtyApp:
    """The app on one root, with a home of its own so that nothing else is listed."""
    environment = {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "COLORTERM": "truecolor",
        "PYTHONDONTWRITEBYTECODE": None,
    }
    return PtyApp([APP, str(root), *options], *size, env=environment, patience=PATIENCE)


def started(begin: Callable[[], PtyApp], awaited: str) -> tuple[float, float]:
    """(seconds from its start until this is shown, CPU seconds by then); the app is ended."""
    begun = time.perf_counter()
    with begin() as screen:
        screen.wait_for(awaited, timeout=60)
        return time.perf_counter() - begun, screen.cpu_seconds()


def usage(screen: PtyApp, seconds: float) -> tuple[float, float]:
    """(percent of one core, bytes a second to the terminal) over some seconds."""
    cpu, sent, begun = screen.cpu_seconds(), screen.bytes_out, time.monotonic()
    time.sleep(seconds)
    passed = time.monotonic() - begun
    return (screen.cpu_seconds() - cpu) / passed * 100, (screen.bytes_out - sent) / passed


Usages = tuple[list[float], list[float]]


def usages(screen: PtyApp, rounds: int = 5, seconds: float = 2.0) -> Usages:
    """As `usage`, of several stretches of time."""
    return usages_together({"": screen}, rounds, seconds)[""]


def usages_together(screens: Mapping[str, PtyApp], rounds: int = 5, seconds: float = 2.0) -> dict[str, Usages]:
    """As `usages`, of several screens in the same stretches of time, by their names."""
    taken: dict[str, Usages] = {name: ([], []) for name in screens}
    with ThreadPoolExecutor(len(screens)) as beside:
        for _ in range(rounds):
            found = beside.map(lambda screen: usage(screen, seconds), screens.values())
            for (cpu, sent), (percent, rate) in zip(taken.values(), found, strict=True):
                cpu.append(percent)
                sent.append(rate)
    return taken


def key_times(screen: PtyApp, presses: int = 12) -> list[float]:
    """Milliseconds from a key that moves the cursor to the first bytes of the new picture, the screen being quiet."""
    taken = []
    for number in range(presses):
        screen.wait_quiet(0.2, timeout=20)
        seen = len(screen.arrivals)
        pressed = time.monotonic()
        screen.press("down" if number % 2 == 0 else "up")
        screen.wait_for(partial(wrote_since, seen))
        taken.append((screen.arrivals[seen][0] - pressed) * 1e3)
    return taken


def wrote_since(seen: int, screen: PtyApp) -> bool:
    """Whether more has come from it than so many pieces."""
    return len(screen.arrivals) > seen


def shown(screen: PtyApp) -> int:
    """The highest probe value on the screen (six digits, perhaps grouped by blanks)."""
    found = re.findall(r"\b(\d{3})[   ]?(\d{3})\b", screen.text())
    return max((int(high + low) for high, low in found), default=0)
