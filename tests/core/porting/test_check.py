"""``check`` says of real files what they will do: it knows the API from the code, follows variables, runs nothing."""

import json
import textwrap

import pytest

from runstore.porting.check import check


@pytest.fixture
def checked(tmp_path):
    """Writes a script and gives its report."""

    def write(text, name="train.py"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text))
        report, *others = check([str(path)])
        assert others == []
        return report

    return write


def stop_of(report):
    assert report.stop, report.findings
    return report.stop.place.line, report.stop.name


def test_a_training_script_runs(checked):
    report = checked("""
        import argparse
        from azureml.core import Run
        from azureml.core.run import Run as TheSame

        run = Run.get_context()
        for step in range(10):
            run.log("loss", 1 / (step + 1), step=step)
        with open("outputs/model.bin", "wb") as file:
            file.write(b"")
        print(run.get_metrics()["loss"])
        run.parent.tag("best", run.id)
        run.complete()
    """)
    assert report.verdict == "runs"
    assert report.stand_ins == []
    assert {each.name for each in report.findings} >= {"Run.get_context", "Run.log", "Run.parent", "Run.tag", "Run.id"}


def test_a_script_without_the_sdk_is_unrelated(checked):
    assert checked("import numpy\nprint(numpy.pi)").verdict == "unrelated"


def test_a_member_that_does_not_exist_stops_through_any_variable(checked):
    report = checked("""
        from azureml.core import Experiment, Workspace
        experiment = Experiment(Workspace.from_config(), "test")
        for run in experiment.get_runs():
            newest = run
            break
        newest.log("x", 1)
        newest.log_metric("x", 1)
    """)
    assert stop_of(report) == (8, "Run.log_metric")
    assert "Run has no log_metric here" in report.stop.says


@pytest.mark.parametrize(
    "way",
    [
        "Workspace.from_config().experiments['a'].start_logging().nothing",
        "next(Workspace.from_config().experiments['a'].get_runs()).nothing",
        "list(Workspace.from_config().experiments['a'].get_runs())[0].nothing",
        "[run.nothing for run in Workspace.from_config().experiments['a'].get_runs()]",
        "[run for run in Workspace.from_config().experiments['a'].get_runs()][-1].nothing",
        "{run.id: run.nothing for e in Workspace.from_config().experiments.values() for run in e.get_runs()}",
        "any(e.nothing for name, e in Workspace.from_config().experiments.items())",
        "(lambda: Run.get_context().nothing)()",
        "(Run.get_context() if 1 else None).nothing",
        "print(f'{Run.get_context().nothing}')",
    ],
)
def test_types_are_followed_through_expressions(checked, way):
    report = checked(f"from azureml.core import Run, Workspace\nx = {way}\n")
    assert stop_of(report)[0] == 2
    assert report.stop.name.endswith(".nothing")


def test_types_are_followed_into_functions_and_objects(checked):
    report = checked("""
        import azureml.core
        from azureml.core.run import Run

        class Trainer:
            def __init__(self):
                self.run = Run.get_context()

            def train(self):
                self.run.nothing_of_a_run()

        def main(experiment: azureml.core.Experiment):
            experiment.nothing_of_an_experiment()
            workspace.nothing_of_a_workspace()

        workspace = azureml.core.Workspace.from_config()
    """)
    stops = [each.name for each in report.findings if each.verdict == "stops"]
    assert stops == [
        "Run.nothing_of_a_run", "Experiment.nothing_of_an_experiment", "Workspace.nothing_of_a_workspace",
    ]  # fmt: skip


def test_what_is_not_known_is_not_claimed(checked):
    report = checked("""
        from azureml.core import Run
        run = Run.get_context()
        run = wrapped(run)
        run.anything()
        def train(run):
            run.anything()
    """)
    assert report.verdict == "runs"


def test_names_without_a_local_meaning_stop_where_they_are_used_not_where_they_are_imported(checked):
    report = checked("""
        from azureml.train.automl import AutoMLConfig
        from azureml.core import Run
        Run.get_context()
        config = AutoMLConfig(task="regression")
    """)
    assert stop_of(report) == (5, "azureml.train.automl.AutoMLConfig")
    assert "write the training as a script" in report.stop.says


def test_members_of_runs_of_other_kinds_say_what_to_do(checked):
    report = checked("""
        from azureml.core import Workspace
        run = Workspace.from_config().get_run("HD_1")
        best = run.get_best_run_by_primary_metric()
        print(best.id)
    """)
    assert stop_of(report) == (4, "Run.get_best_run_by_primary_metric")
    assert "sweeps" in report.stop.says
    assert len([each for each in report.findings if each.verdict == "stops"]) == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("import azureml.nowhere", "no such module"),
        ("from azureml.core import Workspaces", "did you mean Workspace?"),
        ("from azure.ai.ml import MLClient", "SDK v2"),
        ("from azureml.core import Run; from azure.storage.blob import BlobServiceClient", "talks to Azure itself"),
    ],
)
def test_imports_that_fail_stop(checked, line, says):
    report = checked(line)
    assert report.verdict == "stops"
    assert says in report.stop.says


