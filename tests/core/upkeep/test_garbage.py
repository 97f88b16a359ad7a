"""What nobody needs any more is found, and nothing else."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import runstore
from runstore.jobs.config.environment import Environment
from runstore.jobs.config.registered_environments import keep_environment
from runstore.jobs.environments.kept import kept
from runstore.layout.paths import RootPaths
from runstore.models.registry import delete, register
from runstore.runs.trash import entries, purge, restore, trash_run
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
    assert remarks == [f"snapshots and environments stay: {broken} cannot be read"]
    Path(make_run(root, name="broken, too"), "run.json").unlink()
    _, (remark,) = garbage(str(root), trash_before=0, unused_before=0)
    assert remark.endswith(" cannot be read, nor can 1 more")


def out_of_reach(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """Let nobody read what is at ``path``, as where a disk or a mount fails."""

    def failing(read: Any) -> Any:
        def call(place: Any = ".", *rest: Any, **more: Any) -> Any:
            if str(place) == path:
                raise OSError(errno.EIO, os.strerror(errno.EIO), path)
            return read(place, *rest, **more)

        return call

    for name in ("scandir", "stat"):
        monkeypatch.setattr(os, name, failing(getattr(os, name)))


@pytest.mark.parametrize("what", ["run", "experiment", "trash", "content", "experiment in the trash"])
def test_what_cannot_be_listed_keeps_all_that_its_runs_may_need(
    root: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    folder = Path(make_run(root, experiment="other", name="second", snapshot=snapshot(root, "print(1)\n")))
    age(environment(root, "a" * 16) / "environment.json")
    if "run" in what or what == "experiment":
        path = folder if what == "run" else folder.parent
    else:
        entry = Path(trash_run(str(root), str(folder)).path)
        age(entry)
        path = {"trash": entry.parent, "content": entry / "content"}.get(what, entry / "content" / "other")
    with monkeypatch.context() as context:
        out_of_reach(context, str(path))
        items, remarks = garbage(str(root), trash_before=0, unused_before=time.time() - 60)
    assert items == []
    assert remarks == [f"snapshots and environments stay: {path} cannot be read"]
    assert [item.kind for item in found(root, unused_before=time.time() - 60)] == ["environment"]


def test_old_trash_goes_for_good(root: Path) -> None:
    entry = trash_run(str(root), make_run(root, name="second"))
    assert found(root, trash_before=entry.time) == []
    (item,) = found(root, trash_before=entry.time + 1)
    assert (item.kind, item.name) == ("trash", "second")
    assert remove(str(root), item)
    assert entries(str(root)) == []


def test_trash_that_does_not_tell_its_age_is_as_old_as_its_folder(root: Path) -> None:
    entry = trash_run(str(root), make_run(root, name="second"))
    Path(entry.path, "entry.json").write_text("")
    assert found(root, trash_before=time.time() - 60) == []
    age(Path(entry.path))
    assert [item.kind for item in found(root, trash_before=time.time() - 60)] == ["trash"]


@pytest.fixture
def own_place() -> Iterator[Path]:
    """A folder of an ordinary user, who this process is meanwhile: the superuser may enter every folder."""
    place, superuser = Path(tempfile.mkdtemp()), os.geteuid() == 0
    if superuser:
        os.chown(place, 65_534, -1)
        os.seteuid(65_534)
    try:
        try:
            for needed in (place, Path(runstore.__file__).parent):
                os.listdir(needed)
        except PermissionError:
            pytest.skip("no other user may enter the folder for temporary files, or that of these sources")
        yield place
    finally:
        if superuser:
            os.seteuid(0)
        shutil.rmtree(place, ignore_errors=True)


def closed(folder: Path) -> None:
    """Make folders as some package managers keep them: nobody may change the one, nor enter the other in it."""
    (folder / "cache" / "deep").mkdir(parents=True)
    (folder / "cache" / "deep" / "big.bin").write_bytes(b"x" * 100_000)
    (folder / "cache" / "deep").chmod(0)
    (folder / "cache").chmod(0o555)


def test_what_its_owner_may_not_enter_is_deleted_all_the_same(own_place: Path) -> None:
    root = own_place / "store"
    folder = make_run(root, name="first")
    closed(Path(folder, "files"))
    entry = trash_run(str(root), folder)
    assert purge(str(root), entry)
    assert os.listdir(RootPaths(str(root)).trash) == []
    (own_place / "net").mkdir()
    (own_place / "net" / "weights.bin").write_text("w")
    version = register(str(root), "net", str(own_place / "net"))
    closed(Path(version))
    delete(version)
    assert os.listdir(os.path.dirname(version)) == [".numbers"]
    half = root / "resnet-lr" / ".new-123abc"
    closed(half)
    age(half)
    (item,) = found(root)
    assert remove(str(root), item)
    assert [name for name in os.listdir(half.parent) if name.startswith(".new-")] == []


def test_what_is_left_of_a_deletion_is_told_and_found_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = trash_run(str(root), make_run(root, name="second"))
    (item,) = found(root, trash_before=entry.time + 1)
    with monkeypatch.context() as context:
        context.setattr(shutil, "rmtree", lambda *given, **how: None)  # as where files of others are in it
        assert not remove(str(root), item)
    assert entries(str(root)) == []
    (left,) = Path(RootPaths(str(root)).trash).iterdir()
    age(left)
    (item,) = found(root)
    assert (item.kind, item.size > 0) == ("leftover", True)
    assert remove(str(root), item)
    assert not left.exists()


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


def test_an_environment_whose_building_was_broken_off_goes_after_a_day(root: Path) -> None:
    keep_environment(str(root), Environment("mine"))
    environments = Path(RootPaths(str(root)).environments)
    half = environments / ("b" * 16)
    (half / "lib").mkdir(parents=True)
    assert found(root) == []
    age(half)
    age(environments / "registered")
    with open(f"{half}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert found(root) == [], "somebody builds it"
    (item,) = found(root)
    assert (item.kind, item.name) == ("leftover", "environments/" + "b" * 16)
    environment(root, "b" * 16)
    assert not remove(str(root), item), "built since it was found"
    (half / "environment.json").unlink()
    age(half)
    (item,) = found(root)
    assert remove(str(root), item)
    assert not half.exists()
    assert (environments / "registered").exists()


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
