"""300 runs of 10,000 points compared, beside W&B LEET: memory, CPU, and time to the whole picture."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.bench.peers.leet import VERSION, Leet
from tests.bench.peers.setup import Unavailable
from tests.bench.screens import app, wrote_since
from tests.bench.stores import METRICS, fill_by_copying
from tests.bench.table import row, spread
from tests.terminal import PtyApp

RUNS, POINTS = 300, 10_000
_WAIT = 180
_REST = 3.0


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        home = place / "home"
        home.mkdir()
        fill_by_copying(place / "store", RUNS, 10, POINTS)
        row("runs-tui", f"{RUNS} runs", f"{POINTS} points of {len(METRICS)} metrics each, all on one page at 200x50")
        with app(place / "store", home) as screen:
            screen.wait_for("experiment-0", timeout=60)
            screen.wait_quiet(2.0, timeout=120)
            row("  list: memory", f"{screen.rss() / 1e6:.0f} MB")
            compared(screen, lambda: screen.press("C"))
            row("  one chart alone", pressed(screen, "enter"))
            row("  cursor", pressed(screen, "h", "h", "h"))
            row("  back to all charts", pressed(screen, "q"))
            row("  smoothing", pressed(screen, "+"), f"{screen.rss() / 1e6:.0f} MB")
        try:
            leet = Leet(place / "wandb-runs")
        except Unavailable as error:
            row("W&B LEET", "not measured", str(error))
            return
        leet.fill(RUNS, POINTS)
        row("W&B LEET", VERSION, "the same number of runs and points, 12 metrics each")
        with leet.app(home) as screen:
            screen.wait_for("offline-run-", timeout=60)
            screen.wait_quiet(2.0, timeout=120)
            row("  list: memory", f"{screen.rss() / 1e6:.0f} MB")
            compared(screen, lambda: select_all(screen))


def select_all(screen: PtyApp) -> None:
    """LEET asks first."""
    screen.press("ctrl+a")
    screen.wait_for("Press y", timeout=_WAIT)
    screen.press("y")


def compared(screen: PtyApp, select: Callable[[], None]) -> None:
    """Select all runs, and print what it takes until all is read and drawn: the processor rests."""
    before, begun = screen.cpu_seconds(), time.perf_counter()
    select()
    used = before
    while time.perf_counter() - begun < _WAIT:
        time.sleep(_REST)
        known, used = used, screen.cpu_seconds()
        if used - known < 0.1:
            break
    row("  compared: memory", f"{screen.rss() / 1e6:.0f} MB", "200 MB")
    row("  compared: until all is drawn", f"{time.perf_counter() - begun - _REST:.0f} s")
    row("  compared: CPU", f"{used - before:.1f} s")


def pressed(screen: PtyApp, *keys: str) -> str:
    """Seconds from each of these keys to the end of what it changes."""
    taken = []
    for key in keys:
        screen.wait_quiet(0.5, timeout=_WAIT)
        begun, seen = time.perf_counter(), len(screen.arrivals)
        screen.press(key)
        screen.wait_for(partial(wrote_since, seen), timeout=_WAIT)
        screen.wait_quiet(0.5, timeout=_WAIT)
        screen.wait_for(lambda app: "loading" not in app.text(), timeout=_WAIT)
        taken.append(time.perf_counter() - begun - 0.5)
    return spread(taken, " s")
