"""pip, run by the interpreter of an environment: what can be had, and its installation."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable

from runstore.jobs.environments.programs import ProgramFailed, run
from runstore.jobs.environments.python_versions import parse

_FROM_FILE = re.compile(r"\s*\(from (?:[^()]*->)?-r \S*runstore-\w+\.txt \(line \d+\)\)")
_DRY_RUN_SINCE = (22, 2)
_DRY_RUN = ["install", "--dry-run", "--no-deps", "--ignore-installed", "--only-binary=:all:", "--quiet"]
_NO_SUCH = re.compile(r"Could not find a version .*\(from versions: ([^)]*)\)")
_UNKNOWN = re.compile(r"satisfies the requirement ([\w.-]+).*\(from versions: none\)")
_UNREACHED = re.compile(r"Retrying \(|connection|Name or service not known|timed out", re.I)
_BUILD_LIMIT = 60.0


class Pip:
    """pip of the interpreter ``python``, which must have it."""

    def __init__(self, python: str, options: list[str], say: Callable[[str], None]) -> None:
        self._command = [python, "-m", "pip"]
        self._options = options
        self._say = say

    def install(self, requirements: list[str], constraints: list[str], wheels: str) -> None:
        """Install the requirements; raises `ProgramFailed`.

        ``constraints`` hold for what is installed, without asking for it; ``wheels`` is a folder with wheels that
        were made before.
        """
        command = ["install", "--prefer-binary", "--no-compile", "--find-links", wheels]
        if constraints:
            path = os.path.join(wheels, "constraints.txt")
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n".join([*constraints, ""]))
            command += ["--constraint", path]
        self._with_file(command, requirements, lambda line: self._say(_FROM_FILE.sub("", line)))

    def has_wheels(self, requirements: list[str], python_version: str | None = None) -> bool | None:
        """Whether each of the requirements can be had ready made (for another version of Python, if given).

        None when that cannot be told: no network, for example.
        """
        command = list(_DRY_RUN)
        if python_version:
            command += ["--python-version", python_version, "--target", os.path.join(tempfile.gettempdir(), "none")]
        try:
            self._with_file(command, requirements, lambda line: None)
        except ProgramFailed as failure:
            return False if _reached(failure) and any(map(_NO_SUCH.search, failure.output)) else None
        return True

    def versions_instead(self, requirement: str) -> list[str] | None:
        """The versions of a package that can be had ready made where those asked for cannot.

        None when what is asked for can be had, or that cannot be told.
        """
        try:
            self._with_file(_DRY_RUN, [requirement], lambda line: None)
        except ProgramFailed as failure:
            match = next((match for match in map(_NO_SUCH.search, failure.output) if match), None)
            if match and _reached(failure):
                return [] if match.group(1) == "none" else match.group(1).split(", ")
        return None

    def build_wheel(self, requirement: str, folder: str) -> bool:
        """Make a wheel of a requirement that is only to be had as source; whether it worked, in bounded time."""
        try:
            command = [*self._command, "wheel", "--no-deps", "--wheel-dir", folder, requirement]
            run(command, self._say, timeout=_BUILD_LIMIT)
        except ProgramFailed:
            return False
        return True

    def make_recent(self, version: str) -> None:
        """Bring a pip that is too old to be asked what can be had up to date; raises `ProgramFailed`."""
        if parse(version) < _DRY_RUN_SINCE:
            run([*self._command, "install", "--upgrade", "pip"], self._say)

    def _with_file(self, command: list[str], requirements: list[str], say: Callable[[str], None]) -> None:
        """Run pip on a requirements file: addresses in it may hold passwords, so they stay off the command line."""
        with tempfile.NamedTemporaryFile("w", prefix="runstore-", suffix=".txt", encoding="utf-8") as file:
            file.write("\n".join([*self._options, *requirements, ""]))
            file.flush()
            run([*self._command, *command, "--requirement", file.name], say)


def unknown_package(failure: ProgramFailed) -> str | None:
    """The package that an installation failed on because no index knows it; None when it failed otherwise."""
    if not _reached(failure):
        return None
    return next((match.group(1) for match in map(_UNKNOWN.search, failure.output) if match), None)


def _reached(failure: ProgramFailed) -> bool:
    """Whether the indexes answered."""
    return not any(map(_UNREACHED.search, failure.output))
