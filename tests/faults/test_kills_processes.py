"""``kill -9`` of the processes around a training: workers that it forks, its supervisor, its script, all of them."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runstore.reading.run import RunReader
from tests.core.jobs.supervised import PYTHON, Store, wait_until
from tests.faults.acknowledged import SAYING, by_run, heard, start, unread
from tests.faults.scale import FULL, TALLY, times

FORKING = """
import os, random, signal, sys, time, warnings
warnings.filterwarnings("ignore", "This process .* is multi-threaded")  # from Python 3.12 on, at each fork
from runstore import Experiment, Workspace
run = Experiment(Workspace(root=sys.argv[1]), "e").start_logging(snapshot_directory=None, outputs=False)
said("run", run._folder)

def work(number):
    step = 0
    while True:
        run.log("worker%d" % number, step / 3, step=step)
        said("point", "worker%d" % number, step, step / 3)
        run.log_row("rows", worker=number, step=step)
        said("record", "row", "rows", {"worker": number, "step": step})
        step += 1
        os.write(writer, b"!")

reader, writer = os.pipe()
for number in range(int(sys.argv[2])):
    pid = os.fork()
    if pid == 0:
        work(number)
    if number % 2:  # the others die while they begin
        os.read(reader, 1)
    end = time.monotonic() + random.uniform(0, 0.03)
    step = 0
    while time.monotonic() < end:
        run.log("parent%d" % number, step)
        said("point", "parent%d" % number, None, step)
        step += 1
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(reader)
    os.close(writer)
    reader, writer = os.pipe()
if sys.argv[3] == "end":
    run.complete()
    said("fact", "status", "Completed")
else:
    os.kill(os.getpid(), signal.SIGKILL)
"""
SCRIPT = (
    SAYING
    + """
import time
from runstore import Run
run = Run.get_context()
said("run", run._folder)
run.log_params({"lr": 0.1})
said("fact", "params", "lr", 0.1)
os = _os
os.makedirs("outputs", exist_ok=True)
for step in range(60):
    run.log("loss", step / 3, step=step)
    said("point", "loss", step, step / 3)
    run.tag("step%d" % step)
    said("fact", "tags", "step%d" % step, None)
    print("step", step, flush=True)
    with open("outputs/%d.txt" % step, "w") as file:
        file.write("x" * step)
    time.sleep(0.002)
"""
)


@pytest.mark.parametrize("end", ["end", "kill"])
def test_forked_workers_are_killed(end: str, tmp_path: Path) -> None:
    workers = times(100, 10)
    TALLY["kills"] += workers
    child = start(FORKING, str(tmp_path), str(workers), end)
    out, err = child.communicate(timeout=300)
    assert child.returncode == (0 if end == "end" else -signal.SIGKILL), err.decode()
    assert err == b""
    ((folder, said),) = by_run(heard(out)).items()
    assert len({each[1] for each in said if each[0] == "point" and each[1].startswith("worker")}) >= workers // 2
    assert unread(folder, said) == []
    reader = RunReader(folder)
    reader.refresh()
    assert reader.warnings == []
    assert reader.state().word == ("completed" if end == "end" else "dead")


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Store]:
    store = Store(str(tmp_path))
    yield store
    store.end()


@pytest.mark.parametrize("victim", ["supervisor", "script", "all"])
def test_a_command_is_killed(victim: str, supervised: Store) -> None:
    script = supervised.script(SCRIPT)
    whole = 0.0  # seconds from the start to the end
    if FULL:
        began = time.monotonic()
        assert supervised.run(PYTHON, script, env={"SAID": os.devnull}).code == 0
        whole = time.monotonic() - began
    count = times(50, 1)
    kills = sum(a_kill(supervised, script, number, victim, whole) for number in range(count))
    print(f"{victim}: {kills} of {count} killed before the end")
    TALLY["kills"] += kills
    assert kills


def a_kill(store: Store, script: str, number: int, victim: str, whole: float) -> bool:
    """Run the script, kill the victim somewhere on the way, and look at the run; whether it was killed."""
    name, said = f"r{number}", os.path.join(store.work, f"said{number}")
    process = store.start(PYTHON, script, options=("--id", name), env={"SAID": said}, start_new_session=True)
    if whole and number % 2:
        time.sleep(random.uniform(0.1, 1.0) * whole)
    else:
        lines = random.randrange(1, 120)
        wait_until(lambda: process.poll() is not None or count_of(said) >= lines, "its script at work")
    killed = process.poll() is None and kill(process, victim)
    process.communicate(timeout=60)
    check(store, name, said, ended=not killed)
    if number % 5 == 4:
        check_resumed(store, name, said)
    return killed


def count_of(path: str) -> int:
    """How many lines a file has."""
    return Path(path).read_bytes().count(b"\n") if os.path.exists(path) else 0


def kill(process: subprocess.Popen[bytes], victim: str) -> bool:
    """Kill the supervisor, or the processes of its command, or both; whether there was anything to kill."""
    import psutil

    try:
        below = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return False
    chosen = [] if victim == "supervisor" else [each.pid for each in below]
    if victim != "script":
        chosen.append(process.pid)
    for pid in chosen:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    if victim != "script":
        psutil.wait_procs(below, timeout=30)
    return bool(chosen)


def check(store: Store, name: str, said: str, ended: bool) -> None:
    """That a run holds what its script said, and is not shown as alive; one that was never made has said nothing."""
    told = heard(Path(said).read_bytes()) if os.path.exists(said) else []
    folder = os.path.join(store.root, "train", name)
    if not os.path.isdir(folder):
        assert not told
        return
    assert unread(folder, by_run(told, folder)[folder] if told else []) == []
    reader = RunReader(folder)
    wait_until(lambda: not reader.refresh() and reader.state().word != "running", "the end of what was left")
    assert reader.warnings == []
    assert reader.state().word in (("completed",) if ended else ("completed", "failed", "dead", "not started"))


def check_resumed(store: Store, name: str, said: str) -> None:
    """That a further attempt can be made, and what the first has recorded is still there."""
    folder = os.path.join(store.root, "train", name)
    if os.path.isdir(folder):
        more = store.script("from runstore import Run\nRun.get_context().log('more', 1)\n", "more.py")
        resumed = store.run(PYTHON, more, options=("--id", name, "--resume"))
        assert resumed.code == 0, resumed.err
        told = heard(Path(said).read_bytes()) if os.path.exists(said) else []
        assert unread(folder, [*by_run(told, folder).get(folder, []), ["point", "more", None, 1]]) == []
        check(store, name, said, ended=True)