@pytest.mark.parametrize(
    "handler", ["except ImportError", "except Exception", "except (ValueError, ModuleNotFoundError)", "except"]
)
def test_a_failure_that_the_script_catches_does_not_stop_it(checked, handler):
    report = checked(f"""
        try:
            from azureml.nowhere import Thing
        {handler}:
            Thing = None
        from azureml.core import Run
        Run.get_context()
    """)
    assert report.verdict == "runs"
    assert [each.caught for each in report.findings if each.verdict == "stops"] == [True]


def test_another_handler_does_not_catch_it(checked):
    assert checked("""
        try:
            from azureml.nowhere import Thing
        except ValueError:
            pass
    """).verdict == "stops"  # fmt: skip


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("run.log_list('x', [1], step=3, colour='red')", "no argument"),
        ("run.log('x', 1, 'description', 2, 3, 4)", "by position"),
        ("Estimator('.', entry_script='a.py', entry_skript='b.py')", "no argument entry_skript"),
    ],
)
def test_arguments_that_are_not_taken_stop(checked, call, says):
    names = "from azureml.core import Run; from azureml.train.estimator import Estimator"
    report = checked(f"{names}\nrun = Run.get_context()\n{call}\n")
    assert stop_of(report)[0] == 3
    assert says in report.stop.says


def test_an_estimator_runs_as_its_constructor_has_it(checked):
    report = checked("""
        import azureml.mlflow
        from azureml.core.environment import SparkPackage
        from azureml.train.dnn import Gloo, Nccl, ParameterServer, TensorFlow
        servers = ParameterServer(worker_count=2, parameter_server_count=1)
        TensorFlow(".", entry_script="a.py", distributed_training=servers, custom_docker_base_image="x", worker_count=2)
    """)
    assert report.verdict == "runs", report.stop
    assert report.stop is None


def test_arguments_that_only_the_run_knows_are_let_pass(checked):
    assert checked("""
        from azureml.core import Run
        run = Run.get_context()
        run.log(*values, **options)
    """).verdict == "runs"  # fmt: skip


def test_compute_targets_datastores_and_docker_have_stand_ins(checked):
    report = checked("""
        from azureml.core import Environment, Experiment, ScriptRunConfig, Workspace
        from azureml.core.compute import AmlCompute, ComputeTarget
        from azureml.core.compute_target import ComputeTargetException

        ws = Workspace.from_config()
        try:
            target = ComputeTarget(workspace=ws, name="cpu-cluster")
        except ComputeTargetException:
            config = AmlCompute.provisioning_configuration(vm_size="STANDARD_D2_V2", max_nodes=4)
            target = ComputeTarget.create(ws, "cpu-cluster", config)
            target.wait_for_completion(show_output=True, min_node_count=None, timeout_in_minutes=20)
        print(target.get_status().serialize())
        store = ws.get_default_datastore()
        environment = Environment("test")
        environment.docker.enabled = True
        environment.python.user_managed_dependencies = True
        src = ScriptRunConfig(source_directory=".", script="train.py", compute_target=target, environment=environment)
        run = Experiment(ws, "test").submit(src)
        run.wait_for_completion(show_output=True)
    """)
    assert report.stop is None, report.stop
    assert report.verdict == "stand-ins"
    assert report.stand_ins == ["compute targets", "datastores", "Docker settings"]


def test_an_environment_without_docker_has_no_stand_in(checked):
    report = checked("""
        from azureml.core import Environment
        from azureml.core.conda_dependencies import CondaDependencies
        environment = Environment("test")
        environment.python.conda_dependencies = CondaDependencies.create(pip_packages=["scikit-learn"])
        print(environment.docker.base_image)
    """)
    assert report.verdict == "runs"


def test_a_cluster_by_its_name_alone_is_a_stand_in(checked):
    text = "from azureml.core import ScriptRunConfig\nScriptRunConfig('.', 'a.py', compute_target={!r})\n"
    assert checked(text.format("gpu-cluster")).stand_ins == ["compute targets"]
    assert checked(text.format("local")).verdict == "runs"


def notebook(*cells):
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code", "source": c} for c in cells]})


def test_a_notebook_stops_in_a_cell(tmp_path):
    path = tmp_path / "book.ipynb"
    path.write_text(
        notebook("%matplotlib inline\nfrom azureml.core import Model, Workspace\nws = Workspace.from_config()",
                 "!ls\n\nws.nothing()")
    )  # fmt: skip
    (report,) = check([str(path)])
    assert str(report.stop.place) == "cell 2, line 3"
    assert report.stop.name == "Workspace.nothing"


