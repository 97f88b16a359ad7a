"""Runs of other tools become runs of the store: all of each, once, and whole whatever happens."""

from __future__ import annotations

import os
import shutil
import signal
import time
from operator import itemgetter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runstore import Workspace
from runstore.exceptions import UserErrorException, WorkspaceException
from runstore.importing.bring import Outcome, experiment_name, import_runs, plan_import, runs_at
from runstore.importing.build import build_run
from runstore.importing.points import write_points
from runstore.layout.names import check_experiment_name
from runstore.layout.paths import iter_experiments, iter_runs
from runstore.reading.catalog import list_rows
from runstore.reading.points import Points
from runstore.reading.row import RunRow
from runstore.reading.run import RunReader
from runstore.reading.series_data import Series
from runstore.records.lines import plain
from runstore.records.points import NO_STEP
from runstore.sources.foreign import ForeignReader, Place
from runstore.sources.foreign.kinds import kind_of
from runstore.writing.edit import write_edit
from runstore.writing.owner import RunOwner
from tests.core.importing.sources import exported, golden, metric_file


def brought(root: Path, source: Path, **options: object) -> dict[str, str]:
    """What became of each run, by its name."""
    return {outcome.place.name: outcome.word for outcome in outcomes(root, source, **options)}


def outcomes(root: Path, source: Path, **options: object) -> list[Outcome]:
    return list(import_runs(str(root), runs_at(str(source)), **options))  # type: ignore[arg-type]


def rows(root: Path) -> dict[str, RunRow]:
    found = list_rows(str(root), cache=False)
    named = {row.name: row for row in found}
    assert len(named) == len(found)
    return named


def read(folder: str) -> RunReader:
    reader = RunReader(folder)
    reader.refresh()
    return reader


def printed(reader: ForeignReader | RunReader) -> list[bytes]:
    return [Path(path).read_bytes() for log in reader.consoles() for path in (log.out, log.err) if path is not None]


@pytest.mark.feature("foreign", 120, "copy runs of other tools into the run store", "import PATH")
@pytest.mark.parametrize(
    ("tool", "having"),
    [
        ("tensorboard", {"images"}),
        ("wandb", {"images", "samples", "output"}),
        ("mlflow", {"samples", "files"}),
        ("trackio", {"images", "samples"}),
        ("lightning", set()),
        ("dvclive", {"images", "samples"}),
        ("trainer", set()),
    ],
)
def test_all_of_a_run_comes_along(tmp_path: Path, tool: str, having: set[str]) -> None:
    source = golden(tmp_path / "there", tool)
    done = outcomes(tmp_path / "store", source)
    had: set[str] = set()
    for outcome in done:
        original = kind_of(outcome.place.kind).open(outcome.place)
        original.refresh()
        copy = read(outcome.folder or "")
        assert copy.names() == original.names()
        for name in original.names():
            assert_same(copy.series(name), original.series(name))
        assert copy.resources.names() == original.resources.names()
        for name in original.resources.names():
            assert_same(copy.resources.series(name), original.resources.series(name))
        for field in ("params", "tags", "display_name", "description", "user", "host", "command", "git", "archived"):
            assert copy.manifest[field] == original.manifest[field], field
        assert len(copy.records()) == len(original.records())
        for found, expected in zip(copy.records(), sorted(original.records(), key=itemgetter("time")), strict=True):
            assert plain({**found, "seq": 0, "writer": "", "rank": 0}) == plain(
                {**expected, "seq": 0, "writer": "", "rank": 0}
            )
        for record in original.records("image"):
            assert copy.artifact(record["value"]) == original.artifact(record["value"])
        assert printed(copy) == printed(original)
        had |= {
            word
            for word, is_there in (
                ("images", copy.records("image")),
                ("samples", copy.resources.names()),
                ("output", b"".join(printed(copy))),
                ("files", copy.files()),
            )
            if is_there
        }
        assert copy.manifest["properties"]["imported_from"] == outcome.place.key
        assert copy.manifest["properties"]["imported_kind"] == outcome.place.kind
        assert copy.warnings == []
    assert had >= having
    assert {outcome.word for outcome in outcomes(tmp_path / "store", source)} == {"same"}


def assert_same(found: Series, expected: Series) -> None:
    np.testing.assert_array_equal(found.steps, expected.steps)
    np.testing.assert_array_equal(found.times, expected.times)
    np.testing.assert_array_equal(found.values, expected.values)


def test_facts_and_how_it_ended(tmp_path: Path) -> None:
    source = exported(tmp_path / "mlruns")
    brought(tmp_path / "store", source)
    row = rows(tmp_path / "store")["a1"]
    assert (row.experiment, row.params["lr"], row.tags["by"]) == ("nets", 0.1, "me")
    assert (row.state.word, row.ended, row.number) == ("completed", 1_700_000_600.0, 2)
    assert row.metrics["loss"].n == 20


