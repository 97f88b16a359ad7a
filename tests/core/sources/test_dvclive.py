"""Runs of DVCLive: a table of each metric, pictures, parameters, and what was logged without a table."""

import json
import os
import shutil
from pathlib import Path

import pytest

from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.scan import Scan, find_places

GOLDEN = Path(__file__).parent / "golden" / "dvclive"


def places(folder):
    return [place for place in find_places(str(folder)) if place.kind == "dvclive"]


def reader_of(folder):
    (place,) = places(folder)
    return kind_of("dvclive").open(place)


def points(reader, name):
    series = reader.series(name)
    return list(zip(series.steps.tolist(), series.values.tolist(), strict=True))


@pytest.mark.feature("foreign", 101, "DVCLive's folders, with parameters and pictures", "runs-tui dvclive")
def test_a_run_is_read_as_it_was_logged():
    reader = reader_of(GOLDEN / "exp")
    reader.refresh()
    assert (reader.id, reader.experiment) == ("exp", "dvclive")
    assert points(reader, "train/loss") == [(0, 1.0), (1, 0.5), (2, 1 / 3), (3, 0.25)]
    assert points(reader, "acc")[-1] == (3, 0.75)
    assert points(reader, "best") == [(3, 0.75)]  # logged without a plot
    assert reader.names() == ["acc", "best", "train/loss"]
    assert reader.manifest["params"] == {"lr": 0.1, "model.layers": 3, "model.act": "relu", "seed": 7}
    (image,) = reader.records("image")
    assert (image["name"], image["value"]) == ("sample.png", "plots/images/sample.png")
    assert reader.artifact(image["value"]).startswith(b"\x89PNG")


def test_timestamps_count_and_samples_of_the_machine_are_no_metrics():
    reader = reader_of(GOLDEN / "timed")
    reader.refresh()
    assert reader.names() == ["loss"]
    rows = (GOLDEN / "timed" / "plots" / "metrics" / "loss.tsv").read_text().splitlines()[1:]
    assert reader.series("loss").times.tolist() == [int(row.split("\t")[0]) / 1000 for row in rows]
    assert reader.resources.names() == ["gpu0_memory_mb", "host_cpu_percent"]
    assert reader.resources.series("gpu0_memory_mb").values.tolist() == [1500.0, 1500.0]


@pytest.mark.filterwarnings("error")  # it would stand in the middle of a list
def test_a_sample_that_is_no_float_in_our_unit_is_infinite(tmp_path):
    shutil.copytree(GOLDEN / "timed", tmp_path / "timed")
    (table,) = (tmp_path / "timed").rglob("system/vram/usage (GB)/0.tsv")
    table.write_text(table.read_text() + "9\t1700000000000\t1e308\n")
    reader = reader_of(tmp_path / "timed")
    reader.refresh()
    assert reader.resources.series("gpu0_memory_mb").values.tolist()[-1] == float("inf")


def test_a_folder_of_runs_has_one_for_each_and_none_for_what_is_in_them():
    assert [(place.experiment, place.name) for place in places(GOLDEN)] == [("dvclive", "timed"), ("dvclive", "exp")]


def test_new_rows_new_metrics_and_new_pictures_come_in_while_it_is_watched(tmp_path):
    shutil.copytree(GOLDEN / "exp" / "dvclive", tmp_path, dirs_exist_ok=True)
    reader = reader_of(tmp_path)
    reader.refresh()
    known = reader.signature()
    metrics = tmp_path / "plots" / "metrics"
    with (metrics / "acc.tsv").open("a") as file:
        file.write("4\t0.8\n5\t0.")  # the last row is not whole
    (metrics / "val").mkdir()
    (metrics / "val" / "loss.tsv").write_text("step\tloss\n4\t2.5\n")
    (tmp_path / "plots" / "images" / "roc").mkdir()
    for name in ("4.png", "².png"):
        shutil.copy(tmp_path / "plots" / "images" / "sample.png", tmp_path / "plots" / "images" / "roc" / name)
    (tmp_path / "metrics.json").write_text(json.dumps({"best": 0.9, "step": 5, "note": "word"}))
    assert reader.signature() != known
    assert reader.refresh()
    assert points(reader, "acc")[-1] == (4, 0.8)
    assert points(reader, "val/loss") == [(4, 2.5)]
    assert points(reader, "best") == [(3, 0.75), (5, 0.9)]
    images = {(each["name"], each.get("step")) for each in reader.records("image")}
    assert images == {("sample.png", None), ("roc", 4), ("roc/².png", None)}
    assert not reader.refresh()


