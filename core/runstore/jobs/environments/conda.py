"""Managed environments as conda makes them, where conda, mamba or micromamba is installed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from typing import Any

from runstore.jobs.config.yaml_writing import write_yaml
from runstore.jobs.environments.kept import kept, key_of, local_files
from runstore.jobs.environments.programs import run

_PROGRAMS = ("micromamba", "mamba", "conda")


def conda_program() -> str | None:
    """The program that makes conda environments; None when none is installed."""
    for variable in ("MAMBA_EXE", "CONDA_EXE"):
        path = os.environ.get(variable)
        if path and os.access(path, os.X_OK):
            return path
    return next((path for path in map(shutil.which, _PROGRAMS) if path), None)


def conda_environment(
    program: str, specification: dict[str, Any], name: str, root: str, say: Callable[[str], None]
) -> str:
    """The interpreter of a conda environment with ``specification``, built if it is not kept.

    Raises `ProgramFailed` when it cannot be built.
    """

    def build(folder: str) -> dict[str, Any]:
        say(f"building the environment {name} with {program}")
        with tempfile.NamedTemporaryFile("w", prefix="runstore-", suffix=".yml", encoding="utf-8") as file:
            file.write(write_yaml(specification))
            file.flush()
            micro = os.path.basename(program).startswith("micromamba")
            command = [program, "create"] if micro else [program, "env", "create"]
            run([*command, "--yes", "--prefix", folder, "--file", file.name], say)
        return {"conda": specification, "warnings": []}

    pip = [text for entry in specification["dependencies"] if isinstance(entry, dict) for text in entry["pip"]]
    folder = kept(root, key_of(["conda", specification, local_files(pip)]), build, say)
    return os.path.join(folder, "bin", "python")
