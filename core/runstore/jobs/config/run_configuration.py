"""`RunConfiguration`: where and how a script runs, apart from the script itself."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.jobs.config.conda_dependencies import CondaDependencies
from runstore.jobs.config.distributed import MpiConfiguration, PyTorchConfiguration, TensorflowConfiguration
from runstore.jobs.config.docker import DockerConfiguration
from runstore.jobs.config.environment import Environment
from runstore.jobs.config.spark import SparkConfiguration
from runstore.layout.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.runs.experiment import Experiment
    from runstore.runs.run import Run

    PathLike = str | os.PathLike[str]

DEFAULT_ENVIRONMENT = "Experiment default environment"
THIRTY_DAYS = 2592000


def listed(arguments: list[Any] | str | None) -> list[Any]:
    """The arguments of a script as a list; a text is taken apart as a shell would.

    Raises `UserErrorException` for a text with a quotation that does not end.
    """
    if not isinstance(arguments, str):
        return list(arguments or [])
    import shlex

    try:
        return list(shlex.split(arguments))
    except ValueError as error:
        raise UserErrorException(
            "arguments={!r}: {}; give a list, such as ['--lr', 0.1]".format(printable(arguments, 200), error)
        ) from None


class HistoryConfiguration:
    """What is kept of a run beside its record."""

    def __init__(self) -> None:
        self.output_collection = True
        self.snapshot_project = True
        self.directories_to_watch: list[str] = ["logs"]


class AmlComputeConfiguration:
    """The machine that a cluster would give to the run."""

    def __init__(self) -> None:
        self.vm_size: str | None = None
        self.vm_priority: str | None = None
        self.name: str | None = None
        self.location: str | None = None
        self.retain_cluster = False
        self.cluster_max_node_count: int | None = None


class RunConfiguration:
    """All of it can be changed after it was made, and often is: ``run_config.environment.python...``."""

    def __init__(
        self,
        script: str | None = None,
        arguments: list[Any] | str | None = None,
        framework: str | None = None,
        communicator: str | None = None,
        conda_dependencies: CondaDependencies | None = None,
        _history_enabled: bool | None = None,
        _path: PathLike | None = None,
        _name: str | None = None,
        command: str | list[str] | None = None,
    ) -> None:
        self.script = script
        self.arguments: list[Any] = listed(arguments)
        self.command = command
        self.target: Any = "local"
        self.framework = framework or "Python"
        self.communicator = communicator or "None"
        self.node_count = 1
        self.max_run_duration_seconds: float | None = THIRTY_DAYS
        self.priority: int | None = None
        self.auto_prepare_environment = True
        self.environment = Environment(DEFAULT_ENVIRONMENT)
        if conda_dependencies is not None:
            self.environment.python.conda_dependencies = conda_dependencies
        self.environment_variables: dict[str, str] = {}
        self.docker = DockerConfiguration()
        self.mpi = MpiConfiguration()
        self.pytorch = PyTorchConfiguration()
        self.tensorflow = TensorflowConfiguration()
        self.history = HistoryConfiguration()
        self.spark = SparkConfiguration()
        self.amlcompute = AmlComputeConfiguration()
        self.data_references: dict[str, Any] = {}
        self.data: dict[str, Any] = {}
        self.output_data: dict[str, Any] = {}
        self.datacaches: list[Any] = []
        self.source_directory_data_store: str | None = None
        self.credential_passthrough = False
        self.identity: Any = None
        self.services: dict[str, Any] = {}
        self._path = _path
        self._name = _name

    @property
    def target_name(self) -> str:
        """The name of the compute target, which may be given as a text or as an object with a name."""
        target = self.target
        return str(getattr(target, "name", target) or "local")

    def submit_to(self, experiment: Experiment, **kwargs: Any) -> Run:
        """Run its script, found in the current folder (or where it was loaded from), as a run of ``experiment``."""
        from runstore.jobs.config.script_run_config import ScriptRunConfig

        folder = os.fspath(self._path) if self._path is not None else os.curdir
        return ScriptRunConfig(folder, run_config=self).submit_to(experiment, **kwargs)

    # ---- files

    def save(
        self, path: PathLike | None = None, name: str | None = None, separate_environment_yaml: bool = False
    ) -> str:
        """Write ``<path>/.azureml/<name>.runconfig``; returns its path. Raises `UserErrorException` without a name."""
        from runstore.jobs.config.run_configuration_files import save_run_configuration

        folder = path if path is not None else self._path if self._path is not None else os.curdir
        name = name or self._name
        if not name:
            raise UserErrorException("a run configuration needs a name to be saved: save(path, name='...')")
        return save_run_configuration(self, os.fspath(folder), name)

    @staticmethod
    def load(path: PathLike, name: str | None = None) -> RunConfiguration:
        """The run configuration ``name`` of the folder ``path``, or that in the file ``path``.

        Raises `UserErrorException` or `RunConfigurationException` when it cannot be read.
        """
        from runstore.jobs.config.run_configuration_files import load_run_configuration

        return load_run_configuration(os.fspath(path), name)

    @staticmethod
    def delete(path: PathLike, name: str) -> None:
        """Remove the file of a saved run configuration; raises `UserErrorException` when there is none."""
        from runstore.jobs.config.run_configuration_files import delete_run_configuration

        delete_run_configuration(os.fspath(path), name)

    def __repr__(self) -> str:
        return "RunConfiguration(target={!r}, environment={!r}, communicator={!r}, node_count={!r})".format(
            self.target_name, self.environment.name, self.communicator, self.node_count
        )
