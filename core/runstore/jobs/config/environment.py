"""`Environment`: the interpreter, packages and variables that a script runs with."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.jobs.config.conda_dependencies import CondaDependencies
from runstore.jobs.config.docker import ContainerRegistry, DockerSection
from runstore.jobs.config.python_section import PythonSection
from runstore.jobs.config.requirements import read_requirements
from runstore.jobs.config.spark import SparkSection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    PathLike = str | os.PathLike[str]


class Environment:
    """An environment by name; its parts ``python``, ``environment_variables``, ``docker``, ``spark`` can be changed.

    Without any change it means the interpreter that submits the script.
    """

    def __init__(self, name: str, **kwargs: Any) -> None:
        self.name = checked_name(name)
        self.version: str | None = kwargs.get("version")
        self.environment_variables: dict[str, str] = dict(kwargs.get("environment_variables") or {})
        self.python = PythonSection()
        self.docker = DockerSection()
        self.spark = SparkSection()
        self.databricks: Any = None
        self.r: Any = None
        self.inferencing_stack_version: str | None = kwargs.get("inferencing_stack_version")
        self.curated: str | None = None
        """The name of the Azure ML environment that this one stands in for."""

    # ---- made from files

    @classmethod
    def from_conda_specification(cls, name: str, file_path: PathLike) -> Environment:
        """An environment with the packages of a conda file (its pip part, and conda packages that are Python's)."""
        environment = cls(name)
        environment.python.conda_dependencies = CondaDependencies(file_path)
        return environment

    @classmethod
    def from_pip_requirements(cls, name: str, file_path: PathLike, pip_version: str | None = None) -> Environment:
        """An environment with the packages of a pip requirements file."""
        environment = cls(name)
        packages = read_requirements(file_path)
        environment.python.conda_dependencies = CondaDependencies.create(pip_packages=packages)
        if pip_version:
            environment.python.conda_dependencies.add_conda_package("pip={}".format(pip_version))
        return environment

    @classmethod
    def from_docker_image(
        cls,
        name: str,
        image: str,
        container_registry: ContainerRegistry | None = None,
        conda_specification: PathLike | None = None,
        pip_requirements: PathLike | None = None,
    ) -> Environment:
        """An environment in a container of ``image``; scripts run without a container, which a warning says."""
        environment = cls._with_packages(name, conda_specification, pip_requirements)
        environment.docker.base_image = image
        if container_registry is not None:
            environment.docker.base_image_registry = container_registry
        return environment

    @classmethod
    def from_dockerfile(
        cls,
        name: str,
        dockerfile: PathLike,
        conda_specification: PathLike | None = None,
        pip_requirements: PathLike | None = None,
    ) -> Environment:
        """An environment in a container made by ``dockerfile`` (a path, or its text); see `from_docker_image`."""
        environment = cls._with_packages(name, conda_specification, pip_requirements)
        text = os.fspath(dockerfile)
        if os.path.isfile(text):
            with open(text, encoding="utf-8") as file:
                text = file.read()
        environment.docker.base_image = None
        environment.docker.base_dockerfile = text
        return environment

    @classmethod
    def from_docker_build_context(cls, name: str, docker_build_context: Any) -> Environment:
        """An environment in a container made from a folder; see `from_docker_image`."""
        environment = cls._with_packages(name, None, None)
        environment.docker.base_image = None
        environment.docker.build_context = docker_build_context
        return environment

    @classmethod
    def _with_packages(
        cls, name: str, conda_specification: PathLike | None, pip_requirements: PathLike | None
    ) -> Environment:
        if conda_specification is not None and pip_requirements is not None:
            raise UserErrorException("give conda_specification or pip_requirements, not both")
        if conda_specification is not None:
            return cls.from_conda_specification(name, conda_specification)
        if pip_requirements is not None:
            return cls.from_pip_requirements(name, pip_requirements)
        environment = cls(name)
        environment.python.user_managed_dependencies = True
        return environment

    @classmethod
    def from_existing_conda_environment(cls, name: str, conda_environment_name: str) -> Environment:
        """An environment that is the interpreter of the conda environment of this name on this machine.

        Raises `UserErrorException` when there is no such conda environment.
        """
        from runstore.jobs.config.conda_environments import interpreter_of_conda_environment

        environment = cls(name)
        environment.python.user_managed_dependencies = True
        environment.python.interpreter_path = interpreter_of_conda_environment(conda_environment_name)
        return environment

    # ---- kept in the workspace

    @classmethod
    def get(cls, workspace: Any, name: str, version: str | None = None, label: str | None = None) -> Environment:
        """The registered environment ``name``, the newest version unless one is given.

        A name that starts with "AzureML-" stands for the current interpreter. Raises `UserErrorException` for a name
        that is not registered.
        """
        from runstore.jobs.config.registered_environments import read_environment

        return read_environment(workspace.root, name, version, label)

    @classmethod
    def list(cls, workspace: Any) -> dict[str, Environment]:
        """The newest version of every registered environment, by name."""
        from runstore.jobs.config.registered_environments import read_environments

        return read_environments(workspace.root)

    def register(self, workspace: Any) -> Environment:
        """Keep this environment in the workspace, so that `get` finds it; returns it with its version, "1", "2" ...

        A content that does not differ from the newest version keeps that version.
        """
        from runstore.jobs.config.registered_environments import keep_environment

        self.version = keep_environment(workspace.root, self)
        return self

    @classmethod
    def label(cls, workspace: Any, name: str, version: str, labels: Any) -> None:
        """Name a registered version by labels, with which `get` finds it too."""
        from runstore.jobs.config.registered_environments import label_environment

        label_environment(workspace.root, name, str(version), [labels] if isinstance(labels, str) else labels)

    def clone(self, new_name: str) -> Environment:
        """A copy under another name, that is not registered."""
        from copy import deepcopy

        copy = deepcopy(self)
        copy.name = new_name
        copy.version = None
        return copy

    # ---- kept in a folder

    def save_to_directory(self, path: PathLike, overwrite: bool = False) -> None:
        """Write the environment as ``azureml_environment.json`` and ``conda_dependencies.yml`` into a folder.

        Raises `UserErrorException` for a folder that exists, unless ``overwrite`` is given.
        """
        from runstore.jobs.config.environment_files import save_environment

        save_environment(self, os.fspath(path), overwrite)

    @staticmethod
    def load_from_directory(path: PathLike) -> Environment:
        """The environment that `save_to_directory` wrote; raises `UserErrorException` when there is none."""
        from runstore.jobs.config.environment_files import load_environment

        return load_environment(os.fspath(path))

    # ---- images, which are not built here

    def build(self, workspace: Any, image_build_compute: Any = None) -> EnvironmentBuild:
        """Nothing has to be built ahead: packages are installed when the first run needs them. Registers it."""
        self.register(workspace)
        return EnvironmentBuild()

    def build_local(self, workspace: Any, platform: Any = None, **kwargs: Any) -> EnvironmentBuild:
        """The same as `build`."""
        return self.build(workspace)

    def get_image_details(self, workspace: Any) -> dict[str, Any]:
        """The image that the environment names; it is not built here."""
        return {"imageExistsInRegistry": False, "dockerImage": {"name": self.docker.base_image}}

    @staticmethod
    def add_private_pip_wheel(workspace: Any, file_path: PathLike, exist_ok: bool = False) -> str:
        """The address with which pip installs a wheel of this machine."""
        path = os.path.abspath(os.fspath(file_path))
        if not os.path.isfile(path):
            raise UserErrorException("no wheel at {}".format(path))
        return "file://" + path

    # ---- shown

    def __repr__(self) -> str:
        from runstore.jobs.config.environment_files import describe

        return describe(self)


class EnvironmentBuild:
    """What `Environment.build` returns: a build with nothing to do."""

    status = "Succeeded"

    def wait_for_completion(self, show_output: bool = True) -> EnvironmentBuild:
        """Return at once."""
        if show_output:
            print("Nothing to build: the packages are installed when the first run needs them.")
        return self


def checked_name(name: Any) -> str:
    """``name`` if it can be that of an environment; raises `UserErrorException` otherwise."""
    if isinstance(name, str) and name.strip():
        return name
    raise UserErrorException("environment name {!r}: give a text that is not empty".format(name))
