"""Which files of a run come along: all that are its own, however many, and none of others; and when they come again."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from runstore.importing.bring import import_runs, plan_import, runs_at
from runstore.reading.catalog import list_rows
from runstore.reading.row import RunRow
from runstore.reading.run import RunReader
from runstore.sources.foreign.kinds import kind_of
from tests.core.importing.sources import exported, metric_file
from tests.core.sources import wandb_log


def brought(store: Path, source: Path) -> list[str]:
    """What became of the runs, in order."""
    return [outcome.word for outcome in import_runs(str(store), runs_at(str(source)))]


def planned(store: Path, source: Path) -> list[str]:
    return [outcome.word for outcome in plan_import(str(store), runs_at(str(source)))]


def only(store: Path) -> RunRow:
    (row,) = list_rows(str(store), cache=False)
    return row


def copied(store: Path) -> dict[str, bytes]:
    """The files of the one run, by name."""
    top = Path(only(store).key, "files")
    return {str(path.relative_to(top)): path.read_bytes() for path in top.rglob("*") if path.is_file()}


def lightning(top: Path) -> Path:
    top.mkdir(parents=True)
    (top / "metrics.csv").write_text("epoch,step,loss\n0,1,0.5\n")
    return top


def test_an_artifact_that_came_after_the_import_is_a_change(tmp_path: Path) -> None:
    store, source = tmp_path / "store", exported(tmp_path / "mlruns", runs=1)
    artifacts = metric_file(source, "a0", "loss").parents[1] / "artifacts"
    (artifacts / "a.txt").write_text("a")
    assert brought(store, source) == ["new"]
    (artifacts / "model.pkl").write_text("model")
    assert brought(store, source) == ["changed"]
    assert copied(store)["model.pkl"] == b"model"
    (artifacts / "a.txt").write_text("longer")
    assert brought(store, source) == ["changed"]
    assert copied(store)["a.txt"] == b"longer"
    os.utime(artifacts / "a.txt", (1e9, 1e9))
    assert brought(store, source) == ["same"]


def test_errors_that_came_after_the_import_are_a_change(tmp_path: Path) -> None:
    store, source = tmp_path / "store", tmp_path / "there"
    source.mkdir()
    (source / "slurm-77.out").write_text("epoch 1 loss=0.9\n")
    (source / "slurm-77.err").write_text("epoch 1 acc=0.8\n")
    assert brought(store, source) == ["new"]
    with (source / "slurm-77.err").open("a") as file:
        file.write("epoch 2 acc=0.9\n")
    assert planned(store, source) == ["changed"]
    assert brought(store, source) == ["changed"]
    assert only(store).metrics["acc"].last == 0.9


def test_files_beside_a_table_of_lightning(tmp_path: Path) -> None:
    store, source = tmp_path / "store", lightning(tmp_path / "there" / "version_0").parent
    assert brought(store, source) == ["new"]
    (source / "version_0" / "hparams.yaml").write_text("lr: 0.1\n")
    (source / "version_0" / "checkpoints").mkdir()
    (source / "version_0" / "checkpoints" / "last.ckpt").write_bytes(b"weights")
    assert planned(store, source) == ["changed"]
    assert brought(store, source) == ["changed"]
    assert only(store).params == {"lr": 0.1}
    assert copied(store)["checkpoints/last.ckpt"] == b"weights"
    assert brought(store, source) == ["same"]


def test_another_run_and_a_store_below_are_no_files_of_a_run(tmp_path: Path) -> None:
    top = lightning(tmp_path / "there")
    below = lightning(top / "more" / "version_1")
    (below / "note.txt").write_text("of the other one")
    (top / "mine.txt").write_text("mine")
    store = top / "store"
    assert brought(store, top) == ["new", "new"]
    files = [
        {path.name for path in Path(row.key, "files").rglob("*") if path.is_file()}
        for row in list_rows(str(store), cache=False)
    ]
    assert sorted(files, key=sorted) == [{"mine.txt"}, {"note.txt"}]
    assert brought(store, top) == ["same", "same"]


@pytest.mark.parametrize("link", [True, False])
def test_an_image_whose_name_leads_elsewhere_is_left_out(tmp_path: Path, link: bool) -> None:
    outside = tmp_path / "home" / "keys"
    outside.mkdir(parents=True)
    (outside / "key").write_text("s3cret")
    run = tmp_path / "there" / "run-20260101_000000-abc"
    (run / "files").mkdir(parents=True)
    if link:
        (run / "files" / "media").symlink_to(outside)
    path = "media/key" if link else "../../../home/keys/key"
    row = wandb_log.history({"pic": f'{{"_type":"image-file","path":"{path}"}}', "loss": "0.5"}, 0, time.time())
    about = wandb_log.record(17, wandb_log.field(1, "abc") + wandb_log.field(3, "proj"))
    (run / "run-abc.wandb").write_bytes(wandb_log.log([about, row]))
    store = tmp_path / "store"
    assert brought(store, tmp_path / "there") == ["new"]
    assert "key" not in {os.path.basename(name) for name in copied(store)}
    assert any("could not be copied" in said and "key" in said for said in only(store).warnings)


def test_however_many_files_there_are_all_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runstore.sources.foreign.run_files.SHOWN", 5)
    source = lightning(tmp_path / "there" / "version_0")
    (source / "many").mkdir()
    for number in range(10):
        (source / "many" / f"{number}.txt").touch()
    (source / "zzz.ckpt").write_bytes(b"weights")
    store = tmp_path / "store"
    assert brought(store, source) == ["new"]
    assert len(copied(store)) == 11
    assert not any("not listed" in said or "copied" in said for said in only(store).warnings)
    (place,) = runs_at(str(source))
    reader = kind_of(place.kind).open(place)
    reader.refresh()
    assert reader.warnings == []
    assert len(reader.files()) == 5
    assert reader.warnings == ["files: there are more than 5: the others are not listed"]


def test_a_last_row_without_a_newline_comes_along(tmp_path: Path) -> None:
    source = tmp_path / "there"
    source.mkdir()
    (source / "train-a.csv").write_text("step,loss\n1,0.5\n2,0.25")
    brought(tmp_path / "store", source)
    assert only(tmp_path / "store").metrics["loss"].last == 0.25


@pytest.mark.parametrize("damage", ["{torn", "", "[]", '{"experiment": null, "number": null}'])
def test_a_copy_that_is_damaged_is_made_anew_in_its_place(tmp_path: Path, damage: str) -> None:
    store, source = tmp_path / "store", exported(tmp_path / "mlruns", runs=1)
    brought(store, source)
    before = only(store)
    Path(before.key, "run.json").write_text(damage)
    assert brought(store, source) == ["changed"]
    after = only(store)
    assert (after.key, after.experiment, after.metrics["loss"].n) == (before.key, before.experiment, 20)
    reader = RunReader(after.key)
    reader.refresh()
    assert reader.manifest["experiment"] == before.experiment
    assert reader.manifest["number"] == 2, "numbers are never given twice"
