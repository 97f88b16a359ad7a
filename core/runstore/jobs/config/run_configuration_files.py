"""Run configurations in files, ``.azureml/<name>.runconfig``, written in YAML."""

from __future__ import annotations

import os

from runstore.exceptions import RunConfigurationException, UserErrorException
from runstore.jobs.config.data_references import DataReferenceConfiguration, described
from runstore.jobs.config.distributed import MpiConfiguration, PyTorchConfiguration, TensorflowConfiguration
from runstore.jobs.config.environment_files import from_content, to_content
from runstore.jobs.config.run_configuration import DEFAULT_ENVIRONMENT, RunConfiguration, listed
from runstore.jobs.config.yaml_writing import write_yaml
from runstore.records.yaml_reading import read_yaml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FOLDERS = (".azureml", "aml_config")
SUFFIX = ".runconfig"


def save_run_configuration(config: RunConfiguration, folder: str, name: str) -> str:
    """Write the file and return its path; values of environment variables are part of it."""
    place = os.path.join(folder, FOLDERS[0])
    os.makedirs(place, exist_ok=True)
    path = os.path.join(place, name + SUFFIX)
    content = {
        "script": config.script,
        "arguments": [str(argument) for argument in listed(config.arguments)],
        "command": config.command,
        "target": config.target_name,
        "framework": config.framework,
        "communicator": config.communicator,
        "maxRunDurationSeconds": config.max_run_duration_seconds,
        "nodeCount": config.node_count,
        "environment": to_content(config.environment),
        "environmentVariables": {str(key): str(value) for key, value in config.environment_variables.items()},
        "history": {
            "outputCollection": config.history.output_collection,
            "snapshotProject": config.history.snapshot_project,
            "directoriesToWatch": list(config.history.directories_to_watch),
        },
        "docker": {"useDocker": config.docker.use_docker, "shmSize": config.docker.shm_size},
        "mpi": {"processCountPerNode": config.mpi.process_count_per_node, "nodeCount": config.mpi.node_count},
        "pytorch": {
            "communicationBackend": config.pytorch.communication_backend,
            "processCount": config.pytorch.process_count,
            "nodeCount": config.pytorch.node_count,
        },
        "tensorflow": {
            "workerCount": config.tensorflow.worker_count,
            "parameterServerCount": config.tensorflow.parameter_server_count,
        },
        "dataReferences": {str(name): described(value) for name, value in config.data_references.items()},
    }
    text = write_yaml(content)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def load_run_configuration(path: str, name: str | None) -> RunConfiguration:
    """Read a file that `save_run_configuration` or Azure ML wrote; raises as `RunConfiguration.load` says."""
    file_path = _find(path, name)
    try:
        with open(file_path, encoding="utf-8-sig") as file:
            text = file.read()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserErrorException("cannot read the run configuration {}: {}".format(file_path, reason)) from error
    content = read_yaml(text, file_path)
    if not isinstance(content, dict):
        raise RunConfigurationException("{}: not a run configuration; it has no keys".format(file_path))
    home = os.path.dirname(os.path.abspath(file_path))
    if os.path.basename(home) in FOLDERS:
        home = os.path.dirname(home)
    return _from_content(content, home, os.path.basename(file_path)[: -len(SUFFIX)])


def delete_run_configuration(path: str, name: str) -> None:
    """Remove the file; raises `UserErrorException` when there is none."""
    os.unlink(_find(path, name))


def _find(path: str, name: str | None) -> str:
    if os.path.isfile(path):
        return path
    if name:
        for folder in ("", *FOLDERS):
            found = os.path.join(path, folder, name + SUFFIX)
            if os.path.isfile(found):
                return found
    raise UserErrorException(
        "no run configuration {!r} in {} or its folder .azureml; the file is named <name>{}".format(name, path, SUFFIX)
    )


def _from_content(content: dict[str, Any], home: str, name: str) -> RunConfiguration:
    config = RunConfiguration(
        script=content.get("script"),
        arguments=content.get("arguments"),
        framework=content.get("framework"),
        communicator=content.get("communicator"),
        command=content.get("command"),
        _path=home,
        _name=name,
    )
    config.target = content.get("target") or "local"
    config.node_count = content.get("nodeCount") or 1
    config.max_run_duration_seconds = content.get("maxRunDurationSeconds") or config.max_run_duration_seconds
    config.environment_variables = dict(_part(content, "environmentVariables"))
    environment = _part(content, "environment")
    if environment:
        environment = {**environment, "name": environment.get("name") or DEFAULT_ENVIRONMENT}
        config.environment = from_content(environment)
        file = _part(environment, "python").get("condaDependenciesFile")
        if file:
            config.environment.python.conda_dependencies_file = os.path.join(home, str(file))
    history = _part(content, "history")
    config.history.output_collection = bool(history.get("outputCollection", True))
    config.history.snapshot_project = bool(history.get("snapshotProject", True))
    config.history.directories_to_watch = list(history.get("directoriesToWatch") or ["logs"])
    docker = _part(content, "docker")
    config.docker.use_docker = bool(docker.get("useDocker"))
    config.docker.shm_size = docker.get("shmSize", config.docker.shm_size)
    mpi, pytorch, tensorflow = (_part(content, key) for key in ("mpi", "pytorch", "tensorflow"))
    config.mpi = MpiConfiguration(mpi.get("processCountPerNode") or 1, mpi.get("nodeCount") or config.node_count)
    config.pytorch = PyTorchConfiguration(
        pytorch.get("communicationBackend") or "Nccl", pytorch.get("processCount"), pytorch.get("nodeCount") or 1
    )
    config.tensorflow = TensorflowConfiguration(
        tensorflow.get("workerCount") or 1, tensorflow.get("parameterServerCount", 1)
    )
    for reference, facts in _part(content, "dataReferences").items():
        if isinstance(facts, dict):
            config.data_references[reference] = DataReferenceConfiguration(
                facts.get("dataStoreName") or facts.get("datastore_name"),
                facts.get("mode") or "mount",
                facts.get("pathOnDataStore") or facts.get("path_on_datastore"),
                facts.get("pathOnCompute") or facts.get("path_on_compute"),
                bool(facts.get("overwrite")),
            )
    return config


def _part(content: dict[str, Any], key: str) -> dict[str, Any]:
    part = content.get(key)
    return part if isinstance(part, dict) else {}
