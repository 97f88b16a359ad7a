"""How the command line says that something cannot be done: what, where, what to do; exit code 2."""

from __future__ import annotations

import os
from typing import IO, Any

import click

from runstore.layout.printable import printable


class Problem(click.ClickException):
    """A failure to tell the user about in one message, without a traceback."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message, each line safe for a terminal."""
        context = click.get_current_context(silent=True)
        program = context.find_root().info_name if context else "runs-tui"
        lines = [printable(line) for line in self.message.splitlines()] or [""]
        click.echo(f"{program}: " + "\n".join(lines), err=True, file=file)


def refused(error: OSError) -> Problem:
    """What the system refused where no command has foreseen it: which file, and why."""
    why = error.strerror or str(error)
    if error.filename is not None:
        name = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else str(error.filename)
        return Problem(f"{name}: {why}")
    try:
        os.getcwd()
    except OSError:
        return Problem(f"the current folder is gone: {why}; change to one that exists")
    return Problem(why)
