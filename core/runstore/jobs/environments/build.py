"""A virtual environment coming into being: its Python, then the packages that pip installs."""

from __future__ import annotations

import os
import re
import tempfile
from typing import Any

from runstore.jobs.config.conda_dependencies import package_name
from runstore.jobs.environments.bare import make_bare, packages_in
from runstore.jobs.environments.interpreters import Interpreter, installed
from runstore.jobs.environments.pins import Replacement, better_python, missing, of_their_time, pins, to_replace
from runstore.jobs.environments.pip import Pip, unknown_package
from runstore.jobs.environments.programs import ProgramFailed
from runstore.jobs.environments.python_versions import OF_THE_PAST, is_of_the_past, shown
from runstore.jobs.environments.specification import Specification
from runstore.jobs.environments.voices import Voices


class Build:
    """One environment coming into being."""

    def __init__(self, folder: str, specification: Specification, voices: Voices) -> None:
        self._folder = folder
        self._specification = specification
        self._voices = voices
        self._pip = Pip(os.path.join(folder, "bin", "python"), specification.options, voices.say)
        self._warnings: list[str] = []

    def run(self, base: Interpreter) -> dict[str, Any]:
        """Make the environment; returns the facts of it. Raises `ProgramFailed` or `RunConfigurationException`."""
        make_bare(base, self._folder, self._voices.say)
        requirements = self._specification.requirements
        base, absent = self._python_for(base, pins(requirements))
        with tempfile.TemporaryDirectory(prefix=".wheels-", dir=self._folder) as wheels:
            replaced = to_replace(self._pip, absent, wheels, self._voices.say)
            of_the_past = is_of_the_past(self._specification.python) or base.version < OF_THE_PAST
            of_the_past |= self._specification.of_the_past or bool(replaced or self._warnings)
            constraints = of_their_time(requirements, base) if of_the_past else []
            self._install(requirements, replaced, constraints, wheels)
        packages = packages_in(self._folder)
        for each in replaced:
            used = packages.get(re.sub(r"[-_.]+", "_", re.split(r"[\[=]", each.nearest)[0]).lower(), "another version")
            here = f"Python {shown(base.version)}"
            self._warnings.append(f"{each.asked} cannot be had for {here}: {used} is used")
        return {
            "python": shown(base.version),
            "base": base.path,
            "requirements": requirements,
            "packages": [f"{name}=={version}" for name, version in packages.items() if name != "pip"],
            "warnings": self._warnings,
        }

    def _python_for(self, base: Interpreter, exact: list[str]) -> tuple[Interpreter, list[Replacement]]:
        """The Python to go on with, and what cannot be had for it.

        Where none was asked for by name that is an older one, if all versions that ``base`` cannot have go with it.
        """
        if exact:
            self._pip.make_recent(packages_in(self._folder)["pip"])
        absent = missing(self._pip, exact)
        if not absent:
            return base, []
        names = ", ".join(each.asked for each in absent)
        self._voices.say(f"not built for Python {shown(base.version)}: {names}")
        if not self._specification.python:
            others = [each for each in installed() if each.version[:2] < base.version[:2]]
            older = better_python(self._pip, [each.asked for each in absent], others)
            if older is not None:
                self._warnings.append(f"{older.name} is used: {names} cannot be had for Python {shown(base.version)}")
                make_bare(older, self._folder, self._voices.say)
                return older, missing(self._pip, exact)
        return base, absent

    def _install(
        self, requirements: list[str], replaced: list[Replacement], constraints: list[str], wheels: str
    ) -> None:
        """Install the packages: if they do not go together, with less and less that was not asked for."""
        nearest = {each.asked: each.nearest for each in replaced}
        newer = {each.asked: each.newer for each in replaced}
        plans = [(nearest, constraints), (newer, constraints), (newer, [])]
        for number, (instead, limits) in enumerate(plans):
            try:
                self._install_known([instead.get(entry, entry) for entry in requirements], limits, wheels)
                break
            except ProgramFailed as failure:
                in_conflict = any("conflict" in line.lower() for line in failure.output)
                if not in_conflict or not (replaced or constraints) or number == len(plans) - 1:
                    raise

    def _install_known(self, requirements: list[str], constraints: list[str], wheels: str) -> None:
        """Install the packages; those that only conda knows are left out, with a warning."""
        while requirements:
            try:
                self._pip.install(requirements, constraints, wheels)
                break
            except ProgramFailed as failure:
                unknown = unknown_package(failure)
                if unknown not in {package_name(entry) for entry in self._specification.from_conda}:
                    raise
                requirements = [entry for entry in requirements if package_name(entry) != unknown]
                self._warnings.append(f"the conda package {unknown} is not known to pip: it is left out")
