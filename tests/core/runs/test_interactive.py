"""Interactive sessions: start_logging, log, complete, as a notebook uses them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from runstore import Experiment, Run, Workspace, get_run
from runstore.exceptions import AzureMLException, UserErrorException


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return Workspace(root=tmp_path / "root")


@pytest.fixture
def run(workspace: Workspace) -> Iterator[Run]:
    run = Experiment(workspace, "exp").start_logging(snapshot_directory=None)
    yield run
    run.complete()


def test_a_session_from_start_to_end(workspace: Workspace) -> None:
    experiment = Experiment(workspace, "my-exp_1")
    run = experiment.start_logging(display_name="first", params={"lr": 0.1}, snapshot_directory=None)
    assert run.get_status() == "Running"
    for step in range(5):
        run.log("loss", 1.0 / (step + 1), step=step)
    run.log("name", "bert")
    run.complete()
    seen = workspace.get_run(run.id)
    assert seen.get_status() == "Completed"
    assert seen.display_name == "first"
    assert seen.get_metrics() == {"loss": [1.0, 0.5, 1 / 3, 0.25, 0.2], "name": "bert"}
    steps, times, values = seen.get_series("loss")
    assert list(steps) == [0, 1, 2, 3, 4]
    assert np.all(np.diff(times) >= 0)
    assert values[1] == 0.5
    details = seen.get_details()
    assert details["status"] == "Completed"
    assert details["target"] == "sdk"
    assert details["startTimeUtc"] < details["endTimeUtc"]
    assert details["endTimeUtc"].endswith("Z")
    assert [each.id for each in experiment.get_runs()] == [run.id]
    assert list(workspace.experiments) == ["my-exp_1"]
    assert get_run(experiment, run.id).number == 1


@pytest.mark.parametrize("moment", ["1e300", "1e12", "-1e12", "9223372036854775807"])
def test_a_time_without_a_date_is_none(workspace: Workspace, moment: str) -> None:
    run = Experiment(workspace, "e").start_logging(snapshot_directory=None)
    run.complete()
    path = Path(workspace.root, "e", run.id, "run.json")
    content = {**json.loads(path.read_bytes()), "started": "MOMENT", "ended": "MOMENT"}
    path.write_text(json.dumps(content).replace('"MOMENT"', moment))
    details = workspace.get_run(run.id).get_details()
    assert (details["startTimeUtc"], details["endTimeUtc"]) == (None, None)
    assert details["status"] == "Completed"


def test_metric_shapes_are_azures(run: Run) -> None:
    run.log("once", 1)
    run.log("flag", True)
    run.log("many", 1)
    run.log("many", 2.5)
    run.log_list("one element", [3])
    run.log_list("several", range(3))
    run.log_list("an array", np.array([1, 2], dtype=np.int64))
    run.log_row("row", x=1, y="a")
    run.log_row("rows", x=1, y=2)
    run.log_row("rows", x=3, y=4)
    run.log_table("table", {"x": [1, 2], "y": [3, 4]})
    run.log_table("one row", {"x": [1], "y": 2})
    run.log_table("nothing", {})
    run.log("none", None)
    run.log("Fibonacci numbers", 2**70)
    metrics = run.get_metrics()
    assert metrics == {
        "once": 1,
        "flag": True,
        "many": [1, 2.5],
        "one element": 3,
        "several": [0, 1, 2],
        "an array": [1, 2],
        "row": {"x": 1, "y": "a"},
        "rows": {"x": [1, 3], "y": [2, 4]},
        "table": {"x": [1, 2], "y": [3, 4]},
        "one row": {"x": 1, "y": 2},
        "none": None,
        "Fibonacci numbers": 2**70,
    }
    assert isinstance(metrics["once"], int)
    assert metrics["flag"] is True
    assert run.get_metrics(name="many") == {"many": [1, 2.5]}
    assert run.get_metrics(name="absent") == {}


def test_nan_and_infinity_round_trip(run: Run) -> None:
    run.log("x", float("nan"))
    run.log("x", float("inf"))
    run.log_list("l", [float("-inf"), float("nan"), 1.0])
    metrics = run.get_metrics()
    assert np.isnan(metrics["x"][0])
    assert metrics["x"][1] == float("inf")
    assert metrics["l"][0] == float("-inf")
    assert np.isnan(metrics["l"][1])


def test_wrong_calls_say_what_to_do(run: Run) -> None:
    with pytest.raises(UserErrorException, match="log_list"):
        run.log("x", [1, 2])
    with pytest.raises(UserErrorException, match=r"use log$"):
        run.log_list("x", 3)  # type: ignore[arg-type]
    with pytest.raises(AzureMLException, match="Rows cannot contain list values"):
        run.log_row("r", x=[1, 2])
    with pytest.raises(AzureMLException, match="unequal"):
        run.log_table("t", {"x": [1, 2], "y": [1]})
    with pytest.raises(AzureMLException, match="exactly one"):
        run.log_image("i")
    with pytest.raises(AzureMLException, match="not supported"):
        run.log_list("l", [[1], [2]])
    with pytest.raises(TypeError):
        run.fail(error_details=3)
    with pytest.raises(UserErrorException, match="goal"):
        run.define_metric("x", goal="up")
    assert run.get_metrics() == {}


def test_tags_change_and_properties_do_not(run: Run) -> None:
    run.tag("quality", "good")
    run.tag("mark")
    run.set_tags({"n": 3})  # type: ignore[dict-item]
    assert run.get_tags() == {"quality": "good", "mark": None, "n": "3"}
    run.remove_tags(["mark", "absent"])
    assert run.tags == {"quality": "good", "n": "3"}
    run.add_properties({"author": "me"})
    run.add_properties({"author": "me", "more": 1})
    run.add_properties({})
    with pytest.raises(UserErrorException, match="cannot change"):
        run.add_properties({"author": "you"})
    assert run.properties == {"author": "me", "more": "1"}


def test_another_process_tags_and_the_owner_keeps_it(run: Run, workspace: Workspace) -> None:
    code = (
        "import sys; from runstore import Workspace\n"
        "run = Workspace(root=sys.argv[1]).get_run(sys.argv[2])\n"
        "run.tag('from', 'outside'); run.description = 'a note'; run.display_name = 'renamed'"
    )
    subprocess.run([sys.executable, "-c", code, workspace.root, run.id], check=True, timeout=60)
    assert run.tags == {"from": "outside"}
    run.tag("own", "yes")
    run.complete()
    seen = workspace.get_run(run.id)
    assert seen.tags == {"from": "outside", "own": "yes"}
    assert (seen.description, seen.display_name) == ("a note", "renamed")


def test_filters_of_get_runs(workspace: Workspace) -> None:
    experiment = Experiment(workspace, "exp")
    runs = [experiment.start_logging(snapshot_directory=None) for _ in range(3)]
    runs[0].tag("k", "v")
    runs[1].tag("k", "other")
    runs[2].add_properties({"p": "1"})
    for run in runs:
        run.complete()
    newest_first = [run.id for run in reversed(runs)]
    assert [run.id for run in experiment.get_runs()] == newest_first
    assert {run.id for run in experiment.get_runs(tags="k")} == {runs[0].id, runs[1].id}
    assert [run.id for run in experiment.get_runs(tags={"k": "v"})] == [runs[0].id]
    assert [run.id for run in experiment.get_runs(properties={"p": "1"})] == [runs[2].id]
    assert [run.number for run in experiment.get_runs()] == [3, 2, 1]


def test_a_store_is_not_uploaded_into_its_run(run: Run, tmp_path: Path) -> None:
    around = tmp_path / "around"
    (around / "store" / ".runstore").mkdir(parents=True)
    for name in ("train.py", "store/of-another.txt"):
        (around / name).write_text("x")
    run.upload_folder("all", str(around))
    run.upload_folder("store", str(around / "store"))
    assert run.get_file_names() == ["all/train.py"]
    assert any("is a store of runs" in warning for warning in run.get_details()["warnings"][0].values())


def test_files_go_in_and_come_out(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "folder"
    (source / "deep").mkdir(parents=True)
    (source / "a.txt").write_text("a")
    (source / "deep" / "b.txt").write_text("b")
    run.upload_folder("data", str(source))
    run.upload_file("./outputs/model.bin", io.BytesIO(b"\0\1"))
    assert run.get_file_names() == ["data/a.txt", "data/deep/b.txt", "outputs/model.bin"]
    with pytest.raises(UserErrorException, match="Resource Conflict"):
        run.upload_file("outputs/model.bin", io.BytesIO(b"other"))
    run.download_file("outputs/model.bin")
    assert Path("model.bin").read_bytes() == b"\0\1"
    run.download_file("data/a.txt", output_file_path=str(tmp_path / "new" / "x.txt"))
    assert (tmp_path / "new" / "x.txt").read_text() == "a"
    run.download_files(prefix="data", output_directory=str(tmp_path / "got"))
    assert (tmp_path / "got" / "data" / "deep" / "b.txt").read_text() == "b"
    run.download_files(prefix="data", output_directory=str(tmp_path / "flat"), append_prefix=False)
    assert (tmp_path / "flat" / "deep" / "b.txt").read_text() == "b"
    with pytest.raises(UserErrorException, match=r"outputs/model\.bin"):
        run.download_file("absent")


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../x", "", "a\0b", "..\\x"])
def test_no_file_leaves_the_run(run: Run, name: str) -> None:
    with pytest.raises(UserErrorException, match="artifact name"):
        run.upload_file(name, io.BytesIO(b""))
    with pytest.raises(UserErrorException, match="artifact name"):
        run.download_file(name)


def test_outputs_of_the_session_are_collected(workspace: Workspace) -> None:
    os.mkdir("outputs")
    Path("outputs/old.txt").write_text("from before")
    run = Experiment(workspace, "exp").start_logging(snapshot_directory=None)
    Path("outputs/new.txt").write_text("from now")
    run.complete()
    assert run.get_file_names() == ["outputs/new.txt"]
    other = Experiment(workspace, "exp").start_logging(outputs=False, snapshot_directory=None)
    Path("outputs/newer.txt").write_text("from now")
    other.complete()
    assert other.get_file_names() == []


def test_images_are_checked_and_kept(run: Run, tmp_path: Path) -> None:
    class Figure:
        def savefig(self, stream: io.BytesIO, format: str) -> None:
            assert format == "png"
            stream.write(b"\x89PNG\r\n\x1a\n rest")

    run.log_image("curve", plot=Figure())
    text = tmp_path / "x.png"
    text.write_text("no image")
    with pytest.raises(AzureMLException, match="not an image"):
        run.log_image("bad", path=str(text))
    (name,) = run.get_file_names()
    assert name.startswith("curve_")
    assert name.endswith(".png")
    assert run.get_metrics()["curve"].endswith(name)


def test_the_with_block_completes_and_keeps_what_is_printed(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    with Experiment(workspace, "exp").start_logging(snapshot_directory=None) as run:
        print("hello from the block")
        print("to stderr", file=sys.stderr)
    assert "hello from the block" in capsys.readouterr().out
    assert run.get_status() == "Completed"
    kept = {Path(path).read_text() for path in run.get_details()["logFiles"].values()}
    assert kept == {"hello from the block\n", "to stderr\n"}
    print("afterwards")
    assert {Path(path).read_text() for path in run.get_details()["logFiles"].values()} == kept


def test_an_exception_in_the_with_block_fails_the_run_and_goes_on(workspace: Workspace) -> None:
    run = Experiment(workspace, "exp").start_logging(snapshot_directory=None)
    with pytest.raises(ZeroDivisionError), run:
        _ = 1 / 0
    assert run.get_status() == "Failed"
    error = run.get_details()["error"]["error"]
    assert error["message"] == "User program failed with ZeroDivisionError: division by zero"
    assert "1 / 0" in error["debugInfo"]["stackTrace"]


def test_a_clean_exit_in_the_with_block_completes(workspace: Workspace) -> None:
    with Experiment(workspace, "exp").start_logging(snapshot_directory=None) as run:
        sys.exit(0)
    assert run.get_status() == "Completed"


def test_snapshots_are_stored_once_and_never_stop_a_run(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("train.py").write_text("print('hi')")
    Path(".amlignore").write_text("*.bin\n!keep.bin\ndata/\n")
    for name in ("a.bin", "keep.bin", "data/x.txt", "venv/pyvenv.cfg"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text("x")
    experiment = Experiment(workspace, "exp")
    one, two = experiment.start_logging(), experiment.start_logging()
    snapshot = one.get_properties()["ContentSnapshotId"]
    assert two.get_properties()["ContentSnapshotId"] == snapshot
    stored = Path(workspace.root, ".runstore", "snapshots", snapshot)
    assert sorted(path.name for path in stored.rglob("*")) == [".amlignore", "keep.bin", "train.py"]
    monkeypatch.setenv("RUNSTORE_SNAPSHOT_MAX_MB", "0.000001")
    three = experiment.start_logging()
    for run in (one, two, three):
        run.complete()
    assert "ContentSnapshotId" not in three.get_properties()
    assert ".amlignore" in three.get_details()["warnings"][0]["message"]


def test_a_script_that_forgets_complete_is_completed_with_a_note(tmp_path: Path) -> None:
    code = """
        import sys
        from runstore import Experiment, Workspace
        run = Experiment(Workspace(root=sys.argv[1]), "exp").start_logging(snapshot_directory=None)
        run.log("x", 1)
        print(run.id)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    run = Workspace(root=tmp_path).get_run(done.stdout.strip())
    assert run.get_status() == "Completed"
    assert "not closed" in run.get_details()["warnings"][0]["message"]


