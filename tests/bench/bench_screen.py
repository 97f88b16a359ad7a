"""The screen, beside W&B LEET, in a real pty of 80x24 and 200x50: start, keys, idle, live, from log() to its cell."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.bench.bench_output import big_log
from tests.bench.delays import arrivals, deaths, delays, end, lags, probe, writer
from tests.bench.kept import OURS
from tests.bench.peers.leet import Leet
from tests.bench.peers.setup import Unavailable
from tests.bench.results import compared, measured, section
from tests.bench.screens import LIVE, SIZES, app, key_times, started, usages, usages_together
from tests.bench.stores import fill, fill_by_copying
from tests.bench.table import percentile
from tests.terminal import PtyApp
from tests.tui.output_host import PrintedRun

LEET = "W&B LEET"
FEW, MANY = 300, 10_000
ROUNDS = 5
BUSY, SPARSE, CROWDED = 100, 10, 60
"""Logs whose way to the screen is measured: of a run at 20 Hz, of one that pauses for 7 s, beside 20 live runs."""
PAUSE = 7.0
CROWD, RATE, DOOMED, NEW = 20, 3.0, 6, 5
FIRST_ROW = "✓ completed"
COPIED_ROW = "copied-run-"
"""The store of many runs is made of copies, which are its first rows."""
BARE_APP = "a Textual app of one word"

Size = tuple[int, int]
BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("bare")
Bare().run()
"""


