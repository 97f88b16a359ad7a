"""Source folders are kept once by content, within limits, and come back as they were."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from runstore.exceptions import SnapshotException
from runstore.snapshots import take
from runstore.snapshots.restore import copy_snapshot, snapshot_folder, zip_snapshot
from runstore.snapshots.take import take_snapshot


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    (source / "lib").mkdir(parents=True)
    (source / "train.py").write_text("import lib\n")
    (source / "lib" / "__init__.py").write_text("")
    (source / "run.sh").write_text("#!/bin/sh\n")
    (source / "run.sh").chmod(0o755)
    return source


def test_the_same_content_is_stored_once_another_anew(tmp_path: Path, source: Path) -> None:
    root = str(tmp_path / "store")
    first = take_snapshot(root, str(source))
    assert take_snapshot(root, str(source)) == first
    (source / "train.py").write_text("changed\n")
    second = take_snapshot(root, str(source))
    assert sorted(os.listdir(os.path.join(root, ".runstore", "snapshots"))) == sorted([first, second])
    (source / "train.py").chmod(0o755)
    assert take_snapshot(root, str(source)) not in (first, second)


def test_the_id_is_of_what_was_copied_though_a_file_is_saved_meanwhile(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, train, make = str(tmp_path / "store"), source / "train.py", os.makedirs

    def saved_when_copying_begins(*arguments: Any, **options: Any) -> None:
        monkeypatch.setattr(os, "makedirs", make)
        train.write_text("lr = 9.9\n")
        make(*arguments, **options)

    train.write_text("lr = 0.1\n")
    monkeypatch.setattr(os, "makedirs", saved_when_copying_begins)
    first = take_snapshot(root, str(source))
    assert train.read_text() == "lr = 9.9\n"
    assert take_snapshot(root, str(source)) == first
    train.write_text("lr = 0.1\n")
    second = take_snapshot(root, str(source))
    stored = [Path(root, ".runstore", "snapshots", each, "train.py").read_text() for each in (first, second)]
    assert stored == ["lr = 9.9\n", "lr = 0.1\n"]
    assert sorted(os.listdir(Path(root, ".runstore", "snapshots"))) == sorted([first, second])


@pytest.mark.parametrize("reading", [1, 2], ids=["hashed", "copied"])
def test_a_file_that_goes_meanwhile_is_left_out(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch, reading: int
) -> None:
    root, passing, readings = str(tmp_path / "store"), source / "zz.tmp", iter((1, 2))
    passing.write_text("half of a file that another program saves")

    def gone_when_another_is_read(path: Any, *arguments: Any, **options: Any) -> Any:
        if str(path) == str(source / "train.py") and next(readings, 0) == reading:
            passing.unlink()
        return open(path, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(take, "open", gone_when_another_is_read, raising=False)
        taken = take_snapshot(root, str(source))
    assert not passing.exists()
    assert take_snapshot(root, str(source)) == taken, "the id is of what is stored"
    assert sorted(os.listdir(snapshot_folder(root, taken))) == ["lib", "run.sh", "train.py"]


def test_whichever_library_hashes_the_id_is_the_same(tmp_path: Path, source: Path) -> None:
    code = "from runstore.snapshots.take import take_snapshot\n"
    code += "print(take_snapshot(*sys.argv[1:]), 'hashlib' in sys.modules)"
    told = [
        subprocess.run(
            [sys.executable, "-c", f"import {modules}\n{code}", str(tmp_path / "store"), str(source)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        for modules in ("sys", "sys, hashlib")
    ]
    assert told[0] == [told[1][0], "False"]


def test_a_snapshot_comes_back_as_a_folder_and_as_a_zip_file(tmp_path: Path, source: Path) -> None:
    root = str(tmp_path / "store")
    snapshot = take_snapshot(root, str(source))
    copy = tmp_path / "copy"
    copy_snapshot(root, snapshot, str(copy))
    assert (copy / "train.py").read_text() == "import lib\n"
    assert (copy / "run.sh").stat().st_mode & stat.S_IXUSR
    path = zip_snapshot(root, snapshot, str(tmp_path / "zips"))
    assert path == str(tmp_path / "zips" / f"{snapshot}.zip")
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == ["lib/__init__.py", "run.sh", "train.py"]
    assert os.listdir(tmp_path / "zips") == [f"{snapshot}.zip"]


def test_names_that_are_not_utf_8_come_back(tmp_path: Path, source: Path) -> None:
    root, folder = str(tmp_path / "store"), source / os.fsdecode(b"donn\xe9es")
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("no file can have such a name here")
    for name in (b"caf\xe9.py", b"caf\xe8.py"):
        (folder / os.fsdecode(name)).write_bytes(name)
    snapshot = take_snapshot(root, str(source))
    copy_snapshot(root, snapshot, str(tmp_path / "copy"))
    assert (tmp_path / "copy" / folder.name / os.fsdecode(b"caf\xe9.py")).read_bytes() == b"caf\xe9.py"
    with zipfile.ZipFile(zip_snapshot(root, snapshot, str(tmp_path))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist() if name.startswith("donn")} == {
            "donn%ED%B3%A9es/caf%ED%B3%A9.py": b"caf\xe9.py",
            "donn%ED%B3%A9es/caf%ED%B3%A8.py": b"caf\xe8.py",
        }


@pytest.mark.parametrize("snapshot", ["absent", "../demo", "", "."])
def test_a_snapshot_that_is_not_there_is_told(tmp_path: Path, source: Path, snapshot: str) -> None:
    root = str(tmp_path / "store")
    take_snapshot(root, str(source))
    with pytest.raises(SnapshotException, match="no snapshot"):
        zip_snapshot(root, snapshot, str(tmp_path))


def test_what_is_no_source_code_is_left_out(tmp_path: Path, source: Path) -> None:
    (source / "venv").mkdir()
    (source / "venv" / "pyvenv.cfg").write_text("")
    (source / ".git").mkdir()
    (source / ".git" / "HEAD").write_text("")
    (source / "store" / ".runstore").mkdir(parents=True)
    (source / "store" / ".runstore" / "x").write_text("")
    os.symlink("/etc", source / "link")
    os.symlink("/absent", source / "dead")
    os.mkfifo(source / "fifo")
    copy = tmp_path / "copy"
    copy_snapshot(str(tmp_path / "store"), take_snapshot(str(tmp_path / "store"), str(source)), str(copy))
    assert sorted(os.listdir(copy)) == ["lib", "run.sh", "train.py"]


def test_too_many_bytes_are_refused_and_the_largest_part_is_named(tmp_path: Path, source: Path, monkeypatch) -> None:
    monkeypatch.setenv("RUNSTORE_SNAPSHOT_MAX_MB", "2")
    (source / "data").mkdir()
    (source / "data" / "big.bin").write_bytes(bytes(3_000_000))
    with pytest.raises(SnapshotException, match=r"more than 2 MB, most in data/ \(3 MB, 1 file\).*\.amlignore"):
        take_snapshot(str(tmp_path / "store"), str(source))
    monkeypatch.setenv("RUNSTORE_SNAPSHOT_MAX_MB", "4")
    assert take_snapshot(str(tmp_path / "store"), str(source))


def test_too_many_files_are_refused_until_the_limit_is_raised(tmp_path: Path, source: Path, monkeypatch) -> None:
    (source / "many").mkdir()
    for number in range(2001):
        (source / "many" / str(number)).touch()
    with pytest.raises(SnapshotException, match=r"2,000 files, most in many/.*RUNSTORE_SNAPSHOT_MAX_FILES"):
        take_snapshot(str(tmp_path / "store"), str(source))
    for variable, value in (("RUNSTORE_SNAPSHOT_MAX_FILES", "3000"), ("AML_SNAPSHOT_NO_FILE_LIMIT", "True")):
        with monkeypatch.context() as context:
            context.setenv(variable, value)
            assert take_snapshot(str(tmp_path / "store"), str(source))


def test_home_and_the_top_are_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for folder in (str(tmp_path), "/"):
        with pytest.raises(SnapshotException, match="no snapshot is taken of"):
            take_snapshot(str(tmp_path / "store"), folder)
