"""The watcher tells what changed: by hints, by looks, and when a process ends."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
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


def soon(reached: Callable[[], object], within: float = 5.0) -> bool:
    """Whether this is so before long."""
    end = time.monotonic() + within
    while not reached():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def hint_threads() -> int:
    """How many threads wait for hints."""
    return sum(thread.name == "hints" for thread in threading.enumerate())


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


def test_hints_that_could_not_be_kept_are_told(root: Path) -> None:
    called, go_on, lost = threading.Event(), threading.Event(), threading.Event()

    def changed(path: str) -> None:
        called.set()
        go_on.wait()

    hints = Hints(changed, lost.set)
    hints.watch([str(root / "exp")])
    files = [os.open(root / "exp" / name, os.O_WRONLY | os.O_CREAT) for name in ("a", "b")]
    assert called.wait(5)  # the thread takes no more
    most = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    for _ in range(most // 2 + 500):
        for file in files:  # in turn, as equal ones in a row are one
            os.pwrite(file, b"x", 0)
    for file in files:
        os.close(file)
    assert not lost.is_set()
    go_on.set()
    assert lost.wait(10)
    hints.close()


def test_a_folder_that_comes_back_is_watched_again(watcher: Watcher, root: Path) -> None:
    settle(watcher)
    shutil.rmtree(root / "exp")
    assert told(watcher, "")
    settle(watcher)
    assert watcher.overlooked() is not watcher.network
    (root / "exp" / "run").mkdir(parents=True)
    watcher.watch([str(root / "exp")])
    settle(watcher)
    (root / "exp" / "other").mkdir()
    assert told(watcher, str(root / "exp" / "other"), 1.0) is not watcher.network


def test_hints_begin_and_end_with_the_mount(watcher: Watcher, root: Path) -> None:
    watcher.remount(not watcher.network)
    watcher.watch([str(root / "exp")])
    settle(watcher)
    (root / "exp" / "other").mkdir()
    assert told(watcher, str(root / "exp" / "other"), 1.0) is not watcher.network


def test_many_folders_are_watched_by_one_thread_and_few_descriptors(root: Path) -> None:
    assert soon(lambda: not hint_threads())
    descriptors = len(os.listdir("/proc/self/fd"))
    folders = [str(root / str(number)) for number in range(300)]
    for folder in folders:
        os.mkdir(folder)
    seen: set[str] = set()
    hints = Hints(seen.add, lambda: None)
    hints.watch(folders)
    assert hint_threads() == 1
    assert len(os.listdir("/proc/self/fd")) == descriptors + 3
    made = {os.path.join(folder, "run") for folder in folders}
    for folder in made:
        os.mkdir(folder)
    assert soon(lambda: seen >= made)
    hints.watch(folders[:1])
    seen.clear()
    for number in (1, 0):
        os.mkdir(os.path.join(folders[number], "more"))
    assert soon(lambda: seen)
    assert seen == {os.path.join(folders[0], "more")}
    hints.close()
    assert soon(lambda: len(os.listdir("/proc/self/fd")) == descriptors)


def test_hints_that_are_closed_while_they_are_set_up_leave_no_thread(root: Path) -> None:
    before = set(threading.enumerate())
    hints = Hints(lambda path: None, lambda: None)

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
