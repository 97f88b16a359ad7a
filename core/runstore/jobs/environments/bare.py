"""A virtual environment with pip and nothing else.

``python -m venv`` would install pip by pip, which takes most of the time that a small environment takes. The wheels
that every Python brings along for that need only be unpacked.
"""

from __future__ import annotations

import glob
import importlib.util
import os
import sys
import zipfile
from collections.abc import Callable

from runstore.jobs.environments.interpreters import Interpreter, ask
from runstore.jobs.environments.programs import ProgramFailed, run

_ASK = "import ensurepip, os; print(os.path.join(os.path.dirname(ensurepip.__file__), '_bundled'))"
_DEBIAN = "/usr/share/python-wheels"
_PIP = '#!/bin/sh\nexec "{}" -m pip "$@"\n'


def make_bare(base: Interpreter, folder: str, say: Callable[[str], None]) -> str:
    """Make the environment, in place of what is in ``folder``, and return its interpreter; raises `ProgramFailed`."""
    run([base.path, "-m", "venv", "--clear", "--without-pip", folder], say)
    python = os.path.join(folder, "bin", "python")
    wheels = _bundled(base.path)
    if wheels:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(site_packages(folder))
        names = ["pip", "pip3", "pip{}.{}".format(*base.version)]
        for path in [os.path.join(folder, "bin", name) for name in names]:
            with open(path, "w", encoding="utf-8") as file:
                file.write(_PIP.format(python))
            os.chmod(path, 0o755)
    elif importlib.util.find_spec("pip") is not None:
        run([sys.executable, "-m", "pip", "--python", python, "install", "pip"], say)
    else:
        raise ProgramFailed([base.path, "-m", "ensurepip"], 1, [f"ERROR: {base.name} has no pip to install packages"])
    ask(python)
    return python


def site_packages(folder: str) -> str:
    """Where the packages of a virtual environment lie."""
    return glob.glob(os.path.join(glob.escape(folder), "lib", "python3.*", "site-packages"))[0]


def packages_in(folder: str) -> dict[str, str]:
    """The packages of a virtual environment (``_`` in place of ``-`` in names), each with its version."""
    found = {}
    for name in sorted(os.listdir(site_packages(folder)), key=str.lower):
        if name.endswith(".dist-info"):
            package, _, version = name[: -len(".dist-info")].partition("-")
            found[package.lower()] = version
    return found


def _bundled(python: str) -> list[str]:
    """The wheels of pip, and of setuptools in older versions, that a Python brings along; [] for none."""
    told: list[str] = []
    try:
        run([python, "-c", _ASK], told.append)
    except ProgramFailed:
        told = []
    folders = [told[-1] if told else "", _DEBIAN]
    for folder in folders:
        wheels = [path for name in ("pip", "setuptools") for path in glob.glob(os.path.join(folder, f"{name}-*.whl"))]
        if any(os.path.basename(wheel).startswith("pip-") for wheel in wheels):
            return wheels
    return []
