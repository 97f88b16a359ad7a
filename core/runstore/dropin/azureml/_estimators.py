"""The estimators, deprecated in Azure ML since 1.19: each is a `ScriptRunConfig` under other parameter names."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.jobs.config.conda_dependencies import CondaDependencies, package_name
from runstore.jobs.config.distributed import MpiConfiguration, PyTorchConfiguration, TensorflowConfiguration
from runstore.jobs.config.environment import Environment
from runstore.jobs.config.requirements import read_requirements
from runstore.jobs.config.script_run_config import ScriptRunConfig
from runstore.stand_ins.data_input import DataReference, DatasetConsumptionConfig
from runstore.stand_ins.datastore import Datastore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Gloo(PyTorchConfiguration):
    """Processes that find each other as `torch.distributed` does, by Gloo; the estimator says how many."""

    def __init__(self) -> None:
        super().__init__("Gloo")


class Nccl(PyTorchConfiguration):
    """Processes that find each other as `torch.distributed` does, by NCCL; the estimator says how many."""

    def __init__(self) -> None:
        super().__init__("Nccl")


_BACKENDS = {"mpi": MpiConfiguration, "ps": TensorflowConfiguration, "gloo": Gloo, "nccl": Nccl}
"""What the texts that ``distributed_backend`` takes stand for."""


class Estimator(ScriptRunConfig):
    """A script with ``script_params`` (a dict of options), packages and ``inputs`` (datasets under their names).

    With packages, or files that name some, it runs in an environment made of them; without any, in the interpreter
    that submits. Sizes of machines and GPUs are taken and mean nothing here. All parameters have a name of their own,
    so that ``azureml check`` knows which there are.
    """

    _package = ""

    def __init__(
        self,
        source_directory: str | os.PathLike[str],
        *,
        compute_target: Any = None,
        vm_size: Any = None,
        vm_priority: Any = None,
        entry_script: str | None = None,
        script_params: dict[str, Any] | None = None,
        node_count: int = 1,
        process_count_per_node: int = 1,
        worker_count: int | None = None,
        parameter_server_count: int | None = None,
        distributed_backend: Any = None,
        distributed_training: Any = None,
        use_gpu: bool = False,
        use_docker: bool = True,
        custom_docker_base_image: str | None = None,
        custom_docker_image: str | None = None,
        image_registry_details: Any = None,
        user_managed: bool = False,
        conda_packages: list[str] | None = None,
        pip_packages: list[str] | None = None,
        conda_dependencies_file_path: str | None = None,
        pip_requirements_file_path: str | None = None,
        conda_dependencies_file: str | None = None,
        pip_requirements_file: str | None = None,
        environment_variables: dict[str, str] | None = None,
        environment_definition: Environment | None = None,
        inputs: list[Any] | None = None,
        source_directory_data_store: Any = None,
        shm_size: Any = None,
        resume_from: Any = None,
        max_run_duration_seconds: float | None = None,
        framework_version: str | None = None,
        enable_optimized_mode: bool = False,
        _enable_optimized_mode: bool = False,
        _disable_validation: bool = True,
        _show_lint_warnings: bool = False,
        _show_package_warnings: bool = False,
    ) -> None:
        environment = environment_definition
        if environment is None:
            environment = _environment(
                os.fspath(source_directory),
                self._package,
                conda_packages,
                pip_packages,
                conda_dependencies_file_path or conda_dependencies_file,
                pip_requirements_file_path or pip_requirements_file,
            )
            if user_managed:
                environment.python.user_managed_dependencies = True
            environment.docker.base_image = (
                custom_docker_image or custom_docker_base_image or environment.docker.base_image
            )
        super().__init__(
            source_directory,
            script=entry_script,
            arguments=_arguments(script_params or {}),
            compute_target=compute_target,
            environment=environment,
            distributed_job_config=_distributed(
                distributed_training if distributed_training is not None else distributed_backend,
                node_count,
                process_count_per_node,
                worker_count,
                parameter_server_count,
            ),
            resume_from=resume_from,
            max_run_duration_seconds=max_run_duration_seconds,
        )
        # Not into the environment: it may be the caller's own, which others share.
        self.run_config.environment_variables.update(environment_variables or {})
        for given in inputs or ():
            self._add_input(given)

    def _add_input(self, given: Any) -> None:
        """Make data known to the script under its name; raises `UserErrorException` for what has none."""
        if isinstance(given, Datastore):
            given = given.path()
        if isinstance(given, DatasetConsumptionConfig):
            self.run_config.data[given.name] = given
        elif isinstance(given, DataReference):
            self.run_config.data_references[given.data_reference_name] = given
        else:
            raise UserErrorException(
                "inputs: an object of {} cannot be one; give dataset.as_named_input('name') or a datastore's "
                "path('folder')".format(type(given).__name__)
            )

    @property
    def conda_dependencies(self) -> CondaDependencies | None:
        """The packages of the environment; they can be changed."""
        return self.run_config.environment.python.conda_dependencies


class PyTorch(Estimator):
    """A script that uses PyTorch."""

    _package = "torch"


class TensorFlow(Estimator):
    """A script that uses TensorFlow."""

    _package = "tensorflow"


class SKLearn(Estimator):
    """A script that uses scikit-learn."""

    _package = "scikit-learn"


class Chainer(Estimator):
    """A script that uses Chainer."""

    _package = "chainer"


def _environment(
    folder: str,
    package: str,
    conda_packages: list[str] | None,
    pip_packages: list[str] | None,
    conda_file: str | None,
    pip_file: str | None,
) -> Environment:
    environment = Environment("estimator")
    if not (conda_packages or pip_packages or conda_file or pip_file):
        environment.python.user_managed_dependencies = True
        return environment
    packages = CondaDependencies(os.path.join(folder, conda_file)) if conda_file else CondaDependencies()
    for each in conda_packages or ():
        packages.add_conda_package(each)
    listed = read_requirements(os.path.join(folder, pip_file)) if pip_file else []
    for each in [*(pip_packages or ()), *listed]:
        packages.add_pip_package(each)
    named = {package_name(each) for each in (*packages.conda_packages, *packages.pip_packages)}
    if package and package not in named:
        packages.add_pip_package(package)
    environment.python.conda_dependencies = packages
    return environment


def _distributed(given: Any, nodes: int, per_node: int, workers: int | None, servers: int | None) -> Any:
    """How the script is started several times: as ``given`` says, in no fewer processes than the counts ask for.

    ``given`` is a configuration, which stays as it is, or the name of a backend, or None.
    """
    if isinstance(given, str):
        if given.lower() not in _BACKENDS:
            raise UserErrorException("distributed_backend={!r}: give {}".format(given, ", ".join(_BACKENDS)))
        given = _BACKENDS[given.lower()]()
    elif given is None and max(workers or 1, servers or 1) > 1:
        given = TensorflowConfiguration()
    elif given is None and nodes * per_node > 1:
        given = MpiConfiguration()
    if isinstance(given, MpiConfiguration):
        return MpiConfiguration(max(given.process_count_per_node, per_node), max(given.node_count, nodes))
    if isinstance(given, PyTorchConfiguration):
        most = max(given.node_count, nodes)
        processes = max(given.process_count or most, nodes * per_node)
        return PyTorchConfiguration(given.communication_backend, processes, most)
    if isinstance(given, TensorflowConfiguration):
        own = given.parameter_server_count
        return TensorflowConfiguration(max(given.worker_count, workers or 1), max(own, servers or own))
    return given  # ScriptRunConfig refuses it


def _arguments(params: dict[str, Any]) -> list[Any]:
    """``{"--lr": 0.1, "--verbose": ""}`` as ``--lr 0.1 --verbose``."""
    words: list[Any] = []
    for name, value in params.items():
        words.append(name)
        if value is not None and not (isinstance(value, str) and not value):
            words.append(value)
    return words
