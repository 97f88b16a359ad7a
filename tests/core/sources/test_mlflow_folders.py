"""MLflow's folders of files: what a run is, how it grows, and what is broken in it."""

import math
import os
import shutil
import tarfile
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from runstore.records.points import NO_STEP
from runstore.sources.foreign.folder import Folder
from runstore.sources.foreign.kinds import kind_of
from runstore.sources.foreign.scan import find_places
from runstore.sources.mlflow.facts import typed
from runstore.sources.mlflow.kind import MlflowFiles
from runstore.sources.mlflow.meta import parse_meta
from runstore.sources.mlflow.metric_file import decode

GOLDEN = Path(__file__).parent / "golden" / "mlflow" / "runs.tar.xz"
LONG = "outer run with a rather long name that goes on: and on, 'quoted', until it does not fit into one line"


def unpacked(folder):
    with tarfile.open(GOLDEN) as packed:
        packed.extractall(folder, filter="data")
    return folder / "files" / "mlruns"


@pytest.fixture(scope="module")
def golden(tmp_path_factory):
    return unpacked(tmp_path_factory.mktemp("golden"))


@pytest.fixture
def store(golden, tmp_path):
    return Path(shutil.copytree(golden, tmp_path / "mlruns"))


def runs_in(folder):
    return {place.name: place for place in find_places(str(folder)) if place.kind == "mlflow"}


def opened(folder, name):
    reader = kind_of("mlflow").open(runs_in(folder)[name])
    reader.refresh()
    return reader


def points(reader, name):
    series = reader.series(name)
    return list(zip(series.steps.tolist(), series.values.tolist(), strict=True))


@pytest.mark.feature("foreign", 55, "MLflow's folders of files, nested runs and deleted ones too", "runs-tui mlruns")
def test_all_runs_are_found_by_what_is_in_their_folders(golden):
    found = runs_in(golden.parent)
    assert set(found) == {LONG, "inner", "bad", "removed", "going on", "of a deleted experiment"}
    assert {place.experiment for place in found.values()} == {"vision: tests", "old"}


def test_a_run_is_read_as_it_was_logged(golden):
    reader = opened(golden, LONG)
    assert reader.warnings == []
    assert points(reader, "loss") == [(0, 1.0), (1, 0.5), (2, 1 / 3), (3, 0.25), (4, 0.2)]
    assert reader.series("loss").times.tolist() == [1_700_000_000 + step * 0.25 for step in range(5)]
    (_, first), *rest = points(reader, "val/acc")
    assert math.isnan(first)
    assert rest == [(2, math.inf), (3, -math.inf)]
    facts = reader.manifest
    assert (facts["display_name"], facts["description"], facts["status"]) == (LONG, "line one\nline two", "Completed")
    assert (facts["user"], facts["command"], facts["git"]["commit"][:8]) == ("ann", ["make.py"], "01234567")
    assert facts["params"] == {"lr": 0.001, "opt/name": "adam", "empty": "", "deep": True}
    assert facts["tags"] == {"team": "a\nb"}
    assert facts["properties"]["datasets"] == "digits (12ab)"
    assert facts["started"] < facts["ended"] < facts["started"] + 60


def test_points_without_step_have_none(golden):
    assert points(opened(golden, LONG), "without step") == [(NO_STEP, float(value)) for value in range(4)]


def test_samples_of_the_machine_have_our_names(golden):
    reader = opened(golden, LONG)
    assert reader.resources.names() == ["gpu0_memory_mb", "host_cpu_percent"]
    assert reader.resources.series("gpu0_memory_mb").values.tolist() == [1250.0]
    assert not [name for name in reader.names() if name.startswith("system/")]


def test_artifacts_are_its_files(golden):
    reader = opened(golden, LONG)
    assert reader.files() == ["notes/read.txt"]
    assert reader.artifact("notes/read.txt") == b"hello"
    with pytest.raises(ValueError, match="out of"):
        reader.artifact("../meta.yaml")


def test_states_and_families(golden):
    outer = opened(golden, LONG)
    assert opened(golden, "inner").manifest["parent"] == outer.id
    failed = opened(golden, "bad")
    assert (failed.state().word, failed.manifest["exit"]["error"]) == ("failed", "MLflow says that it failed")
    assert opened(golden, "removed").manifest["archived"] is True
    assert opened(golden, "of a deleted experiment").manifest["archived"] is True
    assert outer.manifest["archived"] is False


def test_one_that_goes_on_grows_and_then_falls_silent(store):
    reader = opened(store, "going on")
    metric = Path(reader.place.key, "metrics", "loss")
    with metric.open("a") as file:
        file.write(f"{int(time.time() * 1000)} 2.25 8\n")
    assert reader.refresh()
    assert points(reader, "loss") == [(7, 2.5), (8, 2.25)]
    assert reader.state().word == "growing"
    for folder, _, names in os.walk(reader.place.key):
        for each in (folder, *(os.path.join(folder, name) for name in names)):
            os.utime(each, (0, time.time() - 100))
    silent = opened(store, "going on")
    assert silent.state().word == "silent"


