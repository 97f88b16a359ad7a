"""``runs-tui archive``: take runs out of the lists."""

from __future__ import annotations

import click

from runs_tui.cli import completing
from runs_tui.cli.options import root_option
from runs_tui.cli.query_command import QueryCommand


@click.command("archive", cls=QueryCommand)
@click.argument("runs", nargs=-1, required=True, metavar="RUN... | QUERY", shell_complete=completing.runs_or_query)
@click.option("--undo", is_flag=True, help="Put them back into the lists.")
@root_option
def command(runs: tuple[str, ...], undo: bool, root: str | None) -> None:
    """Take each RUN, or what a QUERY means, out of the lists. Nothing is deleted; 'ls --archived' lists them."""
    from runs_tui.actions.edits import archive
    from runs_tui.cli.choosing import choose
    from runs_tui.cli.each import act_on_each, exit_unless_all
    from runstore.reading.row import RunRow

    def act(row: RunRow) -> str:
        archive(row, not undo)
        return "back in the lists" if undo else "archived"

    rows = choose(root, runs, archived=undo).rows
    exit_unless_all(rows, act_on_each(rows, act))