@pytest.mark.parametrize(("age", "warned"), [(0.0, True), (4000.0, False)])
def test_a_run_without_an_end_is_ended_nobody_knows_how(tmp_path: Path, age: float, warned: bool) -> None:
    source = golden(tmp_path / "there", "dvclive")
    for path in source.rglob("*"):
        os.utime(path, (time.time() - age,) * 2)
    brought(tmp_path / "store", source / "dvclive" / "timed")
    (row,) = rows(tmp_path / "store").values()
    assert (row.state.word, row.status) == ("ended", "Completed")
    assert any("still growing" in said for said in row.warnings) == warned


@pytest.mark.feature("foreign", 121, "import again: only what is new or has changed", "import PATH")
def test_once_more_copies_only_what_has_changed(tmp_path: Path) -> None:
    store, source = tmp_path / "store", exported(tmp_path / "mlruns")
    assert brought(store, source) == {"a0": "new", "a1": "new"}
    before = {name: os.stat(row.key).st_ino for name, row in rows(store).items()}
    assert brought(store, source) == {"a0": "same", "a1": "same"}
    with metric_file(source, "a0", "loss").open("a") as file:
        file.write("1700000700000 0.001 20\n")
    assert {each.place.name: each.word for each in plan_import(str(store), runs_at(str(source)))} == {
        "a0": "changed", "a1": "same",
    }  # fmt: skip
    assert brought(store, source) == {"a0": "changed", "a1": "same"}
    after = rows(store)
    assert (after["a0"].metrics["loss"].n, after["a1"].metrics["loss"].n) == (21, 20)
    assert (after["a0"].number, after["a1"].number) == (1, 2)
    assert os.stat(after["a1"].key).st_ino == before["a1"]
    assert os.stat(after["a0"].key).st_ino != before["a0"]


def test_touched_files_that_say_the_same_change_nothing(tmp_path: Path) -> None:
    store, source = tmp_path / "store", exported(tmp_path / "mlruns", runs=1)
    brought(store, source)
    before = os.stat(rows(store)["a0"].key).st_ino
    os.utime(metric_file(source, "a0", "loss"))
    assert brought(store, source) == {"a0": "same"}
    assert os.stat(rows(store)["a0"].key).st_ino == before


def test_what_people_have_added_to_a_copy_stays(tmp_path: Path) -> None:
    store, source = tmp_path / "store", exported(tmp_path / "mlruns", runs=1)
    brought(store, source)
    folder = Path(rows(store)["a0"].key)
    write_edit(str(folder), {"kind": "tags", "value": {"mine": "yes"}})
    (folder / "files" / "note.txt").write_text("look at this")
    with metric_file(source, "a0", "loss").open("a") as file:
        file.write("1700000700000 0.001 20\n")
    assert brought(store, source) == {"a0": "changed"}
    row = rows(store)["a0"]
    assert (row.tags["mine"], row.metrics["loss"].n) == ("yes", 21)
    assert Path(row.key, "files", "note.txt").read_text() == "look at this"
    assert not list(folder.parent.glob(".new-*"))


def test_what_was_logged_onto_a_copy_stays(tmp_path: Path) -> None:
    store, source = tmp_path / "store", exported(tmp_path / "mlruns", runs=1)
    brought(store, source)
    run = Workspace(root=store).get_run(rows(store)["a0"].id)
    run.log("test/acc", 0.9)
    run.log("loss", 7.0, step=50)
    run.log_list("folds", [1, 2])
    for count in (1, 2):
        with metric_file(source, "a0", "loss").open("a") as file:
            file.write(f"170000070000{count} 0.001 {20 + count}\n")
        assert brought(store, source) == {"a0": "changed"}
        run.log("test/acc", 0.95)  # by the process that has the run since before
        copy = read(run._folder)
        assert copy.series("test/acc").values.tolist() == [0.9, *[0.95] * count]
        assert copy.series("loss").steps.tolist() == [*range(20), *range(21, 21 + count), 50]
        assert [record["value"] for record in copy.records("list")] == [[1, 2]]


def test_a_copy_that_has_gone_on_is_left_alone(tmp_path: Path) -> None:
    store, source = tmp_path / "store", exported(tmp_path / "mlruns", runs=2)
    brought(store, source)
    owner = RunOwner(rows(store)["a0"].key)
    owner.begin_attempt()
    owner.finish("Failed")
    for name in ("a0", "a1"):
        with metric_file(source, name, "loss").open("a") as file:
            file.write("1700000700000 0.001 20\n")
    left, copied = sorted(outcomes(store, source), key=lambda outcome: outcome.place.name)
    assert (left.word, copied.word, copied.why) == ("same", "changed", "")
    assert "gone on here" in left.why
    after = rows(store)
    assert (after["a0"].state.word, after["a0"].attempts) == ("failed", 2)
    assert after["a1"].metrics["loss"].n == 21


