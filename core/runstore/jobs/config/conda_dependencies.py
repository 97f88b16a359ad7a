"""`CondaDependencies`: the packages of an environment, as a conda specification."""

from __future__ import annotations

import os
import re

from runstore.exceptions import RunConfigurationException, UserErrorException
from runstore.jobs.config.requirements import expanded
from runstore.jobs.config.yaml_writing import write_yaml
from runstore.records.yaml_reading import read_yaml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Iterator

FILE_NAME = "conda_dependencies.yml"

_BUILD = re.compile(r"([\d.*]+)\s*[=\s]\s*[^\s=<>!~,|]+\Z")
"""A version with a build behind it: ``3.7.6=h0371630_2``, ``3.7.6 h0371630_2``."""
_NAME = re.compile(r"(?:[\w.-]+::)?\s*([\w.-]+)")


class CondaDependencies:
    """Conda and pip packages, channels and pip options; read from a file, or made with nothing but Azure ML itself."""

    def __init__(
        self,
        conda_dependencies_file_path: str | os.PathLike[str] | None = None,
        _underlying_structure: dict[str, Any] | None = None,
    ) -> None:
        if conda_dependencies_file_path is not None:
            content = read_conda_file(conda_dependencies_file_path)
        elif _underlying_structure is not None:
            content = checked(_underlying_structure, "the conda specification")
        else:
            content = {
                "name": "project_environment",
                "dependencies": [{"pip": ["azureml-defaults"]}],
                "channels": ["conda-forge"],
            }
        self._content = content

    @classmethod
    def create(
        cls,
        pip_indexurl: str | None = None,
        pip_packages: list[str] | None = None,
        conda_packages: list[str] | None = None,
        python_version: str | None = None,
        pin_sdk_version: bool = True,
    ) -> CondaDependencies:
        """An environment of these packages. ``pin_sdk_version`` means nothing here: our own package stands in."""
        made = cls()
        if python_version:
            made.set_python_version(python_version)
        for package in _texts(conda_packages):
            made.add_conda_package(package)
        if pip_packages is not None:
            made._pip_entries()[:] = []
        for package in _texts(pip_packages):
            made.add_pip_package(package)
        if pip_indexurl:
            made.set_pip_index_url(pip_indexurl)
        return made

    # ---- what is in it

    @property
    def conda_channels(self) -> Iterator[str]:
        """The channels, in order."""
        return iter(list(self._list("channels")))

    @property
    def conda_packages(self) -> Iterator[str]:
        """The conda packages, Python among them."""
        return iter([entry for entry in self._list("dependencies") if isinstance(entry, str)])

    @property
    def pip_packages(self) -> Iterator[str]:
        """The pip requirements without the options of pip."""
        return iter([entry for entry in self._pip_read() if not entry.startswith("-")])

    @property
    def pip_options(self) -> Iterator[str]:
        """The options of pip, such as ``--extra-index-url ...``."""
        return iter([entry for entry in self._pip_read() if entry.startswith("-")])

    def get_python_version(self) -> str | None:
        """The version that ``python=`` asks for, without its build; None when it is left open."""
        for entry in self.conda_packages:
            if package_name(entry) == "python":
                return _BUILD.sub(r"\1", _after_name(entry)) or None
        return None

    def as_dict(self) -> dict[str, Any]:
        """The specification as a dict with the keys name, channels and dependencies."""
        copy: dict[str, Any] = read_yaml(self.serialize_to_string())
        return copy

    def serialize_to_string(self) -> str:
        """The specification as the YAML text of a conda file."""
        return write_yaml(self._content)

    # ---- changes

    def set_python_version(self, version: str) -> None:
        """Ask for a version of Python, such as "3.10"."""
        version = str(version)
        self.remove_conda_package("python")
        self._list("dependencies").insert(0, "python{}{}".format("" if version[:1] in "=<>!" else "=", version))

    def add_channel(self, channel: str) -> None:
        """Add a channel; one that is there already stays where it is."""
        if channel not in self._list("channels"):
            self._list("channels").append(_text(channel))

    def remove_channel(self, channel: str) -> None:
        """Remove a channel."""
        self._list("channels")[:] = [entry for entry in self._list("channels") if entry != channel]

    def add_conda_package(self, conda_package: str) -> None:
        """Add a conda package; it replaces another entry of the same name."""
        entries = self._list("dependencies")
        _replace(entries, _text(conda_package))
        entries.sort(key=lambda entry: isinstance(entry, dict))  # the pip part last, as in files

    def remove_conda_package(self, conda_package: str) -> None:
        """Remove a conda package by its name."""
        entries = self._list("dependencies")
        entries[:] = [entry for entry in entries if not _same(entry, conda_package)]

    def add_pip_package(self, pip_package: str) -> None:
        """Add a pip requirement; it replaces another entry of the same name."""
        _replace(self._pip_entries(), _text(pip_package))

    def remove_pip_package(self, pip_package: str) -> None:
        """Remove a pip requirement by its name."""
        entries = self._pip_entries()
        entries[:] = [entry for entry in entries if not _same(entry, pip_package)]

    def set_pip_index_url(self, index_url: str) -> None:
        """The index that pip takes packages from: an address, or an option such as ``--index-url ADDRESS``."""
        option = index_url if index_url.startswith("-") else "--index-url {}".format(index_url)
        self.remove_pip_option("--index-url")
        self.set_pip_option(option)

    def set_pip_option(self, pip_option: str) -> None:
        """Add an option of pip, such as ``--extra-index-url ADDRESS``."""
        option = _text(pip_option)
        if not option.startswith("-"):
            raise UserErrorException("pip option {!r}: it must start with '-'".format(option))
        if option not in self._pip_entries():
            self._pip_entries().append(option)

    def remove_pip_option(self, pip_option: str) -> None:
        """Remove the options of pip that start with this word."""
        word = pip_option.split(maxsplit=1)[0]
        entries = self._pip_entries()
        entries[:] = [entry for entry in entries if not entry.startswith("-") or re.split(r"[\s=]", entry)[0] != word]

    def set_pip_requirements(self, pip_requirements: list[str]) -> None:
        """Replace all pip requirements."""
        self._pip_entries()[:] = _texts(pip_requirements)

    def add_tensorflow_conda_package(self, core_type: str = "cpu", version: str | None = None) -> None:
        """Add TensorFlow as a conda package."""
        name = "tensorflow-gpu" if core_type == "gpu" else "tensorflow"
        self.add_conda_package(name + ("={}".format(version) if version else ""))

    def remove_tensorflow_conda_package(self) -> None:
        """Remove TensorFlow from the conda packages."""
        self.remove_conda_package("tensorflow")
        self.remove_conda_package("tensorflow-gpu")

    def add_tensorflow_pip_package(self, core_type: str = "cpu", version: str | None = None) -> None:
        """Add TensorFlow as a pip requirement."""
        name = "tensorflow-gpu" if core_type == "gpu" else "tensorflow"
        self.add_pip_package(name + ("=={}".format(version) if version else ""))

    def remove_tensorflow_pip_package(self) -> None:
        """Remove TensorFlow from the pip requirements."""
        self.remove_pip_package("tensorflow")
        self.remove_pip_package("tensorflow-gpu")

    # ---- files

    def save_to_file(
        self, base_directory: str | os.PathLike[str], conda_file_path: str | os.PathLike[str] | None = None
    ) -> str:
        """Write the specification into ``base_directory``; returns the path below it."""
        name = os.fspath(conda_file_path) if conda_file_path is not None else FILE_NAME
        self.save(os.path.join(os.fspath(base_directory), name))
        return name

    def save(self, path: str | os.PathLike[str] | None = None) -> str:
        """Write the specification to ``path`` (a file, or a folder to put it into); returns the file's path."""
        target = os.fspath(path) if path is not None else os.curdir
        if os.path.isdir(target):
            target = os.path.join(target, FILE_NAME)
        os.makedirs(os.path.dirname(target) or os.curdir, exist_ok=True)
        with open(target, "w", encoding="utf-8") as file:
            file.write(self.serialize_to_string())
        return target

    # ---- inside

    def _list(self, key: str) -> list[Any]:
        entries: list[Any] = self._content.setdefault(key, [])
        return entries

    def _pip_read(self) -> list[str]:
        return [text for entry in self._list("dependencies") if isinstance(entry, dict) for text in entry["pip"]]

    def _pip_entries(self) -> list[str]:
        """The list of pip entries to change; made when there is none."""
        for entry in self._list("dependencies"):
            if isinstance(entry, dict):
                found: list[str] = entry["pip"]
                return found
        new: list[str] = []
        self._list("dependencies").append({"pip": new})
        return new

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CondaDependencies):
            return NotImplemented
        return self._parts() == other._parts()

    def _parts(self) -> list[list[str]]:
        return [list(self.conda_channels), list(self.conda_packages), self._pip_read()]

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "CondaDependencies({})".format(", ".join([*self.conda_packages, *self._pip_read()]))


