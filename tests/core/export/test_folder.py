"""Runs exported one by one: each once, again only when it has changed, and nothing of others is touched."""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path

import pytest

from runstore.exceptions import WorkspaceException
from runstore.export.folder import STATE
from runstore.export.runs import export_runs
from runstore.reading.catalog import list_rows
from runstore.reading.row import RunRow
from runstore.sources.opening import rows_of as foreign_rows_of
from runstore.writing.edit import write_edit
from tests.tui.stores import log, make_run


def rows_of(store: Path) -> list[RunRow]:
    return sorted(list_rows(str(store), cache=False), key=lambda row: (row.name, row.id))


def written(store: Path, folder: Path, to: str = "csv", **options: object) -> dict[str, bool]:
    """Which runs were written, by name."""
    done = export_runs(rows_of(store), to, str(folder), wanted=lambda name: True, **options)  # type: ignore[arg-type]
    return {row.name: is_new for row, is_new in done}


def places(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name != STATE)


@pytest.mark.parametrize("to", ["csv", "tensorboard", "mlflow"])
def test_unchanged_runs_are_not_written_again(tmp_path: Path, to: str) -> None:
    store, folder = tmp_path / "store", tmp_path / "out"
    first, _ = make_run(store, "nets", "a"), make_run(store, "nets", "b")
    assert written(store, folder, to) == {"a": True, "b": True}
    before = {place: os.stat(folder / place).st_ino for place in places(folder)}
    assert written(store, folder, to) == {"a": False, "b": False}
    assert {place: os.stat(folder / place).st_ino for place in places(folder)} == before
    log(first, 5, start=20)
    assert written(store, folder, to) == {"a": True, "b": False}
    assert places(folder) == list(before)
    changed = [place for place in before if os.stat(folder / place).st_ino != before[place]]
    assert 0 < len(changed) < len(before)
    assert not list(folder.rglob(".new-*"))


def test_an_edit_is_a_change_and_so_are_other_options(tmp_path: Path) -> None:
    store, folder = tmp_path / "store", tmp_path / "out"
    run = make_run(store, "nets", "a")
    written(store, folder)
    write_edit(run, {"kind": "display_name", "value": "better"})
    assert written(store, folder) == {"better": True}
    assert places(folder) == ["nets/better.csv"], "the file has the new name"
    assert written(store, folder) == {"better": False}
    assert written(store, folder, wide=True) == {"better": True}
    with open(folder / "nets" / "better.csv") as file:
        assert "metric.loss" in next(csv.reader(file))


def test_what_was_deleted_is_written_again(tmp_path: Path) -> None:
    store, folder = tmp_path / "store", tmp_path / "out"
    make_run(store, "nets", "a")
    written(store, folder)
    (folder / "nets" / "a.csv").unlink()
    assert written(store, folder) == {"a": True}
    (folder / STATE).unlink()
    assert written(store, folder) == {"a": True}
    assert len(places(folder)) == 2, "what nothing tells of is not ours to replace"


def test_runs_of_one_name_and_files_of_others_stay_beside_each_other(tmp_path: Path) -> None:
    store, folder = tmp_path / "store", tmp_path / "out"
    for _ in range(2):
        make_run(store, "nets", "a/../b\x07\n")
    (folder / "nets").mkdir(parents=True)
    (folder / "nets" / "a-..-b--.csv").write_text("mine")
    written(store, folder)
    assert (folder / "nets" / "a-..-b--.csv").read_text() == "mine"
    assert len(places(folder)) == 3
    assert all(place.startswith("nets/a-..-b--") for place in places(folder))
    assert written(store, folder) == {"a/../b\x07\n": False}


@pytest.mark.parametrize("name", ["...", "ü" * 200, "\ud800", "a" * 300, "CON", "~"])
def test_every_name_is_a_place_below_the_folder(tmp_path: Path, name: str) -> None:
    store, folder = tmp_path / "store", tmp_path / "out"
    make_run(store, "nets", name, steps=1)
    assert list(written(store, folder).values()) == [True]
    (place,) = places(folder)
    assert place.startswith("nets/")
    assert place.count("/") == 1


def test_long_names_of_metrics_are_cut_by_their_bytes(tmp_path: Path) -> None:
    store, folder = tmp_path / "store", tmp_path / "out"
    long = "验证集上每一类别的平均精确率" * 12
    names = [long, long + "!", f"{long}/inner", f"x/{long}", f"x/{long}/y"]
    make_run(store, "nets", "a", metrics=(*names, "loss"), steps=3)
    make_run(store, "nets", "b", steps=3)
    assert written(store, folder, "mlflow") == {"a": True, "b": True}
    metrics = [path for path in folder.rglob("metrics/**/*") if path.is_file()]
    assert len(metrics) == len(names) + 3
    assert all(len(path.read_text().splitlines()) == 3 for path in metrics)


def test_a_run_that_cannot_be_written_holds_up_no_other_one(tmp_path: Path) -> None:
    store, folder = tmp_path / "store", tmp_path / "out"
    for name in ("a", "b", "c"):
        make_run(store, "nets", name, steps=1)
    rows = rows_of(store)
    shutil.rmtree(rows[0].key)
    with pytest.raises(WorkspaceException, match="nets/a"):
        list(export_runs(rows, "csv", str(folder), wanted=lambda name: True))
    assert places(folder) == ["nets/b.csv", "nets/c.csv"]


def test_what_lies_beside_a_file_of_another_tool_counts(tmp_path: Path) -> None:
    top, folder = tmp_path / "there", tmp_path / "out"
    top.mkdir()
    (top / "slurm-77.out").write_text("epoch 1 loss=0.9\n")
    (top / "slurm-77.err").write_text("epoch 1 acc=0.8\n")

    def exported() -> list[bool]:
        found = foreign_rows_of(str(top))
        return [is_new for _, is_new in export_runs(found, "csv", str(folder), wanted=lambda name: True)]

    assert exported() == [True]
    assert exported() == [False]
    with (top / "slurm-77.err").open("a") as file:
        file.write("epoch 2 acc=0.9\n")
    assert exported() == [True]


def test_a_folder_that_cannot_be_made_is_an_error_of_the_system(tmp_path: Path) -> None:
    make_run(tmp_path / "store", "nets", "a")
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        written(tmp_path / "store", tmp_path / "file")


def test_the_notes_on_what_is_where_do_not_grow_for_ever(tmp_path: Path) -> None:
    store, folder = tmp_path / "store", tmp_path / "out"
    make_run(store, "nets", "a", steps=1)
    written(store, folder)
    state = folder / STATE
    state.write_text(state.read_text() * 200 + "{torn")
    assert written(store, folder) == {"a": False}
    assert len(state.read_text().splitlines()) == 1


def test_a_place_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    store, folder = tmp_path / "store", tmp_path / "out"
    make_run(store, "nets", "a", steps=1)
    written(store, folder)
    outside = tmp_path / "precious"
    outside.write_text("mine")
    state = folder / STATE
    state.write_text(state.read_text().replace("nets/a.csv", "../precious"))
    written(store, folder)
    assert outside.read_text() == "mine"
