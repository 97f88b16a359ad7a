"""Runs of Lightning's CSVLogger: read as its files grow, whatever it rewrites."""

import csv
import io
import math
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runstore.records.points import NO_STEP
from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.scan import Scan, find_places

GOLDEN = Path(__file__).parent / "golden" / "lightning"


def reader_of(folder):
    """The one run of Lightning below the folder."""
    (place,) = [place for place in find_places(str(folder)) if place.kind == "lightning"]
    return kind_of("lightning").open(place)


def points(reader, name):
    series = reader.series(name)
    return list(zip(series.steps.tolist(), series.values.tolist(), strict=True))


@pytest.mark.feature("foreign", 100, "Lightning's CSV logs, with their hyperparameters", "runs-tui lightning_logs")
def test_a_training_of_the_trainer_is_read_as_it_was_logged():
    reader = reader_of(GOLDEN / "lightning_logs")
    reader.refresh()
    assert (reader.id, reader.experiment) == ("version_0", "lightning_logs")
    assert reader.names() == ["epoch", "train/loss", "val/loss", "val/odd"]
    assert [step for step, _ in points(reader, "train/loss")] == [1, 3, 5, 7, 9, 11]
    assert points(reader, "val/loss")[0] == (3, 0.18451857566833496)
    assert math.isnan(reader.metrics["val/odd"].last)
    assert reader.manifest["params"] == {
        "lr": 0.1,
        "layers.hidden": 4,
        "layers.act": "relu",
        "betas": [0.9, 0.99],
        "note": "a: b #c",
    }
    assert reader.files() == ["hparams.yaml", "metrics.csv"]
    assert not reader.warnings


def test_names_with_commas_infinities_and_parameters_that_are_objects_of_python():
    reader = reader_of(GOLDEN / "plain")
    reader.refresh()
    assert points(reader, "a, with a comma") == [(50, 1.5)]
    assert points(reader, "huge")[-1] == (40, math.inf)
    assert reader.manifest["params"] == {"device": ["cpu"], "lr": 0.0001, "optimizer": "adam"}


class Logger:
    """Writes as the CSVLogger does: rows are appended; for a new key all is written anew, in the same file."""

    def __init__(self, path):
        self.path = path
        self.keys = []

    def save(self, rows):
        keys = sorted({*self.keys, *(key for row in rows for key in row)})
        old = []
        if keys != self.keys and os.path.exists(self.path):
            with open(self.path, newline="") as file:
                old = list(csv.DictReader(file))
        with open(self.path, "w" if keys != self.keys else "a", newline="") as file:
            writer = csv.DictWriter(file, keys)
            if keys != self.keys:
                writer.writeheader()
            writer.writerows([*old, *rows])
        self.keys = keys


NUMBERS = st.floats(width=32) | st.integers(-9, 9)
ROWS = st.lists(st.dictionaries(st.sampled_from(["a", "b/c", 'd "quoted", e']), NUMBERS, min_size=1), min_size=1)


@settings(max_examples=30)
@given(st.lists(ROWS, min_size=1, max_size=6), st.data())
def test_whatever_is_rewritten_while_it_is_read_all_points_are_there_in_the_end(tmp_path_factory, saves, data):
    folder = tmp_path_factory.mktemp("run")
    path = folder / "metrics.csv"
    logger = Logger(path)
    logger.save([{"step": 0, "a": 1.0}])
    reader = reader_of(folder)
    reader.refresh()
    step = 0
    for rows in saves:
        logger.save([{**row, "step": (step := step + 1)} for row in rows])
        moment = data.draw(st.sampled_from(["later", "now", "now", "in the middle of a write"]))
        if moment == "now":
            reader.refresh()
        elif moment != "later":
            whole = path.read_bytes()
            path.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
            reader.refresh()
            path.write_bytes(whole)
    os.utime(path, (1, step))  # two writes within a tick of the clock, of the same size, are no rule
    reader.refresh()
    expected = {}
    for row in csv.DictReader(io.StringIO(path.read_text())):
        for name, cell in row.items():
            if name != "step" and cell:
                expected.setdefault(name, []).append((int(row["step"]), float(cell)))
    assert {name: list(map(str, points(reader, name))) for name in reader.names()} == {
        name: list(map(str, found)) for name, found in expected.items()
    }


