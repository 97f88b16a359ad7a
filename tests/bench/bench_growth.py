"""How each cost grows with points, metrics, runs and writing processes; what should be flat says so."""

from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from runstore import Experiment, Workspace
from runstore.layout.paths import RunPaths
from runstore.reading.catalog import Catalog
from runstore.reading.run import RunReader
from runstore.writing.create import create_run
from runstore.writing.owner import RunOwner
from runstore.writing.writer import RunWriter
from tests.bench.kept import OURS
from tests.bench.results import grown, section
from tests.bench.screens import key_times
from tests.bench.stores import copies
from tests.terminal import PtyApp

ROUNDS = 5
CALLS = 2000
POINTS = 1000, 10_000, 100_000, 1_000_000
NAMES = 1, 10, 100, 1000, 10_000
AT_ONCE = 1, 3, 10, 30, 100, 300, 1000
RUNS = 100, 1000, 10_000
SHOWN = 1000, 10_000, 100_000
WRITERS = 1, 2, 4, 8, 16, 32, 64

CPU = "µs of CPU"
"""So other work on the machine does not count."""

WRITER = """
import sys, time
from runstore.writing.writer import RunWriter
writer = RunWriter(sys.argv[1], int(sys.argv[2]))
writer.log("loss", 0.5, 0)
print("ready", flush=True)
for line in sys.stdin:
    begun = time.process_time()
    for step in range(int(line)):
        writer.log("loss", 0.5, step)
    print((time.process_time() - begun) / int(line), flush=True)
"""


def new_run(root: Path) -> str:
    """The folder of a live run that has no points yet."""
    folder = create_run(str(root), "growing", status="Running", started=time.time())
    owner = RunOwner(folder)
    owner.begin_attempt()
    owner.update()
    return folder


def grow(sizes: Iterable[int], cost: Callable[[int], Sequence[float]]) -> Mapping[str, Mapping[int, Sequence[float]]]:
    """The costs of ours at each size."""
    return {OURS: {size: cost(size) for size in sizes}}


def each(count: int, call: Callable[[int], object]) -> list[float]:
    """Microseconds of CPU that ``call`` takes on average over ``count`` numbers, in each of `ROUNDS` rounds."""
    taken = []
    numbers = itertools.count()
    for _ in range(ROUNDS):
        begun = time.process_time()
        for number in itertools.islice(numbers, count):
            call(number)
        taken.append((time.process_time() - begun) / count * 1e6)
    return taken


