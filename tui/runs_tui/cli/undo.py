"""``runs-tui undo``: bring deleted runs back from the trash."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from runs_tui.cli.options import root_option

if TYPE_CHECKING:
    from runstore.runs.trash import TrashEntry


@click.command("undo")
@click.argument("entries", nargs=-1, metavar="[ENTRY...]")
@click.option("--list", "listing", is_flag=True, help="Only show what is in the trash, what was deleted last first.")
@root_option
@click.option("--json", "as_json", is_flag=True, help="With --list: as JSON.")
def command(entries: tuple[str, ...], listing: bool, root: str | None, as_json: bool) -> None:
    """Bring back what was deleted last, or each ENTRY that --list shows: its name, or what it holds."""
    from runs_tui.actions import Refused
    from runs_tui.actions.trash import undo
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.resolve import store
    from runstore.layout.printable import printable
    from runstore.runs import trash

    folder = store(root)
    there = trash.entries(folder)
    if listing:
        _show(there, as_json)
        return
    if not entries:
        there = trash.own_entries(folder)[:1]
    if not there:
        raise Problem(f"the trash of {folder} is empty")
    for entry in [_find(there, text) for text in entries] or there:
        try:
            runs = undo(folder, entry)
        except Refused as error:
            raise Problem(str(error)) from error
        if entry.kind == "run" and len(runs) == 1:
            click.echo(printable(f"{entry.experiment}/{entry.title} is back"))
        elif entry.kind == "run":
            click.echo(f"{len(runs)} runs are back")
        else:
            click.echo(printable(f"experiment {entry.title} is back, with {len(runs)} runs"))


def _find(there: list[TrashEntry], text: str) -> TrashEntry:
    from runs_tui.cli.errors import Problem

    for entry in there:
        if text in (entry.name, entry.title, f"{entry.experiment}/{entry.title}"):
            return entry
    known = "\n".join(f"  {entry.name}  {entry.title}" for entry in there[:8])
    raise Problem(f"there is no {text!r} in the trash; there is:\n{known}")


def _show(there: list[TrashEntry], as_json: bool) -> None:
    """The entries as a table or as JSON."""
    from runs_tui.cli.rows import print_json
    from runs_tui.model import text as fit
    from runs_tui.model.words import age

    if as_json:
        keys = ("name", "kind", "title", "experiment", "runs", "time", "user")
        print_json({"trash": [{key: getattr(entry, key) for key in keys} for entry in there]})
        return
    if not there:
        click.echo("the trash is empty", err=True)
    rows = [
        (
            fit.safe(entry.title if entry.kind == "run" else f"experiment {entry.title}", 60),
            fit.safe(entry.experiment, 40),
            f"{entry.runs} {'run' if entry.runs == 1 else 'runs'}",
            age(time.time() - entry.time),
            entry.name,
        )
        for entry in there
    ]
    widths = [max((fit.cell_len(row[place]) for row in rows), default=0) for place in range(4)]
    for row in rows:
        cells = [fit.left(cell, width) for cell, width in zip(row, widths, strict=False)]
        click.echo("  ".join([*cells, fit.safe(row[4], 300)]))
