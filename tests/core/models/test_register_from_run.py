"""`Run.register_model`: files of a run become a version of a model."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from runstore import Experiment, Model, Run, Workspace
from runstore.exceptions import ModelPathNotFoundException, UserErrorException
from runstore.writing.create import create_run


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    monkeypatch.chdir(tmp_path)
    workspace = Workspace(root=tmp_path / "root")
    run = Experiment(workspace, "exp").start_logging(run_id="run", snapshot_directory=None)
    yield run
    run.complete()  # else the tests that come after are part of it


def model_file(run: Run, name: str) -> Path:
    return Path(Model.get_model_path(name, _workspace=run.experiment.workspace))


def test_an_uploaded_file_becomes_a_model_that_knows_its_run(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.pkl").write_text("weights")
    run.upload_file("outputs/m.pkl", "m.pkl")
    model = run.register_model(
        model_name="digits",
        model_path="./outputs/m.pkl",
        tags={"data": "digits"},
        properties={"auc": 0.9},
        model_framework=Model.Framework.SCIKITLEARN,
        model_framework_version="1.5",
    )
    assert (model.name, model.version, model.id) == ("digits", 1, "digits:1")
    assert (model.tags, model.properties) == ({"data": "digits"}, {"auc": "0.9"})
    assert (model.run_id, model.experiment_name, model.model_framework) == ("run", "exp", "ScikitLearn")
    assert model.run.id == "run"
    assert model_file(run, "digits").name == "m.pkl"
    assert model_file(run, "digits").read_text() == "weights"
    run.complete()
    assert run.register_model("digits", "outputs/m.pkl").version == 2
    assert [each.id for each in Model.list(run.experiment.workspace, run_id="run")] == ["digits:2", "digits:1"]


def test_a_folder_of_the_run_and_the_name_as_path(run: Run, tmp_path: Path) -> None:
    (tmp_path / "net" / "deep").mkdir(parents=True)
    (tmp_path / "net" / "deep" / "w.bin").write_text("w")
    run.upload_folder("outputs/net", "net")
    run.upload_folder("plain", "net")
    run.register_model("net", "outputs/net")
    assert (model_file(run, "net") / "deep" / "w.bin").read_text() == "w"
    assert run.register_model("plain").version == 1
    assert run.register_model("all", "outputs/").version == 1
    assert (model_file(run, "all") / "net" / "deep" / "w.bin").read_text() == "w"


def test_outputs_that_are_not_collected_yet_count_in_a_run_of_this_process(run: Run) -> None:
    os.mkdir("outputs")
    Path("outputs/m.pkl").write_text("weights")
    Path("elsewhere.pkl").write_text("weights")
    assert run.register_model("m", "outputs/m.pkl").version == 1
    with pytest.raises(ModelPathNotFoundException):
        run.register_model("m", "elsewhere.pkl")
    create_run(run.experiment.workspace.root, "exp", "of-others", status="Completed")
    with pytest.raises(ModelPathNotFoundException):
        Run(run.experiment, "of-others").register_model("m", "outputs/m.pkl")
    run.complete()
    assert Run(run.experiment, run.id).register_model("m", "outputs/m.pkl").version == 2


def test_what_the_run_does_not_have_is_said_with_what_it_has(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.pkl").write_text("weights")
    run.upload_file("outputs/m.pkl", "m.pkl")
    with pytest.raises(ModelPathNotFoundException, match=r"model_path outputs/model\.pkl .*: outputs/m\.pkl"):
        run.register_model("m", "outputs/model.pkl")
    for path in ("../../run.json", "/etc/passwd", ""):
        with pytest.raises(ModelPathNotFoundException):
            run.register_model("m", path)
    with pytest.raises(UserErrorException, match="model name"):
        run.register_model("no spaces please", "outputs/m.pkl")
    assert Model.list(run.experiment.workspace) == []


def test_later_changes_of_the_run_do_not_reach_the_model(run: Run) -> None:
    os.mkdir("outputs")
    Path("outputs/m.pkl").write_text("weights")
    run.upload_file("outputs/m.pkl", "outputs/m.pkl")
    run.register_model("m", "outputs/m.pkl")
    Path(run._folder, "files", "outputs", "m.pkl").write_text("other")
    assert model_file(run, "m").read_text() == "weights"


def test_a_script_that_nobody_launched_registers_too(tmp_path: Path) -> None:
    code = """
        import os
        from runstore import Model, Run
        os.makedirs("outputs", exist_ok=True)
        with open("outputs/m.txt", "w") as file:
            file.write("weights")
        model = Run.get_context().register_model("m", "outputs/m.txt")
        print(model.id, open(Model.get_model_path("m")).read())
    """
    (tmp_path / "train.py").write_text(textwrap.dedent(code))
    done = subprocess.run(
        [sys.executable, "train.py"],
        cwd=tmp_path,
        env={**os.environ, "RUNSTORE_ROOT": str(tmp_path / "root")},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == ["m:1", "weights"]
    assert Model(Workspace(root=tmp_path / "root"), "m").run.status == "Completed"
