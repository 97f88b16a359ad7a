"""What the screen shows when the system tells the monitor of changes late, not at all, or of none: the truth, soon."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from runstore.layout.paths import RunPaths
from runstore.watching import Watcher
from runstore.writing.edit import write_edit
from tests.faults.mounted import Mount, missing, sshfs
from tests.faults.scale import FULL, times
from tests.terminal import PtyApp
from tests.tui.stores import make_run

BOUND = 10.0
"""Seconds within which the screen must show the truth; what it takes is printed, about 1 s on an idle machine."""
CACHED = 20.0
"""Seconds for which sshfs, left to itself, hides that a folder has changed."""
APP = [sys.executable, "-m", "runs_tui"]
WRITER = """
import sys
from runstore import Experiment, Workspace
experiment = Experiment(Workspace(root=sys.argv[1]), "watched")
run = experiment.start_logging(display_name="live-run", snapshot_directory=None, outputs=False)
print("ready", flush=True)
for line in sys.stdin:
    value, step = line.split()
    run.log("loss", int(value), step=int(step))
    print("logged", flush=True)
"""


class Writer:
    """A process with one live run in the store at ``root``."""

    def __init__(self, root: Path) -> None:
        command = [sys.executable, "-c", WRITER, str(root)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def log(self, value: int, step: int) -> None:
        """Log one value; it is written when this returns."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{value} {step}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "logged\n"

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self.process.communicate()


