"""Cancelling runs of other processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runstore.layout.paths import iter_experiments, iter_runs
from runstore.reading.run import RunReader
from runstore.reading.states import State, reader_state
from runstore.runs.cancel import cancel_requested, request_cancel
from runstore.writing.create import create_run
from runstore.writing.owner import RunOwner

SCRIPT = """
import signal, sys, time
from runstore import Run
{before}
run = Run.get_context()
run.log("loss", 0.5)
print("ready", flush=True)
{body}
"""


def state(folder: str) -> State:
    """How a run stands."""
    reader = RunReader(folder)
    reader.refresh()
    return reader_state(reader)


class Script:
    """A script that nobody launched, and the run that it logs."""

    def __init__(self, folder: Path, body: str, before: str) -> None:
        self._root = folder / "store"
        text = SCRIPT.format(body=textwrap.dedent(body), before=before)
        self.process = subprocess.Popen(
            [sys.executable, "-c", text],
            cwd=folder,
            env={"RUNSTORE_ROOT": str(self._root), "HOME": str(folder), "PATH": "/usr/bin:/bin"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    @property
    def folder(self) -> str:
        (folder,) = [run for experiment in iter_experiments(str(self._root)) for run in iter_runs(experiment)]
        return folder

    def state(self) -> State:
        """How the run stands once the process has ended."""
        self.process.wait(10)
        return state(self.folder)

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def script(tmp_path: Path) -> Iterator[type]:
    started: list[Script] = []

    def start(body: str, before: str = "") -> Script:
        started.append(Script(tmp_path, body, before))
        return started[-1]

    yield start  # type: ignore[misc]
    for each in started:
        each.close()


def test_a_script_without_a_supervisor_is_interrupted_and_ends_as_canceled(script) -> None:
    run = script("time.sleep(600)")
    assert request_cancel(run.folder) == "SIGINT"
    assert cancel_requested(run.folder) or run.process.poll() is not None
    assert run.state().word == "canceled"


def test_one_that_does_not_heed_it_is_ended_and_counts_as_canceled(script) -> None:
    body = """
    while True:
        try:
            print("at work", flush=True)
            time.sleep(600)
        except KeyboardInterrupt:
            print("no", flush=True)
    """
    run = script(body)
    assert run.process.stdout.readline() == "at work\n"
    assert request_cancel(run.folder) == "SIGINT"
    assert run.process.stdout.readline() == "no\n"
    assert request_cancel(run.folder) == "SIGTERM"
    assert run.state().word == "canceled"


def test_one_that_ignores_interrupts_gets_the_next_signal_at_once(script) -> None:
    run = script("time.sleep(600)", before="signal.signal(signal.SIGINT, signal.SIG_IGN)")
    assert request_cancel(run.folder) == "SIGTERM"
    assert run.state().word == "canceled"


def test_the_last_resort(script) -> None:
    before = "signal.signal(signal.SIGINT, signal.SIG_IGN); signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    run = script("time.sleep(600)", before=before)
    assert request_cancel(run.folder) == "SIGTERM"
    assert request_cancel(run.folder) == "SIGTERM"
    assert run.process.poll() is None
    assert request_cancel(run.folder) == "SIGKILL"
    assert run.state().word == "canceled"
    assert run.process.returncode == -signal.SIGKILL


def test_a_child_run_shares_its_parents_process_which_goes_on(tmp_path: Path) -> None:
    folder = create_run(str(tmp_path), "exp", "child", parent="above", status="Running")
    owner = RunOwner(folder)
    owner.begin_attempt()
    owner.update()
    assert request_cancel(folder) == "ended"
    assert cancel_requested(folder)
    assert not cancel_requested(folder, time.time() + 1)
    assert state(folder).word == "canceled"


def test_a_process_of_another_host_is_not_reached(tmp_path: Path) -> None:
    folder = create_run(str(tmp_path), "exp", "far", status="Running")
    owner = RunOwner(folder)
    owner.begin_attempt()
    owner.manifest["attempts"][-1]["owner"].update(boot="another", host="gpu9")
    owner.update()
    assert request_cancel(folder) == "noted"
    assert cancel_requested(folder)
    assert state(folder).word != "canceled"


NOTEBOOK = """
import os
signal.signal(signal.SIGINT, lambda *_: os.write(1, b"interrupted\\n"))
sys.ps1 = ">>> "
"""


def test_the_cell_of_a_notebook_is_interrupted_and_its_kernel_lives(script) -> None:
    run = script("time.sleep(600)", before=NOTEBOOK)
    assert request_cancel(run.folder) == "interrupted"
    assert run.process.stdout.readline() == "interrupted\n"
    assert state(run.folder).word == "canceled"
    assert run.process.poll() is None


def test_a_notebook_that_has_long_been_at_something_else_is_not_disturbed(script) -> None:
    run = script("time.sleep(600)", before=NOTEBOOK)
    for path in Path(run.folder).glob("*/*"):
        os.utime(path, (time.time() - 3600,) * 2)
    assert request_cancel(run.folder) == "ended"
    assert state(run.folder).word == "canceled"
    assert run.process.poll() is None


def test_a_run_that_waits(tmp_path: Path) -> None:
    folder = create_run(str(tmp_path), "exp", "queued", status="Queued")
    assert request_cancel(folder) == "waiting"


def test_a_process_that_is_gone_without_being_asked_is_dead(script) -> None:
    run = script("time.sleep(600)")
    run.process.kill()
    assert run.state().word == "dead"


def test_a_request_that_was_meant_for_an_earlier_attempt_does_not_count(script) -> None:
    run = script("time.sleep(600)")
    owner = RunOwner(run.folder)
    owner.update(cancel_requested=owner.manifest["attempts"][-1]["start"] - 1)
    run.process.kill()
    assert run.state().word == "dead"
