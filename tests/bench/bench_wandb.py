"""W&B run files: a million points, beside the SDK's own viewer; a run at 20 Hz."""

from __future__ import annotations

import math
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import screens
from tests.bench.kept import OURS
from tests.bench.peers import leet
from tests.bench.peers.setup import Unavailable
from tests.bench.results import compared, measured
from tests.bench.table import percentile, row, spread
from tests.core.sources.wandb_log import field, history, log, record
from tests.terminal import PtyApp

STEPS = 83_334
"""Of twelve metrics."""
ROUNDS = 5
LIVE, PAUSE = 100, 0.05

READER = """
import sys, time
from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.scan import find_places
begun = time.monotonic()
[place] = find_places(sys.argv[1])
reader = kind_of("wandb").open(place)
reader.refresh()
assert sum(stat.n for stat in reader.metrics.values()) >= 12 * int(sys.argv[2])
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(time.monotonic() - begun, time.process_time(), int(peak.split()[1]) / 1e3)
"""


def read(folder: Path) -> tuple[float, ...]:
    """Seconds, seconds of CPU and megabytes of a process that reads the run and no more."""
    command = [sys.executable, "-c", READER, str(folder), str(STEPS)]
    return tuple(map(float, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()))


def opened(app: PtyApp, key: str = "") -> tuple[float, ...]:
    """Seconds from exec until nothing more is drawn, seconds of CPU, megabytes. ``key`` leads to the charts."""
    begun = time.monotonic()
    with app as screen:
        if key:
            screen.wait_for("overview", timeout=60)
            screen.press(key)
        screen.wait_for("m0", timeout=120)
        screen.wait_quiet(3.0, timeout=120)
        return screen.arrivals[-1][0] - begun, screen.cpu_seconds(), screen.rss() / 1e6


def million(place: Path, home: Path) -> None:
    """A run of a million points, the programs in turn."""
    runs = leet.Leet(place / "runs")
    runs.long_run(STEPS)
    peer = f"W&B LEET {leet.VERSION}"
    ways = {
        OURS: lambda: opened(screens.app(runs.folder, home, "--run", "last"), "2"),
        peer: lambda: opened(runs.app(home)),
        "reader": lambda: read(runs.folder),
    }
    found: dict[str, list[tuple[float, ...]]] = {who: [] for who in ways}
    for _ in range(ROUNDS):
        for who, way in ways.items():
            found[who].append(way())
    for at, (what, unit, budget) in enumerate(
        (("until all is on the screen", "s", "2"), ("CPU for that", "s", ""), ("memory", "MB", ""))
    ):
        what = f"12 x {STEPS:,} points, {what}"
        compared(what, unit, {who: [each[at] for each in found[who]] for who in (OURS, peer)})
        measured(f"{what}: the app", unit, [each[at] for each in found[OURS]], budget)
        measured(f"{what}: its reader alone", unit, [each[at] for each in found["reader"]])


def live(place: Path, home: Path) -> None:
    """A run that is written at 20 Hz: from the writer's flush until the step is on the screen."""
    now = time.time()
    rows = [history({"loss": repr(math.exp(-step / 50))}, step, now) for step in range(LIVE)]
    records = [record(17, field(1, "live") + field(3, "bench")), *rows]
    content, ends = log(records), [len(log(records[: step + 2])) for step in range(LIVE)]
    folder = place / "offline-run-20260101_000000-live"
    (folder / "files").mkdir(parents=True)
    path = folder / "run-live.wandb"
    path.write_bytes(content[: ends[0]])
    with screens.app(folder, home, "--run", "last") as screen, path.open("ab", 0) as file:
        screen.wait_for("step 0", timeout=30)
        screen.wait_quiet(1.0, timeout=30)
        taken = []
        for step in range(1, LIVE):
            begun = time.monotonic()
            file.write(content[ends[step - 1] : ends[step]])
            screen.wait_for(f"step {step}", timeout=30)
            taken.append(time.monotonic() - begun)
            time.sleep(max(PAUSE - taken[-1], 0.0))
        row("live at 20 Hz: flush to screen", spread(taken, " s"), "0.35 s")
        row("live at 20 Hz: flush to screen, 95 %", f"{percentile(taken, 0.95):.2f} s")


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        home.mkdir()
        try:
            million(Path(name), home)
        except Unavailable as error:
            row("W&B LEET", "not measured", str(error))
        live(Path(name) / "live", home)