def test_a_new_key_changes_the_first_line_and_no_point_is_lost_or_doubled(tmp_path):
    logger = Logger(tmp_path / "metrics.csv")
    logger.save([{"step": 0, "a": 1.0}])
    reader = reader_of(tmp_path)
    reader.refresh()
    logger.save([{"step": 1, "a": 0.5, "A": 2.0}])  # in the first column
    reader.refresh()
    assert (points(reader, "a"), points(reader, "A")) == ([(0, 1.0), (1, 0.5)], [(1, 2.0)])
    assert reader.warnings == []


def test_only_new_rows_are_read_and_a_torn_one_is_waited_for(tmp_path):
    path = tmp_path / "metrics.csv"
    path.write_bytes(b"loss,step\r\n0.5,0\r\n0.4,")
    reader = reader_of(tmp_path)
    assert reader.refresh()
    assert points(reader, "loss") == [(0, 0.5)]
    assert not reader.refresh()
    with path.open("ab") as file:
        file.write(b"1\r\n0.3,2\r\n")
    assert reader.refresh()
    series = reader.series("loss")
    assert points(reader, "loss") == [(0, 0.5), (1, 0.4), (2, 0.3)]
    assert series.generation == 1  # nothing was read twice
    assert set(series.times.tolist()) <= {path.stat().st_mtime, series.times[0]}


@pytest.mark.parametrize(
    ("text", "expected", "warned"),
    [
        ("step,x\n1,2,3\n2,5\n", {"x": [(2, 5.0)]}, "1 rows have another number of cells"),
        ("step,x\n1,2,3\n2\n3,4\n", {"x": [(3, 4.0)]}, "2 rows have another number of cells"),
        ("step,x\n1,tensor(0.5)\n2,word\n3,\n,4\n5,True\n", {"x": [(1, 0.5), (NO_STEP, 4.0), (5, 1.0)]}, ""),
        ('step,x\n"1","2.5"\n', {"x": [(1, 2.5)]}, ""),
        ("\ufeffstep,x\nnan,1\n1e400,2\n-3,3\n", {"x": [(NO_STEP, 1.0), (NO_STEP, 2.0), (-3, 3.0)]}, ""),
        ("step,x\n\0\0\n1,1\n" + "9" * 3_000_000 + "\n2,2\n", {"x": [(1, 1.0), (2, 2.0)]}, "rows have another"),
    ],
    ids=["misfit", "misfits", "words", "quotes", "steps", "garbage"],
)
def test_odd_cells_and_damage(tmp_path, text, expected, warned):
    (tmp_path / "metrics.csv").write_text(text)
    reader = reader_of(tmp_path)
    reader.refresh()
    assert {name: points(reader, name) for name in reader.names()} == expected
    assert warned in " ".join(reader.warnings)
    assert bool(reader.warnings) == bool(warned)


def test_a_table_without_steps_is_left_to_other_kinds(tmp_path):
    (tmp_path / "metrics.csv").write_text("epoch,accuracy\n1,0.5\n")
    assert "lightning" not in [place.kind for place in find_places(str(tmp_path))]


def test_a_table_that_is_just_being_made_is_found_once_it_has_names(tmp_path):
    path = tmp_path / "metrics.csv"
    path.touch()
    scan = Scan(str(tmp_path))
    scan.step(1.0)
    path.write_text("loss,step\n")
    scan.again([str(tmp_path)])
    assert [place.kind for place in scan.places()] == ["lightning"]


def test_a_folder_that_is_used_again_holds_the_new_run(tmp_path):
    shutil.copytree(GOLDEN / "lightning_logs", tmp_path, dirs_exist_ok=True)
    reader = reader_of(tmp_path)
    reader.refresh()
    path = tmp_path / "version_0" / "metrics.csv"
    path.unlink()
    path.write_text("epoch,step,train/loss,val/loss,val/odd\n0,1,7,,\n")
    (path.parent / "hparams.yaml").write_text("lr: 0.5\n")
    assert reader.refresh()
    assert points(reader, "train/loss") == [(1, 7.0)]
    assert reader.manifest["params"] == {"lr": 0.5}


def test_the_real_logger_while_it_writes(tmp_path):
    """Where lightning is installed."""
    loggers = pytest.importorskip("lightning.pytorch.loggers")
    logger = loggers.CSVLogger(tmp_path, flush_logs_every_n_steps=1)
    logger.log_metrics({"a": 1.0}, step=0)
    reader = reader_of(tmp_path)
    reader.refresh()
    logger.log_metrics({"b": 2.0, "a": 0.5}, step=1)
    reader.refresh()
    assert (points(reader, "a"), points(reader, "b")) == ([(0, 1.0), (1, 0.5)], [(1, 2.0)])
