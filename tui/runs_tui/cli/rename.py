"""``runs-tui rename``: another name for a run."""

from __future__ import annotations

import click

from runs_tui.cli import completing
from runs_tui.cli.options import root_option


@click.command("rename")
@click.argument("run", shell_complete=completing.runs)
@click.argument("name")
@root_option
def command(run: str, name: str, root: str | None) -> None:
    """Give RUN the name NAME. Its id, and where its files are, stay as they are."""
    from runs_tui.actions.edits import rename
    from runs_tui.cli.each import act_on_each, exit_unless_all
    from runs_tui.cli.resolve import find_row
    from runstore.reading.row import RunRow

    def act(row: RunRow) -> str:
        rename(row, name)
        return f"is now {name.strip()}"

    rows = [find_row(root, run)]
    exit_unless_all(rows, act_on_each(rows, act))
