"""Runs in TensorBoard's event files, as PyTorch, Lightning, Keras, TensorFlow 1 and tensorboardX write them."""

import copy
import math
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runstore.records.identity import host_name
from runstore.records.points import NO_STEP
from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.scan import Scan, find_places

GOLDEN = Path(__file__).parent / "golden" / "tensorboard"


def readers(folder):
    """A reader for each run below the folder, refreshed, by name."""
    found = {}
    for place in find_places(str(folder)):
        assert place.kind == "tensorboard"
        found[place.name] = kind_of("tensorboard").open(place)
        found[place.name].refresh()
        assert not found[place.name].warnings
    return found


def only(folder):
    [reader] = readers(folder).values()
    return reader


def points(reader, name):
    series = reader.series(name)
    return list(zip(series.steps.tolist(), series.values.tolist(), strict=True))


@pytest.fixture
def writer_of():
    """Makes writers of tensorboardX."""
    tensorboard = pytest.importorskip("tensorboardX")
    writers = []

    def make(folder, **options):
        writers.append(tensorboard.SummaryWriter(str(folder), max_queue=1, **options))
        return writers[-1]

    yield make
    for writer in writers:
        writer.close()


def flushed(writer, condition):
    """Flush until it is so: what was added is on its way to the file through a thread of the writer."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        writer.flush()
        time.sleep(0.001)


# ---- what the real writers have written


@pytest.mark.feature("foreign", 20, "TensorBoard event files, of PyTorch, as they are", "runs-tui runs/")
def test_all_that_pytorch_writes_is_one_run():
    reader = only(GOLDEN / "torch")
    assert (reader.id, reader.experiment) == ("torch", "tensorboard")
    assert points(reader, "loss")[::299] == [(0, 1.0), (299, 0.050287436693906784)]
    assert reader.series("loss").times.tolist() == [1e9 + step for step in range(300)]
    assert math.isnan(points(reader, "odd")[0][1])
    assert points(reader, "odd")[1] == (2, math.inf)
    assert points(reader, "new style") == [(0, 0.0), (1, 0.5), (2, 1.0)]
    assert reader.state().word != "completed"


@pytest.mark.feature("foreign", 21, "the folders of add_scalars are in the run, as score/train and score/val", "")
def test_add_scalars_is_part_of_the_run():
    reader = only(GOLDEN / "torch")
    assert points(reader, "score/f1/train")[-1] == (19, pytest.approx(0.95))
    assert points(reader, "score/f1/val")[-1] == (19, pytest.approx(0.475))


@pytest.mark.feature("foreign", 22, "what add_hparams puts into folders is in the run: its parameters and results", "")
def test_add_hparams_is_part_of_the_run():
    reader = only(GOLDEN / "torch")
    assert reader.manifest["params"] == {"lr": 0.1, "layers": 3, "name": "small", "bias": True}
    # Without a step, so that it is not taken for the step that the run has reached.
    assert points(reader, "hparam/accuracy") == [(NO_STEP, pytest.approx(0.9))]
    # PyTorch tells an end together with the parameters, whether it is one or not.
    assert reader.manifest["status"] == "Running"


@pytest.mark.feature("foreign", 23, "texts, images and histograms of event files", "Records tab")
def test_texts_images_and_histograms():
    reader = only(GOLDEN / "torch")
    [said] = reader.records("row")
    assert (said["name"], said["value"], said["step"], said["time"]) == (
        "config",
        {"text": "a **bold** plan"},
        7,
        1e9 + 7,
    )
    [image] = reader.records("image")
    assert (image["name"], image["value"], image["step"]) == ("digit", "images/digit/3.png", 3)
    content = reader.artifact(image["value"])
    assert content.startswith(b"\x89PNG")
    assert content.endswith(b"IEND\xaeB`\x82")
    assert copy.deepcopy(reader).artifact(image["value"]) == content
    assert points(reader, "weights/mean") == [(5, 49.5)]
    assert points(reader, "weights/std") == [(5, pytest.approx(28.866, abs=1e-3))]
    assert [points(reader, f"weights/{end}")[0][1] for end in ("min", "max")] == [0.0, 99.0]


@pytest.mark.feature("foreign", 24, "runs that were begun again: all files of a folder are one run", "")
def test_the_files_of_a_run_that_was_begun_again_follow_each_other():
    found = points(only(GOLDEN / "resumed"), "loss")
    assert found == [(step, 1.0) for step in range(100)] + [(step, 2.0) for step in range(60, 120)]


@pytest.mark.feature("foreign", 25, "lightning_logs/ with their hyperparameters", "runs-tui lightning_logs")
def test_a_run_of_lightning():
    reader = only(GOLDEN / "lightning")
    assert (reader.id, reader.experiment) == ("version_0", "lightning_logs")
    assert points(reader, "train_loss")[1] == (1, 0.5)
    assert reader.manifest["params"] == {"lr": 0.02, "model.width": 32}
    assert "hparams.yaml" in reader.files()


@pytest.mark.feature("foreign", 26, "Keras: training and validation are one run, with its end", "runs-tui logs/")
def test_training_and_validation_of_keras_are_one_run():
    reader = only(GOLDEN / "keras")
    assert [step for step, _ in points(reader, "train/epoch_loss")] == [0, 1, 2, 3]
    assert points(reader, "validation/epoch_loss")[-1] == (3, pytest.approx(0.91315, abs=1e-5))
    assert len(points(reader, "train/batch_loss")) == 8
    assert "train/sequential/out/kernel/histogram/mean" in reader.names()
    assert reader.manifest["params"] == {"units": 16, "optimizer": "sgd"}
    assert (reader.manifest["status"], reader.state().word) == ("Completed", "completed")
    assert reader.manifest["started"] < reader.manifest["ended"] < reader.manifest["started"] + 60


def test_several_values_in_one_event_of_tensorflow_1():
    reader = only(GOLDEN / "merged")
    assert points(reader, "loss") == [(step, step / 4) for step in range(50)]
    assert points(reader, "rate") == [(step, step / 8) for step in range(50)]


def test_a_step_that_was_never_given_is_none(tmp_path, writer_of):
    """Such a writer says 0 each time."""
    writer = writer_of(tmp_path / "run")
    for _ in range(5):
        writer.add_scalar("loss", 1.0)
    writer.add_scalar("acc", 1.0, 0)
    writer.add_scalar("acc", 1.0, 1)
    writer.close()
    reader = only(tmp_path)
    assert [step for step, _ in points(reader, "loss")] == [0, *[NO_STEP] * 4]
    assert [step for step, _ in points(reader, "acc")] == [0, 1]


# ---- live


@pytest.mark.feature("foreign", 27, "event files live: each flush of the writer is on the screen", "")
def test_a_run_is_read_as_it_is_written(tmp_path, writer_of):
    writer = writer_of(tmp_path / "run")
    reader = only(tmp_path)
    assert reader.names() == []
    for step in range(100):
        writer.add_scalar("loss", step / 2, step)
        flushed(writer, reader.refresh)
        assert reader.refresh() is False
    assert points(reader, "loss") == [(step, step / 2) for step in range(100)]
    again = copy.deepcopy(reader)
    writer.add_scalar("loss", 7.0, 100)
    flushed(writer, reader.refresh)
    again.refresh()
    for each in (again, reader):
        assert points(each, "loss")[-1] == (100, 7.0)


def test_a_torn_end_is_waited_for(tmp_path):
    source = next((GOLDEN / "torch").glob("events*"))
    content = source.read_bytes()
    (tmp_path / "run").mkdir()
    copied = tmp_path / "run" / source.name
    copied.write_bytes(content[:100])
    reader = only(tmp_path)
    for end in range(100, len(content), 177):
        copied.write_bytes(content[:end])
        reader.refresh()
        assert not reader.warnings
    copied.write_bytes(content)
    reader.refresh()
    whole = only(GOLDEN / "torch")
    assert points(reader, "loss") == points(whole, "loss")
    assert reader.records("row")[0]["value"] == whole.records("row")[0]["value"]


def test_damage_is_told_and_the_rest_is_read(tmp_path):
    source = next((GOLDEN / "torch").glob("events*"))
    content = bytearray(source.read_bytes())
    content[5000:5100] = os.urandom(100)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / source.name).write_bytes(content)
    [place] = find_places(str(tmp_path))
    reader = kind_of("tensorboard").open(place)
    reader.refresh()
    assert reader.warnings == [f"{source.name}: it is damaged: what could not be read was passed over"]
    assert 290 <= len(points(reader, "loss")) < 300
    assert points(reader, "loss")[-1][0] == 299


def test_a_file_that_was_replaced_is_read_anew(tmp_path, writer_of):
    folder = tmp_path / "run"
    shutil.copytree(GOLDEN / "resumed", folder)
    reader = only(tmp_path)
    first = min(folder.iterdir())
    other = tmp_path / "other"
    shutil.copyfile(sorted(folder.iterdir())[1], other)
    other.replace(first)
    reader.refresh()
    assert points(reader, "loss") == 2 * [(step, 2.0) for step in range(60, 120)]
    first.unlink()
    reader.refresh()
    assert points(reader, "loss") == [(step, 2.0) for step in range(60, 120)]


def test_points_that_were_not_kept_are_read_when_they_are_asked_for():
    [place] = find_places(str(GOLDEN / "resumed"))
    reader = kind_of("tensorboard").open(place, keep=False)
    reader.refresh()
    assert reader.metrics["loss"].n == 160
    assert len(points(reader, "loss")) == 160


def test_reading_in_slices_comes_to_the_same(tmp_path):
    content = next((GOLDEN / "merged").iterdir()).read_bytes()
    folder = tmp_path / "run"
    folder.mkdir()
    for number in range(50):
        (folder / f"events.out.tfevents.{1000000000 + number}.h").write_bytes(content)
    [place] = find_places(str(tmp_path))
    reader = kind_of("tensorboard").open(place)
    reader.refresh(0.0)
    turns = 1
    while reader.waiting:
        reader.refresh(0.0)
        turns += 1
    assert 50 <= turns <= 51
    assert points(reader, "rate") == 50 * [(step, step / 8) for step in range(50)]


# ---- which folders are runs


def names_of(folder):
    return sorted(place.name for place in find_places(str(folder)))


def test_an_event_file_is_told_by_its_content(tmp_path):
    for name in ("one", "two", "three", "four"):
        (tmp_path / name).mkdir()
    content = next((GOLDEN / "merged").iterdir()).read_bytes()
    (tmp_path / "one" / "renamed.bin").write_bytes(content)
    (tmp_path / "two" / "events.out.tfevents.1.h").write_text("no event file, but some other text")
    (tmp_path / "three" / "events.out.tfevents.1.h").write_bytes(b"")
    (tmp_path / "four" / "events.out.tfevents.1.h.profile-empty").write_bytes(content[:40])
    assert names_of(tmp_path) == ["one", "three"]


def test_folders_of_sessions_with_other_parameters_are_runs_of_their_own(tmp_path, writer_of):
    """As of a sweep in which one writer tells the parameters of all trials."""
    writer = writer_of(tmp_path / "sweep")
    writer.add_hparams({"lr": 0.1}, {"acc": 0.5}, name="a")
    assert names_of(tmp_path) == ["sweep"]
    writer.add_hparams({"lr": 0.2}, {"acc": 0.6}, name="b")
    found = readers(tmp_path)
    assert {name: reader.manifest["params"] for name, reader in found.items() if name != "sweep"} == {
        "a": {"lr": 0.1},
        "b": {"lr": 0.2},
    }
    assert points(found["a"], "acc")[0][1] == 0.5


def test_a_run_that_lies_in_another_stays_one(tmp_path, writer_of):
    for folder in ("runs", "runs/inner", "runs/train"):
        writer = writer_of(tmp_path / folder)
        writer.add_scalar("loss", 1.0, 0)
        writer.close()
    assert names_of(tmp_path) == ["inner", "runs", "train"]


def test_folders_of_add_scalars_join_the_run_while_it_is_watched(tmp_path, writer_of):
    scan = Scan(str(tmp_path))
    writer = writer_of(tmp_path / "run")
    writer.add_scalar("loss", 1.0, 0)
    while scan.step(1.0) or scan.waiting:
        pass
    [place] = scan.places()
    reader = kind_of("tensorboard").open(place)
    reader.refresh()
    # First an empty folder, then a file without values, then values.
    inner = tmp_path / "run" / "f1_val"
    inner.mkdir()
    scan.again(scan.folders())
    scan.step(1.0)
    other = writer_of(inner)
    scan.again(scan.folders())
    scan.step(1.0)
    assert scan.places() == [place]
    other.add_scalar("f1", 0.5, 3)
    other.close()
    scan.again(scan.folders())
    scan.step(1.0)
    assert scan.places() == [place]
    reader.refresh()
    assert points(reader, "f1/val") == [(3, 0.5)]


@pytest.mark.feature("foreign", 28, "a hundred event files that come while a folder is watched", "")
def test_a_hundred_files_that_come_later(tmp_path):
    source = next((GOLDEN / "merged").iterdir())
    folder = tmp_path / "run"
    folder.mkdir()
    shutil.copyfile(source, folder / "events.out.tfevents.1000000000.h")
    reader = only(tmp_path)
    for number in range(1, 101):
        shutil.copyfile(source, folder / f"events.out.tfevents.{1000000000 + number}.h")
    reader.refresh()
    assert reader.metrics["loss"].n == 101 * 50
    assert points(reader, "loss") == 101 * [(step, step / 4) for step in range(50)]


# ---- life


def test_a_writer_that_is_gone_has_ended(tmp_path):
    """The process is in the name of the file; this one writes nothing any more when it is gone."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    content = next((GOLDEN / "merged").iterdir()).read_bytes()
    folder = tmp_path / "run"
    folder.mkdir()
    path = folder / f"events.out.tfevents.{int(time.time())}.{host_name()}.{process.pid}.0"
    path.write_bytes(content)
    reader = only(tmp_path)
    assert reader.state().word == "growing"
    process.communicate(b"\n")
    assert reader.state().word == "ended"
    # A file that grows all the same is of a process that cannot be seen from here.
    path.write_bytes(content + content)
    reader.refresh()
    assert reader.state().word == "growing"


def test_of_another_machine_only_silence_is_known(tmp_path):
    content = next((GOLDEN / "merged").iterdir()).read_bytes()
    folder = tmp_path / "run"
    folder.mkdir()
    path = folder / "events.out.tfevents.1700000000.elsewhere.999999999.0"
    path.write_bytes(content)
    assert only(tmp_path).state().word == "growing"
    os.utime(path, (time.time() - 170,) * 2)
    os.utime(folder, (time.time() - 170,) * 2)
    assert only(tmp_path).state().word == "growing"  # writers flush every 120 s
    os.utime(path, (time.time() - 190,) * 2)
    os.utime(folder, (time.time() - 190,) * 2)
    assert only(tmp_path).state().word == "silent"


def test_an_older_file_of_this_machine_is_of_a_process_before_its_start(tmp_path):
    content = next((GOLDEN / "merged").iterdir()).read_bytes()
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / f"events.out.tfevents.1000000000.{host_name()}.{os.getpid()}.0").write_bytes(content)
    assert only(tmp_path).state().word == "ended"
