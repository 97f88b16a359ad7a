"""The ``python`` part of an `Environment`: which interpreter, and what is installed for it."""

from __future__ import annotations

import os

from runstore.jobs.config.conda_dependencies import CondaDependencies

CURRENT = "python"
"""The interpreter path that means: the interpreter that submits the script."""
VARIABLE = "RUNSTORE_ENVIRONMENT"
"""Set to "current" it makes every managed environment mean the current interpreter."""


def installs_packages() -> bool:
    """Whether the packages of managed environments are installed, as `VARIABLE` has it."""
    return os.environ.get(VARIABLE, "").lower() != "current"


class PythonSection:
    """Interpreter and packages.

    With ``user_managed_dependencies`` the interpreter at ``interpreter_path`` is used as it is; without, one that has
    the packages of ``conda_dependencies`` (or of the file ``conda_dependencies_file``) is made and kept.
    """

    def __init__(self) -> None:
        self.user_managed_dependencies = False
        self.interpreter_path: str | None = CURRENT
        self.conda_dependencies: CondaDependencies | None = CondaDependencies()
        self.conda_dependencies_file: str | None = None
        self.base_conda_environment: str | None = None
