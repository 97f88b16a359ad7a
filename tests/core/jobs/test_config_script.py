"""`ScriptRunConfig` and `RunConfiguration`: what they accept, what they mean, what is recorded of it."""

import sys

import pytest

from runstore import (
    CondaDependencies,
    DockerConfiguration,
    Environment,
    Experiment,
    MpiConfiguration,
    PyTorchConfiguration,
    RunConfiguration,
    ScriptRunConfig,
    TensorflowConfiguration,
    Workspace,
)
from runstore.exceptions import ExperimentExecutionException, RunConfigurationException, UserErrorException
from runstore.jobs.config.data_references import DataReferenceConfiguration
from runstore.jobs.config.definition import environment_of, recorded, to_definition
from runstore.jobs.config.script_run_config import get_run_config_from_script_run
from runstore.stand_ins.dataset import Dataset


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "train.py").write_text("print('hello')\n")
    return str(folder)


class Cluster:
    """A compute target as scripts hand it over: an object with a name."""

    name = "gpu-cluster"


def test_the_definition_has_azures_keys_and_texts_for_arguments(source):
    config = ScriptRunConfig(
        source, "train.py", ["--alpha", 0.5, "--n", 3, "--flag", True], environment=Environment("e")
    )
    definition = to_definition(config)
    assert definition["script"] == "train.py"
    assert definition["arguments"] == ["--alpha", "0.5", "--n", "3", "--flag", "True"]
    assert (definition["target"], definition["framework"], definition["communicator"]) == ("local", "Python", "None")
    assert (definition["nodeCount"], definition["maxRunDurationSeconds"]) == (1, 2592000)
    assert definition["history"] == {
        "outputCollection": True,
        "snapshotProject": True,
        "directoriesToWatch": ["logs"],
    }
    environment = definition["environment"]
    assert environment["name"] == "e"
    assert environment["python"]["interpreterPath"] == sys.executable
    assert environment["python"]["userManagedDependencies"] is False
    assert config.remarks() == []
    assert environment_of(recorded(definition)).name == "e"


def test_values_of_variables_and_secrets_are_not_recorded(source):
    config = ScriptRunConfig(source, "train.py", ["--password", "hush", "--lr", "1"])
    config.run_config.environment.environment_variables = {"TOKEN": "hidden", "N": 3}
    config.run_config.environment_variables = {"M": "x", "N": "4"}
    config.run_config.environment.python.conda_dependencies.set_pip_option("-f https://me:pw@host/x")
    assert config.environment_variables() == {"TOKEN": "hidden", "M": "x", "N": "4"}
    definition = to_definition(config)
    assert definition["arguments"][1] == "hush"
    assert "me:pw@host" in str(definition)
    text = str(recorded(definition))
    assert "TOKEN" in text
    assert not [word for word in ("hidden", "hush", "me:pw") if word in text]


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("python train.py  --api-key hush --lr 1\n", "python train.py  --api-key *** --lr 1\n"),
        ("cd x&&API_KEY=hush python train.py", "cd x&&API_KEY=*** python train.py"),
        ("train --password='hush hush' --name 'a b'", "train --password=*** --name 'a b'"),
        ("train '--auth-token' \"hush\" --lr 1", "train '--auth-token' *** --lr 1"),
        ("bash -c \"train --api-key 'hush'\"; echo $?", 'bash -c "train --api-key ***"; echo $?'),
        ("curl 'https://me:hush@host/x y'", "curl 'https://***@host/x y'"),
        ("echo 'no end --api-key hush", "echo 'no end --api-key ***"),
        ('train --api-key $API_KEY --pwd="${PWD}"', 'train --api-key $API_KEY --pwd="${PWD}"'),
    ],
)
def test_secrets_in_a_command_for_the_shell_are_not_recorded(source, command, shown):
    definition = to_definition(ScriptRunConfig(source, command=command))
    assert definition["command"] == command
    assert recorded(definition)["command"] == shown


def test_arguments_as_one_text_are_taken_apart(source, tmp_path):
    config = ScriptRunConfig(source, "train.py", "--lr 0.1 --name 'a b'")
    assert config.arguments == ["--lr", "0.1", "--name", "a b"]
    config.arguments = "--lr 0.2"
    assert to_definition(config)["arguments"] == ["--lr", "0.2"]
    path = RunConfiguration("train.py", "--lr 0.3").save(tmp_path, "mine")
    assert RunConfiguration.load(path).arguments == ["--lr", "0.3"]
    with pytest.raises(UserErrorException, match="No closing quotation; give a list"):
        ScriptRunConfig(source, "train.py", "--name 'a b")


