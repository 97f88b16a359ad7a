"""What logging costs the training, and what is lost when it is killed: ours beside every other tool's."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from runstore import Experiment, Workspace
from tests.bench.peers.setup import Unavailable
from tests.bench.peers.writer import WRITERS, Writer, size_of
from tests.bench.peers.writers.work import POINTS
from tests.bench.results import compared, measured, section
from tests.bench.table import interleaved, ratios

ROUNDS = 5
KILLS = 5
CALLS = 20_000
METRICS = {f"train/metric_{index}": 0.5 + index for index in range(20)}

NO_RUN = (
    "A file is all that csv, logging and the writers of event files open. Ours has made a folder with an id and a "
    "number, recorded command, git and host, kept a copy of the source, and begun a heartbeat that tells a death."
)
BARE = "csv and logging write a line of text, in which nothing tells the type of a value or which process wrote it."
LATER = "Most of its time are imports, which others make earlier: see the row of both together."
COSTS = {
    "one": ("log() of one scalar", "µs", 1e6, BARE),
    "at once 20": ("20 metrics at once", "µs", 1e6, ""),
    "at once 1000": ("1,000 metrics at once", "µs", 1e6, ""),
    "new": ("first value of one of 1,000 names", "µs", 1e6, BARE),
    "in turn": ("one scalar of 1,000 names in turn", "µs", 1e6, ""),
    "busy": ("one scalar beside a busy Python thread", "µs", 1e6, ""),
    "watched": ("one scalar while runs-tui watches", "µs", 1e6, ""),
    "import": ("import", "ms", 1e3, "csv and logging are modules of Python itself."),
    "init": ("begin a run", "ms", 1e3, NO_RUN + " " + LATER),
    "ready": ("import, begin a run, first point", "ms", 1e3, NO_RUN),
    "memory": ("memory of import, a run and 200 points", "MB", 1e-6, NO_RUN),
}
"""What `Writer.costs` tells: the name of the row, its unit, how many of them a second or a byte is, and a note."""

NOT_WATCHED = "runs-tui does not read its runs"


class Usable:
    """The writers that can be used here, and why the others cannot; one that fails counts as one of those."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.missing: dict[str, str] = {}

    def each(self, work: Callable[[Writer], object], at_once: int = 1) -> None:
        """Let each usable writer do some work in turn; two ``at_once`` where no time is taken."""

        def attempt(writer: Writer) -> None:
            if writer.name not in self.missing:
                try:
                    work(writer)
                except Unavailable as error:
                    self.missing[writer.name] = str(error)

        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(attempt, WRITERS))

    def place(self, writer: Writer, work: str) -> Path:
        """The folder of a writer for some work."""
        return self.folder / writer.name.replace(", ", "-") / work

    def compared(
        self, what: str, unit: str, found: Mapping[str, Sequence[float]], why: str = "", reason: str = ""
    ) -> None:
        """Print and keep what those found that did not fail; ``reason``: why there is nothing of others."""
        usable = [writer.name for writer in WRITERS if writer.name not in self.missing]
        values = {tool: found[tool] for tool in usable if tool in found}
        without = {writer.name: reason for writer in WRITERS if writer.name not in found}
        compared(what, unit, values, missing={**without, **self.missing}, why=why)


def costs(usable: Usable) -> None:
    """What a call costs, in a process for each tool and round, the tools in turn."""
    found: dict[str, dict[str, list[float]]] = {what: {} for what in COSTS}

    def measure(writer: Writer) -> None:
        for what, value in writer.costs(usable.place(writer, "costs")).items():
            found[what].setdefault(writer.name, []).append(value * COSTS[what][2])

    for _ in range(ROUNDS):
        usable.each(measure)
    for what, (title, unit, _, why) in COSTS.items():
        usable.compared(title, unit, found[what], why, NOT_WATCHED)


def bytes_a_point(usable: Usable) -> None:
    """What a run of 20 metrics leaves on the disk; the same each time."""
    found: dict[str, list[float]] = {}

    def measure(writer: Writer) -> None:
        place = usable.place(writer, "bytes")
        writer.run(place, "bytes")
        found[writer.name] = [size_of(place) / POINTS]

    usable.each(measure, at_once=2)
    usable.compared(f"bytes a point, {POINTS:,} points of 20 metrics", "B", found)


def lost_to_kill(usable: Usable) -> None:
    """Points that the tool had taken and that are gone after kill -9 at a random instant, two tools at a time."""
    speeds = {1000: "1,000 points/s", 0: "full speed"}
    found: dict[int, dict[str, list[tuple[int, int]]]] = {per_second: {} for per_second in speeds}

    def kill(writer: Writer) -> None:
        for per_second in speeds:
            folders = [usable.place(writer, f"killed-{per_second}-{number}") for number in range(KILLS)]
            found[per_second][writer.name] = writer.lost_to_kill(folders, per_second)

    usable.each(kill, at_once=2)
    for per_second, speed in speeds.items():
        kills = {writer.name: found[per_second].get(writer.name, []) for writer in WRITERS}
        of = ", ".join(f"{tool} {sum(taken for _, taken in each):,}" for tool, each in kills.items() if each)
        lost = {tool: [float(points) for points, _ in each] for tool, each in kills.items() if each}
        usable.compared(f"points lost to kill -9 at {speed}", "points", lost, f"of {of} that were taken in all.")


def timed(call: Callable[[int], None]) -> Callable[[], float]:
    """Microseconds a call, over `CALLS` calls."""

    def measure() -> float:
        begun = time.perf_counter()
        call(CALLS)
        return (time.perf_counter() - begun) / CALLS * 1e6

    return measure


def times_a_write(folder: Path) -> None:
    """Our log() against a bare write(2) of 32 bytes in the same process."""
    descriptor = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    run = Experiment(Workspace(root=folder / "store"), "bench").start_logging(snapshot_directory=None, outputs=False)
    data = b"x" * 32

    def bare(count: int) -> None:
        for _ in range(count):
            os.write(descriptor, data)

    def one(count: int) -> None:
        for step in range(count):
            run.log("loss", 0.5, step=step)

    def twenty(count: int) -> None:
        for step in range(count):
            run.log_metrics(METRICS, step=step)

    results = interleaved({"bare": timed(bare), "one": timed(one), "twenty": timed(twenty)})
    run.complete()
    os.close(descriptor)
    measured("log() of a scalar", "times a bare write(2)", ratios(results, "one", "bare"), "at most 2.2")
    measured("log_metrics() of 20", "times a bare write(2)", ratios(results, "twenty", "bare"), "at most 4.0")


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name, section("Writing"):
        folder = Path(name)
        usable = Usable(folder)
        usable.each(lambda writer: writer.run(usable.place(writer, "costs"), "first"), at_once=2)
        costs(usable)
        bytes_a_point(usable)
        lost_to_kill(usable)
        times_a_write(folder)