def test_a_link_to_the_same_folder_is_the_same_run(tmp_path: Path) -> None:
    store, source = tmp_path / "store", exported(tmp_path / "mlruns", runs=1)
    brought(store, source)
    (tmp_path / "link").symlink_to(source)
    assert brought(store, tmp_path / "link") == {"a0": "same"}


def test_the_experiment_can_be_chosen_for_new_runs(tmp_path: Path) -> None:
    store, source = tmp_path / "store", exported(tmp_path / "mlruns", runs=1)
    brought(store, source, experiment="mine")
    assert rows(store)["a0"].experiment == "mine"
    assert brought(store, source, experiment="other") == {"a0": "same"}


def test_child_runs_stay_below_their_parents(tmp_path: Path) -> None:
    store, source = tmp_path / "store", exported(tmp_path / "mlruns")
    parent = metric_file(source, "a1", "loss").parents[1]
    child = metric_file(source, "a0", "loss").parents[1]  # comes first
    (child / "tags" / "mlflow.parentRunId").write_text(parent.name)
    brought(store, source)
    found = rows(store)
    assert (found["a0"].parent, found["a1"].children) == (found["a1"].id, 1)
    with metric_file(source, "a0", "loss").open("a") as file:
        file.write("1700000700000 0.001 20\n")
    assert brought(store, source) == {"a0": "changed", "a1": "same"}
    assert rows(store)["a0"].parent == found["a1"].id


def test_a_parent_that_comes_later_is_found(tmp_path: Path) -> None:
    store, source = tmp_path / "store", exported(tmp_path / "mlruns")
    parent, child = (metric_file(source, name, "loss").parents[1] for name in ("a1", "a0"))
    (child / "tags" / "mlflow.parentRunId").write_text(parent.name)
    places = {place.name: place for place in runs_at(str(source))}
    list(import_runs(str(store), [places["a0"]]))
    assert rows(store)["a0"].parent is None
    assert brought(store, source) == {"a0": "same", "a1": "new"}
    assert rows(store)["a0"].parent == rows(store)["a1"].id


def test_large_files_are_left_out_and_named(tmp_path: Path) -> None:
    source = exported(tmp_path / "mlruns", runs=1)
    artifacts = metric_file(source, "a0", "loss").parents[1] / "artifacts"
    (artifacts / "model.bin").write_bytes(b"x" * 5000)
    (artifacts / "small.txt").write_text("small")
    (row,) = (brought(tmp_path / "store", source, largest=1000), rows(tmp_path / "store"))[1].values()
    names = [name.rpartition("/")[2] for name in read(row.key).files()]
    assert names == ["small.txt"]
    assert any("model.bin" in said for said in row.warnings)
    assert brought(tmp_path / "store", source, largest=1000) == {"a0": "same"}
    assert brought(tmp_path / "store", source) == {"a0": "changed"}
    (row,) = rows(tmp_path / "store").values()
    assert row.warnings == ()
    assert [name.rpartition("/")[2] for name in read(row.key).files()] == ["model.bin", "small.txt"]


def test_a_run_in_which_nothing_can_be_read_is_left_out_with_the_reason(tmp_path: Path) -> None:
    source = golden(tmp_path / "there", "trainer")
    torn = source / "trainer" / "whole" / "trainer_state.json"
    torn.write_bytes(torn.read_bytes()[:600])
    for checkpoint in torn.parent.glob("checkpoint-*"):
        shutil.rmtree(checkpoint)
    done = {outcome.place.name: outcome for outcome in outcomes(tmp_path / "store", source)}
    assert (done["cut"].word, done["whole"].word) == ("new", "empty")
    assert "can be read" in done["whole"].why
    assert set(rows(tmp_path / "store")) == {"cut"}


def test_what_is_no_run_of_another_tool_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserErrorException, match="no run of another tool"):
        runs_at(str(tmp_path / "empty"))
    with pytest.raises(UserErrorException, match="nothing at"):
        runs_at(str(tmp_path / "nowhere"))
    source = exported(tmp_path / "mlruns", runs=1)
    with pytest.raises(UserErrorException, match="is a run store"):
        runs_at(str(tmp_path / "mlruns-store"))
    with pytest.raises(UserErrorException, match="another folder as the store"):
        brought(source, source)
    assert not (source / ".runstore").exists()


def test_a_store_that_cannot_be_written(tmp_path: Path) -> None:
    source = exported(tmp_path / "mlruns", runs=1)
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceException):
        brought(tmp_path / "file" / "store", source)


