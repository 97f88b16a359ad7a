"""What a run definition asks for: a version of Python, pip requirements, conda packages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runstore.jobs.config.conda_dependencies import CondaDependencies, package_name
from runstore.jobs.environments.interpreters import OLDEST
from runstore.jobs.environments.package_names import NOT_PYTHON, brought_along, is_azure, pip_name
from runstore.jobs.environments.python_versions import is_too_old, may_be_older, shown

_EXTRAS = re.compile(r"[^\[]*\[([^\]]*)\]")
_CONDA = re.compile(r"(?:[\w.-]+::)?\s*([\w.-]+)\s*(.*)\Z", re.S)


@dataclass(slots=True)
class Specification:
    """The packages of a managed environment, in terms of pip and of conda."""

    python: str | None = None
    """The version asked for, such as ``3.8`` or ``>=3.10,<3.11``; None when it is left open."""
    requirements: list[str] = field(default_factory=list)
    """Requirements of pip, those that conda packages mean among them."""
    from_conda: list[str] = field(default_factory=list)
    """Those of the requirements that conda packages mean: pip may not know them."""
    options: list[str] = field(default_factory=list)
    """Options of pip, such as ``--extra-index-url ...``."""
    conda: dict[str, Any] | None = None
    """The specification for conda itself; None when no conda package is named, not even Python."""
    needs_conda: bool = False
    """Whether conda packages beside Python and pip are named."""
    without: list[str] = field(default_factory=list)
    """Conda packages that pip has no equal of."""
    of_the_past: bool = False
    """Whether packages that were left open are to be those of old scripts."""

    @property
    def is_empty(self) -> bool:
        """Whether no package at all is asked for."""
        return not self.requirements and not self.without


def specification_of(dependencies: Mapping[str, Any] | None) -> Specification:
    """The specification in a run definition; raises `RunConfigurationException` for what is none."""
    found = Specification()
    if not dependencies:
        return found
    conda = CondaDependencies(_underlying_structure=dict(dependencies))
    own: list[str] = []
    for entry in conda.pip_packages:
        name = package_name(entry)
        if is_azure(name):
            extras = _EXTRAS.match(entry)
            own += brought_along(name, [extra.strip() for extra in extras.group(1).split(",")] if extras else [])
        else:
            found.requirements.append(entry)
    found.options = [re.sub(r"\s*\[--no-deps\]\Z", "", option) for option in conda.pip_options]
    taken = {package_name(entry) for entry in found.requirements}
    for entry in conda.conda_packages:
        name = package_name(entry)
        if name == "python":
            found.python = conda.get_python_version()
        elif name == "pip" or is_azure(name):
            continue
        elif NOT_PYTHON.match(name):
            found.without.append(entry)
        elif pip_name(name) not in taken:
            found.from_conda.append(pip_requirement(entry))
            taken.add(pip_name(name))
    found.requirements += found.from_conda
    found.requirements += [name for name in dict.fromkeys(own) if name not in taken]
    names = {package_name(entry) for entry in conda.conda_packages}
    found.needs_conda = any(name not in ("python", "pip") and not is_azure(name) for name in names)
    found.conda = _for_conda(conda, own) if names else None
    return found


def pip_requirement(entry: str) -> str:
    """A conda entry in the words of pip: ``pytorch::pytorch=1.11`` -> ``torch==1.11.*``. Builds are left out."""
    match = _CONDA.match(entry)
    assert match is not None  # package_name() found a name in it
    name, version = pip_name(package_name(entry)), match.group(2).strip()
    if not version or "|" in version:
        return name
    if version[0] not in "=<>!~":
        version = "=" + version  # "numpy 1.19.*"
    if version.startswith("=") and not version.startswith("=="):
        number = version[1:].split("=")[0].strip().rstrip("*").rstrip(".")
        return f"{name}=={number}.*" if number else name
    return name + re.sub(r"(==[^=,\s]+)=[^,]*", r"\1", version.replace(" ", ""))


def _with_python(packages: list[str], asked: str | None) -> list[str]:
    """The packages with a Python in which a script can log: left to itself, conda takes one that fits the rest."""
    if asked is None:
        python = f"python>={shown(OLDEST)}"
    elif is_too_old(asked, OLDEST):
        python = f"python={shown(OLDEST)}"
    elif may_be_older(asked, OLDEST):
        python = f"python{'' if asked[0] in '=<>!~' else '='}{asked},>={shown(OLDEST)}"
    else:
        return packages
    return [*(entry for entry in packages if package_name(entry) != "python"), python]


def _for_conda(conda: CondaDependencies, own: list[str]) -> dict[str, Any]:
    """The same specification without Azure ML's own packages, for conda to read."""
    pip = [entry for entry in [*conda.pip_options, *conda.pip_packages] if not is_azure(package_name(entry))]
    pip += [name for name in dict.fromkeys(own) if name not in pip]
    named = [entry for entry in conda.conda_packages if not is_azure(package_name(entry))]
    packages = _with_python(named, conda.get_python_version())
    dependencies: list[Any] = list(packages)
    if pip:
        dependencies += [] if any(package_name(entry) == "pip" for entry in packages) else ["pip"]
        dependencies.append({"pip": pip})
    return {"channels": list(conda.conda_channels) or ["conda-forge"], "dependencies": dependencies}