class Changes:
    """Changes in a store, some more each time; `shown` tells whether a screen has all of them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.settled = make_run(root, "watched", "settled-0")
        self.doomed = make_run(root, "watched", "doomed-0")
        self.writer = Writer(root)
        self.count = 0
        self.writer.log(100_000, 0)

    def make(self) -> None:
        """A new value, a new run, an edit of a run that has ended, a run that is gone."""
        self.count += 1
        self.writer.log(100_000 + self.count, self.count)
        write_edit(self.settled, {"kind": "display_name", "value": f"settled-{self.count}", "time": time.time()})
        shutil.rmtree(self.doomed)
        self.doomed = make_run(self.root, "watched", f"doomed-{self.count}")

    def value_shown(self, screen: PtyApp) -> bool:
        """Whether the list shows the newest value of the live run, and that it is running."""
        live = [line for line in screen.lines() if "live-run" in line and "running" in line]
        return any(str(100_000 + self.count) in line and f" {self.count} " in line for line in live)

    def shown(self, screen: PtyApp) -> bool:
        """Whether the list shows just what there is."""
        text = screen.text()
        runs = (f"settled-{self.count}", f"doomed-{self.count}")
        gone = (f"settled-{self.count - 1}", f"doomed-{self.count - 1}")
        return self.value_shown(screen) and all(run in text for run in runs) and not any(run in text for run in gone)

    def end(self) -> None:
        """Let nothing live on."""
        self.writer.kill()


@pytest.fixture
def changes(tmp_path: Path) -> Iterator[Changes]:
    made = Changes(tmp_path / "store")
    yield made
    made.end()


@pytest.fixture(params=["dir_cache=no"])
def mount(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Mount]:
    if not FULL:
        pytest.skip("a real mount takes its time: make faults")
    if reason := missing():
        pytest.skip(reason)
    with sshfs(tmp_path, *request.param.split()) as made:
        yield made


def opened(root: Path, changes: Changes, *before: str) -> PtyApp:
    """The app on a store, once it shows all that is there; ``before``: what starts it."""
    screen = PtyApp([*before, *APP, str(root)], 120, 35)
    screen.wait_for(changes.shown, timeout=30)
    return screen


def converges(
    screen: PtyApp, changes: Changes, what: str, capsys: pytest.CaptureFixture[str], bound: float = BOUND
) -> None:
    """The screen comes to show all changes within ``bound`` seconds."""
    begun = time.monotonic()
    screen.wait_for(changes.shown, timeout=bound)
    if FULL:
        with capsys.disabled():
            print(f"\n{what}: all shown after {time.monotonic() - begun:.2f} s")


def test_changes_of_which_the_system_lost_its_notes(changes: Changes, capsys: pytest.CaptureFixture[str]) -> None:
    """The queue of inotify overflows while the monitor is stopped, and everything changes at its end."""
    most = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    with opened(changes.root, changes) as screen:
        for _ in range(times(10, 1)):
            os.kill(screen.pid, signal.SIGSTOP)
            files = [
                os.open(changes.root / "watched" / name, os.O_WRONLY | os.O_CREAT) for name in (".new-1", ".new-2")
            ]
            for _ in range(most // 2 + 500):
                for file in files:  # in turn, as equal events in a row are one
                    os.pwrite(file, b"x", 0)
            for file in files:
                os.close(file)
            changes.make()
            os.kill(screen.pid, signal.SIGCONT)
            converges(screen, changes, "queue of events overflowed", capsys)


def flood(folder: Path, count: int) -> None:
    """So many changes in a folder."""
    files = [os.open(folder / name, os.O_WRONLY | os.O_CREAT) for name in (".new-1", ".new-2")]
    for number in range(count):
        os.pwrite(files[number % 2], b"x", 0)  # in turn, as equal changes in a row are one
    for file in files:
        os.close(file)


@pytest.mark.skipif(not FULL, reason="a start more of the app for each: make faults")
@pytest.mark.parametrize("limit", ["max_inotify_watches", "max_inotify_instances"])
def test_changes_that_the_system_may_not_tell(limit: str, changes: Changes, capsys: pytest.CaptureFixture[str]) -> None:
    """The user has no more watches, or no more instances, of inotify."""
    script = f'echo 0 > /proc/sys/user/{limit} && exec "$@"'
    before = ["unshare", "--user", "--map-root-user", "sh", "-c", script, "sh"]
    if not shutil.which("unshare") or subprocess.run([*before, "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs a user namespace")
    with opened(changes.root, changes, *before) as screen:
        for _ in range(times(10, 1)):
            changes.make()
            converges(screen, changes, f"{limit} reached", capsys)


@pytest.mark.skipif(not FULL, reason="so many files take their time: make faults")
def test_looks_that_take_long_hide_no_change_for_long(tmp_path: Path) -> None:
    """A run with so many files that looking at them costs a good part of a second of the processor."""
    run = str(tmp_path / "exp" / "run")
    points = Path(RunPaths(run).points)
    points.mkdir(parents=True)
    for rank in range(15_000):
        (points / f"{rank}-aa.1.rows").touch()
    watcher = Watcher(str(tmp_path), network=True)
    watcher.focus([run])
    while run not in watcher.wait(1.0):
        pass
    (points / "0-aa.1.rows").write_bytes(bytes(32))
    end = time.monotonic() + BOUND
    while run not in watcher.wait(1.0):
        assert time.monotonic() < end
    watcher.stop()
    watcher.close()


def test_a_root_that_goes_and_comes_back(changes: Changes, capsys: pytest.CaptureFixture[str]) -> None:
    aside = changes.root.with_name("aside")
    with opened(changes.root, changes) as screen:
        for _ in range(times(5, 1)):
            changes.root.rename(aside)
            screen.wait_for(lambda screen: "live-run" not in screen.text(), timeout=BOUND)
            aside.rename(changes.root)
            converges(screen, changes, "root came back", capsys)
            changes.make()
            converges(screen, changes, "changes after that", capsys)


@pytest.mark.parametrize("mount", ["dir_cache=no", "dir_cache=yes"], indirect=True)
def test_a_mount_of_which_the_system_tells_nothing(
    mount: Mount, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    """Runs are written on the far side, looked at through sshfs; and written through sshfs, looked at there."""
    far = Changes(mount.far / "store")
    options = request.node.callspec.params["mount"]
    with opened(mount.near / "store", far) as screen:
        for _ in range(5 if options == "dir_cache=no" else 2):
            far.make()
            begun = time.monotonic()
            screen.wait_for(far.value_shown, timeout=BOUND)
            with capsys.disabled():
                print(f"\nvalue written on the far side of sshfs, {options}: {time.monotonic() - begun:.2f} s")
            converges(screen, far, "the rest", capsys, BOUND if options == "dir_cache=no" else CACHED + BOUND)
        far.end()
        begun = time.monotonic()
        screen.wait_for(" dead", timeout=BOUND)
        with capsys.disabled():
            print(f"\nkill -9 on the far side of sshfs: dead after {time.monotonic() - begun:.2f} s")
    near = Changes(mount.near / "other")
    with opened(mount.far / "other", near) as screen:
        for _ in range(5):
            near.make()
            converges(screen, near, "written through sshfs", capsys)
    near.end()


def test_a_mount_that_breaks_and_is_mounted_anew(mount: Mount, capsys: pytest.CaptureFixture[str]) -> None:
    """What was read stays on the screen with the reason why there is no more; then all goes on."""
    far = Changes(mount.far / "store")
    try:
        with opened(mount.near / "store", far) as screen:
            for _ in range(3):
                mount.process().kill()
                screen.wait_for("endpoint is not connected", timeout=BOUND)
                assert far.shown(screen)
                mount.unmount()
                screen.wait_for(lambda screen: "live-run" not in screen.text(), timeout=BOUND)
                far.make()
                mount.mount()
                converges(screen, far, "mounted anew", capsys)
                assert "endpoint is not connected" not in screen.text()
                far.make()
                converges(screen, far, "changes after that", capsys)
    finally:
        far.end()


def wait_for_end(screen: PtyApp) -> None:
    """Until the program is over. The kernel may keep what is left of it, until the mount answers a last question."""
    process = psutil.Process(screen.pid)
    deadline = time.monotonic() + BOUND
    while process.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, screen.dump()
        time.sleep(0.05)


def test_a_mount_that_hangs(mount: Mount, capsys: pytest.CaptureFixture[str]) -> None:
    """Keys go on while all that is asked of the mount waits, and it can be left; then the screen catches up."""
    far = Changes(mount.far / "store")
    try:
        with opened(mount.near / "store", far) as screen:
            process = mount.process()
            process.suspend()
            far.make()
            time.sleep(2.5)  # until it waits for the mount
            screen.press("?")
            screen.wait_for("open the run under", timeout=BOUND)
            screen.press("q")
            screen.wait_for("enter open", timeout=BOUND)
            process.resume()
            converges(screen, far, "the mount answers again", capsys)
            process.suspend()
            time.sleep(2.5)
            screen.press("Q")
            try:
                wait_for_end(screen)
            finally:
                process.resume()
            assert screen.wait() == 0
    finally:
        far.end()
