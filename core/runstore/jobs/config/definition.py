"""The run definition: what a run was asked to do, as a dict under Azure ML's keys (``get_details()``)."""

from __future__ import annotations

import os
import sys

from runstore.exceptions import UserErrorException
from runstore.jobs.config.data_references import described
from runstore.jobs.config.environment_files import from_content, to_content
from runstore.jobs.config.masking import mask_command_line, without_credentials, without_docker_secrets
from runstore.jobs.config.python_section import CURRENT, installs_packages
from runstore.jobs.config.remarks import missing_interpreter
from runstore.jobs.config.run_configuration import listed
from runstore.layout.printable import printable
from runstore.writing.arguments import MASK, mask_arguments

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

    from runstore.jobs.config.environment import Environment
    from runstore.jobs.config.script_run_config import ScriptRunConfig


def to_definition(config: ScriptRunConfig) -> dict[str, Any]:
    """The definition of a run of ``config``, secrets in arguments and addresses included: `recorded` masks those.

    Values of environment variables are not in it. ``environment.python.interpreterPath`` is a path of this machine.
    """
    run_config = config.run_config
    environment = to_content(run_config.environment)
    environment["environmentVariables"] = dict.fromkeys(config.environment_variables(), MASK)
    environment["docker"]["enabled"] = environment["docker"]["enabled"] or bool(run_config.docker.use_docker)
    environment["python"]["interpreterPath"] = _interpreter(config)
    process_count = run_config.pytorch.process_count
    return {
        "script": None if config.command else config.script,
        "command": _words(config.command) if isinstance(config.command, (list, tuple)) else config.command or None,
        "useAbsolutePath": False,
        "arguments": _words([*listed(config.arguments), *_resume_arguments(config)]),
        "target": run_config.target_name,
        "framework": run_config.framework,
        "communicator": run_config.communicator,
        "maxRunDurationSeconds": run_config.max_run_duration_seconds,
        "nodeCount": run_config.node_count,
        "priority": run_config.priority,
        "environment": environment,
        "mpi": {"processCountPerNode": run_config.mpi.process_count_per_node, "nodeCount": run_config.mpi.node_count},
        "pytorch": {
            "communicationBackend": run_config.pytorch.communication_backend,
            "processCount": process_count if process_count is not None else run_config.node_count,
            "nodeCount": run_config.pytorch.node_count,
        },
        "tensorflow": {
            "workerCount": run_config.tensorflow.worker_count,
            "parameterServerCount": run_config.tensorflow.parameter_server_count,
        },
        "history": {
            "outputCollection": run_config.history.output_collection,
            "snapshotProject": run_config.history.snapshot_project,
            "directoriesToWatch": [str(folder) for folder in run_config.history.directories_to_watch],
        },
        "dataReferences": {str(name): described(value) for name, value in run_config.data_references.items()},
        "data": {str(name): described(value) for name, value in run_config.data.items()},
        "outputData": {str(name): described(value) for name, value in run_config.output_data.items()},
        "inputs": config.inputs(),
        "resumeFrom": _resume_folders(config) or None,
    }


def recorded(definition: dict[str, Any]) -> dict[str, Any]:
    """The definition as it may be recorded: secrets masked in arguments, Docker settings and addresses."""
    command, environment = definition.get("command"), definition.get("environment")
    if isinstance(environment, dict):
        docker = without_docker_secrets(environment.get("docker"))
        definition = {**definition, "environment": {**environment, "docker": docker}}
    return {
        **without_credentials(definition),
        "arguments": mask_arguments(definition["arguments"]),
        "command": mask_arguments(command) if isinstance(command, list) else command and mask_command_line(command),
    }


def check_packages(definition: dict[str, Any]) -> None:
    """Raise `UserErrorException` for packages at an address that comes masked from the record of another run.

    pip and conda could only say of them that somebody was not let in.
    """
    environment = definition.get("environment") or {}
    python = environment.get("python")
    if not isinstance(python, dict) or python.get("userManagedDependencies") or not installs_packages():
        return
    masked = [text for text in _texts(python.get("condaDependencies")) if "://{}@".format(MASK) in text]
    if masked:
        raise UserErrorException(
            "the environment {} takes packages from an address whose user and password were not recorded ({}): submit "
            "again from the script that names them".format(
                printable(environment.get("name"), 100), printable(", ".join(masked), 300)
            )
        )


def _texts(value: Any) -> Iterator[str]:
    """All texts in a value of dicts and lists."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def environment_of(definition: dict[str, Any]) -> Environment:
    """The environment that a recorded definition names; raises `UserErrorException` when it names none."""
    return from_content(definition.get("environment"))


def _interpreter(config: ScriptRunConfig) -> str | None:
    """The interpreter that is named, "python" being the one that submits; of that a managed environment is made."""
    python = config.run_config.environment.python
    path = python.interpreter_path or CURRENT
    if path == CURRENT or not python.user_managed_dependencies or missing_interpreter(config):
        return sys.executable or None
    path = os.path.expanduser(path)
    if os.sep not in path:
        return path
    # A relative path counts from where it was submitted: the script runs in another folder. Links stay as they are,
    # since the interpreter of a virtual environment is one.
    return os.path.abspath(path)


def _resume_folders(config: ScriptRunConfig) -> list[str]:
    given = config.resume_from
    entries = given if isinstance(given, (list, tuple)) else [] if given is None else [given]
    return [os.path.abspath(str(getattr(entry, "path", None) or entry)) for entry in entries]


def _resume_arguments(config: ScriptRunConfig) -> list[str]:
    folders = _resume_folders(config)
    return ["--resume-from", *folders] if folders else []


def _words(values: Any) -> list[str]:
    return [str(value) for value in values]
