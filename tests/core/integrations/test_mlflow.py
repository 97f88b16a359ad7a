"""What a script logs with MLflow is a run of the workspace."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

from runstore import Workspace
from runstore.jobs.environment import DROPIN, mlflow_variables

SCRIPT = """
import mlflow
from runstore import Workspace
mlflow.set_tracking_uri(Workspace.from_config().get_mlflow_tracking_uri())
mlflow.set_experiment("with mlflow" if {odd} else "with-mlflow")
with mlflow.start_run(run_name="first"):
    mlflow.log_params({{"alpha": 0.3, "kind": "ridge"}})
    for step in range(3):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_metrics({{"f1": 0.5, "accuracy": 0.75}})
    mlflow.set_tag("who", "me")
try:
    with mlflow.start_run():
        raise ValueError
except ValueError:
    pass
"""

needs_mlflow = pytest.mark.skipif(find_spec("mlflow") is None, reason="needs MLflow")


def run_script(folder: Path, text: str, **variables: str) -> str:
    (folder / "train.py").write_text(text)
    environment = {**os.environ, "RUNSTORE_ROOT": str(folder / "store"), **variables}
    done = subprocess.run(
        [sys.executable, "train.py"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@needs_mlflow
def test_runs_of_mlflow_are_runs_of_the_workspace(tmp_path: Path) -> None:
    run_script(tmp_path, SCRIPT.format(odd=False))
    failed, run = Workspace(root=tmp_path / "store").experiments["with-mlflow"].get_runs()
    assert (run.display_name, run.get_status(), failed.get_status()) == ("first", "Completed", "Failed")
    assert run.get_metrics() == {"loss": [1.0, 0.5, 1 / 3], "f1": 0.5, "accuracy": 0.75}
    assert run.get_series("loss")[0].tolist() == [0, 1, 2]
    assert run.tags == {"who": "me"}


@needs_mlflow
def test_a_name_that_is_none_here_is_kept_by_mlflow_alone(tmp_path: Path) -> None:
    assert "with mlflow" in run_script(tmp_path, SCRIPT.format(odd=True))
    assert list(Workspace(root=tmp_path / "store").experiments) == []


@needs_mlflow
def test_inside_a_run_mlflow_logs_into_it(tmp_path: Path) -> None:
    root = str(tmp_path / "store")
    (tmp_path / "train.py").write_text("import mlflow\nwith mlflow.start_run(): mlflow.log_metric('loss', 0.5)\n")
    command = [sys.executable, "-m", "runs_tui", "run", "--root", root, "--", sys.executable, "train.py"]
    subprocess.run(command, cwd=tmp_path, env={**os.environ, **mlflow_variables(root)}, check=True)
    (run,) = Workspace(root=root).experiments["train"].get_runs()
    assert (run.get_metrics(), run.get_status()) == ({"loss": 0.5}, "Completed")


NESTED = """
import mlflow, sys
from runstore import Workspace
mlflow.set_tracking_uri(Workspace.from_config().get_mlflow_tracking_uri())
mlflow.set_experiment("nets")
with mlflow.start_run(run_name="outer", tags={"team": "x"}, description="a note"):
    mlflow.log_metric("loss", 1.0, step=1)
    for number in range(2):
        with mlflow.start_run(run_name=f"trial{number}", nested=True):
            mlflow.log_metric("loss", number, step=1)
            mlflow.log_param("lr", number)
with mlflow.start_run(run_name="next"):
    mlflow.log_metric("after", 1)
"""


@needs_mlflow
def test_tags_and_the_description_of_the_start_are_kept_and_nested_runs_are_children(tmp_path: Path) -> None:
    run_script(tmp_path, NESTED)
    after, outer = Workspace(root=tmp_path / "store").experiments["nets"].get_runs()
    assert (after.display_name, after.get_metrics(), list(after.get_children())) == ("next", {"after": 1.0}, [])
    assert (outer.display_name, outer.tags, outer.description) == ("outer", {"team": "x"}, "a note")
    assert outer.get_metrics() == {"loss": 1.0}
    second, first = outer.get_children()
    assert [each.display_name for each in (first, second)] == ["outer>trial0", "outer>trial1"]
    assert [each.get_metrics() for each in (first, second)] == [{"loss": 0.0}, {"loss": 1.0}]
    assert [each._manifest()["params"] for each in (first, second)] == [{"lr": "0"}, {"lr": "1"}]
    assert {each.get_status() for each in (first, second)} == {"Completed"}


@needs_mlflow
def test_inside_a_run_all_but_the_first_are_children(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(NESTED)
    command = [sys.executable, "-m", "runs_tui", "run", "--root", str(tmp_path / "store"), "--"]
    subprocess.run([*command, sys.executable, "train.py"], cwd=tmp_path, env=os.environ, check=True)
    (run,) = Workspace(root=tmp_path / "store").experiments["train"].get_runs()
    assert (run.get_metrics(), run.tags, run.description) == ({"loss": 1.0}, {"team": "x"}, "a note")
    metrics = [child.get_metrics() for child in run.get_children()]
    assert metrics == [{"after": 1.0}, {"loss": 1.0}, {"loss": 0.0}]


@needs_mlflow
def test_a_run_that_another_process_takes_up_by_its_id_goes_on(tmp_path: Path) -> None:
    run_script(tmp_path, NESTED)
    _, outer = Workspace(root=tmp_path / "store").experiments["nets"].get_runs()
    script = """
