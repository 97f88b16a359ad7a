"""The Python that runs the queue and its supervisors: ours, with all that runs-tui needs, not the script's."""

from __future__ import annotations

import os
import sys

from runstore.exceptions import ExperimentExecutionException

VARIABLE = "RUNSTORE_PYTHON"
_FLOOR = (3, 11)


def own_interpreter() -> str:
    """The path of an interpreter that has runs-tui installed.

    The one that RUNSTORE_PYTHON names (each run gets it), this process's, or that of the ``runs-tui`` on PATH. Raises
    `ExperimentExecutionException` when there is none.
    """
    named = os.environ.get(VARIABLE, "")
    if named and os.access(named, os.X_OK):
        return named
    if sys.version_info >= _FLOOR and sys.executable and _has("runs_tui", "psutil"):
        return sys.executable
    found = _of_command("runs-tui")
    if found is not None:
        return found
    raise ExperimentExecutionException(
        "runs cannot be submitted from {}: runs-tui is not installed in this Python, nor on PATH; "
        "set {} to the Python that has it".format(sys.executable or "this Python", VARIABLE)
    )


def _has(*modules: str) -> bool:
    from importlib.util import find_spec

    return all(find_spec(name) is not None for name in modules)


def _of_command(name: str) -> str | None:
    """The interpreter in the first line of a command's script, as pip writes it."""
    import shutil

    path = shutil.which(name)
    if path is None:
        return None
    try:
        with open(path, "rb") as file:
            line = file.readline(4096).decode("utf-8", "replace").strip()
    except OSError:
        return None
    python = line[2:].strip() if line.startswith("#!") else ""
    return python if os.path.isabs(python) and os.access(python, os.X_OK) else None