def test_the_run_configuration_of_a_script_is_a_copy_with_the_script(source, tmp_path):
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    table = Dataset.Tabular.from_delimited_files(str(tmp_path / "table.csv")).as_named_input("table")
    config = ScriptRunConfig(source, "train.py", ["--table", table], compute_target=Cluster())
    config.run_config.data["table"] = table
    made = get_run_config_from_script_run(config)
    made.environment.environment_variables["A"] = "1"
    assert config.environment_variables() == {}
    again = ScriptRunConfig(source, run_config=made)
    assert (again.script, [str(word) for word in again.arguments]) == ("train.py", ["--table", str(table)])
    assert again.inputs() == config.inputs() != {}
    assert again.run_config.target_name == "gpu-cluster"


def test_the_run_configuration_can_be_changed_until_the_submission(source):
    config = ScriptRunConfig(source, script="train.py")
    config.run_config.environment = Environment("other")
    config.run_config.environment.python.user_managed_dependencies = True
    config.run_config.environment.python.interpreter_path = "bin/python"
    config.run_config.target = Cluster()
    config.run_config.data_references = {"in": DataReferenceConfiguration("store", path_on_datastore="x")}
    config.arguments += ["--more", 1]
    definition = to_definition(config)
    assert definition["environment"]["name"] == "other"
    assert definition["environment"]["python"]["interpreterPath"].endswith("/bin/python")
    assert definition["target"] == "gpu-cluster"
    assert definition["dataReferences"]["in"]["path_on_datastore"] == "x"
    assert definition["arguments"] == ["--more", "1"]
    config.arguments = None
    assert to_definition(config)["arguments"] == []


def test_a_run_config_wins_over_the_rest_but_not_over_script_and_arguments(source):
    given = RunConfiguration(script="other.py", arguments=["--old"], conda_dependencies=CondaDependencies())
    given.environment.name = "given"
    config = ScriptRunConfig(
        source, "train.py", ["--new"], run_config=given, compute_target="cluster", environment=Environment("ignored")
    )
    definition = to_definition(config)
    assert (definition["script"], definition["arguments"]) == ("train.py", ["--new"])
    assert (definition["target"], definition["environment"]["name"]) == ("local", "given")
    assert config.remarks() == ["run_config was given, so these are ignored: compute_target, environment"]
    from_run_config = to_definition(ScriptRunConfig(source, run_config=given))
    assert (from_run_config["script"], from_run_config["arguments"]) == ("other.py", ["--old"])


def test_a_command_is_words_or_text(source):
    assert to_definition(ScriptRunConfig(source, command=["python", "train.py", "--n", 1]))["command"] == [
        "python",
        "train.py",
        "--n",
        "1",
    ]
    definition = to_definition(ScriptRunConfig(source, command="python train.py --token abc | tee log"))
    assert (definition["command"], definition["script"]) == ("python train.py --token abc | tee log", None)
    with pytest.raises(UserErrorException, match="not both"):
        ScriptRunConfig(source, "train.py", command="ls")


@pytest.mark.parametrize(
    ("job", "communicator", "nodes", "part", "expected"),
    [
        (MpiConfiguration(2, node_count=3), "OpenMpi", 3, "mpi", {"processCountPerNode": 2, "nodeCount": 3}),
        (
            PyTorchConfiguration(process_count=4, node_count=2),
            "Nccl",
            2,
            "pytorch",
            {"communicationBackend": "Nccl", "processCount": 4, "nodeCount": 2},
        ),
        (
            PyTorchConfiguration("Gloo", node_count=2),
            "Gloo",
            2,
            "pytorch",
            {"communicationBackend": "Gloo", "processCount": 2, "nodeCount": 2},
        ),
        (
            TensorflowConfiguration(worker_count=2),
            "ParameterServer",
            3,
            "tensorflow",
            {"workerCount": 2, "parameterServerCount": 1},
        ),
    ],
)
def test_distributed_jobs(source, job, communicator, nodes, part, expected):
    config = ScriptRunConfig(source, "train.py", distributed_job_config=job)
    definition = to_definition(config)
    assert (definition["communicator"], definition["nodeCount"], definition[part]) == (communicator, nodes, expected)
    assert f"{nodes} nodes are asked for: all processes run on this machine" in config.remarks()


