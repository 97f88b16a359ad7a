"""Long runs on the screen at 200x50 in a real pty: a million points beside W&B LEET and terminalboard, ten million."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from runstore.records.rows import row_dtype
from tests.bench import screens
from tests.bench.kept import OURS
from tests.bench.peers import leet, terminalboard
from tests.bench.peers.setup import Unavailable
from tests.bench.results import compared
from tests.bench.stores import long_run
from tests.bench.table import row, spread
from tests.terminal import PtyApp

METRICS, STEPS = 12, 83_334
ROUNDS = 5
KEYS = ("z", "z", ")", "(", "Z", "h", "h")

Open = Callable[[], PtyApp]


def app(root: Path, home: Path) -> PtyApp:
    """Ours, with the charts of the run."""
    return screens.app(root, home, "--run", "last")


def opened(open_app: Open) -> tuple[float, float, float]:
    """Seconds until nothing more is drawn, seconds of CPU for that, megabytes."""
    begun = time.monotonic()
    with open_app() as screen:
        screen.wait_for("m0", timeout=120)
        screen.wait_quiet(3.0, timeout=120)
        return screen.arrivals[-1][0] - begun, screen.cpu_seconds(), screen.rss() / 1e6


def on_screen(place: Path) -> None:
    """A million points in twelve metrics, from exec to the last byte, the programs in turn."""
    home = place / "home"
    home.mkdir(parents=True)
    long_run(place / "store", METRICS * STEPS, METRICS)
    ways: dict[str, Open] = {OURS: lambda: app(place / "store", home)}
    missing: dict[str, str] = {}
    try:
        wandb = leet.Leet(place / "wandb-runs")
        wandb.long_run(STEPS)
        ways["wandb, LEET"] = lambda: wandb.app(home)
    except Unavailable as error:
        missing["wandb, LEET"] = str(error)
    try:
        board = terminalboard.Terminalboard(place / "events")
        board.fill(METRICS, STEPS)
        ways["terminalboard"] = lambda: board.app(home)
    except Unavailable as error:
        missing["terminalboard"] = str(error)
    found: dict[str, list[tuple[float, float, float]]] = {who: [] for who in ways}
    for _ in range(ROUNDS):
        for who, way in ways.items():
            found[who].append(opened(way))
    for at, (what, unit) in enumerate((("exec to the last byte", "s"), ("CPU", "s"), ("memory", "MB"))):
        values = {who: [each[at] for each in figures] for who, figures in found.items()}
        compared(f"{METRICS * STEPS:,} points drawn: {what}", unit, values, missing=missing)


def ten_million(place: Path, home: Path) -> None:
    """One metric of 10^7 points: until it is drawn, then key after key."""
    folder = Path(long_run(place / "long", 2, 1))
    [rows] = (folder / "points").glob("*.rows")
    lengthen(rows, 10_000_000)
    with app(place / "long", home) as screen:
        screen.wait_for("m0", timeout=60)
        screen.wait_quiet(3.0, timeout=60)
        row("10,000,000 points: CPU until they are drawn", f"{screen.cpu_seconds():.2f} s")
        row("10,000,000 points: memory", f"{screen.rss() / 1e6:.0f} MB")
        screen.press("enter")
        screen.wait_quiet(1.0, timeout=60)
        taken = []
        for key in KEYS:
            seen, pressed = len(screen.arrivals), time.monotonic()
            screen.press(key)
            screen.wait_for(lambda screen, seen=seen: len(screen.arrivals) > seen)
            screen.wait_quiet(0.5, timeout=20)
            taken.append((screen.arrivals[-1][0] - pressed) * 1e3)
        row(f"10,000,000 points: {' '.join(KEYS)}, each to its last byte", spread(taken, " ms", 0), "100 ms")


def lengthen(path: Path, count: int) -> None:
    """Write so many rows in place of those of a file with one metric: a fall with noise and one spike."""
    dtype = row_dtype(int(path.name.split(".")[-2]))
    first = np.fromfile(path, dtype, 1)
    chance = np.random.default_rng(3)
    with path.open("wb") as file:
        for start in range(0, count, 1_000_000):
            at = np.arange(start, min(start + 1_000_000, count))
            rows = np.repeat(first, len(at))
            rows["seq"], rows["step"] = at, at
            rows["time"] += at * 1e-3
            rows["value"][:, 0] = np.exp(-3 * at / count) + chance.normal(0, 0.03, len(at))
            rows["value"][at == count // 2, 0] = 9.0
            rows.tofile(file)


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        home.mkdir()
        ten_million(Path(name), home)
