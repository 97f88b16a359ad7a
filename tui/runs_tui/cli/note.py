"""``runs-tui note``: the description of a run, shown or written."""

from __future__ import annotations

import sys

import click

from runs_tui.cli import completing
from runs_tui.cli.options import root_option


@click.command("note")
@click.argument("run", shell_complete=completing.runs)
@click.argument("words", nargs=-1, metavar="[TEXT...]")
@click.option("--clear", is_flag=True, help="Take the note away.")
@root_option
@click.option("--json", "as_json", is_flag=True, help="Print the note as JSON.")
def command(run: str, words: tuple[str, ...], clear: bool, root: str | None, as_json: bool) -> None:
    """Write TEXT as the note (the description) of RUN; '-' reads it from stdin. Without TEXT, show the note."""
    from runs_tui.actions import Refused
    from runs_tui.actions.edits import set_note
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.resolve import find_row
    from runs_tui.cli.rows import print_json
    from runstore.layout.printable import printable

    if clear and words:
        raise Problem("give either a text or --clear")
    row = find_row(root, run)
    note = row.description or ""
    if clear or words:
        note = "" if clear else sys.stdin.read().strip() if words == ("-",) else " ".join(words)
        try:
            set_note(row, note)
        except Refused as error:
            raise Problem(str(error)) from error
    if as_json:
        print_json({"id": row.id, "note": note or None})
        return
    for line in note.splitlines():
        click.echo(printable(line))