def test_unknown_runs_and_parameters_are_said(workspace: Workspace) -> None:
    with pytest.raises(UserErrorException, match="no run 'nope'"):
        workspace.get_run("nope")
    with pytest.raises(UserErrorException, match="no parameter colour"):
        Experiment(workspace, "exp").start_logging(colour="red")
    with pytest.raises(UserErrorException, match="experiment name"):
        Experiment(workspace, "no spaces please")


def test_secrets_in_parameters_are_masked_however_deep_they_are(workspace: Workspace) -> None:
    params = {
        "lr": 0.1,
        "database": {"host": "h", "password": "HIDDEN", "ports": (1, 2)},
        "stores": [{"api_key": "HIDDEN", "url": "s3://user:HIDDEN@host/x"}],
        "url": "postgres://user:HIDDEN@host/db",
        "password": "HIDDEN",
    }
    round_and_round: dict[str, object] = {}
    round_and_round["again"] = round_and_round
    run = Experiment(workspace, "exp").start_logging(snapshot_directory=None, params=params)
    run.log_params({"optimizer": {"token": "HIDDEN", "lr": 0.5}, "endless": round_and_round})
    run.complete()
    kept = run._manifest()["params"]
    assert "HIDDEN" not in json.dumps(kept)
    assert (kept["lr"], kept["database"], kept["url"]) == (
        0.1,
        {"host": "h", "password": "***", "ports": [1, 2]},
        "postgres://***@host/db",
    )
    assert kept["optimizer"] == {"token": "***", "lr": 0.5}
    assert params["database"] == {"host": "h", "password": "HIDDEN", "ports": (1, 2)}


