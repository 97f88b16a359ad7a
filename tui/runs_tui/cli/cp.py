"""``runs-tui cp``: copy runs to another run store."""

from __future__ import annotations

import click

from runs_tui.cli import completing
from runs_tui.cli.options import root_option
from runs_tui.cli.query_command import QueryCommand


@click.command("cp", cls=QueryCommand, no_args_is_help=True)
@click.argument("words", nargs=-1, required=True, metavar="RUN... | QUERY", shell_complete=completing.runs_or_folder)
@click.argument("target", metavar="STORE", shell_complete=completing.folders)
@click.option("--skip-existing", is_flag=True, help="Leave out runs whose id STORE has already.")
@root_option
def command(words: tuple[str, ...], target: str, skip_existing: bool, root: str | None) -> None:
    """Copy runs, with their child runs and the snapshots of their source, to the run store STORE: all or none.

    Every file is read back and compared. Ids stay, and so do numbers unless a run there has it.
    """
    from runs_tui.cli.transferring import bring

    bring(words, target, root, move=False, skip_existing=skip_existing, yes=True)
