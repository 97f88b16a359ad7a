"""Runs of W&B as its own SDK wrote them, see golden/wandb/make.py."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runstore.reading.build import full_row
from runstore.reading.recorded import Recordings
from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.reader import ForeignReader
from runstore.sources.foreign.scan import find_places

GOLDEN = Path(__file__).parent / "golden" / "wandb"


def open_in(top: Path) -> ForeignReader:
    """The one run below a folder, read."""
    [place] = find_places(str(top))
    reader = kind_of(place.kind).open(place)
    reader.refresh()
    return reader


def golden(number: int) -> ForeignReader:
    """One of the runs of the SDK, read."""
    [folder] = GOLDEN.glob(f"*-golden{number:02d}")
    return open_in(folder)


@pytest.fixture(scope="module")
def complete() -> ForeignReader:
    """The run that holds everything."""
    return golden(1)


def values(reader: ForeignReader, name: str) -> list[float]:
    """All values of a metric."""
    return reader.series(name).values.tolist()


@pytest.mark.feature("foreign", 40, "open W&B offline runs, live and read-only", "runs-tui PATH")
def test_each_run_of_a_folder_is_found_once_and_what_the_sdk_says_of_itself_is_no_run(tmp_path: Path) -> None:
    shutil.copytree(GOLDEN, tmp_path / "wandb")
    [folder] = tmp_path.glob("wandb/*-golden01")
    (folder / "logs").mkdir()
    (folder / "logs" / "debug.log").write_text("step 1 loss 0.5\n" * 20)
    (tmp_path / "wandb" / "latest-run").symlink_to(folder.name)
    (tmp_path / "wandb" / "debug.log").symlink_to(f"{folder.name}/logs/debug.log")
    found = find_places(str(tmp_path))
    assert [(place.kind, place.experiment, place.name) for place in found if "golden" in place.key] == [
        ("wandb", "vision", f"golden{number:02d}") for number in (1, 2, 3)
    ]
    assert len(found) == 3


def test_files_without_their_folders_are_runs_too(tmp_path: Path) -> None:
    for path in GOLDEN.glob("*/*.wandb"):
        shutil.copyfile(path, tmp_path / path.name)
    readers = [kind_of(place.kind).open(place) for place in find_places(str(tmp_path))]
    for reader in readers:
        reader.refresh()
    assert sorted((reader.id, reader.experiment) for reader in readers) == [
        (f"golden{number:02d}", "vision") for number in (1, 2, 3)
    ]
    assert [values(reader, "loss") for reader in readers if reader.id == "golden02"] == [[2.0]]


def test_who_and_what_a_run_is(complete: ForeignReader) -> None:
    manifest = complete.manifest
    assert (complete.id, complete.experiment, manifest["display_name"]) == ("golden01", "vision", "first try")
    assert manifest["description"] == "two\nlines"
    assert manifest["params"] == {
        "layers": [1, 2, 3],
        "opt.name": "adam",
        "opt.betas": [0.9, 0.999],
        "seed": 1,
        "batch": 32,
        "lr": 0.01,
    }
    assert manifest["tags"] == {"group": "sweep-a", "job_type": "train", "good": None, "small": None}
    assert manifest["command"] == ["python3", "train.py", "complete"]
    assert (manifest["host"], manifest["status"], manifest["exit"]["code"]) == ("node1", "Completed", 0)
    assert manifest["started"] < manifest["ended"] < manifest["started"] + 60
    assert manifest["properties"]["wandb.version"] == "0.31.0"
    assert complete.warnings == []


def test_numbers_of_history_under_dotted_names_not_finite_ones_too(complete: ForeignReader) -> None:
    loss = complete.series("loss")
    assert loss.steps.tolist() == [*range(12), 100]
    assert loss.values[:3].tolist() == [1.0, 0.5, 1 / 3]
    assert math.isnan(loss.values[3])
    assert loss.values[4] == math.inf
    assert values(complete, "acc")[4] == -math.inf
    assert values(complete, "nested.a.b") == [step * 1.5 for step in range(12)]
    assert values(complete, "flag") == [1.0, 0.0] * 6
    assert (abs(loss.times - complete.manifest["started"]) < 60).all()


def test_a_metric_has_the_steps_that_it_was_defined_with(complete: ForeignReader) -> None:
    assert complete.series("val/loss").steps.tolist() == [0, 1, 2]
    assert complete.series("epoch").steps.tolist() == [3, 7, 11]
    # What was said to count its steps has values between whole numbers.
    assert complete.series("fine").steps.tolist() == list(range(12))
    assert complete.manifest["metrics"] == {"val/loss": {"goal": "min"}, "acc": {"goal": "max"}}


def test_what_was_set_in_the_summary_alone(complete: ForeignReader) -> None:
    best = complete.series("best")
    assert best.values.tolist() == [0.25]
    assert complete.metrics["best"].step is None
    assert complete.manifest["properties"]["summary.verdict"] == "good"
    assert not any(name.startswith(("_", "one", "guesses")) for name in complete.names())


def test_images_tables_histograms_texts_and_lists(complete: ForeignReader) -> None:
    recordings = Recordings(complete)
    recordings.refresh()
    found = recordings.items
    assert {name: item.kind for name, item in found.items()} == {
        **dict.fromkeys(("one", "several"), "image"),
        **dict.fromkeys(("weights", "guesses", "note", "page"), "table"),
        "sizes": "list",
    }
    assert found["guesses"].columns == {"x": [1, 2], "y": ["a", "b"]}
    assert found["weights"].columns == {"value": [1.5, 2.5], "count": [1, 3]}
    assert found["note"].columns == {"text": ["after step 3", "after step 7", "after step 11"]}
    assert found["sizes"].values == [1, 3, 1, 7, 1, 11]
    assert [len(found[name].values) for name in ("one", "several")] == [1, 2]
    for name in found["one"].values + found["several"].values:
        assert complete.artifact(name).startswith(b"\x89PNG")
        assert name in complete.files()


def test_an_alert_is_shown_with_the_run(complete: ForeignReader) -> None:
    row = full_row(complete, str(GOLDEN))
    assert any("Loss is low: below 0.6" in said for said in row.warnings)


@pytest.mark.feature("foreign", 41, "see CPU, memory and GPU of a W&B run under our names", "Overview, System")
def test_samples_of_the_machine_under_our_names(complete: ForeignReader) -> None:
    samples = complete.resources
    assert {"cpu_percent", "memory_mb", "host_memory_percent"} <= set(samples.names())
    memory = samples.series("memory_mb").values
    assert (memory > 10).all()
    assert (memory < 2_000).all()
    assert "loss" not in samples.names()


def test_what_it_printed(complete: ForeignReader) -> None:
    [log] = complete.consoles()
    assert log.out is not None
    assert Path(log.out).read_text().startswith("step 0\nstep 1\n")


def test_a_run_that_failed(complete: ForeignReader) -> None:
    reader = golden(2)
    assert reader.state().word == "failed"
    assert reader.manifest["exit"]["code"] == 1
    [log] = reader.consoles()
    assert log.out is not None
    assert "RuntimeError: the loss went up" in Path(log.out).read_text()


def test_a_run_that_was_killed_is_silent_and_what_reached_the_disk_is_read(tmp_path: Path) -> None:
    [folder] = GOLDEN.glob("*-golden03")
    shutil.copytree(folder, tmp_path / folder.name)
    for path in tmp_path.rglob("*"):
        os.utime(path)
    reader = open_in(tmp_path)
    assert reader.state().word == "growing"
    steps = len(values(reader, "train/m0"))
    assert 50 < steps < 110
    assert values(reader, "train/m5") == [step + 0.625 for step in range(steps)]
    assert reader.warnings == []
    for path in tmp_path.rglob("*"):
        os.utime(path, (time.time() - 600,) * 2)
    reader = open_in(tmp_path)
    assert reader.state().word == "silent"
    assert "10m" in reader.state().text


def test_a_run_is_read_as_it_grows_whatever_is_torn(tmp_path: Path) -> None:
    [folder] = GOLDEN.glob("*-golden03")
    [log] = folder.glob("*.wandb")
    whole, content = open_in(folder), log.read_bytes()
    made = tmp_path / folder.name
    shutil.copytree(folder, made)
    file = made / log.name
    file.write_bytes(b"")
    reader, known = None, 0
    for end in (3, 7, 8, 900, 20_000, 20_001, 32_760, len(content)):
        file.write_bytes(content[:end])
        if end < 7:
            assert [place for place in find_places(str(tmp_path)) if place.kind == "wandb"] == []
            continue
        reader = reader or open_in(tmp_path)
        reader.refresh()
        stat = reader.metrics.get("train/m0")
        assert known <= (stat.n if stat else 0)
        known = stat.n if stat else 0
        assert reader.warnings == []
    assert reader is not None
    for name in whole.names():
        assert values(reader, name) == values(whole, name)


def test_a_file_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    folders = [next(GOLDEN.glob(f"*-golden0{number}")) for number in (3, 2)]
    made = tmp_path / folders[0].name
    shutil.copytree(folders[0], made)
    reader = open_in(tmp_path)
    [other] = folders[1].glob("*.wandb")
    shutil.copyfile(other, next(made.glob("*.wandb")))
    assert reader.refresh()
    assert reader.names() == ["loss"]
    assert reader.state().word == "failed"


LIVE = """
import sys, time, wandb
run = wandb.init(project="live", mode="offline", dir=sys.argv[1], settings=wandb.Settings(silent=True))
for step in range(20):
    run.log({"loss": 1 / (step + 1), "nested": {"value": step}})
print("last", flush=True)
run.finish(exit_code=3)
"""


def test_what_the_installed_sdk_writes_is_read(tmp_path: Path) -> None:
    pytest.importorskip("wandb")
    subprocess.run([sys.executable, "-c", LIVE, str(tmp_path)], check=True, cwd=tmp_path)
    reader = open_in(tmp_path)
    assert values(reader, "loss") == [1 / (step + 1) for step in range(20)]
    assert values(reader, "nested.value") == list(range(20))
    assert (reader.state().word, reader.manifest["exit"]["code"]) == ("failed", 3)
