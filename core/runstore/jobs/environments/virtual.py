"""Managed environments as virtual environments, kept by what is in them."""

from __future__ import annotations

import os
from typing import Any

from runstore.exceptions import RunConfigurationException
from runstore.jobs.environments.build import Build
from runstore.jobs.environments.interpreters import Interpreter
from runstore.jobs.environments.kept import facts_of, kept, key_of, local_files
from runstore.jobs.environments.programs import ProgramFailed
from runstore.jobs.environments.specification import Specification
from runstore.jobs.environments.voices import Voices


def virtual_environment(specification: Specification, base: Interpreter, name: str, root: str, voices: Voices) -> str:
    """The interpreter of an environment of ``base`` with the packages of ``specification``, built if it is not kept.

    Raises `RunConfigurationException` when it cannot be built.
    """
    left_out = [
        f"the conda package {package} is no Python package: it is left out" for package in specification.without
    ]
    voices.refuse_or_warn(*left_out)
    asked = [specification.python, specification.requirements, specification.options, specification.of_the_past]

    def build(folder: str) -> dict[str, Any]:
        voices.say(f"building the environment {name} with {base.name}")
        return Build(folder, specification, voices).run(base)

    files = local_files([*specification.requirements, *specification.options])
    try:
        folder = kept(root, key_of([base.base, base.version, asked, files]), build, voices.say)
    except ProgramFailed as failure:
        raise RunConfigurationException(
            f"the environment {name} cannot be built: {failure}. Change its packages, or set "
            f"environment.python.user_managed_dependencies = True to use the current interpreter"
        ) from failure
    voices.refuse_or_warn(*map(str, facts_of(folder).get("warnings", [])))
    return os.path.join(folder, "bin", "python")