class Place:
    """Folders of runs, and how the tools are opened on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.home.mkdir()
        self.missing: dict[str, str] = {}
        self.few, self.many = folder / "few", folder / "many"
        fill(self.few, FEW)
        fill_by_copying(self.many, MANY, points=8)
        try:
            self.wandb = Leet(folder / "wandb-few")
            self.wandb.fill(FEW)
        except Unavailable as error:
            self.missing[LEET] = str(error)

    def open(self, root: Path, size: Size) -> PtyApp:
        """Ours."""
        return app(root, self.home, size=size)

    def both(self, size: Size) -> dict[str, tuple[Callable[[], PtyApp], str]]:
        """Each tool on a few runs, with what its list of runs begins with."""
        ways: dict[str, tuple[Callable[[], PtyApp], str]] = {OURS: (partial(self.open, self.few, size), FIRST_ROW)}
        if not self.missing:
            ways[LEET] = (partial(self.wandb.app, self.home, size), "offline-run-")
        return ways


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        place = Place(Path(name))
        log = PrintedRun(place.folder / "printed")
        big_log(log.path())
        for size in SIZES:
            with section("The screen at {}x{}".format(*size)):
                starts(place, size)
                still(place, size)
                live(place, size)
                large_log(place, size)
        with section("From a run to the screen"):
            one_run(place)
            killed(place)
            many_runs(place)


def starts(place: Place, size: Size) -> None:
    """From exec to the first row of the table, also beside a Textual app of one word.

    First of a store that was never opened; then as it is mostly: a monitor was open there before.
    """
    homes = [place.folder / f"fresh-{size[0]}-{number}" for number in range(ROUNDS)]
    first = [started(partial(app, place.few, home, size=size), FIRST_ROW)[0] for home in homes]
    measured(f"start to the table, {FEW} runs, never opened before", "s", first)
    ways = place.both(size)
    bare = partial(PtyApp, [sys.executable, "-c", BARE], *size, env={"PYTHONDONTWRITEBYTECODE": None})
    ways[BARE_APP] = bare, "bare"
    many = f"{OURS}, {MANY:,} runs"
    ways[many] = partial(place.open, place.many, size), COPIED_ROW
    for begin, _ in ways.values():
        with begin() as screen:
            screen.wait_quiet(2.0, timeout=60)
    taken: dict[str, list[tuple[float, float]]] = {tool: [] for tool in ways}
    for _ in range(ROUNDS):
        for tool, way in ways.items():
            taken[tool].append(started(*way))
    seconds = {tool: [each for each, _ in found] for tool, found in taken.items()}
    few = {tool: each for tool, each in seconds.items() if tool in (OURS, LEET)}
    compared(f"start to the table, {FEW} runs", "s", few, missing=place.missing, why="asked: 0.45 s")
    measured(f"start to the table, {MANY:,} runs", "s", seconds[many], "0.6 s")
    measured(f"start of {BARE_APP}, for the machine's speed", "s", seconds[BARE_APP])


def still(place: Place, size: Size) -> None:
    """Nothing happens but a key now and then."""
    cpu: dict[str, list[float]] = {}
    sent: dict[str, list[float]] = {}
    keys: dict[str, list[float]] = {}
    memory: dict[str, list[float]] = {}
    with ExitStack() as opened:
        screens = {tool: opened.enter_context(begin()) for tool, (begin, _) in place.both(size).items()}
        for screen in screens.values():
            screen.wait_quiet(1.0, timeout=60)
        time.sleep(5)  # what reads on in the background may end first
        for tool, (percent, rate) in usages_together(screens).items():
            cpu[tool], sent[tool] = percent, rate
        for tool, screen in screens.items():
            keys[tool] = key_times(screen)
            memory[tool] = [screen.rss() / 1e6]
    missing = place.missing
    compared("idle: CPU", "%", cpu, missing=missing, why="asked: 0.5 %")
    compared("idle: to the terminal", "bytes/s", sent, missing=missing, why="asked: 0")
    compared(f"key to repaint, {FEW} runs", "ms", keys, missing=missing, why="asked: 30 ms")
    with place.open(place.many, size) as screen:
        screen.wait_for(COPIED_ROW, timeout=60)
        screen.wait_quiet(2.0, timeout=60)
        measured(f"key to repaint, {MANY:,} runs", "ms", key_times(screen), "30 ms")
    compared(f"memory, {FEW} runs", "MB", memory, missing=missing)


def live(place: Place, size: Size) -> None:
    """One run of 12 metrics at 20 Hz, in the table and on its charts."""
    root = place.folder / f"live-{size[0]}"  # a store of its own: a run that was killed would stand first
    cpu: dict[str, list[float]] = {}
    sent: dict[str, list[float]] = {}
    process = subprocess.Popen([sys.executable, "-c", LIVE, str(root)], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        with place.open(root, size) as screen:
            screen.wait_for("live-run", timeout=30)
            time.sleep(3)
            table = usages(screen)
            screen.press("enter")
            screen.wait_for("live / live-run", timeout=10)
            time.sleep(3)
            cpu[OURS], sent[OURS] = usages(screen)
    finally:
        end(process)
    if not place.missing:
        wandb = Leet(place.folder / f"wandb-live-{size[0]}")
        process = wandb.write("live-run", 10**6, 0.05)
        try:
            with wandb.app(place.home, size) as screen:
                screen.wait_for("of 12]", timeout=30)
                time.sleep(3)
                cpu[LEET], sent[LEET] = usages(screen)
        finally:
            end(process)
    what = "a run of 12 metrics at 20 Hz, its charts"
    compared(f"{what}: CPU", "%", cpu, missing=place.missing, why="asked: 3 %")
    compared(f"{what}: to the terminal", "bytes/s", sent, missing=place.missing, why="asked: 2,000")
    measured("the same, in the table: CPU", "%", table[0], "3 %")
    measured("the same, in the table: to the terminal", "bytes/s", table[1], "2,000")


def large_log(place: Place, size: Size) -> None:
    """A log of 1 GB: from the key to its last line."""
    taken = []
    with place.open(place.folder / "printed", size) as screen:
        screen.wait_for("running", timeout=30)
        for _ in range(ROUNDS):
            screen.wait_quiet(0.5, timeout=60)
            begun = time.perf_counter()
            screen.press("t")
            screen.wait_for(_shows_end_of_log, timeout=30)
            taken.append((time.perf_counter() - begun) * 1e3)
            screen.press("q")
        measured("a log of 1 GB: key to its last page", "ms", taken, "500 ms")
        measured("a log of 1 GB: memory of the app", "MB", [screen.rss() / 1e6])


def _shows_end_of_log(screen: PtyApp) -> bool:
    text = screen.text()
    return "std_log" in text and "the very last line" in text


def opened_at_all_sizes(place: Place, root: Path, opened: ExitStack) -> dict[str, PtyApp]:
    """The app on each terminal, at once."""
    return {"{}x{}".format(*size): opened.enter_context(place.open(root, size)) for size in SIZES}


def told(what: str, taken: dict[str, list[float]], target: str) -> None:
    """The median and the 99th percentile at each size."""
    for size, values in taken.items():
        measured(f"{what}, {size}", "s", values, target)
        measured(f"{what}, {size}: p99 of {len(values)}", "s", [percentile(values, 0.99)], target)


def one_run(place: Place) -> None:
    """From the return of log() to the value in its cell: of a busy run, and of one that logs every 7 s, beside LEET.

    LEET waits for its own run meanwhile, which pauses as long.
    """
    root = place.folder / "one"
    run = probe(root)
    with ThreadPoolExecutor(1) as other, ExitStack() as opened:
        screens = opened_at_all_sizes(place, root, opened)
        for screen in screens.values():
            screen.wait_for("probe", timeout=30)
        time.sleep(2)
        told("log() to the cell, a run at 20 Hz", delays(screens, run, range(1, BUSY + 1), 0.05), "0.35 s")
        waited = None if place.missing else other.submit(sparse_in_leet, place)
        sparse = delays(screens, run, range(BUSY + 1, BUSY + SPARSE + 1), PAUSE)
        theirs = waited.result() if waited is not None else {}
    run.complete()
    for size, values in sparse.items():
        what = f"log() to the screen, a log every {PAUSE:.0f} s, {size}"
        beside = {LEET: theirs[size]} if theirs else {}
        compared(
            what, "s", {OURS: values, **beside}, missing=place.missing, why="asked: 0.35 s; LEET has it on a chart"
        )
        measured(f"{what}: p99 of {SPARSE}", "s", [percentile(values, 0.99)], "0.35 s")


def sparse_in_leet(place: Place) -> dict[str, list[float]]:
    """The same in LEET, which shows charts: until the axis reaches the value."""
    wandb = Leet(place.folder / "wandb-sparse")
    logger = wandb.log_on_demand()

    def log(value: float) -> float:
        assert logger.stdin is not None
        assert logger.stdout is not None
        logger.stdin.write(b"%f\n" % value)
        logger.stdin.flush()
        return float(logger.stdout.readline())

    try:
        with ExitStack() as opened:
            screens = {"{}x{}".format(*size): opened.enter_context(wandb.app(place.home, size)) for size in SIZES}
            for _ in range(3):  # it needs a few to begin
                log(0.25)
                time.sleep(3)
            return lags(screens, log, SPARSE, PAUSE)
    finally:
        end(logger)


def killed(place: Place) -> None:
    """From kill -9 to the word in the row."""
    root = place.folder / "killed"
    doomed = [writer(root, number, 1, RATE) for number in range(DOOMED)]
    try:
        with ExitStack() as opened:
            screens = opened_at_all_sizes(place, root, opened)
            for screen in screens.values():
                screen.wait_for(f"live-{DOOMED - 1:02}", timeout=30)
            time.sleep(2)
            for size, values in deaths(screens, doomed).items():
                measured(f"kill -9 to the word, {size}", "s", values, "2 s")
    finally:
        end(*doomed)


def many_runs(place: Place) -> None:
    """Twenty live runs at once: changes of one of them, new runs, processor and bytes."""
    root = place.folder / "crowd"
    fill(root, FEW)
    others = writer(root, 0, CROWD - 1, RATE)
    run = probe(root)
    what = f"{CROWD} live runs at {RATE:.0f} Hz"
    try:
        with ExitStack() as opened:
            screens = opened_at_all_sizes(place, root, opened)
            for screen in screens.values():
                screen.wait_for("probe", timeout=30)
            time.sleep(3)
            told(f"{what}: log() to the cell", delays(screens, run, range(1, CROWDED + 1), 0.4), "0.35 s")
            for size, (cpu, sent) in usages_together(screens).items():
                measured(f"{what}: CPU, {size}", "%", cpu)
                measured(f"{what}: to the terminal, {size}", "bytes/s", sent)
            run.complete()
            for size, values in arrivals(screens, root, CROWD - 1, NEW).items():
                measured(f"{what}: a new run on the screen, {size}", "s", values, "1 s")
    finally:
        end(others)