def test_a_metric_that_was_begun_anew_has_the_new_points_alone(tmp_path):
    shutil.copytree(GOLDEN / "exp" / "dvclive", tmp_path, dirs_exist_ok=True)
    reader = reader_of(tmp_path)
    reader.refresh()
    table = tmp_path / "plots" / "metrics" / "acc.tsv"
    table.unlink()
    table.write_text("step\tacc\n0\t9\n")
    reader.refresh()
    assert points(reader, "acc") == [(0, 9.0)]
    assert len(points(reader, "train/loss")) == 4


def test_a_metric_that_gets_a_table_later_is_not_doubled(tmp_path):
    shutil.copytree(GOLDEN / "exp" / "dvclive", tmp_path, dirs_exist_ok=True)
    reader = reader_of(tmp_path)
    reader.refresh()
    (tmp_path / "plots" / "metrics" / "best.tsv").write_text("step\tbest\n3\t0.75\n4\t0.8\n")
    reader.refresh()
    assert points(reader, "best") == [(3, 0.75), (4, 0.8)]


def test_damage_is_told_and_takes_nothing_else_with_it(tmp_path):
    shutil.copytree(GOLDEN / "exp" / "dvclive", tmp_path, dirs_exist_ok=True)
    metrics = tmp_path / "plots" / "metrics"
    (metrics / "odd.tsv").write_bytes(b"step\todd\n1\t2\t3\n\xff\0\t1\n2\t5\n")
    (tmp_path / "params.yaml").write_text("lr: [1\nseed: 7\n")
    (tmp_path / "metrics.json").write_text("{")
    os.symlink("/dev/zero", metrics / "zero.tsv")
    reader = reader_of(tmp_path)
    reader.refresh()
    assert points(reader, "odd")[-1] == (2, 5.0)
    assert len(points(reader, "acc")) == 4
    assert reader.manifest["params"]["seed"] == 7
    assert any(warning.startswith("odd.tsv: 1 rows have another number") for warning in reader.warnings)


def test_a_run_is_found_however_late_its_first_metric_comes(tmp_path):
    (tmp_path / "plots").mkdir()
    scan = Scan(str(tmp_path))
    scan.step(1.0)
    assert scan.places() == []
    shutil.copytree(GOLDEN / "exp" / "dvclive" / "plots", tmp_path / "plots", dirs_exist_ok=True)
    scan.again([str(tmp_path)])
    assert [place.kind for place in scan.places()] == ["dvclive"]


def test_a_folder_called_plots_is_no_run(tmp_path):
    (tmp_path / "plots" / "metrics").mkdir(parents=True)
    (tmp_path / "plots" / "metrics" / "words.tsv").write_text("name\tcity\nann\toslo\n")
    assert not places(tmp_path)


def test_the_real_writer_while_it_writes(tmp_path, monkeypatch):
    """Where dvclive is installed."""
    dvclive = pytest.importorskip("dvclive")
    monkeypatch.chdir(tmp_path)
    live = dvclive.Live(str(tmp_path / "run"), save_dvc_exp=False, dvcyaml=None)
    live.log_metric("loss", 1.0)
    live.next_step()
    reader = reader_of(tmp_path / "run")
    reader.refresh()
    live.log_metric("loss", 0.5)
    live.next_step()
    reader.refresh()
    assert points(reader, "loss") == [(0, 1.0), (1, 0.5)]
    live.end()
