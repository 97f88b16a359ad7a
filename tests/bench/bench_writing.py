"""What logging costs the training: log() against a bare write(2), import time, and points lost to kill -9."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

from runstore import Experiment, Run, Workspace
from tests.bench.table import interleaved, ratios, row, spread
from tests.core.rows_reference import read_points

CALLS = 20_000
METRICS = {f"train/metric_{index}": 0.5 + index for index in range(20)}


def timed(call: Callable[[int], None]) -> Callable[[], float]:
    """Microseconds a call, over `CALLS` calls."""

    def measure() -> float:
        start = time.perf_counter()
        call(CALLS)
        return (time.perf_counter() - start) / CALLS * 1e6

    return measure


def ways_to_write(run: Run, folder: Path) -> dict[str, Callable[[], float]]:
    """A bare write of 32 bytes, log of one scalar, log of 20 metrics."""
    descriptor = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    data = b"x" * 32

    def bare(count: int) -> None:
        write = os.write
        for _ in range(count):
            write(descriptor, data)

    def one(count: int) -> None:
        for step in range(count):
            run.log("loss", 0.5, step=step)

    def twenty(count: int) -> None:
        for step in range(count):
            run.log_metrics(METRICS, step=step)

    return {"bare": timed(bare), "one": timed(one), "twenty": timed(twenty)}


def cost_of_log(title: str, run: Run, folder: Path) -> None:
    """Print the three ways, in microseconds and as ratios."""
    results = interleaved(ways_to_write(run, folder))
    row(f"os.write of 32 bytes, {title}", spread(results["bare"], " us"))
    for name, what, budget in (("one", "log() of a scalar", "2.2"), ("twenty", "log_metrics() of 20", "4.0")):
        row(f"{what}, {title}", spread(results[name], " us"))
        row(f"{what}, {title}: times a bare write", spread(ratios(results, name, "bare"), " x"), f"at most {budget} x")


def watched(run: Run) -> subprocess.Popen[bytes]:
    """A process that watches the run's points and reads them as the app does."""
    code = """
        import sys
        from runstore.sources.native import NativeSource
        source = NativeSource(sys.argv[1])
        source.rows()
        source.focus([sys.argv[2]])
        reader = source.open(sys.argv[2])
        print("watching", flush=True)
        while True:
            if source.changes(0.25):
                reader.refresh()
    """
    command = [sys.executable, "-c", textwrap.dedent(code), run.experiment.workspace.root, run._folder]
    watcher = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert watcher.stdout is not None
    watcher.stdout.readline()
    return watcher


def busy_thread(run: Run, folder: Path) -> None:
    """log() while another Python thread computes: a write that gives up the GIL waits for it each time."""
    ways = ways_to_write(run, folder)
    stop = threading.Event()

    def compute() -> None:
        total = 0
        while not stop.is_set():
            total += 1

    global CALLS
    calls, CALLS = CALLS, 2000
    thread = threading.Thread(target=compute)
    thread.start()
    try:
        results = interleaved({"one": ways["one"]}, rounds=5)
    finally:
        stop.set()
        thread.join()
        CALLS = calls
    row("log() of a scalar beside a busy Python thread", spread(results["one"], " us"))


def import_time() -> None:
    """Milliseconds that importing adds to a process, by whole processes in turn."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def process(code: str) -> Callable[[], float]:
        def measure() -> float:
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True, env=environment)
            return (time.perf_counter() - start) * 1e3

        return measure

    ways = {
        "bare": process("pass"),
        "package": process("import runstore"),
        "run": process("from runstore import Run"),
    }
    results = interleaved(ways, rounds=15)
    for name, what in (("package", "import runstore"), ("run", "from runstore import Run")):
        more = [one - bare for one, bare in zip(results[name], results["bare"], strict=True)]
        row(f"{what}, over bare Python", spread(more, " ms", 1), "at most 20 ms")


WRITER = """
import os, sys, time
from runstore.writing.writer import RunWriter
writer = RunWriter(sys.argv[1])
pause = float(sys.argv[2])
step = 0
while True:
    writer.log("x", step, step)
    if step % 20 == 0:
        writer.log_metrics({"a": step, "b": 0.5, "c": True}, step)
    os.write(1, b"%d\\n" % step)
    step += 1
    if pause:
        time.sleep(pause)
"""


def lost_to_kill(kills: int = 100) -> None:
    """Points that log() had returned for and that are not in the files after kill -9 at a random instant."""
    lost = acknowledged = torn = 0
    for number in range(kills):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-c", WRITER, folder, "0.001" if number % 2 else "0"]
            writer = subprocess.Popen(command, stdout=subprocess.PIPE)
            assert writer.stdout is not None
            said = [writer.stdout.readline()]
            deadline = time.monotonic() + random.uniform(0.02, 0.3)
            while time.monotonic() < deadline:
                said.append(writer.stdout.readline())
            writer.send_signal(signal.SIGKILL)
            said += writer.stdout.read().splitlines(keepends=True)
            writer.wait()
            writer.stdout.close()
            count = int([line for line in said if line.endswith(b"\n")][-1]) + 1
            kept = {point["value"] for point in read_points(Path(folder)) if point["name"] == "x"}
            acknowledged += count
            lost += len(set(range(count)) - kept)
            for path in Path(folder).glob("points/*.rows"):
                torn += path.stat().st_size % (24 + 8 * int(path.name.split(".")[-2])) > 0
    row(f"points lost, {kills} kill -9, {acknowledged} acknowledged", str(lost), "0")
    row("torn tails seen meanwhile", str(torn))


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chdir(folder)
        workspace = Workspace(root=folder / "root")
        run = Experiment(workspace, "bench").start_logging(snapshot_directory=None, outputs=False)
        cost_of_log("unwatched", run, folder)
        busy_thread(run, folder)
        run.complete()
        run = Experiment(workspace, "bench").start_logging(snapshot_directory=None, outputs=False)
        run.log("loss", 0.5)
        run.log_metrics(METRICS)
        watcher = watched(run)
        try:
            cost_of_log("watched", run, folder)
        finally:
            watcher.kill()
            watcher.wait()
        size = sum(path.stat().st_size for path in Path(run._folder, "points").glob("*.rows"))
        points = 8 * CALLS * 21 + 21
        row("bytes a point, scalars and rows of 20 together", f"{size / points:.1f}")
        run.complete()
        import_time()
        lost_to_kill()
        os.chdir("/")
