"""``runs-tui wait`` through the command line."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runstore.writing.create import create_run
from runstore.writing.owner import RunOwner
from tests.core.jobs.supervised import PYTHON, Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(str(tmp_path))
    yield store
    store.end()


def wait(store: Store, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PYTHON, "-m", "runs_tui", "wait", *arguments],
        env=store.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def started(store: Store, script: str) -> subprocess.Popen[bytes]:
    process = store.start(PYTHON, store.script(script), options=("--name", "waited-for"))
    store.wait_for_output(b"ready")
    return process


@pytest.mark.parametrize(
    ("end", "code"),
    [("raise SystemExit(0)", 0), ("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 9)", 137)],
)
@pytest.mark.feature("commands", 14, "wait for a run, with its exit code", "wait RUN")
def test_it_returns_the_code_of_a_run_that_goes_on(store: Store, end: str, code: int) -> None:
    process = started(store, f"import time\nprint('ready', flush=True)\ntime.sleep(1)\n{end}\n")
    assert wait(store, "waited-for").returncode == code
    assert process.wait(10) == code
    assert wait(store, "last").returncode == code


def test_a_timeout_is_told_apart(store: Store) -> None:
    process = started(store, "import time\nprint('ready', flush=True)\ntime.sleep(600)\n")
    begun = time.monotonic()
    waited = wait(store, "waited-for", "--timeout", "0.5")
    assert waited.returncode == 124
    assert "has not ended within 0.5 s" in waited.stderr
    assert time.monotonic() - begun >= 0.5
    assert process.poll() is None


def test_a_run_whose_process_is_killed_ends_the_waiting(store: Store) -> None:
    process = started(store, "import time\nprint('ready', flush=True)\ntime.sleep(600)\n")
    waiting = subprocess.Popen(
        [PYTHON, "-m", "runs_tui", "wait", "waited-for"], env=store.environment(), stderr=subprocess.PIPE
    )
    process.send_signal(signal.SIGKILL)
    _, message = waiting.communicate(timeout=60)
    assert waiting.returncode == 1
    assert b"is dead" in message


@pytest.mark.parametrize(("status", "code"), [("Completed", 0), ("Failed", 1), ("Canceled", 130)])
def test_runs_without_a_command_have_a_code_by_their_status(store: Store, status: str, code: int) -> None:
    RunOwner(create_run(store.root, "notebook", display_name="session", status="Running")).finish(status)
    assert wait(store, "notebook/session").returncode == code


def test_an_unknown_run_is_an_error(store: Store) -> None:
    RunOwner(create_run(store.root, "notebook", display_name="session")).finish("Completed")
    waited = wait(store, "no-such-run")
    assert waited.returncode == 2
    assert "no-such-run" in waited.stderr
    assert "Traceback" not in waited.stderr


def test_no_store_is_an_error(store: Store) -> None:
    waited = wait(store, "any", "--root", os.path.join(store.work, "nowhere"))
    assert waited.returncode == 2
    assert "nowhere" in waited.stderr