def test_what_comes_while_it_is_watched(store):
    reader = opened(store, "going on")
    run = Path(reader.place.key)
    assert not reader.refresh()
    (run / "metrics" / "val" / "deep").mkdir(parents=True)
    (run / "metrics" / "val" / "deep" / "acc").write_text("1700000000000 0.5 1\n1700000000100 0.7")
    (run / "params").mkdir(exist_ok=True)
    (run / "params" / "seed").write_text("7")
    (run / "tags" / "mlflow.note.content").write_text("now with words")
    before = reader.signature()
    assert reader.refresh()
    assert points(reader, "val/deep/acc") == [(1, 0.5)]  # the torn line is waited for
    assert (reader.manifest["params"], reader.manifest["description"]) == ({"seed": 7}, "now with words")
    with (run / "metrics" / "val" / "deep" / "acc").open("a") as file:
        file.write("5 2\n")
    assert reader.signature() != before
    reader.refresh()
    assert points(reader, "val/deep/acc") == [(1, 0.5), (2, 0.75)]
    new = run / "new.yaml"
    new.write_text((run / "meta.yaml").read_text().replace("status: 1", "status: 5").replace("null", "1800000000000"))
    new.replace(run / "meta.yaml")
    reader.refresh()
    assert (reader.state().word, reader.manifest["ended"]) == ("canceled", 1_800_000_000.0)


def test_steps_that_come_late_make_the_first_point_one_of_step_0(store):
    reader = opened(store, "going on")
    metric = Path(reader.place.key, "metrics", "late")
    metric.write_text("1700000000000 3 0\n1700000000001 2 0\n")
    reader.refresh()
    assert points(reader, "late") == [(NO_STEP, 3.0), (NO_STEP, 2.0)]
    with metric.open("a") as file:
        file.write("1700000000002 1 1\n")
    reader.refresh()
    assert points(reader, "late") == [(0, 3.0), (0, 2.0), (1, 1.0)]


def test_a_metric_that_is_written_anew_is_read_anew(store):
    reader = opened(store, "going on")
    metric = Path(reader.place.key, "metrics", "loss")
    metric.write_text("1700000000000 9 3\n")
    reader.refresh()
    assert points(reader, "loss") == [(3, 9.0)]
    metric.unlink()
    reader.refresh()
    assert reader.names() == []


def test_lines_of_all_versions_and_garbage_between_them(store):
    reader = opened(store, "going on")
    lines = [
        "1700000000000 0.5",
        "1700000000001 0.25 1",
        "1700000000002 0.125 2 digits 12ab",
        "what?",
        "1 2 3 4",
        "x y z",
    ]
    Path(reader.place.key, "metrics", "old").write_text("\n".join(lines) + "\n")
    reader.refresh()
    assert points(reader, "old") == [(0, 0.5), (1, 0.25), (2, 0.125)]
    assert reader.warnings == ["old: 3 lines are no points"]


@given(
    st.lists(st.tuples(st.integers(0, 10**15), st.floats(), st.integers(-(10**18), 10**18)), max_size=30),
    st.sampled_from(
        ["", "1700000000000 1.5\n", "7 nan 1 name digest\n", "a b c\n", "1 2 99999999999999999999\n", "\n"]
    ),
)
def test_blocks_of_lines_are_read_as_one_by_one(rows, odd):
    lines = [f"{moment} {value} {step}\n" for moment, value, step in rows]
    whole = decode("".join([*lines, odd]).encode())
    one_by_one = [decode(line.encode()) for line in [*lines, odd]]
    values = [repr(value) for value in whole.values.tolist()]
    assert whole.steps.tolist() == [step for each in one_by_one for step in each.steps.tolist()]
    assert whole.times.tolist() == pytest.approx([moment for each in one_by_one for moment in each.times.tolist()])
    assert values == [repr(value) for each in one_by_one for value in each.values.tolist()]
    assert whole.bad == sum(each.bad for each in one_by_one)
    assert values[: len(rows)] == [repr(value) for _, value, _ in rows]


def test_a_folder_that_is_no_run_is_none(tmp_path):
    for text in ("- a\n- b\n", "name: x\n", "{}", "\0\1", ""):
        (tmp_path / "meta.yaml").write_text(text)
        assert MlflowFiles().find(Folder(str(tmp_path), str(tmp_path))) is None


def test_a_broken_meta_file_takes_nothing_else_away(store):
    reader = opened(store, "going on")
    Path(reader.place.key, "meta.yaml").write_text("- nothing\n")
    fresh = kind_of("mlflow").open(reader.place)
    fresh.refresh()
    assert points(fresh, "loss") == [(7, 2.5)]
    assert fresh.warnings == ["meta.yaml: not a mapping of names and values"]


def test_artifacts_of_a_database_are_no_runs(tmp_path):
    folder = tmp_path / "1" / ("a" * 32) / "artifacts"
    folder.mkdir(parents=True)
    (folder / "train.log").write_text("epoch 1 loss=0.5\n" * 5)
    assert find_places(str(tmp_path)) == []


@example({"run_name": "\xa0"})
@given(
    st.dictionaries(
        st.sampled_from(["run_name", "user_id", "name", "artifact_uri"]),
        st.one_of(
            # YAML's other ends of line, which nobody has in a name, are left out
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x85\u2028\u2029"), max_size=120),
            st.lists(st.sampled_from(["word", "a: b", "#x", "it's", '"q"', "\n", "\\", "é", "-", " ", "\t"])).map(
                " ".join
            ),
            st.integers(),
            st.none(),
        ),
        min_size=1,
    )
)
def test_meta_files_are_read_as_yaml_says(values):
    written = yaml.dump(
        values, default_flow_style=False, allow_unicode=True, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    )
    assert parse_meta(written) == {name: None if value is None else str(value) for name, value in values.items()}


def test_an_emoji_may_be_escaped_in_halves():
    assert parse_meta(r'name: "fast \ud83d\ude80 \ud83d \U0001f680"') == {"name": "fast 🚀 \ufffd 🚀"}


@given(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.text(max_size=30)))
def test_parameters_are_what_they_were(value):
    found = typed(str(value))
    assert str(found) == str(value)
    if not isinstance(value, str) and len(str(value)) <= 25:
        assert type(found) is type(value)
