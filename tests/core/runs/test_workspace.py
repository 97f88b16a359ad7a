"""`Workspace`: which folder it is, how it is called, and what it holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from runstore import Experiment, Model, Workspace
from runstore.exceptions import UserErrorException, WorkspaceException


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, with no root of any kind around the current folder."""
    for name in [name for name in os.environ if name.startswith(("RUNSTORE_", "AZUREML_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path


def test_written_config_is_found_again_from_below(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Workspace("sub-1", "group", "vision")
    made.write_config()
    (home / "project" / "deep").mkdir()
    monkeypatch.chdir(home / "project" / "deep")
    found = Workspace.from_config()
    assert (found.name, found.subscription_id, found.resource_group) == ("vision", "sub-1", "group")
    assert found.root == made.root == str(home / ".local/share/runs-tui/vision")
    assert Workspace.setup().root == made.root
    made.write_config(home, "other.json")
    assert Workspace.from_config(home, _file_name="other.json").name == "vision"
    with pytest.raises(UserErrorException, match=r"no workspace config\.json"):
        Workspace.from_config(home / "absent")


def test_the_usual_first_cell_prints(home: Path) -> None:
    ws = Workspace.from_config()
    assert f"{ws.name}\t{ws.resource_group}\t{ws.location}\t{ws.subscription_id}\t{ws.sku}".startswith("default\t")
    assert repr(ws) == "Workspace.create(name='default', subscription_id='local', resource_group='local')"
    details = ws.get_details()
    assert (details["name"], details["id"], details["location"]) == ("default", ws.root, "local")


def test_create_refuses_to_create_twice(home: Path) -> None:
    made = Workspace.create("lab", subscription_id="s", resource_group="g", location="westeurope", tags={"a": "b"})
    assert os.path.isdir(os.path.join(made.root, ".runstore"))
    with pytest.raises(WorkspaceException, match="exist_ok=True"):
        Workspace.create(name="lab")
    again = Workspace.create(name="lab", exist_ok=True, description="for tests")
    assert again.root == made.root
    assert again.tags == {"a": "b"}
    details = again.get_details()
    assert details["description"] == "for tests"
    assert details["creationTime"].endswith("Z")


def test_get_needs_nothing_made_before(home: Path) -> None:
    workspace = Workspace.get("lab", subscription_id="s", resource_group="g")
    assert not os.path.exists(workspace.root)
    Experiment(workspace, "exp")
    assert list(Workspace.get(name="lab").experiments) == ["exp"]
    with pytest.raises(UserErrorException, match="needs a name"):
        Workspace.get("")


def test_workspaces_of_this_machine_are_listed_by_name(home: Path) -> None:
    Workspace.create("one")
    Experiment(Workspace(root=home / "project" / ".runs"), "exp")
    found = Workspace.list("any-subscription")
    assert sorted(found) == ["one", "project"]
    assert found["project"][0].root == str(home / "project" / ".runs")


def test_no_script_deletes_all_records(home: Path) -> None:
    workspace = Workspace.create("lab")
    with pytest.raises(WorkspaceException, match=r"Experiment\.delete"):
        workspace.delete(delete_dependent_resources=True)
    assert os.path.isdir(workspace.root)


def test_a_submitted_script_sees_the_names_of_where_it_was_submitted(home: Path) -> None:
    root, code = str(home / "root"), "from runstore import Workspace as W; w = W.from_config(); print(w.name, w.root)"
    names = {"AZUREML_ARM_WORKSPACE_NAME": "vision", "RUNSTORE_ROOT": root}
    for variables, name in (({"RUNSTORE_RUN_DIR": root + "/exp/run"}, "vision"), ({}, "root")):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, **names, **variables},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.split() == [name, root]


def test_runs_are_found_in_all_experiments_archived_ones_too(home: Path) -> None:
    workspace = Workspace(root=home / "root")
    experiment = Experiment(workspace, "exp")
    run = experiment.start_logging(outputs=False, snapshot_directory=None)
    run.complete()
    experiment.archive()
    found = workspace.get_run(run.id)
    assert (found.id, found.experiment.name) == (run.id, "exp")
    assert workspace.experiments == {}


def test_it_holds_models_and_stand_ins(home: Path) -> None:
    workspace = Workspace(root=home / "root")
    Path("model.bin").write_text("x")
    for _ in range(2):
        Model.register(workspace, "model.bin", "net")
    assert {name: model.version for name, model in workspace.models.items()} == {"net": 2}
    assert workspace.webservices == workspace.images == workspace.linked_services == {}
    assert workspace.get_default_datastore().name in workspace.datastores
    assert workspace.get_default_keyvault().get_secret("absent") is None
    assert "cpu-cluster" not in workspace.compute_targets
    assert workspace.datasets == {}
    assert workspace.get_mlflow_tracking_uri() == f"file://{home}/root/.runstore/mlruns"
    assert workspace.service_context.workspace_name == "root"


def test_a_damaged_workspace_file_is_no_error(home: Path) -> None:
    workspace = Workspace.create("lab")
    Path(workspace.root, ".runstore", "workspace.json").write_text("[")
    assert Workspace(root=workspace.root).name == "lab"
    assert workspace.tags == {}
    assert json.dumps(workspace.get_details())
