"""A move that fails, or that somebody gets in the way of: no run is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from runstore.layout.roots import ensure_root
from runstore.reading.catalog import list_rows
from runstore.upkeep.transfer import transfer
from tests.tui.stores import make_run


def written_late(folder: str) -> Path:
    """What a process of the run that nobody knows of writes, when the run has gone elsewhere."""
    late = Path(folder, "files", "late.txt")
    late.parent.mkdir(parents=True)
    late.write_text("late")
    return late


def test_a_run_whose_place_was_taken_meanwhile_stays_where_it_came_to(tmp_path: Path) -> None:
    source, target = (ensure_root(str(tmp_path / name)) for name in ("source", "target"))
    moved = [make_run(source, name=name) for name in "abc"]

    def told(folder: str) -> None:
        if folder == moved[2]:
            written_late(moved[0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        transfer(source, moved, target, move=True, told=told)
    assert [row.name for row in list_rows(target, cache=False)] == ["a"]
    assert {"b", "c"} <= {row.name for row in list_rows(source, cache=False)}


def test_what_is_written_to_the_old_place_of_a_moved_run_is_not_deleted(tmp_path: Path) -> None:
    source, target = (ensure_root(str(tmp_path / name)) for name in ("source", "target"))
    moved = [make_run(source, name=name) for name in "ab"]
    late: list[Path] = []

    def told(folder: str) -> None:
        if folder == moved[1]:
            late.append(written_late(moved[0]))

    transfer(source, moved, target, move=True, told=told)
    assert late[0].read_text() == "late"
    assert {row.name for row in list_rows(target, cache=False)} == {"a", "b"}
