"""What logging costs the training, and what is lost when it is killed: ours beside every other tool's."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
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
LATER = "Most of its time are imports, which trackio makes earlier: see the row of both together."
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
    "ready": ("import, begin a run, first point", "ms", 1e3, ""),
    "memory": ("memory of import, a run and 200 points", "MB", 1e-6, NO_RUN),
}
"""What `Writer.costs` tells: the name of the row, its unit, how many of them a second or a byte is, and a note."""

NOT_WATCHED = "runs-tui does not read its runs"


class Usable:
    """The writers that can be used here, and why the others cannot; one that fails counts as one of those."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.missing: dict[str, str] = {}

    def each(self, work: Callable[[Writer], object]) -> None:
        """Let each usable writer do some work in turn."""
        for writer in WRITERS:
            if writer.name not in self.missing:
                try:
                    work(writer)
                except Unavailable as error:
                    self.missing[writer.name] = str(error)

    def place(self, writer: Writer, work: str) -> Path:
        """The folder of a writer for some work."""
        return self.folder / writer.name.replace(", ", "-") / work

    def compared(
        self, what: str, unit: str, found: Mapping[str, Sequence[float]], why: str = "", reason: str = ""
    ) -> None:
        """Print and keep what those found that did not fail; ``reason``: why there is nothing of others."""
        values = {tool: each for tool, each in found.items() if tool not in self.missing}
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

    usable.each(measure)
    usable.compared(f"bytes a point, {POINTS:,} points of 20 metrics", "B", found)


def lost_to_kill(usable: Usable, per_second: int, speed: str) -> None:
    """Points that the tool had taken and that are gone after kill -9 at a random instant, two tools at a time."""
    lost: dict[str, list[float]] = {}
    taken: dict[str, list[int]] = {}

    def kill(writer: Writer, number: int) -> None:
        place = usable.place(writer, f"killed-{per_second}-{number}")
        points, of = writer.lost_to_kill(place, per_second)
        lost.setdefault(writer.name, []).append(points)
        taken.setdefault(writer.name, []).append(of)

    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda number: usable.each(partial(kill, number=number)), range(KILLS)))
    of = ", ".join(f"{tool} {sum(counts):,}" for tool, counts in taken.items())
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
        usable.each(lambda writer: writer.run(usable.place(writer, "costs"), "first"))
        costs(usable)
        bytes_a_point(usable)
        lost_to_kill(usable, 1000, "1,000 points/s")
        lost_to_kill(usable, 0, "full speed")
        times_a_write(folder)