def read_conda_file(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The content of a conda specification, local paths in its pip part made absolute.

    Raises `UserErrorException` or `RunConfigurationException`.
    """
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, ValueError) as error:
        raise UserErrorException(
            "cannot read the conda specification {}: {}".format(
                os.fspath(path), getattr(error, "strerror", None) or error
            )
        ) from error
    content = checked(read_yaml(text, os.fspath(path)), os.fspath(path))
    for entry in content["dependencies"]:
        if isinstance(entry, dict):
            entry["pip"] = expanded(entry["pip"], os.path.dirname(os.path.abspath(os.fspath(path))))
    return content


def checked(content: Any, source: str) -> dict[str, Any]:
    """A copy of ``content`` with the form of a conda specification; raises `RunConfigurationException`."""
    if content is None:
        content = {}
    wrong = RunConfigurationException(
        "{}: not a conda specification; it needs 'dependencies:', a list of packages, in which 'pip:' is one list "
        "of pip requirements".format(source)
    )
    if not isinstance(content, dict):
        raise wrong
    copy = dict(content)
    for key in ("channels", "dependencies"):
        value = copy.get(key)
        if value is None:
            value = []
        if not isinstance(value, list):
            raise wrong
        copy[key] = list(value)
    dependencies: list[Any] = []
    pip: list[str] = []
    for entry in copy["dependencies"]:
        if isinstance(entry, dict):
            packages = entry.get("pip")
            if list(entry) != ["pip"] or not isinstance(packages, (list, type(None))):
                raise wrong
            pip += [_text(package) for package in packages or []]
        elif entry is not None:
            dependencies.append(_text(entry))
    copy["dependencies"] = [*dependencies, {"pip": pip}] if pip else dependencies
    return copy


def package_name(entry: str) -> str:
    """The name of the package that a conda or pip entry asks for, in lower case; "" for an option or an address."""
    match = _NAME.match(entry)
    return "" if entry.startswith("-") or "://" in entry or not match else match.group(1).lower().replace("_", "-")


def _after_name(entry: str) -> str:
    match = _NAME.match(entry)
    return entry[match.end() :].strip().lstrip("=").strip() if match else ""


def _same(entry: Any, package: str) -> bool:
    return isinstance(entry, str) and package_name(entry) != "" and package_name(entry) == package_name(package)


def _replace(entries: list[Any], package: str) -> None:
    for index, entry in enumerate(entries):
        if entry == package or _same(entry, package):
            entries[index] = package
            return
    entries.append(package)


def _texts(packages: Iterable[str] | None) -> list[str]:
    return [_text(package) for package in ([packages] if isinstance(packages, str) else packages or ())]


def _text(package: Any) -> str:
    if isinstance(package, (str, int, float)) and str(package).strip():
        return str(package).strip()
    raise RunConfigurationException("package {!r}: give its name as text, such as 'numpy>=1.20'".format(package))
