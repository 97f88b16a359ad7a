"""Runs exported one by one: each once, again only when it has changed, and nothing of others is touched."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import runstore
from runstore import Experiment, Workspace
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


def unfinished(folder: Path) -> list[Path]:
    """What an export makes before it is whole, or what a killed one has left."""
    return [path for path in folder.rglob(".*") if path.name != STATE]


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
    assert not unfinished(folder)


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


def test_what_was_exported_for_another_tool_stays(tmp_path: Path) -> None:
    store, folder = tmp_path / "store", tmp_path / "out"
    run = make_run(store, "nets", "a")
    had: set[str] = set()
    for to in ("csv", "tensorboard", "mlflow"):
        assert written(store, folder, to) == {"a": True}
        assert had < set(places(folder))
        had = set(places(folder))
    assert [written(store, folder, to) for to in ("csv", "tensorboard", "mlflow")] == [{"a": False}] * 3
    write_edit(run, {"kind": "display_name", "value": "b"})
    written(store, folder, "tensorboard")
    assert {path.name for path in (folder / "nets").iterdir()} == {"a.csv", "b"}


def test_notes_that_do_not_name_their_tool_are_understood(tmp_path: Path) -> None:
    store, folder = tmp_path / "store", tmp_path / "out"
    run = make_run(store, "nets", "a")
    written(store, folder)
    state = folder / STATE
    lines = [json.loads(line) for line in state.read_text().splitlines()]
    older = [{key: value for key, value in line.items() if key != "tool"} for line in lines]
    state.write_text("".join(json.dumps(line) + "\n" for line in older))
    assert written(store, folder) == {"a": False}
    assert [written(store, folder, wide=wide) for wide in (True, False)] == [{"a": True}] * 2
    assert written(store, folder, "tensorboard") == {"a": True}
    assert {path.name for path in (folder / "nets").iterdir()} == {"a.csv", "a"}
    log(run, 5, start=20)
    assert written(store, folder) == {"a": True}
    assert {path.name for path in (folder / "nets").iterdir()} == {"a.csv", "a"}


@pytest.mark.parametrize("to", ["csv", "tensorboard", "mlflow"])
def test_a_run_that_cannot_be_read_keeps_its_export(tmp_path: Path, to: str) -> None:
    store, folder = tmp_path / "store", tmp_path / "out"
    run = make_run(store, "nets", "a")
    written(store, folder, to)
    before = {place: (folder / place).read_bytes() for place in places(folder)}
    Path(run, "run.json").write_text("{torn")
    make_run(store, "nets", "b")
    with pytest.raises(WorkspaceException, match=r"nets/.* was not exported, it cannot be read: run\.json"):
        written(store, folder, to)
    assert {place: (folder / place).read_bytes() for place in before} == before
    assert len(places(folder)) > len(before), "the other one is there"


def test_a_run_is_exported_as_it_is_when_its_turn_comes(tmp_path: Path) -> None:
    run = Experiment(Workspace(root=tmp_path / "store"), "nets").start_logging(
        snapshot_directory=None, outputs=False, display_name="a"
    )
    run.log("loss", 1.0, step=1)
    listed = rows_of(tmp_path / "store")
    run.log("acc", 0.5, step=2)
    run.log_params({"lr": 1})
    run.complete()
    for to in ("csv", "mlflow"):
        assert all(new for _, new in export_runs(listed, to, str(tmp_path / to), wanted=lambda name: True))
        assert written(tmp_path / "store", tmp_path / to, to) == {"a": False}
    with open(tmp_path / "csv" / "nets" / "a.csv") as file:
        assert {(line["metric"], line["param.lr"]) for line in csv.DictReader(file)} == {("loss", "1"), ("acc", "1")}
    (meta,) = (tmp_path / "mlflow").glob("*/*/meta.yaml")
    assert "status: 3\n" in meta.read_text()
    assert (meta.parent / "params" / "lr").read_text() == "1"


def test_no_half_of_a_run_looks_like_one(tmp_path: Path) -> None:
    store, folder = tmp_path / "store", tmp_path / "out"
    make_run(store, "nets", "a")
    seen: list[str] = []

    def wanted(name: str) -> bool:
        seen.extend(path.name for path in unfinished(folder) for path in path.rglob("*"))
        return True

    for to in ("tensorboard", "mlflow"):
        list(export_runs(rows_of(store), to, str(folder), wanted=wanted))
    assert seen
    assert not any("tfevents" in name or name == "meta.yaml" for name in seen)


KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from runstore.export.runs import export_runs
from runstore.reading.catalog import list_rows
kill = lambda name: os.kill(os.getpid(), signal.SIGKILL)
list(export_runs(list_rows(sys.argv[2], cache=False), "tensorboard", sys.argv[3], wanted=kill))
"""


def test_what_a_killed_export_has_left_goes_at_the_next_one(tmp_path: Path) -> None:
    store, folder = tmp_path / "store", tmp_path / "out"
    make_run(store, "nets", "a")
    core = str(Path(runstore.__file__).parents[1])
    killed = subprocess.run([sys.executable, "-c", KILLED, core, str(store), str(folder)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert unfinished(folder)
    assert written(store, folder, "csv") == {"a": True}
    assert places(folder) == ["nets/a.csv"]
    assert not unfinished(folder)


def test_two_exports_into_one_folder_leave_each_other_alone(tmp_path: Path) -> None:
    store, folder = tmp_path / "store", tmp_path / "out"
    make_run(store, "nets", "a")

    def wanted(name: str) -> bool:
        """Another one begins and ends while this one is at work."""
        assert unfinished(folder)
        written(store, folder, "csv")
        return True

    done = list(export_runs(rows_of(store), "tensorboard", str(folder), wanted=wanted))
    assert [is_new for _, is_new in done] == [True]
    assert len(places(folder)) == 2
    assert not unfinished(folder)
