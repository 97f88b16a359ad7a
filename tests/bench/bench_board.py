"""The Charts tab in a real pty at 200x50: a run of 5,000 metrics, and a run of a million points."""

from __future__ import annotations

import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np

from runstore import Experiment, Workspace
from tests.bench.screens import app, wrote_since
from tests.bench.table import row, spread
from tests.terminal import PtyApp

METRICS, POINTS = 5_000, 1_000_000
ROUNDS = 5


def key(screen: PtyApp, pressed: str) -> float:
    """Milliseconds from a key, which changes something, to the last byte of that on the screen."""
    sent, begun = len(screen.arrivals), time.monotonic()
    screen.press(pressed)
    screen.wait_for(partial(wrote_since, sent), timeout=30)
    screen.wait_quiet(0.3, timeout=30)
    return (screen.arrivals[-1][0] - begun) * 1e3


def keys(root: Path, name: str, pressed: dict[str, str]) -> None:
    """Open the charts of the one run, and press each key a few times."""
    with tempfile.TemporaryDirectory() as home, app(root, Path(home)) as screen:
        screen.wait_for(name, timeout=60)
        screen.wait_quiet(0.5, timeout=60)
        row(f"{name}: open the charts", f"{key(screen, 'enter'):.0f} ms")
        screen.wait_quiet(0.5, timeout=60)
        for words, each in pressed.items():
            row(f"{name}: {words}", spread([key(screen, each) for _ in range(ROUNDS)], " ms", 0), "100 ms")
        row(f"{name}: memory, resident", f"{screen.rss() / 1e6:.0f} MB")


def main() -> None:
    """All rows."""
    with tempfile.TemporaryDirectory() as folder:
        many, long = Path(folder) / "many", Path(folder) / "long"
        run = Experiment(Workspace(root=str(many)), "e").start_logging(display_name="many-metrics", outputs=False)
        for step in range(100):
            run.log_metrics({f"layer{n // 8}/p{n % 8}": step + n / 7 for n in range(METRICS)}, step=step)
        run.complete()
        keys(many, "many-metrics", {"next chart": "l", "next page": "pagedown", "sections": "s", "log axes": "L"})
        run = Experiment(Workspace(root=str(long)), "e").start_logging(display_name="long-series", outputs=False)
        for step, value in enumerate(np.random.default_rng(0).normal(size=POINTS).tolist()):
            run.log("loss", value, step=step)
        run.complete()
        keys(long, "long-series", {"zoom in": "z", "pan": "(", "zoom out": "Z", "smoother": "+", "next x axis": "x"})
