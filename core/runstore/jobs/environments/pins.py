"""Requirements of old versions that a Python cannot have: found, and replaced by the nearest that it can.

An old script names versions of its time, of which there are no builds for a Python of today. A version that can be
had as it was asked for, ready made or built from source, is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from runstore.jobs.config.conda_dependencies import package_name
from runstore.jobs.environments.interpreters import Interpreter
from runstore.jobs.environments.pip import Pip
from runstore.jobs.environments.python_versions import shown

_REQUIREMENT = re.compile(r"([\w.-]+)\s*(\[[^\]]*\])?\s*([=<>!~][^;@]*)(?:;.*)?\Z")
_UPPER = re.compile(r"(?:={2,3}|~=|<=?)\s*(\d+(?:\.\d+)*)")
_RELEASE = re.compile(r"(\d+(?:\.\d+)*)(?:\.post\d+)?(?:\+.*)?\Z")
_TOO_NEW = (3, 12)
"""The first Python without a NumPy before 1.24."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A requirement that cannot be had, and what to try in its place: the nearest versions, else any newer one."""

    asked: str
    nearest: str
    newer: str


def pins(requirements: list[str]) -> list[str]:
    """The requirements that newer versions do not meet: those of one version, or with an upper bound."""
    return [requirement for requirement in requirements if _split(requirement)]


def better_python(pip: Pip, exact: list[str], others: list[Interpreter]) -> Interpreter | None:
    """The first of ``others`` for which all of the versions can be had ready made; None when there is none."""
    return next((other for other in others if pip.has_wheels(exact, shown(other.version[:2]))), None)


def of_their_time(requirements: list[str], python: Interpreter) -> list[str]:
    """What old scripts and packages need beside what they say: they use names that NumPy 1.24 took away.

    PyArrow is named because newer ones need NumPy 2 and do not tell pip.
    """
    chosen = any(package_name(entry) == "numpy" and re.search("[<>=~!@]", entry) for entry in requirements)
    return ["numpy<1.24", "pyarrow<18"] if not chosen and python.version < _TOO_NEW else []


def missing(pip: Pip, exact: list[str]) -> list[Replacement]:
    """Of these requirements those that are built for other versions only, with what to try in their place.

    One that is not built at all, but for its source, is not among them.
    """
    found: list[Replacement] = []
    if not exact or pip.has_wheels(exact) is not False:
        return found
    for requirement in exact:
        name, extras, version = _split(requirement) or ("", "", "")
        series = nearest_series(version, pip.versions_instead(requirement) or [])
        if series is not None:
            found.append(Replacement(requirement, f"{name}{extras}=={series}.*", f"{name}{extras}>={version}"))
    return found


def to_replace(pip: Pip, found: list[Replacement], wheels: str, say: Callable[[str], None]) -> list[Replacement]:
    """Of these requirements those that cannot be built from source either; what is built is left in ``wheels``."""
    left = []
    for replacement in found:
        say(f"{replacement.asked}: trying to build it from source")
        if not pip.build_wheel(replacement.asked, wheels):
            say("that did not work, or took too long")
            left.append(replacement)
    return left


def nearest_series(asked: str, versions: list[str]) -> str | None:
    """The first two numbers of the next version from ``asked`` on, "1.21" for example; None when there is none."""
    matches = [match for match in map(_RELEASE.match, versions) if match]
    releases = sorted(tuple(int(number) for number in match.group(1).split(".")) for match in matches)
    wanted = tuple(int(number) for number in asked.split("."))
    newer = [release for release in releases if release >= wanted]
    return ".".join(str(number) for number in newer[0][:2]) if newer else None


def _split(requirement: str) -> tuple[str, str, str] | None:
    """Name, extras and the highest version of a requirement with an upper bound; None for others."""
    match = _REQUIREMENT.match(requirement)
    bounds = _UPPER.findall(match.group(3)) if match else []
    if not match or not bounds:
        return None
    return match.group(1), match.group(2) or "", max(bounds, key=lambda text: [int(part) for part in text.split(".")])
