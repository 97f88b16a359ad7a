"""The estimators of the first releases are script configurations under other names."""

from __future__ import annotations

from pathlib import Path

import pytest

from runstore import Environment, Experiment, MpiConfiguration, PyTorchConfiguration, TensorflowConfiguration, Workspace
from runstore.dropin.azureml._estimators import Estimator, Gloo, Nccl, PyTorch, TensorFlow
from runstore.exceptions import ExperimentExecutionException, UserErrorException
from runstore.jobs.config.definition import to_definition
from runstore.stand_ins.dataset import Dataset


def test_parameters_become_arguments(tmp_path: Path) -> None:
    made = Estimator(
        str(tmp_path),
        compute_target="local",
        entry_script="train.py",
        script_params={"--lr": 0.1, "--verbose": "", "--none": None, "--folder": tmp_path},
        use_gpu=True,
        environment_variables={"A": "1"},
    )
    assert made.script == "train.py"
    assert made.arguments == ["--lr", 0.1, "--verbose", "--none", "--folder", tmp_path]
    assert made.environment_variables()["A"] == "1"
    assert made.run_config.environment.python.user_managed_dependencies is True


def test_packages_make_an_environment(tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("joblib==1.4\n")
    made = PyTorch(
        tmp_path, entry_script="a.py", pip_packages=["numpy"], pip_requirements_file_path="more.txt", node_count=2
    )
    python = made.run_config.environment.python
    assert python.user_managed_dependencies is False
    assert {*python.conda_dependencies.pip_packages} - {"azureml-defaults"} == {"joblib==1.4", "numpy", "torch"}
    assert made.run_config.communicator == "OpenMpi"
    pinned = PyTorch(tmp_path, entry_script="a.py", pip_packages=["torch==2.1"])
    assert [each for each in pinned.conda_dependencies.pip_packages if "torch" in each] == ["torch==2.1"]


def test_inputs_reach_the_script_under_their_names(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("RUNSTORE_ROOT", str(tmp_path / "store"))
    workspace = Workspace.from_config()
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "train.py").write_text(
        "from azureml.core import Run\nrun = Run.get_context()\n"
        "run.log('id', run.input_datasets['titanic'].id)\nrun.log('place', run.input_datasets['workspaceblobstore'])\n"
    )
    table = Dataset.Tabular.from_delimited_files(str(tmp_path / "table.csv"))
    made = Estimator(
        str(tmp_path / "source"),
        entry_script="train.py",
        inputs=[table.as_named_input("titanic"), workspace.get_default_datastore()],
    )
    run = Experiment(workspace, "demo").submit(made)
    assert run.wait_for_completion()["status"] == "Completed"
    metrics = run.get_metrics()
    assert metrics["id"] == table.id
    assert metrics["place"].rstrip("/").endswith("/workspaceblobstore")
    with pytest.raises(UserErrorException, match=r"as_named_input\('name'\)"):
        Estimator(tmp_path, entry_script="a.py", inputs=[table])


@pytest.mark.parametrize(
    ("given", "communicator", "part", "counts"),
    [
        ({"node_count": 2, "process_count_per_node": 3, "distributed_training": MpiConfiguration()},
         "OpenMpi", "mpi", {"nodeCount": 2, "processCountPerNode": 3}),
        ({"process_count_per_node": 2, "distributed_training": MpiConfiguration(4, 2)},
         "OpenMpi", "mpi", {"nodeCount": 2, "processCountPerNode": 4}),
        ({"node_count": 2, "distributed_backend": "mpi"}, "OpenMpi", "mpi", {"nodeCount": 2, "processCountPerNode": 1}),
        ({"node_count": 3, "worker_count": 2, "distributed_backend": "ps"},
         "ParameterServer", "tensorflow", {"workerCount": 2, "parameterServerCount": 1}),
        ({"worker_count": 2, "parameter_server_count": 2},
         "ParameterServer", "tensorflow", {"workerCount": 2, "parameterServerCount": 2}),
        ({"distributed_training": TensorflowConfiguration(3, 0)},
         "ParameterServer", "tensorflow", {"workerCount": 3, "parameterServerCount": 0}),
        ({"node_count": 2, "process_count_per_node": 4, "distributed_training": Nccl()},
         "Nccl", "pytorch", {"communicationBackend": "Nccl", "processCount": 8, "nodeCount": 2}),
        ({"node_count": 2, "distributed_training": Gloo()},
         "Gloo", "pytorch", {"communicationBackend": "Gloo", "processCount": 2, "nodeCount": 2}),
        ({"distributed_training": PyTorchConfiguration(process_count=2, node_count=4)},
         "Nccl", "pytorch", {"communicationBackend": "Nccl", "processCount": 2, "nodeCount": 4}),
        ({"worker_count": 1, "parameter_server_count": 1}, "None", "mpi", {"nodeCount": 1, "processCountPerNode": 1}),
    ],
)  # fmt: skip
def test_no_process_that_is_asked_for_is_lost(tmp_path, given, communicator, part, counts) -> None:
    definition = to_definition(TensorFlow(tmp_path, entry_script="a.py", **given))
    assert (definition["communicator"], definition[part]) == (communicator, counts)


def test_what_is_given_is_not_changed(tmp_path: Path) -> None:
    environment, mpi = Environment("mine"), MpiConfiguration()
    made = Estimator(
        tmp_path,
        entry_script="a.py",
        environment_definition=environment,
        environment_variables={"A": "1"},
        node_count=2,
        distributed_training=mpi,
    )
    assert made.run_config.environment is environment
    assert made.environment_variables() == {"A": "1"}
    assert environment.environment_variables == {}
    assert mpi.node_count == 1


def test_documented_arguments_are_taken_and_an_image_is_remarked(tmp_path: Path) -> None:
    made = TensorFlow(
        tmp_path,
        entry_script="a.py",
        pip_packages=["numpy"],
        user_managed=True,
        custom_docker_base_image="host/image",
        _disable_validation=True,
    )
    assert made.run_config.environment.python.user_managed_dependencies is True
    assert "without a container (image host/image)" in made.remarks()[0]


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    with pytest.raises(ExperimentExecutionException, match="nothing to run"):
        Estimator(tmp_path).check()
    with pytest.raises(TypeError, match="entry_skript"):
        Estimator(tmp_path, entry_script="a.py", entry_skript="b.py")
    with pytest.raises(UserErrorException, match="mpi, ps, gloo, nccl"):
        Estimator(tmp_path, entry_script="a.py", distributed_backend="smoke")