def test_a_shell_line_for_the_cloud_stops(tmp_path):
    path = tmp_path / "book.ipynb"
    path.write_text(notebook("import azureml.core", "!pip install torch", "!az login"))
    (report,) = check([str(path)])
    assert str(report.stop.place) == "cell 3, line 1"


def test_scripts_that_a_file_submits_or_writes_are_checked_too(tmp_path):
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "train.py").write_text("from azureml.core import Run\nRun.get_context().nothing()\n")
    (tmp_path / "book.ipynb").write_text(
        notebook("from azureml.core import ScriptRunConfig\nfolder = './scripts'",
                 "src = ScriptRunConfig(source_directory=folder, script='train.py')",
                 "%%writefile other.py\nfrom azureml.core import Run\nRun.get_context()")
    )  # fmt: skip
    reports = check([str(tmp_path / "book.ipynb")])
    assert [(report.path.removeprefix(str(tmp_path)), report.verdict) for report in reports] == [
        ("/book.ipynb", "runs"), ("/book.ipynb:other.py", "runs"), ("/scripts/train.py", "stops"),
    ]  # fmt: skip


@pytest.mark.parametrize("estimator", ["train.estimator import Estimator", "train.dnn import PyTorch as Estimator"])
def test_the_script_of_an_estimator_is_checked_too(tmp_path, estimator):
    (tmp_path / "train.py").write_text("from azureml.core import Run\nRun.get_context().nothing()\n")
    (tmp_path / "submit.py").write_text(
        f"from azureml.{estimator}\nEstimator(source_directory='.', entry_script='train.py', compute_target='local')\n"
    )
    submitting, submitted = check([str(tmp_path / "submit.py")])
    assert (submitting.verdict, submitted.verdict) == ("runs", "stops")


def test_a_folder_is_searched_but_not_what_others_put_there(tmp_path):
    for name in ("a.py", "b/c.ipynb", ".git/d.py", "venv/e.py", "mine/pyvenv.cfg", "mine/f.py", "notes.txt", "b/g.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(notebook() if name.endswith(".ipynb") else "import azureml.core\n")
    found = [report.path.removeprefix(str(tmp_path) + "/") for report in check([str(tmp_path)])]
    assert found == ["a.py", "b/c.ipynb", "b/g.py"]


def test_nothing_of_a_script_is_run(tmp_path):
    script = tmp_path / "train.py"
    script.write_text("from azureml.core import Run\nopen(__file__ + '.ran', 'w')\nraise SystemExit\n")
    (report,) = check([str(script)])
    assert report.verdict == "runs"
    assert list(tmp_path.iterdir()) == [script]


def test_packages_beside_the_sdk_are_told_and_not_the_scripts_own_modules(tmp_path):
    (tmp_path / "mine.py").write_text("")
    (tmp_path / "train.py").write_text(
        "import os, torch.nn\nfrom azureml.core import Run\nimport mine\nfrom sklearn import svm\n"
    )
    (report,) = check([str(tmp_path / "train.py")])
    assert report.needs == ["torch", "sklearn"]


@pytest.mark.parametrize("text", ["x" + ".y" * 3000, "x" + ".y" * 600, "(" * 3000 + ")" * 3000])
def test_what_is_nested_too_deeply_is_said(checked, text):
    report = checked(f"import azureml.core\n{text}\n")
    assert report.verdict == "stops"
    assert "too deeply" in report.stop.says or "parse" in report.stop.says or "Python" in report.stop.says


def test_names_that_newer_packages_lack_are_told(checked):
    report = checked("""
        import numpy, tensorflow as tf
        import sklearn.externals
        from azureml.core import Run
        from sklearn.externals import joblib
        try:
            from sklearn.cross_validation import KFold
        except ImportError:
            from sklearn.model_selection import KFold
        run = Run.get_context()
        run.log("x", numpy.float(1))
        run.log("y", numpy.int(1) + numpy.float64(2))
        with tf.compat.v1.Session() as session:
            pass
        sklearn.externals.six.moves
    """)
    assert report.verdict == "runs"
    assert [(each.says, each.name, each.place.line) for each in report.older] == [
        ("scikit-learn<0.23", "sklearn.externals.joblib", 5), ("numpy<1.24", "numpy.float", 11),
    ]  # fmt: skip
    assert [each.name for each in report.findings if each.verdict == "older" and each.caught] == [
        "sklearn.cross_validation", "sklearn.cross_validation.KFold",
    ]  # fmt: skip


def test_a_file_that_cannot_be_parsed_stops_when_it_names_the_sdk(checked):
    assert stop_of(checked("from azureml.core import Run\nprint 'hello'\n"))[0] == 2
    assert checked("print 'hello'\n").verdict == "unrelated"
