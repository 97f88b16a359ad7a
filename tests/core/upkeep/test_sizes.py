"""Bytes on the disk, by what they are."""

from __future__ import annotations

import os
from pathlib import Path

from runstore.upkeep.sizes import RunSize, bytes_of, run_size, shared
from tests.tui.stores import make_run


def test_each_byte_of_a_run_counts_once_and_in_its_place(tmp_path: Path) -> None:
    folder = Path(make_run(tmp_path, printed=b"x" * 20_000))
    before = run_size(str(folder))
    (folder / "files" / "outputs").mkdir()
    (folder / "files" / "outputs" / "model.bin").write_bytes(b"m" * 100_000)
    (folder / "resources" / "0-aa.1.rows").write_bytes(b"r" * 50_000)
    after = run_size(str(folder))
    assert after.outputs - before.outputs >= 100_000
    assert after.points - before.points >= 50_000
    assert after.console == before.console >= 20_000
    assert after.other == before.other
    assert after.total == bytes_of(str(folder)) == after.points + after.outputs + after.console + after.other
    assert (after + before).total == after.total + before.total


def test_a_file_with_two_names_counts_once_and_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "big").write_bytes(b"b" * 1_000_000)
    (tmp_path / "a" / "one").write_bytes(b"x" * 100_000)
    alone = bytes_of(str(tmp_path / "a"))
    os.link(tmp_path / "a" / "one", tmp_path / "a" / "two")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    assert bytes_of(str(tmp_path / "a")) - alone < 10_000


def test_what_is_not_there_counts_nothing(tmp_path: Path) -> None:
    assert bytes_of(str(tmp_path / "nowhere")) == 0
    assert run_size(str(tmp_path / "nowhere")) == RunSize()


def test_holes_do_not_count(tmp_path: Path) -> None:
    with open(tmp_path / "sparse", "wb") as file:
        file.truncate(100_000_000)
    assert bytes_of(str(tmp_path / "sparse")) < 1_000_000


def test_a_very_deep_folder_is_counted(tmp_path: Path) -> None:
    place = tmp_path
    for _ in range(300):
        place = place / "deeper"
        place.mkdir()
    (place / "end").write_bytes(b"x" * 50_000)
    assert bytes_of(str(tmp_path)) > 50_000


def test_what_runs_share(tmp_path: Path) -> None:
    make_run(tmp_path)
    snapshot = tmp_path / ".runstore" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (snapshot / "train.py").write_bytes(b"x" * 30_000)
    found = shared(str(tmp_path))
    assert found["snapshots"] >= 30_000
    assert found.keys() <= {"snapshots", "other"}
    assert sum(found.values()) == bytes_of(str(tmp_path / ".runstore"))
