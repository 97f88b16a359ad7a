"""The command that runs a submitted script with its interpreter, and the environment that belongs to that."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any


def command_of(python: str, definition: Mapping[str, Any]) -> list[str]:
    """The words of the command that the run's full definition asks for."""
    command = definition["command"]
    if isinstance(command, list) and command:
        return [str(word) for word in command]
    if command:
        return ["/bin/sh", "-c", str(command)]
    script = str(definition["script"])
    if script.startswith("-"):  # a file, no option of the interpreter
        script = os.path.join(".", script)
    return [python, script, *(str(each) for each in definition["arguments"])]


def activated(python: str, environment: Mapping[str, str]) -> dict[str, str]:
    """What activating the environment that an interpreter belongs to would set: PATH and its prefix; often nothing."""
    folder = os.path.dirname(python)
    prefix = os.path.dirname(folder)
    if os.path.isfile(os.path.join(prefix, "pyvenv.cfg")):
        changes = {"VIRTUAL_ENV": prefix}
    elif os.path.isdir(os.path.join(prefix, "conda-meta")):
        changes = {"CONDA_PREFIX": prefix}
    else:
        return {}
    path = environment.get("PATH", os.defpath)
    if path.split(os.pathsep)[0] != folder:
        changes["PATH"] = folder + os.pathsep + path
    return changes