def test_numbers_that_make_no_sense_are_refused(source):
    for make in (
        lambda: MpiConfiguration(0),
        lambda: MpiConfiguration(1.5),
        lambda: PyTorchConfiguration(process_count="many"),
        lambda: PyTorchConfiguration("Mpi"),
        lambda: TensorflowConfiguration(1, -1),
        lambda: ScriptRunConfig(source, "train.py", max_run_duration_seconds=0).check(),
        lambda: ScriptRunConfig(source, "train.py", max_run_duration_seconds="1h").check(),
    ):
        with pytest.raises(RunConfigurationException, match="give"):
            make()
    with pytest.raises(UserErrorException, match="MpiConfiguration, PyTorchConfiguration or"):
        ScriptRunConfig(source, "train.py", distributed_job_config=object())
    with pytest.raises(UserErrorException, match="give a RunConfiguration"):
        ScriptRunConfig(source, "train.py", run_config=Environment("e"))


def test_what_is_not_there_is_said_at_the_submission_and_not_before(source, tmp_path):
    config = ScriptRunConfig(source, "later.py")
    with pytest.raises(ExperimentExecutionException, match=r"no script 'later.py' in .*/source"):
        config.check()
    (tmp_path / "source" / "later.py").write_text("")
    config.check()
    with pytest.raises(ExperimentExecutionException, match="is not a folder"):
        ScriptRunConfig(source + "/none", "train.py").check()
    with pytest.raises(ExperimentExecutionException, match="nothing to run"):
        ScriptRunConfig(source).check()
    experiment = Experiment(Workspace(root=str(tmp_path / "store")), "demo")
    with pytest.raises(ExperimentExecutionException, match="no script"):
        ScriptRunConfig(source, "none.py").submit_to(experiment)
    assert list(experiment.get_runs()) == []


def test_what_is_done_otherwise_is_remarked(source):
    environment = Environment("e")
    environment.docker.base_image = "host/image"
    environment.python.user_managed_dependencies = True
    environment.python.interpreter_path = "/in/the/image/python"
    environment.curated = "AzureML-Minimal"
    config = ScriptRunConfig(source, "train.py", compute_target="cpu-cluster", environment=environment)
    remarks = " / ".join(config.remarks())
    for words in ("cpu-cluster", "without a container (image host/image)", "AzureML-Minimal", "/in/the/image/python"):
        assert words in remarks
    assert to_definition(config)["environment"]["python"]["interpreterPath"] == sys.executable
    docker = ScriptRunConfig(source, "train.py", docker_runtime_config=DockerConfiguration(use_docker=True))
    assert "Docker settings are not used" in docker.remarks()[0]
    assert to_definition(docker)["environment"]["docker"]["enabled"] is True


def test_an_environment_from_a_record_does_not_bring_masked_values(source):
    config = ScriptRunConfig(source, "train.py")
    config.run_config.environment.environment_variables = {"MESSAGE": "hello"}
    again = ScriptRunConfig(source, "train.py", environment=environment_of(to_definition(config)))
    assert again.environment_variables() == {}
    assert "MESSAGE were not recorded: they are not set" in again.remarks()[0]
    again.run_config.environment_variables["MESSAGE"] = "bye"
    assert again.environment_variables() == {"MESSAGE": "bye"}
    again.run_config.environment = "AzureML-Minimal"
    with pytest.raises(RunConfigurationException, match="give an Environment"):
        again.check()


def test_a_data_reference_is_found_in_the_datastore_of_the_workspace(source, tmp_path):
    workspace = Workspace(root=str(tmp_path / "store"))
    (tmp_path / "source" / "train.py").write_text(
        "import os\nfrom runstore import Run\nRun.get_context().log('place', os.environ['AZUREML_DATAREFERENCE_in'])\n"
    )
    config = ScriptRunConfig(source, "train.py")
    config.run_config.environment.python.user_managed_dependencies = True
    config.run_config.data_references = {"in": DataReferenceConfiguration("workspaceblobstore", "download", "deep")}
    run = config.submit_to(Experiment(workspace, "demo"))
    assert run.wait_for_completion()["status"] == "Completed"
    assert run.get_metrics()["place"].endswith("/workspaceblobstore/deep")


