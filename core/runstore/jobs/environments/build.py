"""A virtual environment coming into being: its Python, then the packages that pip installs."""

from __future__ import annotations

import os
import re
import tempfile
from typing import Any

from runstore.jobs.config.conda_dependencies import package_name
from runstore.jobs.environments.bare import make_bare, packages_in
from runstore.jobs.environments.interpreters import Interpreter, installed
from runstore.jobs.environments.pins import Replacement, better_python, of_their_time, pins, replacements
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
        replaced: list[Replacement] = []
        of_the_past = is_of_the_past(self._specification.python)
        with tempfile.TemporaryDirectory(prefix="runstore-wheels-") as wheels:
            exact = pins(requirements)
            if exact:
                self._pip.make_recent(packages_in(self._folder)["pip"])
            if exact and self._pip.has_wheels(exact) is False:
                of_the_past = True
                older = self._older_python(base, exact)
                if older is not None:
                    make_bare(older, self._folder, self._voices.say)
                    base = older
                else:
                    replaced = replacements(self._pip, base, requirements, wheels, self._voices.say)
            constraints = of_their_time(requirements, base) if of_the_past or base.version < OF_THE_PAST else []
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

    def _older_python(self, base: Interpreter, exact: list[str]) -> Interpreter | None:
        """An older Python for old versions that are not built for ``base``, if none was asked for by name."""
        here = f"Python {shown(base.version)}"
        self._voices.say(f"not all of {', '.join(exact)} are built for {here}")
        if self._specification.python:
            return None
        older = better_python(self._pip, exact, [each for each in installed() if each.version[:2] < base.version[:2]])
        if older is not None:
            self._warnings.append(f"{older.name} is used: {', '.join(exact)} are not all built for {here}")
        return older

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
