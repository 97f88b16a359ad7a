"""``runs-tui mv``: move runs to another run store."""

from __future__ import annotations

import click

from runs_tui.cli import completing
from runs_tui.cli.options import root_option
from runs_tui.cli.query_command import QueryCommand


@click.command("mv", cls=QueryCommand, no_args_is_help=True)
@click.argument("words", nargs=-1, required=True, metavar="RUN... | QUERY", shell_complete=completing.runs_or_folder)
@click.argument("target", metavar="STORE", shell_complete=completing.folders)
@click.option("--skip-existing", is_flag=True, help="Leave here the runs whose id STORE has already.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask, where a query says which runs.")
@root_option
def command(words: tuple[str, ...], target: str, skip_existing: bool, yes: bool, root: str | None) -> None:
    """Move runs, with their child runs, to the run store STORE: all of them, or none when one of them lives.

    To another file system they are copied, every file is read back and compared, and only then are they removed here.
    """
    from runs_tui.cli.transferring import bring

    bring(words, target, root, move=True, skip_existing=skip_existing, yes=yes)
