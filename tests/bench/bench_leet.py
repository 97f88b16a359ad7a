"""The app beside W&B LEET in a real pty at 200x50: start, idle, one live run, a key, memory."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.bench_screen import LIVE, app, usage
from tests.bench.peers.leet import VERSION, Leet
from tests.bench.peers.setup import Unavailable
from tests.bench.stores import fill
from tests.bench.table import row, spread
from tests.terminal import PtyApp

RUNS = 300
ROUNDS = 5
SECONDS = 15.0

Open = Callable[[], PtyApp]


def both(what: str, ours: list[float], its: list[float], unit: str, digits: int = 2) -> None:
    """One line with both figures and how many times ours the peer's is."""
    mine, theirs = statistics.median(ours), statistics.median(its)
    ratio = f", {theirs / mine:.1f} times ours" if mine >= 10**-digits else ""
    row(what, spread(ours, unit, digits), f"LEET {spread(its, unit, digits)}{ratio}")


def start(open_app: Open, shown: str) -> float:
    """Seconds from exec to a run's name on the screen."""
    begun = time.perf_counter()
    with open_app() as screen:
        screen.wait_for(shown, timeout=30)
        return time.perf_counter() - begun


def key_to_repaint(screen: PtyApp, presses: int = 20) -> float:
    """The median of the milliseconds from a key that moves the cursor to the first bytes of the new picture."""
    taken = []
    for number in range(presses):
        screen.wait_quiet(0.25, timeout=20)
        seen = len(screen.arrivals)
        pressed = time.monotonic()
        screen.press("down" if number % 2 == 0 else "up")
        screen.wait_for(lambda screen, seen=seen: len(screen.arrivals) > seen)
        taken.append((screen.arrivals[seen][0] - pressed) * 1e3)
    return statistics.median(taken)


def still(open_app: Open, shown: str) -> tuple[float, float, float, float]:
    """CPU and bytes/s while nothing happens, milliseconds from key to repaint, megabytes."""
    with open_app() as screen:
        screen.wait_for(shown, timeout=30)
        screen.wait_quiet(1.0, timeout=30)
        time.sleep(SECONDS)  # what reads on in the background may end first
        cpu, sent = usage(screen, SECONDS)
        return cpu, sent, key_to_repaint(screen), screen.rss() / 1e6


def live(screen: PtyApp) -> tuple[float, float]:
    """CPU and bytes/s while a run is followed."""
    time.sleep(5)
    return usage(screen, SECONDS)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        home = place / "home"
        home.mkdir()
        try:
            leet = Leet(place / "wandb-runs")
        except Unavailable as error:
            row("W&B LEET", "not measured", str(error))
            return
        leet.fill(RUNS)
        fill(place / "store", RUNS)
        ways: dict[str, tuple[Open, str]] = {
            "ours": (lambda: app(place / "store", home), "experiment-0"),
            "its": (lambda: leet.app(home), "offline-run-"),
        }
        row("W&B LEET", VERSION, f"{RUNS} runs, medians of {ROUNDS} rounds, taken in turn")
        started: dict[str, list[float]] = {who: [] for who in ways}
        stills: dict[str, list[tuple[float, ...]]] = {who: [] for who in ways}
        for each in ways.values():
            start(*each)
        for _ in range(ROUNDS):
            for who, each in ways.items():
                started[who].append(start(*each))
        for _ in range(ROUNDS // 2 + 1):
            for who, each in ways.items():
                stills[who].append(still(*each))
        both(f"start to table, {RUNS} runs", started["ours"], started["its"], " s")
        for place_of, (what, unit, digits) in enumerate(
            (("idle: CPU", " %", 1), ("idle: bytes/s", "", 0), ("key to repaint", " ms", 0), ("memory", " MB", 0))
        ):
            figures = {who: [each[place_of] for each in found] for who, found in stills.items()}
            both(what, figures["ours"], figures["its"], unit, digits)
        one_live_run(place, home)


def one_live_run(place: Path, home: Path) -> None:
    """12 metrics at 20 Hz, each app on the charts of the run, in turn."""
    figures: dict[str, list[tuple[float, float]]] = {"ours": [], "its": []}
    for number in range(ROUNDS // 2 + 1):  # a store of its own each time: a run that was killed would stand first
        store, leet = place / f"live-{number}", Leet(place / f"live-wandb-{number}")
        writer = subprocess.Popen([sys.executable, "-c", LIVE, str(store)], stdout=subprocess.PIPE)
        try:
            assert writer.stdout is not None
            writer.stdout.readline()
            with app(store, home) as screen:
                screen.wait_for("live-run", timeout=30)
                screen.press("enter")
                screen.wait_for("live / live-run", timeout=10)
                figures["ours"].append(live(screen))
        finally:
            writer.kill()
            writer.wait()
            writer.stdout and writer.stdout.close()
        writer = leet.write("live-run", 10**6, 0.05)
        try:
            with leet.app(home) as screen:
                screen.wait_for("train/m", timeout=30)
                figures["its"].append(live(screen))
        finally:
            writer.kill()
            writer.wait()
            writer.stdout and writer.stdout.close()
    for place_of, (what, unit, digits) in enumerate((("CPU", " %", 1), ("bytes/s", "", 0))):
        chosen = {who: [each[place_of] for each in found] for who, found in figures.items()}
        both(f"charts of one live run, 12 metrics at 20 Hz: {what}", chosen["ours"], chosen["its"], unit, digits)
