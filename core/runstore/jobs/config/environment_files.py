"""An `Environment` as the dict that is written to files, recorded with runs and shown."""

from __future__ import annotations

import json
import os

from runstore.exceptions import AzureMLException, UserErrorException
from runstore.jobs.config.conda_dependencies import FILE_NAME, CondaDependencies
from runstore.jobs.config.docker import DockerBuildContext
from runstore.jobs.config.environment import Environment
from runstore.jobs.config.masking import without_docker_secrets
from runstore.jobs.config.spark import SparkPackage
from runstore.layout.printable import printable
from runstore.writing.arguments import MASK, is_secret_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CONTENT_FILE = "azureml_environment.json"


def to_content(environment: Environment) -> dict[str, Any]:
    """All of the environment under Azure ML's keys; passwords of registries are left out."""
    python, docker = environment.python, environment.docker
    dependencies = packages_of(environment)
    content: dict[str, Any] = {
        "name": environment.name,
        "version": environment.version,
        "environmentVariables": {str(key): str(value) for key, value in environment.environment_variables.items()},
        "python": {
            "userManagedDependencies": bool(python.user_managed_dependencies),
            "interpreterPath": None if python.interpreter_path is None else os.fspath(python.interpreter_path),
            "condaDependenciesFile": python.conda_dependencies_file,
            "baseCondaEnvironment": python.base_conda_environment,
            "condaDependencies": dependencies.as_dict() if dependencies is not None else None,
        },
        "docker": {
            "enabled": bool(docker.enabled),
            "baseImage": docker.base_image,
            "baseDockerfile": docker.base_dockerfile,
            "baseImageRegistry": {"address": docker.base_image_registry.address},
            "sharedVolumes": bool(docker.shared_volumes),
            "shmSize": docker.shm_size,
            "arguments": [str(argument) for argument in docker.arguments],
            "buildContext": _described_context(docker.build_context),
        },
        "spark": {
            "repositories": [str(repository) for repository in environment.spark.repositories],
            "packages": [dict(vars(package)) for package in environment.spark.packages if hasattr(package, "group")],
            "precachePackages": bool(environment.spark.precache_packages),
        },
        "inferencingStackVersion": environment.inferencing_stack_version,
    }
    if environment.curated:
        content["curated"] = environment.curated
    return content


def from_content(content: Any) -> Environment:
    """The environment that `to_content` described; what is missing has its default. Raises `UserErrorException`."""
    if not isinstance(content, dict) or not isinstance(content.get("name"), str):
        raise UserErrorException("not an environment: it has no name")
    environment = Environment(content["name"])
    environment.version = content.get("version")
    environment.environment_variables = dict(_part(content, "environmentVariables"))
    environment.inferencing_stack_version = content.get("inferencingStackVersion")
    environment.curated = content.get("curated")
    python, docker, spark = (_part(content, key) for key in ("python", "docker", "spark"))
    section = environment.python
    section.user_managed_dependencies = bool(python.get("userManagedDependencies"))
    path = python.get("interpreterPath", section.interpreter_path)
    if path is not None and not isinstance(path, str):
        raise UserErrorException("not an environment: its interpreterPath is no text")
    section.interpreter_path = path
    section.base_conda_environment = python.get("baseCondaEnvironment")
    dependencies = python.get("condaDependencies")
    section.conda_dependencies = (
        CondaDependencies(_underlying_structure=dependencies) if dependencies is not None else None
    )
    container = environment.docker
    container.enabled = bool(docker.get("enabled"))
    container.base_image = docker.get("baseImage", container.base_image)
    container.base_dockerfile = docker.get("baseDockerfile")
    container.base_image_registry.address = _part(docker, "baseImageRegistry").get("address")
    container.shared_volumes = bool(docker.get("sharedVolumes", True))
    container.shm_size = docker.get("shmSize", container.shm_size)
    container.arguments = list(docker.get("arguments") or [])
    context = _part(docker, "buildContext")
    if context.get("location"):
        container.build_context = DockerBuildContext(
            str(context["location"]), str(context.get("dockerfilePath") or "Dockerfile")
        )
    environment.spark.precache_packages = bool(spark.get("precachePackages", True))
    environment.spark.repositories = list(spark.get("repositories") or [])
    packages = [each for each in spark.get("packages") or [] if isinstance(each, dict)]
    environment.spark.packages = [
        SparkPackage(each.get("group"), each.get("artifact"), each.get("version")) for each in packages
    ]
    return environment


def _described_context(context: Any) -> dict[str, str] | None:
    if not isinstance(context, DockerBuildContext):
        return None
    return {"location": str(context.location), "dockerfilePath": str(context.dockerfile_path)}


def packages_of(environment: Environment) -> CondaDependencies | None:
    """The packages that the environment names: those of its file, where it names one."""
    if environment.python.conda_dependencies_file:
        return CondaDependencies(environment.python.conda_dependencies_file)
    return environment.python.conda_dependencies


def save_environment(environment: Environment, folder: str, overwrite: bool) -> None:
    """Write the environment into ``folder``; raises `UserErrorException` for one that exists."""
    if os.path.exists(folder) and not overwrite:
        raise UserErrorException("{} exists; give overwrite=True to write into it".format(folder))
    os.makedirs(folder, exist_ok=True)
    write_content(os.path.join(folder, CONTENT_FILE), to_content(environment))
    dependencies = packages_of(environment)
    if dependencies is not None:
        dependencies.save(os.path.join(folder, FILE_NAME))
    if environment.docker.base_dockerfile:
        with open(os.path.join(folder, "BaseDockerfile"), "w", encoding="utf-8") as file:
            file.write(environment.docker.base_dockerfile)


def load_environment(folder: str) -> Environment:
    """The environment in ``folder``; raises `UserErrorException` when it holds none."""
    path = os.path.join(folder, CONTENT_FILE) if os.path.isdir(folder) else folder
    return read_content(path)


def write_content(path: str, content: dict[str, Any]) -> None:
    """Write an environment's file, readable by its user alone: environment variables may hold secrets."""
    text = json.dumps(content, indent=4)
    temporary = os.path.join(os.path.dirname(path), ".tmp-{}".format(os.urandom(6).hex()))
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(temporary, path)


def read_content(path: str) -> Environment:
    """The environment in the file ``path``; raises `UserErrorException` that names the file."""
    try:
        with open(path, encoding="utf-8") as file:
            return from_content(json.load(file))
    except (OSError, ValueError, TypeError, RecursionError, AzureMLException) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserErrorException("cannot read the environment {}: {}".format(path, printable(reason, 300))) from error


def describe(environment: Environment) -> str:
    """The environment as indented JSON, as a notebook shows it; values of secret variables are masked."""
    content = to_content(environment)
    content["docker"] = without_docker_secrets(content["docker"])
    variables = content["environmentVariables"]
    content["environmentVariables"] = {key: MASK if is_secret_name(key) else variables[key] for key in variables}
    return json.dumps(content, indent=4)


def _part(content: dict[str, Any], key: str) -> dict[str, Any]:
    part = content.get(key)
    return part if isinstance(part, dict) else {}