import mlflow
from runstore import Workspace
mlflow.set_tracking_uri(Workspace.from_config().get_mlflow_tracking_uri())
with mlflow.start_run(run_id="{}"):
    mlflow.log_metric("loss", 0.1, step=5)
    with mlflow.start_run(run_name="more", nested=True):
        mlflow.log_metric("x", 1)
"""
    run_script(tmp_path, script.format(outer.id))
    assert outer.get_metrics() == {"loss": [1.0, 0.1]}
    assert outer.get_status() == "Completed"
    assert next(outer.get_children()).get_metrics() == {"x": 1.0}


WITH_STORE = """
import mlflow, os, signal
from runstore import Workspace
mlflow.set_tracking_uri(Workspace.from_config().get_mlflow_tracking_uri())
"""


@needs_mlflow
@pytest.mark.parametrize("more", ["", ", run_name='again'"])
def test_a_run_whose_process_was_killed_goes_on_whatever_it_is_called_then(tmp_path: Path, more: str) -> None:
    (tmp_path / "killed.py").write_text(
        f"{WITH_STORE}mlflow.set_experiment('nets')\nmlflow.start_run(run_name='first')\n"
        "mlflow.log_metric('loss', 1.0, step=1)\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = {**os.environ, "RUNSTORE_ROOT": str(tmp_path / "store")}
    killed = subprocess.run([sys.executable, "killed.py"], cwd=tmp_path, env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    (run,) = Workspace(root=tmp_path / "store").experiments["nets"].get_runs()
    again = f"with mlflow.start_run(run_id={run.id!r}{more}):\n    mlflow.log_metric('loss', 0.5, step=2)\n"
    run_script(tmp_path, WITH_STORE + again)
    assert (run.get_metrics(), run.get_status()) == ({"loss": [1.0, 0.5]}, "Completed")


@needs_mlflow
def test_what_a_client_records_of_an_earlier_run_is_kept(tmp_path: Path) -> None:
    run_script(tmp_path, SCRIPT.format(odd=False))
    failed, run = Workspace(root=tmp_path / "store").experiments["with-mlflow"].get_runs()
    client = f"client, run = mlflow.MlflowClient(), {run.id!r}\n"
    records = "client.log_metric(run, 'test', 0.9)\nclient.log_param(run, 'fold', 3)\nclient.set_tag(run, 'k', 'v')\n"
    named = f"client.set_tag({failed.id!r}, 'mlflow.runName', 'other')\n"
    run_script(tmp_path, WITH_STORE + client + records + named)
    assert run.get_metrics()["test"] == 0.9
    assert run.tags == {"who": "me", "k": "v"}
    assert run._manifest()["params"]["fold"] == "3"
    assert [each.get_status() for each in (run, failed)] == ["Completed", "Failed"]


def test_a_child_process_tells_mlflow_of_the_store() -> None:
    (entry,) = [each for found in distributions(path=[DROPIN]) for each in found.entry_points if "mlflow" in each.group]
    assert (entry.group, entry.name) == ("mlflow.tracking_store", "runstore")
    module, _, name = entry.value.partition(":")
    spec = find_spec(module.rpartition(".")[0])
    assert spec is not None
    assert spec.submodule_search_locations is not None
    source = Path(spec.submodule_search_locations[0], module.rpartition(".")[2] + ".py").read_text()
    assert f"class {name}(" in source


def test_without_mlflow_the_address_is_that_of_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)
    monkeypatch.setitem(sys.modules, "mlflow.tracking._tracking_service.utils", None)  # another test may import it
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    workspace = Workspace(root=tmp_path / "a b")
    assert workspace.get_mlflow_tracking_uri() == f"file://{tmp_path}/a%20b/.runstore/mlruns"
