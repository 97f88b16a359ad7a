"""Versions of Python as specifications ask for them: ``3.8``, ``3.6.2``, ``>=3.10,<3.11``."""

from __future__ import annotations

import re

Version = tuple[int, ...]

OF_THE_PAST = (3, 9)
"""Older Pythons are asked for, or taken, for the sake of old versions of packages."""

_CLAUSE = re.compile(r"\s*(==|=|>=|<=|>|<|!=|~=)?\s*(\d+(?:\.\d+)*)(?:\.\*|\*)?\s*\Z")


def parse(text: str) -> Version:
    """A version's numbers: "3.8.18" -> (3, 8, 18)."""
    return tuple(int(number) for number in text.split("."))


def shown(version: Version) -> str:
    """A version as text."""
    return ".".join(str(number) for number in version)


def allows(asked: str, version: Version) -> bool:
    """Whether ``version`` is one that ``asked`` allows. The third number of an exact version is not insisted on."""
    return all(_fits(operator, wanted, version) for operator, wanted in _clauses(asked))


def is_of_the_past(asked: str | None) -> bool:
    """Whether only old Pythons are allowed, so that scripts and packages are as old."""
    return asked is not None and not any(allows(asked, (3, minor)) for minor in range(OF_THE_PAST[1], 40))


def is_too_old(asked: str, oldest: Version) -> bool:
    """Whether only Pythons older than ``oldest`` are allowed."""
    return _wanted(asked) < oldest and not _allows_one(asked, range(oldest[1], 40))


def may_be_older(asked: str, oldest: Version) -> bool:
    """Whether a Python 3 older than ``oldest`` is among those allowed."""
    return _allows_one(asked, range(oldest[1]))


def _allows_one(asked: str, minors: range) -> bool:
    """Whether one of these minor versions of Python 3 is allowed, in its first or a late release."""
    return any(allows(asked, (3, minor)) or allows(asked, (3, minor, 99)) for minor in minors)


def nearest(asked: str, versions: list[Version]) -> Version:
    """Of ``versions`` (not empty) the one to take when none is allowed: the next newer one, else the newest older."""
    wanted = _wanted(asked)
    newer = [version for version in versions if version[:2] >= wanted]
    return min(newer) if newer else max(versions)


def _wanted(asked: str) -> Version:
    """Major and minor version that is named first, as one that is allowed or the edge of those that are."""
    return next((wanted for operator, wanted in _clauses(asked) if operator not in ("<", "!=")), (3,))[:2]


def _clauses(asked: str) -> list[tuple[str, Version]]:
    found = []
    for part in asked.split("|", maxsplit=1)[0].split(","):
        match = _CLAUSE.match(part)
        if match:
            found.append((match.group(1) or "=", parse(match.group(2))))
    return found


def _fits(operator: str, wanted: Version, version: Version) -> bool:
    here = version[: len(wanted)]
    if operator in ("=", "=="):
        return version[: min(len(wanted), 2)] == wanted[:2]
    if operator == "~=":
        return here >= wanted and version[: max(len(wanted) - 1, 1)] == wanted[: max(len(wanted) - 1, 1)]
    return {
        ">=": here >= wanted,
        ">": version > wanted and here != wanted,
        "<=": here <= wanted,
        "<": here < wanted,
        "!=": here != wanted,
    }[operator]
