"""The estimators, deprecated in Azure ML since 1.19: each is a `ScriptRunConfig` under other parameter names."""

from __future__ import annotations

import os

from runstore.jobs.config.conda_dependencies import CondaDependencies, package_name
from runstore.jobs.config.distributed import MpiConfiguration
from runstore.jobs.config.environment import Environment
from runstore.jobs.config.requirements import read_requirements
from runstore.jobs.config.script_run_config import ScriptRunConfig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TAKEN = frozenset(
    (
        "vm_size vm_priority use_gpu use_docker custom_docker_image image_registry_details shm_size user_managed "
        "source_directory_data_store framework_version inputs enable_optimized_mode conda_dependencies_file "
        "pip_requirements_file distributed_backend process_count _show_lint_warnings"
    ).split()
)


class Estimator(ScriptRunConfig):
    """A script with ``script_params`` (a dict of options) and packages.

    With packages, or files that name some, it runs in an environment made of them; without any, in the interpreter
    that submits. Sizes of machines, GPUs and images are taken and mean nothing here.
    """

    _package = ""

    def __init__(
        self,
        source_directory: str | os.PathLike[str],
        *,
        compute_target: Any = None,
        entry_script: str | None = None,
        script_params: dict[str, Any] | None = None,
        node_count: int = 1,
        process_count_per_node: int = 1,
        distributed_training: Any = None,
        conda_packages: list[str] | None = None,
        pip_packages: list[str] | None = None,
        conda_dependencies_file_path: str | None = None,
        pip_requirements_file_path: str | None = None,
        environment_variables: dict[str, str] | None = None,
        environment_definition: Environment | None = None,
        resume_from: Any = None,
        max_run_duration_seconds: float | None = None,
        **others: Any,
    ) -> None:
        unknown = sorted(set(others) - _TAKEN)
        if unknown:
            raise TypeError("{}() got an unexpected argument {!r}".format(type(self).__name__, unknown[0]))
        environment = environment_definition or _environment(
            os.fspath(source_directory),
            self._package,
            conda_packages,
            pip_packages,
            conda_dependencies_file_path or others.get("conda_dependencies_file"),
            pip_requirements_file_path or others.get("pip_requirements_file"),
        )
        environment.environment_variables.update(environment_variables or {})
        if distributed_training is None and node_count * process_count_per_node > 1:
            distributed_training = MpiConfiguration(process_count_per_node, node_count)
        super().__init__(
            source_directory,
            script=entry_script,
            arguments=_arguments(script_params or {}),
            compute_target=compute_target,
            environment=environment,
            distributed_job_config=distributed_training,
            resume_from=resume_from,
            max_run_duration_seconds=max_run_duration_seconds,
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


def _arguments(params: dict[str, Any]) -> list[Any]:
    """``{"--lr": 0.1, "--verbose": ""}`` as ``--lr 0.1 --verbose``."""
    words: list[Any] = []
    for name, value in params.items():
        words.append(name)
        if value is not None and not (isinstance(value, str) and not value):
            words.append(value)
    return words
