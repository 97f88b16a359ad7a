"""The Pythons of this machine."""

from __future__ import annotations

import glob
import json
import os
import subprocess
from dataclasses import dataclass

from runstore.exceptions import RunConfigurationException
from runstore.jobs.environments.python_versions import Version, shown

OLDEST = (3, 8)
"""The oldest Python in which a script can log."""

_ASK = "import json, sys; print(json.dumps([list(sys.version_info[:3]), getattr(sys, 'base_prefix', sys.prefix)]))"
_PLACES = (
    "/usr/local/bin",
    "/usr/bin",
    "/opt/python/*/bin",
    "~/.pyenv/versions/*/bin",
    "~/.local/share/uv/python/*/bin",
    "~/.local/bin",
    "/opt/homebrew/bin",
)


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that answered."""

    path: str
    version: Version
    base: str
    """The folder of the installation that it belongs to; virtual environments share it."""

    @property
    def name(self) -> str:
        """Version and path, as people are told."""
        return f"Python {shown(self.version)} ({self.path})"


def ask(path: str) -> Interpreter:
    """The interpreter at ``path``; raises `RunConfigurationException` that says what is wrong with it."""
    if not os.path.exists(path):
        raise RunConfigurationException(f"there is no Python at {path}: set environment.python.interpreter_path")
    if os.path.isdir(path) or not os.access(path, os.X_OK):
        raise RunConfigurationException(f"{path} is no program: environment.python.interpreter_path must name a Python")
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    try:
        answer = subprocess.run(
            [path, "-c", _ASK],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=60,
            check=True,
        )
        version, base = json.loads(answer.stdout)
        return Interpreter(path, tuple(version), str(base))
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or [f"it ended with exit code {error.returncode}"])[-1]
        raise RunConfigurationException(f"{path} does not work as a Python: {last}") from error
    except (OSError, ValueError, TypeError, subprocess.SubprocessError) as error:
        raise RunConfigurationException(f"{path} does not work as a Python: {error}") from error


def installed() -> list[Interpreter]:
    """The Pythons to be found that are not too old to log in: one of each minor version, the newest first."""
    found: dict[Version, Interpreter] = {}
    folders = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    for pattern in _PLACES:
        folders += sorted(glob.glob(os.path.expanduser(pattern)), reverse=True)
    for folder in folders:
        for path in glob.glob(os.path.join(glob.escape(folder), "python3.[0-9]*")):
            number = os.path.basename(path)[len("python3.") :]
            if not number.isdecimal() or (3, int(number)) in found or (3, int(number)) < OLDEST:
                continue
            try:
                interpreter = ask(path)
            except RunConfigurationException:
                continue
            found.setdefault(interpreter.version[:2], interpreter)
    return [found[version] for version in sorted(found, reverse=True)]
