"""Notebooks and scripts as they were written for Azure ML run unmodified: a real kernel, real jobs, a config.json.

The environment is one of its own, given the names by ``runs-tui azureml enable``.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import textwrap
import venv
from pathlib import Path
from typing import Any

import pytest

import runs_tui
import runstore


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a new environment in which ``import azureml`` is ours; its packages are those of the tests."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    here = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "tests.pth").write_text(
        "\n".join([*here, *(str(Path(each.__file__).parents[1]) for each in (runs_tui, runstore))])
    )
    command = [sys.executable, "-m", "runs_tui", "azureml", "enable", "--python", str(folder / "bin" / "python")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "bin" / "python"


@pytest.fixture
def folder(tmp_path: Path, python: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the notebook lies: beside a config.json, with a store of its own and a kernel of the environment."""
    kernel = tmp_path / "jupyter" / "kernels" / "enabled"
    kernel.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (kernel / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "enabled", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("RUNSTORE_ROOT", str(tmp_path / "store"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    work = tmp_path / "work"
    work.mkdir()
    config = {"subscription_id": "s-1", "resource_group": "group", "workspace_name": "space"}
    (work / "config.json").write_text(json.dumps(config))
    return work


def run_notebook(folder: Path, *cells: str) -> list[str]:
    """Run the cells; what each printed or showed, as text."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(textwrap.dedent(cell).strip()) for cell in cells]
    client = NotebookClient(notebook, timeout=60, kernel_name="enabled", resources={"metadata": {"path": str(folder)}})
    client.execute()
    return ["".join(map(_shown, cell.outputs)) for cell in notebook.cells]


def _shown(output: Any) -> str:
    if output.output_type == "stream":
        return str(output.text) if output.name == "stdout" else ""
    return str(output.data.get("text/plain", ""))


TRAIN = """
    %%writefile scripts/train.py
    import argparse
    import os
    from azureml.core.run import Run

    parser = argparse.ArgumentParser()
    parser.add_argument("--reg", type=float, dest="reg")
    args = parser.parse_args()
    run = Run.get_context()
    run.log("reg", args.reg)
    for epoch in range(3):
        run.log("loss", args.reg / (epoch + 1))
        print("epoch", epoch)
    os.makedirs("outputs", exist_ok=True)
    with open("outputs/model.txt", "w") as file:
        file.write("weights")
    run.complete()
"""


def test_an_interactive_notebook(folder: Path) -> None:
    (folder / "note.txt").write_text("line\n" * 3)
    shown = run_notebook(
        folder,
        """
        import azureml.core
        from azureml.core import Experiment, Run, Workspace
        print("SDK version:", azureml.core.VERSION)
        """,
        """
        ws = Workspace.from_config()
        print(ws.name, ws.resource_group, ws.location, ws.subscription_id, sep="\\n")
        """,
        "experiment = Experiment(workspace=ws, name='interactive')\nrun = experiment.start_logging()\nrun",
        """
        import numpy as np
        run.log(name="magic", value=np.int64(42))
        run.log_list("list", (i * 2 for i in range(4)))
        for x in range(3):
            run.log_row("wave", angle=x, sine=np.float32(x) / 2)
        run.log_table("table", {"a": [1, 2], "b": [3.5, 4.5]})
        run.log("word", "red")
        """,
        "!more note.txt",
        """
        run.upload_file(name='kept/note.txt', path_or_stream='note.txt')
        with open("outputs/result.txt", "w") as file:  # a folder that start_logging has made
            file.write("42")
        """,
        """
        for alpha in (0.1, 0.2):
            with run.child_run("alpha" + str(alpha)) as child:
                child.log("alpha", alpha)
        print(len(list(run.get_children())))
        """,
        """
        run.add_properties({"author": "me"})
        try:
            run.add_properties({"author": "you"})
        except Exception as error:
            print(type(error).__name__)
        run.tag("worth another look")
        run.tag("quality", "good")
        print(run.get_tags())
        """,
        "run.complete()\nprint(run.get_status())",
        "fetched = Run(experiment, run.id)\nfetched.get_metrics()",
        """
        names = fetched.get_file_names()
        fetched.download_file("kept/note.txt", "back/again.txt")
        print(names, open("back/again.txt").read().count("line"))
        """,
        "list(experiment.get_runs(tags={'quality': 'good'}, properties={'author': 'me'}))[0].id == run.id",
    )
    assert shown[0].startswith("SDK version: 1.")
    assert shown[1].split() == ["space", "group", "local", "s-1"]
    assert shown[2].splitlines()[0] == "Run(Experiment: interactive,"
    assert "Status: Running)" in shown[2]
    assert shown[4].split() == ["line"] * 3  # and it ends by itself
    assert shown[6].strip() == "2"
    assert shown[7].splitlines()[0] == "UserErrorException"
    assert "{'worth another look': None, 'quality': 'good'}" in shown[7]
    assert shown[8].strip() == "Completed"
    metrics = ast.literal_eval(shown[9])
    assert metrics == {
        "magic": 42, "list": [0, 2, 4, 6], "wave": {"angle": [0, 1, 2], "sine": [0.0, 0.5, 1.0]},
        "table": {"a": [1, 2], "b": [3.5, 4.5]}, "word": "red",
    }  # fmt: skip
    assert shown[10].strip() == "['kept/note.txt', 'outputs/result.txt'] 3"
    assert shown[11] == "True"


def test_a_notebook_that_submits(folder: Path) -> None:
    (folder / "scripts").mkdir()
    shown = run_notebook(
        folder,
        """
        from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
        from azureml.core.compute import AmlCompute, ComputeTarget
        from azureml.core.compute_target import ComputeTargetException
        from azureml.widgets import RunDetails
        ws = Workspace.from_config()
        experiment = Experiment(ws, "submitting")
        """,
        TRAIN,
        """
        try:
            target = ComputeTarget(workspace=ws, name="cpu-cluster")
        except ComputeTargetException:
            config = AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=4)
            target = ComputeTarget.create(ws, "cpu-cluster", config)
        target.wait_for_completion(show_output=True)
        """,
        """
        environment = Environment("mine")
        environment.python.user_managed_dependencies = True
        src = ScriptRunConfig(source_directory="scripts", script="train.py", arguments=["--reg", 0.5],
                              compute_target=target, environment=environment)
        run = experiment.submit(config=src, tags={"from": "notebook"})
        RunDetails(run).show()
        """,
        "details = run.wait_for_completion(show_output=True)",
        "print(details['runDefinition']['arguments'], run.get_status(), run.get_file_names())",
        "run.get_metrics()",
        """
        model = run.register_model(model_name="best", model_path="outputs/model.txt", tags={"reg": "0.5"})
        print(model.name, model.version, open(ws.models["best"].get_model_path("best", _workspace=ws)).read())
        """,
    )
    text = shown[4]
    assert text.splitlines()[0].startswith("RunId: submitting_")
    assert "Streaming user_logs/std_log.txt\n===============================\n" in text
    assert "epoch 0\nepoch 1\nepoch 2\n" in text
    assert "Execution Summary\n=================\n" in text
    assert "cpu-cluster" in text, "the warning that it ran here"
    assert shown[5].startswith("['--reg', '0.5'] Completed")
    assert "'outputs/model.txt'" in shown[5]
    assert ast.literal_eval(shown[6]) == {"reg": 0.5, "loss": [0.5, 0.25, 0.5 / 3]}
    assert shown[7].split() == ["best", "1", "weights"]


def test_a_script_alone_and_as_a_run(folder: Path, python: Path, tmp_path: Path) -> None:
    (folder / "train.py").write_text(textwrap.dedent(TRAIN).partition("train.py\n")[2])
    command = [str(python), "train.py", "--reg", "0.5"]
    alone = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert alone.returncode == 0, alone.stderr
    shutil.rmtree(folder / "outputs")
    launched = subprocess.run(
        [sys.executable, "-m", "runs_tui", "run", "-q", "--name", "launched", "--", *command],
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert launched.returncode == 0, launched.stderr
    listed = subprocess.run(
        [sys.executable, "-m", "runs_tui", "ls", "--json"], capture_output=True, text=True, timeout=60, check=True
    )
    runs = json.loads(listed.stdout)["runs"]
    assert [run["state"] for run in runs] == ["completed", "completed"]
    assert [run["metrics"]["loss"]["n"] for run in runs] == [3, 3]
    assert all(os.path.exists(os.path.join(run["folder"], "files", "outputs", "model.txt")) for run in runs)
