"""The watcher tells what changed: by hints, by looks, and when a process ends."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runstore.layout.paths import RunPaths
from runstore.records.identity import identity_of
from runstore.watching import Watcher
from runstore.watching.hints import Hints
from runstore.watching.probe import Probe


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    for place in ("points", "records", "console"):
        (folder / "exp" / "run" / place).mkdir(parents=True)
    return folder


@pytest.fixture(params=["hints", "looks"])
def watcher(root: Path, request: pytest.FixtureRequest) -> Iterator[Watcher]:
    """With the hints of the system, and without, as on a network mount."""
    watcher = Watcher(str(root), network=request.param == "looks")
    watcher.start()
    watcher.watch([str(root / "exp")])
    yield watcher
    watcher.stop()
    watcher.close()


def told(watcher: Watcher, key: str, within: float = 5.0) -> bool:
    """Whether the watcher names ``key`` before long."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if key in watcher.wait(end - time.monotonic()):
            return True
    return False


def settle(watcher: Watcher) -> None:
    """Take what is told at the start."""
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        watcher.wait(0.05)


def test_the_list_is_named_now_and_then_and_at_changes(watcher: Watcher, root: Path) -> None:
    assert watcher.wait(0) == {""}
    assert told(watcher, "")
    (root / "exp" / ".new-1").mkdir()
    (root / "exp" / ".new-1").rename(root / "exp" / "new")
    assert told(watcher, "")


def test_a_point_in_a_focused_run(watcher: Watcher, root: Path) -> None:
    run = str(root / "exp" / "run")
    watcher.focus([run])
    settle(watcher)
    rows = Path(RunPaths(run).points, "0-aa.1.rows")
    for size in (32, 64):
        rows.write_bytes(bytes(size))
        assert told(watcher, run)
        settle(watcher)
    Path(RunPaths(run).console, "0-aa.out").write_text("x")
    assert told(watcher, run)


def test_other_live_runs_are_looked_at_too(watcher: Watcher, root: Path) -> None:
    run = str(root / "exp" / "run")
    watcher.follow([run])
    settle(watcher)
    (root / "exp" / "run" / "records" / "0-aa.jsonl").write_text("{}")
    assert told(watcher, run)


def test_the_end_of_a_process_is_told(watcher: Watcher, root: Path) -> None:
    run = str(root / "exp" / "run")
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    watcher.attend({run: [identity_of(process.pid), {"pid": 2**40}, {"pid": "x"}, {}]})
    settle(watcher)
    process.kill()
    assert told(watcher, run)
    process.communicate()
    settle(watcher)
    assert run not in watcher.wait(0.2)  # told once
    watcher.attend({})


def test_wake_and_stop(watcher: Watcher) -> None:
    settle(watcher)
    timer = threading.Timer(0.1, watcher.wake)
    timer.start()
    started = time.monotonic()
    watcher.wait(0.9)
    assert time.monotonic() - started < 0.9
    timer.join()
    watcher.stop()
    assert watcher.wait(60) == set()


def test_hints_that_are_closed_while_they_are_set_up_leave_no_thread(root: Path) -> None:
    before = set(threading.enumerate())
    hints = Hints(lambda path: None)

    def folders() -> Iterator[str]:
        closer = threading.Thread(target=hints.close)
        closer.start()
        closer.join()
        yield str(root)

    hints.watch(folders())
    hints.watch([str(root / "exp")])
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive(), thread


def test_folders_that_come_and_go_do_no_harm(watcher: Watcher, root: Path) -> None:
    run = str(root / "exp" / "run")
    watcher.focus([run, str(root / "nowhere")])
    watcher.watch([str(root / "exp"), str(root / "nowhere")])
    settle(watcher)
    shutil.rmtree(root)
    assert told(watcher, run)
    (root / "nowhere").mkdir(parents=True)
    watcher.watch([str(root / "nowhere")])
    assert told(watcher, "")


def test_a_probe_sees_growth_new_files_and_a_new_run_json(root: Path) -> None:
    folder = root / "exp" / "run"
    for network in (False, True):
        probe = Probe(str(folder), network)
        assert probe.changed()
        assert not probe.changed()
        file = folder / "points" / f"0-{network}.1.rows"
        file.write_bytes(bytes(32))
        assert any(probe.changed() or time.sleep(0.05) for _ in range(20))
        with open(file, "ab") as rows:
            rows.write(bytes(32))
        assert probe.changed()
        assert not probe.changed()
        (folder / ".tmp").write_text("{}")
        os.replace(folder / ".tmp", folder / "run.json")
        assert any(probe.changed() or time.sleep(0.05) for _ in range(20))
