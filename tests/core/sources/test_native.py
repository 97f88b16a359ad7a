"""The source of the monitor, with real processes that log, end, and are killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runstore.reading.index import index_path
from runstore.reading.row import RunRow
from runstore.sources import NativeSource, RunSource
from runstore.writing.create import create_run
from runstore.writing.edit import write_edit
from runstore.writing.owner import RunOwner

SCRIPT = """
import sys, time
from runstore.writing.create import create_run
from runstore.writing.owner import RunOwner
from runstore.writing.writer import RunWriter
folder = create_run(sys.argv[1], "exp", status="Running", started=time.time())
owner = RunOwner(folder)
owner.begin_attempt()
owner.update()
writer = RunWriter(folder)
writer.log("loss", 1.0, 0)
print(folder, flush=True)
for step, line in enumerate(sys.stdin, 1):
    if line == "end\\n":
        writer.close()
        owner.finish("Completed")
        break
    writer.log("loss", 1 / step, step)
"""


class Training:
    """A real process that logs one point for each `step`."""

    def __init__(self, root: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.key = self.process.stdout.readline().strip()

    def say(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


@pytest.fixture
def train(root: Path) -> Iterator[Callable[[], Training]]:
    started: list[Training] = []

    def start() -> Training:
        started.append(Training(root))
        return started[-1]

    yield start
    for training in started:
        training.process.kill()
        training.process.communicate()


@pytest.fixture
def source(root: Path) -> Iterator[NativeSource]:
    source = NativeSource(str(root))
    yield source
    source.close()
    source.changes(0)


def until(source: RunSource, found: Callable[[dict[str, RunRow]], bool], within: float = 10.0) -> set[str]:
    """Take changes until the rows are as wanted; the keys told meanwhile."""
    told: set[str] = set()
    end = time.monotonic() + within
    while time.monotonic() < end:
        if found({row.key: row for row in source.rows()}):
            return told
        told |= source.changes(end - time.monotonic())
    raise AssertionError([row.state.text for row in source.rows()])


def test_a_run_from_its_start_to_its_end(source: NativeSource, train: Callable[[], Training]) -> None:
    assert "" in source.changes(1)
    training = train()
    told = until(source, lambda rows: training.key in rows and bool(rows[training.key].metrics))
    assert {"", training.key} <= told
    source.focus([training.key])
    reader = source.open(training.key)
    for step in range(1, 6):
        training.say("step")
        until(source, lambda rows, step=step: rows[training.key].step == step)  # type: ignore[misc]
        reader.refresh()
        assert reader.series("loss").steps.tolist() == list(range(step + 1))
    training.say("end")
    assert training.key in until(source, lambda rows: rows[training.key].state.word == "completed")
    assert source.rows()[0].metrics["loss"].n == 6


def test_a_killed_run_is_dead(source: NativeSource, train: Callable[[], Training]) -> None:
    source.changes(1)
    training = train()
    until(source, lambda rows: training.key in rows and rows[training.key].state.word == "running")
    training.kill()
    started = time.monotonic()
    assert training.key in until(source, lambda rows: rows[training.key].state.word == "dead")
    assert time.monotonic() - started < 10
    assert source.rows()[0].step == 0


def test_what_the_caller_changed_is_told_at_once(
    source: NativeSource, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edit of a run that has ended changes only its folder, which nobody watches: a sweep would find it in time."""
    monkeypatch.setattr("runstore.sources.native._SWEEP", 600.0)
    folder = create_run(str(root), "exp", "done")
    RunOwner(folder).finish("Completed")
    until(source, lambda rows: folder in rows)
    for _ in range(4):
        source.changes(0.3)
    write_edit(folder, {"kind": "display_name", "value": "renamed", "time": time.time()})
    source.touch([folder])
    assert folder in until(source, lambda rows: rows[folder].name == "renamed")


def test_without_pidfd_the_dead_are_found_too(
    root: Path, train: Callable[[], Training], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    source = NativeSource(str(root), cache=False)
    training = train()
    until(source, lambda rows: training.key in rows and rows[training.key].state.word == "running")
    training.kill()
    until(source, lambda rows: rows[training.key].state.word == "dead")
    source.close()


def test_edits_and_deletion(source: NativeSource, train: Callable[[], Training]) -> None:
    training = train()
    until(source, lambda rows: training.key in rows)
    write_edit(training.key, {"kind": "tags", "value": {"x": "1"}})
    until(source, lambda rows: rows[training.key].tags == {"x": "1"})
    training.say("end")
    until(source, lambda rows: rows[training.key].state.word == "completed")
    write_edit(training.key, {"kind": "display_name", "value": "renamed"})
    until(source, lambda rows: rows[training.key].name == "renamed")
    shutil.rmtree(training.key)
    assert "" in until(source, lambda rows: not rows)


def test_rows_of_the_index_come_first(root: Path, train: Callable[[], Training]) -> None:
    training = train()
    training.say("end")
    training.process.wait()
    first = NativeSource(str(root))
    until(first, lambda rows: len(rows) == 1)
    time.sleep(2.5)  # until the stamp of the folder is trusted
    while first.changes(0.2):
        pass
    first.close()
    second = NativeSource(str(root))
    assert [row.key for row in second.rows()] == [training.key]
    assert second.changes(1) == {""}
    second.close()


def test_the_index_is_there_as_soon_as_all_is_read(root: Path) -> None:
    """Whoever leaves a list of very many runs does not wait until it is written."""
    old = RunOwner(create_run(str(root), "exp"))
    old.finish("Completed")
    source = NativeSource(str(root))
    deadline = time.monotonic() + 60
    while not os.path.exists(index_path(str(root))):
        assert time.monotonic() < deadline
        source.changes(0.2)
    source.close()


def test_close_ends_a_wait_and_threads(root: Path) -> None:
    before = threading.active_count()
    source = NativeSource(str(root))
    source.changes(0.1)
    timer = threading.Timer(0.2, source.close)
    timer.start()
    started = time.monotonic()
    while time.monotonic() - started < 20 and not source.closed:
        source.changes(20)
    assert time.monotonic() - started < 20
    timer.join()
    assert source.changes(5) == frozenset()
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() <= before


def test_focus_may_name_what_is_not_there(source: NativeSource, train: Callable[[], Training]) -> None:
    source.focus(["/nowhere/at/all", ""])
    source.changes(0.2)
    training = train()
    source.focus([training.key, "/nowhere"])
    until(source, lambda rows: training.key in rows)
    assert source.open("/nowhere/at/all").refresh()
