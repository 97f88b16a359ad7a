"""Environments kept in a workspace by name and version, ``.runstore/environments/registered/<name>/<version>/``."""

from __future__ import annotations

import os

from runstore.exceptions import AzureMLException, UserErrorException
from runstore.jobs.config.environment import Environment
from runstore.jobs.config.environment_files import CONTENT_FILE, read_content, to_content, write_content
from runstore.layout.names import decode_name, encode_name
from runstore.layout.paths import RootPaths
from runstore.layout.printable import printable
from runstore.layout.roots import ensure_root
from runstore.writing.json_file import change_object, read_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable

LABELS_FILE = "labels.json"
_CURATED = ("azureml-", "acpt-")
"""How the names of Azure ML's own environments begin."""


def folder_of(root: str, name: str = "") -> str:
    """The folder of all registered environments, or of the versions of one."""
    folder = os.path.join(RootPaths(root).control, "environments", "registered")
    return os.path.join(folder, encode_name(name)) if name else folder


def read_environment(root: str, name: str, version: str | None = None, label: str | None = None) -> Environment:
    """A registered environment; one of Azure ML's own becomes the current interpreter. Raises `UserErrorException`."""
    folder = folder_of(root, name)
    versions = _versions(folder)
    wanted = str(version) if version is not None else None
    if label is not None and wanted is None and label != "latest":
        wanted = _labels(folder).get(label, "")
    if wanted is None and versions:
        wanted = str(versions[-1])
    path = os.path.join(folder, encode_name(wanted or "0"), CONTENT_FILE)
    if os.path.isfile(path):
        return read_content(path)
    if name.lower().startswith(_CURATED):
        return _stand_in(name, version)
    if versions:
        known = ", ".join(str(each) for each in versions)
        asked = "version {!r}".format(version) if version is not None else "label {!r}".format(label)
        raise UserErrorException(
            "environment {!r} has no {}; it has the versions {}".format(
                printable(name, 100), printable(asked, 60), known
            )
        )
    raise UserErrorException(
        "no environment {!r} is registered in {}; Environment.list(workspace) shows those that are, and "
        "environment.register(workspace) adds one".format(printable(name, 100), root)
    )


def read_environments(root: str) -> dict[str, Environment]:
    """The newest version of every registered environment that can be read, by name."""
    found: dict[str, Environment] = {}
    try:
        names = sorted(os.listdir(folder_of(root)))
    except OSError:
        return found
    for name in names:
        try:
            environment = read_environment(root, decode_name(name))
        except AzureMLException:
            continue
        found[environment.name] = environment
    return found


def keep_environment(root: str, environment: Environment) -> str:
    """Register ``environment``; returns the version, a new one only when the content has changed.

    Of a file of packages its content is kept, not its path.
    """
    ensure_root(root)
    folder = folder_of(root, environment.name)
    os.makedirs(folder, exist_ok=True)
    content = {**to_content(environment), "version": None}
    content["python"]["condaDependenciesFile"] = None
    versions = _versions(folder)
    if versions and _holds(os.path.join(folder, str(versions[-1]), CONTENT_FILE), content):
        return str(versions[-1])
    number = max((int(name) for name in os.listdir(folder) if name.isascii() and name.isdigit()), default=0)
    while True:
        number += 1
        place = os.path.join(folder, str(number))
        try:
            os.mkdir(place)  # taken: whoever makes the folder has the number
            break
        except FileExistsError:
            continue
    write_content(os.path.join(place, CONTENT_FILE), {**content, "version": str(number)})
    return str(number)


def _holds(path: str, content: dict[str, Any]) -> bool:
    try:
        return {**to_content(read_content(path)), "version": None} == content
    except AzureMLException:
        return False  # damaged: the next version is whole again


def label_environment(root: str, name: str, version: str, labels: Iterable[str]) -> None:
    """Name a version by labels; raises `UserErrorException` for a version that there is not."""
    read_environment(root, name, version)
    folder = folder_of(root, name)
    new = {str(label): version for label in labels}
    change_object(os.path.join(folder, LABELS_FILE), lambda known: known.update(new))


def _labels(folder: str) -> dict[str, str]:
    return {key: str(value) for key, value in read_object(os.path.join(folder, LABELS_FILE)).items()}


def _versions(folder: str) -> list[int]:
    """The versions that are there whole, in order."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    numbers = (name for name in names if name.isascii() and name.isdigit())
    return sorted(int(name) for name in numbers if os.path.isfile(os.path.join(folder, name, CONTENT_FILE)))


def _stand_in(name: str, version: str | None) -> Environment:
    environment = Environment(name, version=version)
    environment.python.user_managed_dependencies = True
    environment.curated = name
    return environment
