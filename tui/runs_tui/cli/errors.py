"""How the command line says that something cannot be done: what, where, what to do; exit code 2."""

from __future__ import annotations

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
