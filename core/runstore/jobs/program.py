"""The program of a command: found and refused as a shell does it."""

from __future__ import annotations

import errno
import os
import shutil

NOT_FOUND, NOT_EXECUTABLE = 127, 126
"""The exit codes of a shell for a command that does not exist or cannot be executed."""


class CommandError(Exception):
    """A command that cannot be started; ``code`` is what a shell would return for it."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def find_program(name: str) -> str:
    """The path of the program, looked for as a shell does; raises `CommandError`."""
    if "/" in name:
        if not os.path.exists(name):
            raise CommandError(NOT_FOUND, f"{name}: no such file")
        if os.path.isdir(name):
            raise CommandError(NOT_EXECUTABLE, f"{name}: is a folder")
        if not os.access(name, os.X_OK):
            raise CommandError(NOT_EXECUTABLE, f"{name}: not executable")
        return name
    found = shutil.which(name)
    if found is None:
        raise CommandError(NOT_FOUND, f"{name}: command not found")
    return found


def error_of_start(name: str, number: int) -> CommandError:
    """What the error ``number`` of execve means."""
    code = NOT_FOUND if number == errno.ENOENT else NOT_EXECUTABLE
    hint = " (its interpreter, named in its '#!' line, is missing)" if code == NOT_FOUND else ""
    return CommandError(code, f"{name}: {os.strerror(number)}{hint}")
