"""TensorBoard event files: a million scalars, beside terminalboard and TensorBoard's own loader; live; many files."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from runstore.export.tensorboard.record import frame
from tests.bench import screens
from tests.bench.kept import OURS
from tests.bench.peers import tensorboard, terminalboard
from tests.bench.peers.setup import Unavailable
from tests.bench.results import compared, measured
from tests.bench.table import percentile, row, spread
from tests.terminal import PtyApp

METRICS, STEPS = 20, 50_000
ROUNDS = 5
LIVE, PAUSE = 100, 0.05

READER = """
import sys, time
from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.scan import find_places
begun = time.monotonic()
[place] = find_places(sys.argv[1])
reader = kind_of("tensorboard").open(place)
reader.refresh()
assert sum(stat.n for stat in reader.metrics.values()) == int(sys.argv[2])
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(time.monotonic() - begun, int(peak.split()[1]) * 1024)
"""


def read(folder: Path) -> tuple[float, float]:
    """Seconds and bytes of a process that reads the run and no more, less the start of the interpreter."""
    command = [sys.executable, "-c", READER, str(folder), str(METRICS * STEPS)]
    seconds, size = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(size)


def opened(app: PtyApp) -> tuple[float, float, float]:
    """Seconds until nothing more is drawn, seconds of CPU for that, bytes."""
    begun = time.monotonic()
    with app as screen:
        screen.wait_for("m00", timeout=120)
        screen.wait_quiet(3.0, timeout=120)
        return screen.arrivals[-1][0] - begun, screen.cpu_seconds(), screen.rss()


def million(place: Path, home: Path) -> None:
    """A run of a million points, the programs in turn."""
    board = terminalboard.Terminalboard(place / "runs" / "last")
    board.fill(METRICS, STEPS)
    for path in (*board.folder.iterdir(), board.folder):
        os.utime(path, (time.time() - 3600,) * 2)  # so that no age ticks on the screen
    ways = {
        OURS: lambda: opened(screens.app(board.folder, home)),
        f"terminalboard {terminalboard.VERSION}": lambda: opened(board.app(home)),
        f"TensorBoard {tensorboard.VERSION}, loader": lambda: tensorboard.loaded(
            board.folder, f"train/m{METRICS - 1:02}", STEPS - 1
        ),
        "reader": lambda: read(board.folder),
    }
    found: dict[str, list[tuple[float, ...]]] = {who: [] for who in ways}
    for _ in range(ROUNDS):
        for who, way in ways.items():
            found[who].append(way())
    for at, what, unit, budget, scale in (
        (0, "until all is there", "s", "1.5", 1.0),
        (-1, "memory", "MB", "120", 1e6),
    ):
        what = f"{METRICS} x {STEPS:,} points, {what}"
        figures = {who: [each[at] / scale for each in taken] for who, taken in found.items()}
        alone = figures.pop("reader")
        compared(what, unit, figures)
        measured(f"{what}: the app", unit, figures[OURS], budget)
        measured(f"{what}: its reader alone", unit, alone)


def live(place: Path, home: Path) -> None:
    """A run that is written at 20 Hz: from the writer's flush until the step is on the screen; then 100 more files."""
    whole = terminalboard.Terminalboard(place / "source")
    whole.fill(2, LIVE)
    [source] = whole.folder.iterdir()
    content = source.read_bytes()
    size = len(content) // LIVE
    folder = place / "live" / "last"
    folder.mkdir(parents=True)
    path = folder / source.name
    path.write_bytes(content[:size])
    with screens.app(folder, home) as screen, path.open("ab", 0) as file:
        screen.wait_for("m00", timeout=30)
        screen.press("enter")
        screen.wait_for("step 0", timeout=30)
        screen.wait_quiet(1.0, timeout=30)
        taken = []
        for step in range(1, LIVE):
            begun = time.monotonic()
            file.write(content[step * size : (step + 1) * size])
            screen.wait_for(f"step {step}", timeout=30)
            taken.append(time.monotonic() - begun)
            time.sleep(max(PAUSE - taken[-1], 0.0))
        row("live at 20 Hz: flush to screen", spread(taken, " s"), "0.35 s")
        row("live at 20 Hz: flush to screen, 95 %", f"{percentile(taken, 0.95):.2f} s")
        for number in range(100):
            begun = time.monotonic()
            steps = framed_anew(content.replace(b"train/m", b"more/%02d" % number))
            (folder / f"events.out.tfevents.{1767225601 + number}.bench").write_bytes(steps)
        screen.wait_for("103 of 103" if number > 100 else "of 202", timeout=30)
        row("100 files more while it is watched: the last on the screen", f"{time.monotonic() - begun:.2f} s")


def framed_anew(content: bytes) -> bytes:
    """The records of an event file, which were changed, with checksums that fit."""
    records, at = [], 0
    while at < len(content):
        (length,) = struct.unpack_from("<Q", content, at)
        records.append(frame(content[at + 12 : at + 12 + length]))
        at += length + 16
    return b"".join(records)


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        home.mkdir()
        try:
            million(Path(name), home)
        except Unavailable as error:
            row("peers", "not measured", str(error))
        live(Path(name), home)