def whole_runs(root: Path) -> dict[str, int]:
    """How many points of a metric each run has; every run that can be seen must be readable."""
    found = {}
    for experiment in iter_experiments(str(root)):
        for folder in iter_runs(experiment):
            reader = read(folder)
            assert reader.readable
            assert reader.warnings == []
            assert set(reader.names()) == {"loss", "val/acc"}
            found[reader.manifest["display_name"]] = reader.metrics["loss"].n
            assert reader.metrics["val/acc"].n == 1000
    return found


def killed_in_run(number: int, seconds: float, store: Path, source: Path) -> None:
    """Import in another process, which is killed so long after it has begun with this run."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            list(import_runs(str(store), runs_at(str(source)), told=lambda place: os.write(writing, b".")))
        finally:
            os._exit(0)
    os.close(writing)
    for _ in range(number + 1):
        os.read(reading, 1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reading)


def test_killed_anywhere_a_run_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    store, source = tmp_path / "store", exported(tmp_path / "mlruns", runs=4, steps=1000)
    for round_ in range(8):
        if round_ == 4:  # from here on there are copies to be replaced
            brought(store, source)
            for number in range(4):
                with metric_file(source, f"a{number}", "loss").open("a") as file:
                    file.write("1700000700000 0.001 1000\n")
        killed_in_run(round_ % 4, 0.003 * (round_ % 3), store, source)
        runs = whole_runs(store)
        assert round_ % 4 <= len(runs)
        assert set(runs.values()) <= ({1000} if round_ < 4 else {1000, 1001})
    brought(store, source)
    assert whole_runs(store) == {f"a{number}": 1001 for number in range(4)}


TIMES = st.floats(1e9, 2e9)
NUMBERS = st.floats(width=64)
STEPS = st.one_of(st.just(NO_STEP), st.integers(-(2**62), 2**62))
POINTS = st.lists(st.tuples(STEPS, TIMES, NUMBERS), min_size=1, max_size=6)


def series_of(name: str, points: list[tuple[int, float, float]], kind: str) -> Series:
    steps, times, values = (np.array(column) for column in zip(*points, strict=True))
    exact = values if kind == "f" else np.arange(len(values)) - 2
    return Series(name, 0, kind, steps.astype(np.int64), times, exact.astype(np.float64), exact, 0)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("points")


@settings(max_examples=25)
@given(st.lists(POINTS, min_size=1, max_size=3), st.data())
def test_points_come_back_as_they_were(
    shared: Path, courses: list[list[tuple[int, float, float]]], data: st.DataObject
) -> None:
    series = []
    for number in range(data.draw(st.integers(1, 9))):
        points = data.draw(st.sampled_from(courses))  # some of them share steps and times
        series.append(series_of(f"m/{number}", points, data.draw(st.sampled_from("fi"))))
    folder = shared / "points"
    folder.mkdir()
    write_points(str(folder), 0, 1e9, series)
    points = Points(str(folder))
    points.refresh()
    points.load()
    shutil.rmtree(folder)
    assert sorted(points.names()) == sorted(each.name for each in series)
    for each in series:
        found = points.series(each.name)
        assert found is not None
        np.testing.assert_array_equal(found.steps, each.steps)
        np.testing.assert_array_equal(found.times, each.times)
        np.testing.assert_array_equal(found.exact, each.exact)
        assert found.kind == each.kind


def test_points_of_no_time_are_kept(tmp_path: Path) -> None:
    write_points(str(tmp_path), 0, 0.0, [series_of("x", [(1, 0.0, 5.0)], "f")])
    points = Points(str(tmp_path))
    points.refresh()
    series = points.series("x")
    assert series is not None
    assert series.values.tolist() == [5.0]


@settings(max_examples=40)
@given(st.text())
def test_every_name_becomes_that_of_an_experiment(name: str) -> None:
    assert check_experiment_name(experiment_name(name))


class _WithSecrets(ForeignReader):
    """A run whose tool has kept its command as it was typed."""

    def _begin(self) -> None:
        self._set(command=["train.py", "--lr", "0.1", "--api-key", "sk-4711"])

    def _read(self, stop: float | None) -> bool:
        return False

    def _paths(self) -> list[str]:
        return [self.place.path]


def test_no_secret_comes_along(tmp_path: Path) -> None:
    reader = _WithSecrets(Place("log", str(tmp_path), "exp", "run"), True, 1.0)
    reader.refresh()
    build_run(str(tmp_path / "copy"), reader, 0, id="copy", experiment="exp")
    assert read(str(tmp_path / "copy")).manifest["command"] == ["train.py", "--lr", "0.1", "--api-key", "***"]
    assert all(b"sk-4711" not in path.read_bytes() for path in (tmp_path / "copy").rglob("*") if path.is_file())
