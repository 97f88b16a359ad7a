"""The command line of ``runs-tui run``: its help, its mistakes, and that it leaves no process behind."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.core.jobs.supervised import PYTHON, Store, alive, wait_until


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(str(tmp_path))
    yield store
    store.end()


def run(store: Store, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PYTHON, "-m", "runs_tui", "run", *arguments],
        env=store.environment(),
        cwd=store.work,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )


def test_the_help_names_every_option(store: Store) -> None:
    shown = run(store, "--help")
    assert shown.returncode == 0
    for option in ("--experiment", "--name", "--tag", "--root", "--id", "--resume", "--no-outputs", "--split-stderr"):
        assert option in shown.stdout


@pytest.mark.parametrize("arguments", [["--no-such-option", "true"], ["--experiment"], ["--", ""]])
def test_mistakes_are_told_and_start_nothing(store: Store, arguments: list[str]) -> None:
    ended = run(store, *arguments)
    assert ended.returncode in (2, 127)
    assert ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_current_folder_that_is_gone_is_told(store: Store) -> None:
    command = f'mkdir gone && cd gone && rmdir ../gone && exec "{PYTHON}" -m runs_tui run true'
    environment = store.environment(PYTHONSAFEPATH="1")
    ended = subprocess.run(
        ["bash", "-c", command],
        env=environment,
        cwd=store.work,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert "the current folder is gone" in ended.stderr


@pytest.mark.feature("commands", 15, "run any command as a run", "run COMMAND")
def test_the_root_can_be_given(store: Store) -> None:
    other = os.path.join(store.work, "other")
    assert run(store, "--root", other, "true").returncode == 0
    assert os.path.isdir(os.path.join(other, "true"))
    assert not os.path.exists(store.root)


def test_quiet_says_nothing_of_its_own(store: Store) -> None:
    assert run(store, "--quiet", "sh", "-c", "exit 3").stderr == ""
    assert "recording as" in run(store, "sh", "-c", "exit 3").stderr


def test_what_the_names_of_a_run_hold_does_not_reach_the_terminal(store: Store) -> None:
    said = run(store, "--name", "a\x1b]0;title\x07b\u202ec", "true").stderr
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_no_process_is_left_behind(store: Store) -> None:
    tree = (
        "import os, subprocess, sys\n"
        "for session in (True, False):\n"
        "    code = 'import os, time; os.write(1, b\"%d \" % os.getpid()); time.sleep(600)'\n"
        "    subprocess.Popen([sys.executable, '-c', code], start_new_session=session)\n"
        "import time; time.sleep(600)\n"
    )
    process = store.start(PYTHON, store.script(tree), options=("--grace", "2"))
    wait_until(lambda: store.folders() and len(store.console().split()) == 2, "both children")
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    assert len(family) == 5  # the supervisor, the holder of the session, the command, its children
    process.terminate()
    assert process.wait(30) == 143
    assert not [each for each in family if alive(each.pid)]
