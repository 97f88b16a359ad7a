"""What nobody needs any more is found, and nothing else."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

import pytest

from runstore.jobs.environments.kept import kept
from runstore.layout.paths import RootPaths
from runstore.runs.trash import entries, restore, trash_run
from runstore.snapshots.take import take_snapshot
from runstore.upkeep.garbage import Garbage, garbage, remove
from tests.tui.stores import make_run

OLD = 100 * 86_400.0


def found(root: Path, *, trash_before: float = 0.0, unused_before: float = 0.0) -> list[Garbage]:
    items, remarks = garbage(str(root), trash_before=trash_before, unused_before=unused_before)
    assert remarks == []
    return items


def snapshot(root: Path, text: str) -> str:
    """A snapshot that was taken long ago."""
    source = root.parent / "source"
    source.mkdir(exist_ok=True)
    (source / "train.py").write_text(text)
    name = take_snapshot(str(root), str(source))
    age(Path(RootPaths(str(root)).snapshots, name))
    return name


def age(path: Path) -> None:
    os.utime(path, (time.time() - OLD,) * 2)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_run(tmp_path / "store", name="first")
    return tmp_path / "store"


def test_a_snapshot_goes_when_no_run_has_it(root: Path) -> None:
    used, unused = snapshot(root, "print(1)\n"), snapshot(root, "print(2)\n")
    folder = make_run(root, name="second", snapshot=used)
    assert [(item.kind, item.name) for item in found(root)] == [("snapshot", unused)]
    (item,) = found(root)
    assert item.size > 0
    assert remove(str(root), item)
    assert os.listdir(RootPaths(str(root)).snapshots) == [used]
    entry = trash_run(str(root), folder)
    assert found(root) == [], "a run in the trash may come back"
    assert [each.kind for each in found(root, trash_before=time.time() + 1)] == ["trash", "snapshot"]
    restore(str(root), entry)
    assert found(root) == []


def test_a_snapshot_that_was_just_taken_stays(root: Path) -> None:
    name = snapshot(root, "print(1)\n")
    (item,) = found(root)
    assert take_snapshot(str(root), str(root.parent / "source")) == name  # its run is made in the next moment
    assert found(root) == []
    assert not remove(str(root), item), "taken since it was found"
    assert os.listdir(RootPaths(str(root)).snapshots) == [name]


def test_snapshots_stay_while_a_run_cannot_be_read(root: Path) -> None:
    snapshot(root, "print(1)\n")
    broken = Path(make_run(root, name="broken"))
    (broken / "run.json").write_text("{")
    items, remarks = garbage(str(root), trash_before=0, unused_before=0)
    assert items == []
    assert "1 runs cannot be read" in remarks[0]
    assert str(broken) in remarks[0]


def test_old_trash_goes_for_good(root: Path) -> None:
    entry = trash_run(str(root), make_run(root, name="second"))
    assert found(root, trash_before=entry.time) == []
    (item,) = found(root, trash_before=entry.time + 1)
    assert (item.kind, item.name) == ("trash", "second")
    assert remove(str(root), item)
    assert entries(str(root)) == []


def environment(root: Path, key: str) -> Path:
    def build(folder: str) -> dict[str, object]:
        os.makedirs(folder)
        Path(folder, "python").write_bytes(b"x" * 10_000)
        return {}

    return Path(kept(str(root), key, build, lambda text: None))


def test_an_environment_goes_when_no_run_has_begun_in_it(root: Path) -> None:
    folder = environment(root, "a" * 16)
    assert found(root, unused_before=time.time() - 60) == []
    age(folder / "environment.json")
    (item,) = found(root, unused_before=time.time() - 60)
    assert (item.kind, item.name, item.size >= 10_000) == ("environment", "a" * 16, True)
    environment(root, "a" * 16)  # a run begins in it
    assert found(root, unused_before=time.time() - 60) == []
    assert not remove(str(root), item)
    assert (folder / "environment.json").exists()
    age(folder / "environment.json")
    (item,) = found(root, unused_before=time.time() - 60)
    with open(f"{folder}.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert not remove(str(root), item), "somebody builds it"
    assert remove(str(root), item)
    assert not folder.exists()
    assert environment(root, "a" * 16).exists()


def test_an_environment_stays_while_a_run_lives_that_may_have_begun_in_it(root: Path) -> None:
    folder = environment(root, "a" * 16)
    age(folder / "environment.json")
    make_run(root, name="long", status="Running", created=time.time() - OLD - 60)
    assert found(root, unused_before=time.time()) == []


def test_what_was_left_half_made_goes_after_a_day(root: Path) -> None:
    half = root / "resnet-lr" / ".new-123abc"
    half.mkdir()
    (half / "points").mkdir()
    assert found(root) == []
    age(half)
    (item,) = found(root)
    assert (item.kind, item.name) == ("leftover", "resnet-lr/.new-123abc")
    assert remove(str(root), item)
    assert not half.exists()


def test_an_entry_of_the_trash_that_holds_nothing_goes(root: Path) -> None:
    folder = make_run(root, name="second")
    entry = trash_run(str(root), folder)
    os.rename(Path(entry.path, "content", Path(folder).parent.name, Path(folder).name), folder)  # killed right after
    assert entries(str(root)) == []
    assert found(root) == []
    age(Path(entry.path))
    (item,) = found(root)
    assert item.kind == "leftover"
    assert remove(str(root), item)
    assert not os.path.exists(entry.path)
