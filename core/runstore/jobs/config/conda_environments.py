"""Conda environments that exist on this machine, found by where conda keeps them."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.layout.printable import printable


def interpreter_of_conda_environment(name: str) -> str:
    """The path of the Python of the conda environment ``name`` (or at the path ``name``).

    Raises `UserErrorException` when no such environment is found.
    """
    looked = [name] if os.sep in name else _places(name)
    for folder in looked:
        path = os.path.join(os.path.expanduser(folder), "bin", "python")
        if os.access(path, os.X_OK):
            return path
    raise UserErrorException(
        "no conda environment {!r} with a Python on this machine; 'conda env list' shows those that there are".format(
            printable(name, 100)
        )
    )


def _places(name: str) -> list[str]:
    home = os.path.expanduser("~")
    folders = [path for path in os.environ.get("CONDA_ENVS_PATH", "").split(os.pathsep) if path]
    bases = [os.environ.get("MAMBA_ROOT_PREFIX"), os.environ.get("CONDA_ROOT")]
    executable = os.environ.get("CONDA_EXE")
    if executable:
        bases.append(os.path.dirname(os.path.dirname(executable)))
    kinds = ("miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba", ".conda")
    bases += [os.path.join(home, kind) for kind in kinds]
    bases += [os.path.join("/opt", kind) for kind in ("conda", "miniconda3", "anaconda3", "miniforge3")]
    found = [base for base in bases if base]
    named = [os.path.join(base, "envs", name) for base in found] + [os.path.join(folder, name) for folder in folders]
    if name in ("base", "root"):
        named += found
    return named + [path for path in _listed(home) if os.path.basename(path) == name]


def _listed(home: str) -> list[str]:
    """The environments that conda has noted for this user."""
    try:
        with open(os.path.join(home, ".conda", "environments.txt"), encoding="utf-8") as file:
            return [line.strip() for line in file if line.strip()]
    except (OSError, ValueError):
        return []