def test_files_whose_prefix_ends_within_a_name_stay_apart(run: Run, tmp_path: Path) -> None:
    for name in ("outputs/model1/a.pkl", "outputs/model2/a.pkl", "outputs/model/a.pkl"):
        run.upload_file(name, io.BytesIO(name.encode()))
    run.download_files("outputs/model", str(tmp_path / "got"), append_prefix=False)
    got = {str(path.relative_to(tmp_path / "got")): path.read_text() for path in (tmp_path / "got").rglob("*.pkl")}
    assert got == {
        "a.pkl": "outputs/model/a.pkl",
        "model1/a.pkl": "outputs/model1/a.pkl",
        "model2/a.pkl": "outputs/model2/a.pkl",
    }


def test_a_description_and_a_name_can_be_taken_away(run: Run) -> None:
    run.description = "a try"
    run.display_name = "first"
    assert (run.description, run.display_name) == ("a try", "first")
    run.description = run.display_name = None
    assert (run.description, run.display_name) == (None, run.id)


def test_a_file_below_a_file_is_refused(run: Run) -> None:
    run.upload_file("a", io.BytesIO(b"x"))
    with pytest.raises(UserErrorException, match="'a/b/c' cannot be below 'a'"):
        run.upload_file("a/b/c", io.BytesIO(b"x"))
    assert run.get_file_names() == ["a"]
