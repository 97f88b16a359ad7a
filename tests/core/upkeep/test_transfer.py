"""Runs copied and moved between stores: whole, verified, all or none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from runstore.exceptions import UserErrorException, WorkspaceException
from runstore.layout.paths import RootPaths, RunPaths, find_run
from runstore.layout.roots import ensure_root
from runstore.layout.run_files import run_files
from runstore.layout.sharing import is_shared, share_root
from runstore.reading.catalog import list_rows
from runstore.reading.run import RunReader
from runstore.reading.states import State
from runstore.runs.cancel import SIGNALS, request_cancel
from runstore.runs.trash import StillRunning
from runstore.snapshots.take import take_snapshot
from runstore.upkeep import copying
from runstore.upkeep.checks import examine
from runstore.upkeep.copying import CopyFailed, copy_folder
from runstore.upkeep.garbage import garbage, remove
from runstore.upkeep.transfer import transfer
from runstore.writing.edit import write_edit
from runstore.writing.reserve import Reserve
from runstore.writing.writer import RunWriter
from tests.tui.stores import make_run

PLACES = pytest.mark.parametrize("elsewhere", [False, True], ids=["same-file-system", "other-file-system"])


@pytest.fixture
def source(tmp_path: Path) -> str:
    return ensure_root(str(tmp_path / "source"))


@pytest.fixture
def target(tmp_path: Path) -> str:
    return ensure_root(str(tmp_path / "target"))


@pytest.fixture
def other_file_system() -> str:
    """A store that no rename from the temporary folder reaches."""
    for place in ("/dev/shm", "/run"):
        if os.access(place, os.W_OK) and os.stat(place).st_dev != os.stat(tempfile.gettempdir()).st_dev:
            folder = tempfile.mkdtemp(dir=place)
            break
    else:
        pytest.skip("there is no second file system to write to")
    yield ensure_root(os.path.join(folder, "store"))
    shutil.rmtree(folder)


def snapshot_of(root: str, folder: Path, text: str = "print(1)\n") -> str:
    folder.mkdir(exist_ok=True)
    (folder / "train.py").write_text(text)
    return take_snapshot(root, str(folder))


def points(folder: str) -> list[float]:
    reader = RunReader(folder)
    reader.refresh()
    return list(reader.series("loss").values)


def state_of(folder: str) -> State:
    reader = RunReader(folder)
    reader.refresh()
    return reader.state()


def contents(folder: str) -> dict[str, bytes | str]:
    """What is in each file and link below a folder."""
    return {
        str(path.relative_to(folder)): os.readlink(path) if path.is_symlink() else path.read_bytes()
        for path in Path(folder).rglob("*")
        if path.is_symlink() or path.is_file()
    }


def names(root: str) -> set[str]:
    return {row.name for row in list_rows(root, cache=False)}


def test_a_copy_is_the_same_file_by_file(source: str, target: str) -> None:
    folder = make_run(source, name="one", printed=b"hello\n", tags={"a": "b"})
    Path(folder, "files", "outputs").mkdir()
    Path(folder, "files", "outputs", "run.sh").write_text("#!/bin/sh\n")
    Path(folder, "files", "outputs", "run.sh").chmod(0o755)
    Path(folder, "files", "link").symlink_to("outputs/run.sh")
    (place,) = transfer(source, [folder], target).done
    assert place == find_run(target, os.path.basename(folder))
    assert contents(place) == contents(folder)
    assert os.access(Path(place, "files", "outputs", "run.sh"), os.X_OK)
    assert os.readlink(Path(place, "files", "link")) == "outputs/run.sh"
    assert points(place) == points(folder)
    console = next(Path(folder, "console").iterdir())
    assert Path(place, "console", console.name).stat().st_mtime_ns == console.stat().st_mtime_ns
    assert names(target) == {"one"} == names(source)
    assert [name for name in os.listdir(os.path.dirname(place)) if name.startswith(".new-")] == []


@PLACES
def test_a_move_leaves_nothing_behind(
    source: str, target: str, elsewhere: bool, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    target = request.getfixturevalue("other_file_system") if elsewhere else target
    snapshot = snapshot_of(source, tmp_path / "src")
    folder = make_run(source, name="one", snapshot=snapshot)
    before = points(folder)
    (place,) = transfer(source, [folder], target, move=True).done
    assert not os.path.exists(folder)
    assert names(source) == set()
    assert points(place) == before
    assert Path(RootPaths(target).snapshots, snapshot, "train.py").read_text() == "print(1)\n"
    assert [name for name in os.listdir(os.path.dirname(folder)) if name.startswith(".new-")] == []


@PLACES
def test_child_runs_come_along(source: str, target: str, elsewhere: bool, request: pytest.FixtureRequest) -> None:
    target = request.getfixturevalue("other_file_system") if elsewhere else target
    make_run(source, name="parent", run_id="parent")
    make_run(source, name="child", run_id="child", parent="parent")
    make_run(source, name="grandchild", run_id="grandchild", parent="child")
    make_run(source, name="stranger", run_id="stranger")
    done = transfer(source, [os.path.join(source, "resnet-lr", "parent")], target, move=True)
    assert len(done.done) == 3
    assert names(target) == {"parent", "child", "grandchild"}
    assert names(source) == {"stranger"}


def test_an_id_that_is_there_refuses_all(source: str, target: str) -> None:
    twin, other = make_run(source, name="mine", run_id="twin"), make_run(source, name="other")
    make_run(target, "elsewhere", "theirs", run_id="twin")
    with pytest.raises(UserErrorException, match="has a run twin already"):
        transfer(source, [other, twin], target, move=True)
    assert names(target) == {"theirs"}
    assert names(source) == {"mine", "other"}
    done = transfer(source, [other, twin], target, move=True, skip_existing=True)
    assert done.skipped == [twin]
    assert names(target) == {"theirs", "other"}
    assert names(source) == {"mine"}


def test_numbers_stay_unless_they_are_taken(source: str, target: str) -> None:
    first, second = make_run(source, name="a"), make_run(source, name="b")
    transfer(source, [second], target)
    make_run(target, name="c")
    transfer(source, [first], target)
    make_run(target, name="d")
    numbers = {row.name: row.number for row in list_rows(target, cache=False)}
    assert numbers == {"a": 1, "b": 2, "c": 3, "d": 4}
    transfer(
        target, [os.path.join(target, "resnet-lr", row.id) for row in list_rows(target) if row.name == "c"], source
    )
    make_run(source, name="three")
    third = make_run(target, name="x")
    moved = transfer(target, [third], source).done
    kept = {row.name: row.number for row in list_rows(source, cache=False)}
    assert kept["c"] == 3
    assert len(set(kept.values())) == len(kept), "no number twice"
    assert moved


def test_a_move_that_fails_leaves_numbers_as_they_were(source: str, target: str) -> None:
    make_run(target, name="there")
    moved = [make_run(source, name=name) for name in "ab"]
    before = {row.name: row.number for row in list_rows(source, cache=False)}
    in_the_way = Path(target, "resnet-lr", os.path.basename(moved[1]), "x")
    in_the_way.mkdir(parents=True)
    with pytest.raises(CopyFailed, match="not empty"):
        transfer(source, moved, target, move=True)
    assert {row.name: row.number for row in list_rows(source, cache=False)} == before
    assert names(target) == {"there"}
    shutil.rmtree(in_the_way.parent)
    transfer(source, moved, target, move=True)
    assert {row.name: row.number for row in list_rows(target, cache=False)} == {"there": 1, "a": 2, "b": 3}


def test_numbers_come_back_where_the_last_of_a_move_cannot_be_numbered(source: str, target: str) -> None:
    make_run(target, name="there")
    make_run(target, name="there, too")
    moved = [make_run(source, name="a"), make_run(source, name="b", params={"text": "x" * 300_000})]
    before = {row.name: row.number for row in list_rows(source, cache=False)}
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "from runstore.upkeep.transfer import transfer\n"
        "transfer(sys.argv[1], sys.argv[3:], sys.argv[2], move=True)\n"
    )
    command = [sys.executable, "-c", script, source, target, *moved]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "CopyFailed" in done.stderr
    assert "File too large" in done.stderr
    assert {row.name: row.number for row in list_rows(source, cache=False)} == before
    assert names(target) == {"there", "there, too"}


def test_a_snapshot_that_the_target_has_stays_for_the_run_that_comes(source: str, target: str, tmp_path: Path) -> None:
    snapshot = snapshot_of(source, tmp_path / "src")
    folder = make_run(source, name="one", snapshot=snapshot)
    there = Path(RootPaths(target).snapshots, snapshot_of(target, tmp_path / "src"))
    os.utime(there, (1, 1))
    ((item,), _) = garbage(target, trash_before=0, unused_before=0)
    transfer(source, [folder], target)
    assert not remove(target, item), "needed since it was found"
    assert there.is_dir()


def test_a_live_run_is_copied_as_it_is_now_and_never_moved(source: str, target: str) -> None:
    folder = make_run(source, name="live", status="Running", steps=5, created=time.time())
    with pytest.raises(StillRunning, match="is running"):
        transfer(source, [folder], target, move=True)
    assert names(target) == set()
    Reserve(folder)
    (place,) = transfer(source, [folder], target).done
    assert points(place) == points(folder)
    assert not os.path.exists(RunPaths(place).work)
    assert ".reserve" in os.listdir(folder)
    assert ".reserve" not in os.listdir(place)
    waiting = make_run(source, name="waits", status="Queued", steps=0)
    with pytest.raises(StillRunning, match="is queued"):
        transfer(source, [waiting], target)


def test_the_copy_of_a_live_run_is_over_and_has_no_process(source: str, target: str) -> None:
    folder = make_run(source, name="live", status="CancelRequested", steps=5, created=time.time())
    writer = RunWriter(folder)
    writer.log("loss", 0.25, 5)
    writer.record("tags", value={"kind": "sweep"})
    write_edit(folder, {"kind": "tags", "value": {"note": "good"}})
    (place,) = transfer(source, [folder], target).done
    writer.log("loss", 0.125, 6)
    for row in (*list_rows(target, cache=False), *list_rows(target)):
        assert (row.state.word, row.tags) == ("ended", {"kind": "sweep", "note": "good"})
        assert row.metrics["loss"].last == 0.25
    assert points(place) == points(folder)[:-1]
    assert state_of(place).word == "ended"
    assert not os.path.exists(RunPaths(place).alive)
    assert request_cancel(place) not in {each.name for each in SIGNALS}
    assert state_of(folder).text == "cancel requested"
    assert [each for each in examine(target) if each.path.startswith(place)] == []
    writer.close()


def test_of_the_folder_in_which_a_live_script_works_only_the_files_of_the_run_are_copied(
    source: str, target: str
) -> None:
    folder = make_run(source, name="live", status="Running", created=time.time())
    for name in ("outputs/best.bin", "logs/a.txt", "train.py", "data/huge.bin"):
        path = Path(RunPaths(folder).work, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (place,) = transfer(source, [folder], target).done
    assert not os.path.exists(RunPaths(place).work), "it is over"
    assert set(contents(RunPaths(place).files)) == {"outputs/best.bin", "logs/a.txt"}
    assert [name for name, _ in run_files(place)] == [name for name, _ in run_files(folder)]


def test_the_same_store_by_another_name_is_refused(source: str, tmp_path: Path) -> None:
    folder = make_run(source, name="one")
    (tmp_path / "alias").symlink_to(source)
    with pytest.raises(UserErrorException, match="where the runs are already"):
        transfer(source, [folder], str(tmp_path / "alias"), move=True)
    assert names(source) == {"one"}


@PLACES
@pytest.mark.parametrize("move", [False, True])
def test_a_failure_in_the_middle_undoes_all(
    source: str, target: str, elsewhere: bool, move: bool, request: pytest.FixtureRequest
) -> None:
    target = request.getfixturevalue("other_file_system") if elsewhere else target
    good, bad = make_run(source, name="good"), make_run(source, name="bad")
    told = []

    def tell(folder: str) -> None:
        told.append(folder)
        if folder == bad:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        transfer(source, [good, bad], target, move=move, told=tell)
    assert told == [good, bad]
    assert names(source) == {"good", "bad"}
    assert names(target) == set()


def test_a_copy_that_differs_on_the_disk_is_found(source: str, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_run(source, name="one")
    sync = os.fsync

    def bad_disk(descriptor: int) -> None:
        """Turns a byte of what was written to points."""
        path = os.readlink(f"/proc/self/fd/{descriptor}")
        if path.endswith(".rows"):
            os.pwrite(descriptor, b"\xff", 30)
        sync(descriptor)

    monkeypatch.setattr(copying.os, "fsync", bad_disk)
    with pytest.raises(CopyFailed, match="does not hold what was written"):
        transfer(source, [folder], target)
    assert names(target) == set()
    assert os.listdir(os.path.join(target, "resnet-lr")) == [".experiment.json"]


def test_a_full_disk_is_told(source: str, target: str) -> None:
    folder = make_run(source, name="one")
    Path(folder, "files", "big.bin").write_bytes(os.urandom(300_000))
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "from runstore.upkeep.transfer import transfer\n"
        "transfer(sys.argv[1], [sys.argv[2]], sys.argv[3], move=False)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, source, folder, target], capture_output=True, text=True, check=False
    )
    assert "CopyFailed" in done.stderr
    assert "File too large" in done.stderr
    assert names(target) == set()


def test_a_kill_in_the_middle_leaves_no_half_run(source: str, target: str) -> None:
    folder = make_run(source, name="one")
    script = (
        "import os, sys\n"
        "sync, calls = os.fsync, []\n"
        "def killed(descriptor):\n"
        "    calls.append(descriptor)\n"
        "    sync(descriptor) if len(calls) < 4 else os.kill(os.getpid(), 9)\n"
        "os.fsync = killed\n"
        "from runstore.upkeep.transfer import transfer\n"
        "transfer(sys.argv[1], [sys.argv[2]], sys.argv[3])\n"
    )
    done = subprocess.run([sys.executable, "-c", script, source, folder, target], check=False)
    assert done.returncode == -9
    assert names(target) == set()
    (half,) = [path for path in Path(target, "resnet-lr").iterdir() if path.name.startswith(".new-")]
    assert list(half.iterdir()), "it was under way"
    transfer(source, [folder], target)
    assert names(target) == {"one"}
    assert points(os.path.join(target, "resnet-lr", os.path.basename(folder))) == points(folder)


@pytest.mark.parametrize("move", [False, True])
def test_in_the_store_of_a_group_the_group_can_read_it(source: str, target: str, move: bool) -> None:
    share_root(target, os.getgid())
    folder = make_run(source, name="one")
    for path in Path(folder).rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    (place,) = transfer(source, [folder], target, move=move).done
    made = make_run(target, name="two")
    assert os.stat(os.path.dirname(place)).st_mode == os.stat(os.path.dirname(made)).st_mode
    assert is_shared(place)
    for name in ("", "points", "run.json"):
        assert os.stat(os.path.join(place, name)).st_mode & 0o7770 == os.stat(os.path.join(made, name)).st_mode & 0o7770


def test_holes_stay_holes(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with open(tmp_path / "a" / "sparse", "wb") as file:
        file.write(b"head")
        file.seek(50_000_000)
        file.write(b"tail")
    copy_folder(str(tmp_path / "a"), str(tmp_path / "b"))
    copied = (tmp_path / "b" / "sparse").stat()
    assert copied.st_size == 50_000_004
    assert copied.st_blocks * 512 < 5_000_000
    with open(tmp_path / "b" / "sparse", "rb") as file:
        assert file.read(4) == b"head"
        file.seek(-4, os.SEEK_END)
        assert file.read() == b"tail"


def test_what_is_no_file_does_not_hold_it_up(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    os.mkfifo(tmp_path / "a" / "pipe")
    (tmp_path / "a" / "loop").symlink_to(tmp_path / "a")
    copy_folder(str(tmp_path / "a"), str(tmp_path / "b"))
    assert os.listdir(tmp_path / "b") == ["loop"]


def test_a_run_that_cannot_be_read_is_told(source: str, target: str) -> None:
    folder = make_run(source, name="one")
    Path(folder, "run.json").write_text("{")
    with pytest.raises(WorkspaceException, match="cannot be read as a run"):
        transfer(source, [folder], target)