def test_the_warning_is_loud_and_strict_refuses_it(source, tmp_path, monkeypatch, capsys):
    experiment = Experiment(Workspace(root=str(tmp_path / "store")), "demo")
    config = ScriptRunConfig(source, "train.py", compute_target="cpu-cluster")
    monkeypatch.setenv("RUNSTORE_STRICT", "1")
    with pytest.raises(RunConfigurationException, match=r"cpu-cluster .* RUNSTORE_STRICT=1"):
        config.submit_to(experiment)
    assert list(experiment.get_runs()) == []
    monkeypatch.delenv("RUNSTORE_STRICT")
    run = config.submit_to(experiment, tags={"a": 1})
    run.wait_for_completion()
    assert capsys.readouterr().err.count("WARNING: the compute target cpu-cluster") == 1
    details = run.get_details()
    assert details["status"] == "Completed"
    assert [warning for warning in details["warnings"] if "cpu-cluster" in warning["message"]]
    assert details["target"] == "cpu-cluster"
    assert run.tags == {"a": "1"}


def test_a_run_to_resume_from_becomes_an_argument(source, tmp_path):
    config = ScriptRunConfig(source, "train.py", ["--a"], resume_from=str(tmp_path))
    assert to_definition(config)["arguments"] == ["--a", "--resume-from", str(tmp_path)]


def test_run_configurations_in_files(tmp_path):
    made = RunConfiguration(script="train.py", arguments=["--a", 1])
    made.target = "cpu"
    made.node_count = 2
    made.mpi.process_count_per_node = 3
    made.communicator = "Mpi"
    made.environment.environment_variables["A"] = "b: # c"
    made.environment.python.conda_dependencies.add_pip_package("six")
    made.data_references["d"] = DataReferenceConfiguration("store", mode="download")
    path = made.save(tmp_path, "mine")
    assert path == str(tmp_path / ".azureml" / "mine.runconfig")
    read = RunConfiguration.load(tmp_path, "mine")
    assert (read.script, read.arguments, read.target, read.node_count) == ("train.py", ["--a", "1"], "cpu", 2)
    assert (read.mpi.process_count_per_node, read.communicator) == (3, "Mpi")
    assert str(read.environment) == str(made.environment)
    assert (read.data_references["d"].datastore_name, read.data_references["d"].mode) == ("store", "download")
    made.environment_variables["LEVEL"] = tmp_path
    made.save(tmp_path, "mine")
    assert RunConfiguration.load(tmp_path, "mine").environment_variables == {"LEVEL": str(tmp_path)}
    RunConfiguration.delete(tmp_path, "mine")
    with pytest.raises(UserErrorException, match=r"no run configuration 'mine'"):
        RunConfiguration.load(tmp_path, "mine")
    with pytest.raises(UserErrorException, match="needs a name"):
        made.save(tmp_path)


def test_a_run_configuration_that_azure_wrote(tmp_path):
    (tmp_path / "aml_config").mkdir()
    (tmp_path / "aml_config" / "env.yml").write_text("dependencies:\n- python=3.9\n")
    (tmp_path / "aml_config" / "docker.runconfig").write_text(
        "# The script to run.\nscript: train.py\n# The arguments.\narguments: []\ntarget: docker\nframework: Python\n"
        "communicator: None\nautoPrepareEnvironment: true\nmaxRunDurationSeconds:\nnodeCount: 1\nenvironment:\n"
        "  environmentVariables:\n    EXAMPLE_ENV_VAR: EXAMPLE_VALUE\n  python:\n    userManagedDependencies: false\n"
        "    interpreterPath: python\n    condaDependenciesFile: aml_config/env.yml\n    baseCondaEnvironment:\n"
        "  docker:\n    enabled: true\n    baseImage: host/image\n    baseImageRegistry:\n      address:\n"
        "    arguments: []\nhistory:\n  outputCollection: true\n  directoriesToWatch:\n  - logs\nspark:\n"
        "  configuration:\n    spark.app.name: Azure ML Experiment\nmpi:\n  processCountPerNode: 1\n"
    )
    read = RunConfiguration.load(tmp_path, "docker")
    assert (read.script, read.target, read.max_run_duration_seconds) == ("train.py", "docker", 2592000)
    assert read.environment.environment_variables == {"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE"}
    definition = to_definition(ScriptRunConfig(tmp_path, run_config=read))
    assert definition["environment"]["python"]["condaDependencies"]["dependencies"] == ["python=3.9"]
    assert definition["environment"]["docker"]["enabled"] is True