def writing(place: Path) -> None:
    """What a call costs the training."""

    def after(points: int) -> list[float]:
        writer = RunWriter(new_run(place))
        for step in range(points):
            writer.log("loss", 0.5, step)
        return each(CALLS, lambda number: writer.log("loss", 0.5, points + number))

    def among(names: int) -> list[float]:
        writer = RunWriter(new_run(place))
        known = [f"metric/{number}" for number in range(names)]
        for name in known:
            writer.log(name, 0.5, 0)
        random.Random(1).shuffle(known)
        return each(CALLS, lambda number: writer.log(known[number % names], 0.5, number))

    def at_once(metrics: int) -> list[float]:
        writer = RunWriter(new_run(place))
        values = {f"metric/{number}": 0.5 for number in range(metrics)}
        writer.log_metrics(values, 0)
        return each(max(CALLS // metrics, 20), lambda number: writer.log_metrics(values, number))

    def room(points: int) -> list[float]:
        folder = new_run(place)
        writer = RunWriter(folder)
        for step in range(points):
            writer.log("loss", 0.5, step)
        writer.close()
        files = os.scandir(RunPaths(folder).points)
        return [sum(file.stat().st_size for file in files) / points]

    grown("log() of one scalar", CPU, "points logged before", grow(POINTS, after), flat=True)
    grown("log() of one of many names", CPU, "names", grow(NAMES, among), flat=True)
    grown("log_metrics()", CPU, "metrics at once", grow(AT_ONCE, at_once))
    grown("Bytes a point", "B", "points of a metric", grow(POINTS, room), flat=True)


def processes(place: Path) -> None:
    """Many processes that write one run: what a call costs each of them, and what following them costs a reader."""
    logs: dict[int, list[float]] = {}
    reads: dict[int, list[float]] = {}
    for count in WRITERS:
        folder = new_run(place)
        started = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, folder, str(rank)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for rank in range(count)
        ]
        try:
            told(started)
            logs[count] = []
            for _ in range(ROUNDS):
                ask(started, CALLS)
                logs[count] += [float(line) * 1e6 for line in told(started)]
            reads[count] = following(folder, started)
        finally:
            for process in started:
                process.kill()
                process.communicate()
    grown("log() in each writing process", CPU, "processes that write one run", {OURS: logs}, flat=True)
    grown("Following ten points of each process", CPU, "processes that write one run", {OURS: reads})


def following(folder: str, started: Sequence[subprocess.Popen[str]]) -> list[float]:
    """Microseconds to read ten points more of each process."""
    reader = RunReader(folder)
    reader.refresh()
    time.sleep(2.1)  # until folders need not be listed each time
    taken = []
    for _ in range(ROUNDS):
        ask(started, 10)
        told(started)
        begun = time.process_time()
        reader.refresh()
        taken.append((time.process_time() - begun) * 1e6)
    return taken


def ask(started: Sequence[subprocess.Popen[str]], count: int) -> None:
    """Have each process log so many points."""
    for process in started:
        assert process.stdin is not None
        print(count, file=process.stdin, flush=True)


def told(started: Sequence[subprocess.Popen[str]]) -> list[str]:
    """The next line of each process."""
    return [process.stdout.readline() for process in started if process.stdout is not None]


def reading(place: Path) -> None:
    """What following a live run costs, by how many metrics it has; its points are in the reading benchmark."""

    def more(names: int) -> list[float]:
        folder = new_run(place)
        writer = RunWriter(folder)
        for name in range(names):
            writer.log(f"metric/{name}", 0.5, 0)
        reader = RunReader(folder)
        reader.refresh()
        time.sleep(2.1)  # until folders need not be listed each time
        taken = []
        for step in range(1, 41):
            for _ in range(10):
                writer.log("metric/0", 0.5, step)
            begun = time.process_time()
            reader.refresh()
            taken.append((time.process_time() - begun) * 1e6)
        return taken

    grown("Reading ten points more of a metric", CPU, "metrics of the run", grow(NAMES, more), flat=True)


def lists(place: Path) -> None:
    """What a run costs by how many there are: to begin one, to notice one, a key on the screen."""
    begins: dict[int, list[float]] = {}
    notices: dict[int, list[float]] = {}
    for count in RUNS:
        root = place / str(count)
        experiment = Experiment(Workspace(root=root), "bench")
        run = experiment.start_logging(snapshot_directory=None, outputs=False)
        run.log("loss", 0.5)
        run.complete()
        copies(root / "bench" / run.id, count - 1)
        begins[count] = each(10, lambda _, root=root: create_run(str(root), "bench", status="Completed"))  # type: ignore[misc]
        catalog = Catalog(str(root))
        catalog.refresh()
        catalog.read_more()
        catalog.news()
        live = create_run(str(root), "live", status="Running", started=time.time())
        owner = RunOwner(live)
        owner.begin_attempt()
        owner.update()
        writer = RunWriter(live)
        writer.log("loss", 0.5, 0)
        catalog.refresh()
        catalog.read_more()
        catalog.news()
        notices[count] = []
        for step in range(1, 41):
            writer.log("loss", 0.5, step)
            begun = time.process_time()
            catalog.touch([live])
            [row] = catalog.news().values()
            notices[count].append((time.process_time() - begun) * 1e6)
            assert row is not None
            assert row.step == step
    grown("To begin a run", CPU, "runs of the experiment", {OURS: begins}, flat=True)
    grown("A live run's row after one more point", CPU, "runs in the list", {OURS: notices}, flat=True)


def keys() -> None:
    """A key in the list to its first byte on the screen, while twenty runs go on."""

    def pressed(count: int) -> list[float]:
        with PtyApp([sys.executable, "-m", "tests.bench.generated", str(count)], 200, 50) as screen:
            screen.wait_for("running", timeout=120)
            screen.wait_quiet(0.05, timeout=60)
            return key_times(screen, 12)

    grown("A key in the list to the screen", "ms", "runs in the list", grow(SHOWN, pressed), flat=True)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name, section("Growth"):
        os.environ["XDG_CACHE_HOME"] = os.environ["XDG_STATE_HOME"] = os.path.join(name, "home")
        writing(Path(name, "writing"))
        processes(Path(name, "processes"))
        reading(Path(name, "reading"))
        lists(Path(name, "lists"))
        keys()
