"""Runs of Hugging Face's Trainer: what its newest checkpoint says."""

import json
import os
import shutil
from pathlib import Path

import pytest

from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.scan import Scan, find_places, place_at

GOLDEN = Path(__file__).parent / "golden" / "trainer"
STATE = "trainer_state.json"


def places(folder):
    return [place for place in find_places(str(folder)) if place.kind == "trainer"]


def reader_of(folder):
    (place,) = places(folder)
    return kind_of("trainer").open(place)


def steps(reader, name):
    return reader.series(name).steps.tolist()


def save(folder, step, rows, **fields):
    """A checkpoint as the Trainer leaves it."""
    path = folder / f"checkpoint-{step}" / STATE
    path.parent.mkdir(parents=True, exist_ok=True)
    state = {"best_metric": None, "global_step": step, "max_steps": 30, "log_history": rows, **fields}
    path.write_text(json.dumps(state, indent=2))
    return path


@pytest.mark.feature("foreign", 102, "the Hugging Face Trainer's state, of all checkpoints one run", "runs-tui outputs")
def test_all_checkpoints_of_an_output_folder_are_one_run():
    assert sorted((place.experiment, place.name) for place in places(GOLDEN)) == [
        ("trainer", "cut"),
        ("trainer", "whole"),
    ]
    reader = reader_of(GOLDEN / "whole")
    reader.refresh()
    assert steps(reader, "loss") == [2, 4, 6, 8, 10, 12]
    assert steps(reader, "eval_loss") == [4, 8, 12]
    assert reader.metrics["train_runtime"].n == 1  # said in the state that the end wrote
    assert reader.manifest["params"]["num_train_epochs"] == 3
    assert reader.state().word == "completed"
    assert reader.files() == ["checkpoint-12/" + STATE, "checkpoint-9/" + STATE, STATE]


@pytest.mark.parametrize("first", [STATE, f"checkpoint-12/{STATE}", f"checkpoint-9/{STATE}"])
def test_a_copy_tells_no_order_by_its_times(tmp_path, first):
    shutil.copytree(GOLDEN / "whole", tmp_path / "whole")
    for path in (tmp_path / "whole").rglob(STATE):
        os.utime(path, (1_000.0, 1_000.0 if path == tmp_path / "whole" / first else 1_001.0))
    reader = reader_of(tmp_path / "whole")
    reader.refresh()
    assert reader.metrics["train_runtime"].n == 1


def test_folders_with_a_hash_in_their_names_are_no_less_found(tmp_path):
    shutil.copytree(GOLDEN / "whole", tmp_path / "c# 1" / "a#b")
    (place,) = places(tmp_path)
    assert place.path == str(tmp_path / "c# 1" / "a#b")
    assert place_at(place.key, str(tmp_path)) == place
    reader = kind_of("trainer").open(place)
    reader.refresh()
    assert (reader.gone, steps(reader, "eval_loss")) == (False, [4, 8, 12])


def test_one_that_was_cut_off_says_how_far_its_numbers_go():
    reader = reader_of(GOLDEN / "cut")
    reader.refresh()
    assert steps(reader, "loss") == [2, 4, 6]
    assert reader.state().word in ("growing", "silent")
    assert reader.manifest["description"].startswith("As of step 6")


def test_points_have_the_time_of_the_first_checkpoint_that_holds_them(tmp_path):
    rows = [{"step": step, "loss": 1.0 / step} for step in (5, 10, 15, 20)]
    for step, moment in ((10, 1000), (20, 2000)):
        os.utime(save(tmp_path, step, rows[: step // 5]), (moment, moment))
    reader = reader_of(tmp_path)
    reader.refresh()
    assert reader.series("loss").times.tolist() == [1000.0, 1000.0, 2000.0, 2000.0]


def test_a_new_checkpoint_is_taken_in_and_old_ones_may_go(tmp_path):
    rows = [{"step": step, "loss": 1.0 / step, "epoch": step / 10} for step in (5, 10, 15, 20, 25, 30)]
    save(tmp_path, 10, rows[:2])
    reader = reader_of(tmp_path)
    reader.refresh()
    known = reader.signature()
    assert not reader.refresh()
    save(tmp_path, 20, rows[:4])
    shutil.rmtree(tmp_path / "checkpoint-10")
    assert reader.signature() != known
    assert reader.refresh()
    assert steps(reader, "loss") == [5, 10, 15, 20]
    best = {"best_metric": 0.9, "best_model_checkpoint": "/data/out/checkpoint-20"}
    save(tmp_path, 30, rows, **best)
    reader.refresh()
    assert reader.state().word == "completed"
    assert reader.manifest["description"] is None
    assert reader.manifest["properties"] == {"best_metric": "0.9", "best_model_checkpoint": "checkpoint-20"}


def test_a_checkpoint_whose_state_comes_last_is_not_missed(tmp_path):
    (tmp_path / "checkpoint-10").mkdir()
    scan = Scan(str(tmp_path))
    scan.step(1.0)
    assert scan.places() == []
    save(tmp_path, 10, [{"step": 10, "loss": 0.5}])
    scan.again([str(tmp_path)])
    (place,) = scan.places()
    assert place.name == tmp_path.name
    reader = kind_of("trainer").open(place)
    reader.refresh()
    (tmp_path / "checkpoint-20").mkdir()
    reader.refresh()
    known = reader.signature()
    save(tmp_path, 20, [{"step": 10, "loss": 0.5}, {"step": 20, "loss": 0.4}])
    assert reader.signature() != known


def test_a_state_that_is_being_written_leaves_the_one_before(tmp_path):
    rows = [{"step": 10, "loss": 0.5}, {"step": 20, "loss": float("nan")}]
    os.utime(save(tmp_path, 10, rows[:1]), (1000, 1000))
    path = save(tmp_path, 20, rows)
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    reader = reader_of(tmp_path)
    reader.refresh()
    assert steps(reader, "loss") == [10]
    assert len(reader.warnings) == 1
    path.write_bytes(whole)
    reader.refresh()
    assert steps(reader, "loss") == [10, 20]
    assert reader.warnings == []


@pytest.mark.parametrize("content", ["[]", "null", '{"log_history": 5}', "[" * 100_000, ""])
def test_what_is_no_state_is_told(tmp_path, content):
    path = save(tmp_path, 10, [])
    reader = reader_of(tmp_path)
    path.write_text(content)
    reader.refresh()
    assert reader.names() == []
    assert len(reader.warnings) == 1


def test_odd_rows_are_passed_over(tmp_path):
    rows = [5, {"loss": 1.0}, {"step": "x", "loss": 2.0}, {"step": 10**30, "loss": "word", "big": 10**400, "ok": True}]
    save(tmp_path, 10, rows)
    reader = reader_of(tmp_path)
    reader.refresh()
    assert reader.series("loss").values.tolist() == [1.0, 2.0]
    assert reader.names() == ["loss", "ok"]
    assert reader.warnings == []


def test_other_files_of_that_name_are_no_runs(tmp_path):
    (tmp_path / STATE).write_text('{"name": "something else"}')
    assert not places(tmp_path)
