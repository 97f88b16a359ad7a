"""Many processes in one run: 64 that are started, 1,000 ranks, and forks in the middle of what threads log."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runstore import Experiment, Run, Workspace
from runstore.reading.run import RunReader
from tests.faults.acknowledged import SAYING, heard, start, unread
from tests.faults.scale import times

RANK = """
import os, sys
from runstore import Run
run = Run.get_context()
rank = int(os.environ["RANK"])
for step in range(50):
    run.log("loss", step / (rank + 1), step=step)
    said("point", "loss", step, step / (rank + 1), rank)
run.tag("rank%d" % rank, "here")
said("fact", "tags", "rank%d" % rank, "here")
run.upload_file("outputs/rank%d.txt" % rank, sys.argv[1])
said("file", "outputs/rank%d.txt" % rank, open(sys.argv[1]).read())
"""
RANKS = """
import os, sys
from runstore.writing.writer import RunWriter
folder, world, at_once = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
living = 0
for rank in range(world):
    if os.fork() == 0:
        writer = RunWriter(folder, rank, world)
        for step in range(20):
            writer.log_metrics({"loss": rank + step / 32, "seen": step}, step)
        writer.record("row", name="ready", value={"rank": rank})
        os._exit(0)
    living += 1
    if living == at_once:
        os.wait()
        living -= 1
for _ in range(living):
    os.wait()
"""
FORKING = """
import os, random, sys, threading, time, warnings
warnings.filterwarnings("ignore", "This process .* is multi-threaded")  # from Python 3.12 on, at each fork
from runstore import Experiment, Workspace
run = Experiment(Workspace(root=sys.argv[1]), "e").start_logging(snapshot_directory=None, outputs=False)
said("run", run._folder)
forks = int(sys.argv[2])
done = threading.Event()

def log(number):
    step = 0
    while not done.is_set():
        run.log("thread%d" % number, step, step=step)
        said("point", "thread%d" % number, step, step)
        run.log_metrics({"a%d" % number: step, "b%d" % number: step}, step)
        said("point", "b%d" % number, step, step)
        if step % 20 == 0:
            run.log_row("rows", thread=number, step=step)
            said("record", "row", "rows", {"thread": number, "step": step})
        step += 1
        time.sleep(0.0002)

threads = [threading.Thread(target=log, args=(number,)) for number in range(4)]
for thread in threads:
    thread.start()
for number in range(forks):
    pid = os.fork()
    if pid == 0:
        run.log("child%d" % number, number)
        said("point", "child%d" % number, None, number)
        run.tag("child%d" % number, "was here")
        said("fact", "tags", "child%d" % number, "was here")
        if number % 2:
            os._exit(0)
        done.set()
        sys.exit(0)  # with the functions of atexit
    os.waitpid(pid, 0)
    assert run.get_status() == "Running"
done.set()
for thread in threads:
    thread.join()
run.complete()
said("fact", "status", "Completed")
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    workspace = Workspace(root=str(tmp_path / "store"))
    return Experiment(workspace, "e").start_logging(snapshot_directory=None, outputs=False)


def test_processes_that_are_started_log_as_ranks_of_one_run(run: Run, tmp_path: Path) -> None:
    count = times(64, 6)
    (tmp_path / "weights").write_text("weights")
    children = [
        subprocess.Popen(
            [sys.executable, "-c", SAYING + RANK, str(tmp_path / "weights")],
            env={**os.environ, "RANK": str(rank), "WORLD_SIZE": str(count), "SAID": str(tmp_path / f"said{rank}")},
        )
        for rank in range(count)
    ]
    assert [child.wait(timeout=300) for child in children] == [0] * count
    told = [each for rank in range(count) for each in heard((tmp_path / f"said{rank}").read_bytes())]
    assert len(told) == count * 52
    assert unread(run._folder, told) == []
    run.complete()
    assert unread(run._folder, [*told, ["fact", "status", "Completed"]]) == []
    reader = RunReader(run._folder)
    reader.refresh()
    assert reader.ranks("loss") == list(range(count))
    assert reader.warnings == []


def test_a_thousand_ranks_are_read_as_such(run: Run) -> None:
    world = times(1000, 60)
    child = start(RANKS, run._folder, str(world), "32")
    _, err = child.communicate(timeout=300)
    assert (child.returncode, err) == (0, b"")
    descriptors = len(os.listdir("/proc/self/fd"))
    reader = RunReader(run._folder)
    began = time.process_time()
    reader.refresh()
    first = time.process_time() - began
    began = time.process_time()
    assert not reader.refresh()
    again = time.process_time() - began
    print(f"{world} ranks: read in {first:.2f} s, again in {again * 1000:.1f} ms")
    assert len(os.listdir("/proc/self/fd")) == descriptors
    assert reader.ranks("loss") == list(range(world))
    for rank in (0, 1, world // 2, world - 1):
        assert reader.series("loss", rank).values.tolist() == [rank + step / 32 for step in range(20)]
        assert reader.series("seen", rank).exact.tolist() == list(range(20))
    assert sorted(record["value"]["rank"] for record in reader.records("row")) == list(range(world))
    assert reader.metrics["loss"].n == 20
    assert reader.state().word == "running"
    run.complete()
    reader.refresh()
    assert reader.state().word == "completed"
    assert reader.warnings == []


def test_forks_in_the_middle_of_what_threads_log(tmp_path: Path) -> None:
    forks = times(200, 6)
    child = start(FORKING, str(tmp_path), str(forks))
    out, err = child.communicate(timeout=300)
    assert (child.returncode, err) == (0, b"")
    (_, folder), *said = heard(out)
    assert len(said) > forks
    assert unread(folder, said) == []
    reader = RunReader(folder)
    reader.refresh()
    assert reader.warnings == []
    assert all(len(reader.series(f"child{number}").values) == 1 for number in range(forks))
