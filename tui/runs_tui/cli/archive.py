"""``runs-tui archive``: take runs out of the lists."""

from __future__ import annotations

import click


@click.command("archive")
@click.argument("runs", nargs=-1, required=True, metavar="RUN...")
@click.option("--undo", is_flag=True, help="Put them back into the lists.")
@click.option("--root", metavar="DIR", help="The run store; else the current one.")
def command(runs: tuple[str, ...], undo: bool, root: str | None) -> None:
    """Take each RUN out of the lists. Nothing is deleted; 'runs-tui ls --archived' lists them."""
    from runs_tui.actions.edits import archive
    from runs_tui.cli.each import act_on_each, exit_unless_all
    from runs_tui.cli.resolve import find_rows
    from runstore.reading.row import RunRow

    def act(row: RunRow) -> str:
        archive(row, not undo)
        return "back in the lists" if undo else "archived"

    rows = find_rows(root, runs)
    exit_unless_all(rows, act_on_each(rows, act))
