"""``runs-tui compare``: what differs between runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from runs_tui.cli import completing
from runs_tui.cli.options import root_option
from runs_tui.cli.query_command import QueryCommand

if TYPE_CHECKING:
    from runs_tui.model.compared_fact import Fact
    from runstore.reading.row import RunRow

_WIDEST = 60


@click.command("compare", cls=QueryCommand)
@click.argument("runs", nargs=-1, required=True, metavar="RUN RUN...", shell_complete=completing.runs_or_query)
@click.option("-a", "--all", "everything", is_flag=True, help="Also what is the same.")
@click.option("--diff", is_flag=True, help="Show long texts, such as commands, as differences from the first run.")
@root_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(runs: tuple[str, ...], everything: bool, diff: bool, root: str | None, as_json: bool) -> None:
    """Show what differs between runs side by side: state, parameters, last and best values of metrics, tags, code."""
    from runs_tui.cli.choosing import choose
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.rows import plain, print_json
    from runs_tui.model.comparison import compared

    rows = choose(root, runs).rows
    if len(rows) < 2:
        raise Problem("give two runs or more to compare, or a query that means so many")
    facts = [fact for fact in compared(rows, [_manifest(row) for row in rows]) if everything or fact.differs]
    if as_json:
        print_json({"runs": [row.id for row in rows], "lines": [_json(fact, plain) for fact in facts]})
        return
    long = [fact for fact in facts if diff and fact.long and fact.differs]
    _print(rows, [fact for fact in facts if fact not in long])
    for fact in long:
        _print_diff(rows, fact)


def _manifest(row: RunRow) -> dict[str, Any]:
    from runs_tui.cli.resolve import opened

    reader = opened(row)
    reader.refresh_facts()
    return reader.manifest


def _json(fact: Fact, plain: Any) -> dict[str, Any]:
    told = {"kind": fact.kind, "name": fact.name, "values": plain(fact.values), "differs": fact.differs}
    return {**told, "best": sorted(fact.best)} if fact.best else told


def _print(rows: Sequence[RunRow], facts: Sequence[Fact]) -> None:
    from runs_tui.cli.tables import print_table, terminal_width
    from runstore.layout.printable import printable

    def shown(fact: Fact, place: int) -> str:
        return printable(fact.short(place), _WIDEST) + ("*" if place in fact.best else " " if fact.best else "")

    cells = [
        [fact.kind, printable(fact.name, 60), *(shown(fact, place) for place in range(len(rows)))] for fact in facts
    ]
    titles = ["", "", *(printable(row.name, 40) for row in rows)]
    if not cells:
        click.echo("nothing differs", err=True)
    columns = range(2, 2 + len(rows))
    least = max((terminal_width() or 0) // (len(rows) + 1), 8)
    print_table(titles, cells, numbers=columns, narrow=(*columns, 1), least=least)


def _print_diff(rows: Sequence[RunRow], fact: Fact) -> None:
    """Each run's text against that of the first run, line by line or word by word."""
    from runs_tui.model.text_diff import differences
    from runstore.layout.printable import printable

    first = rows[0]
    for place, row in enumerate(rows[1:], 1):
        lines = differences(fact.text(0), fact.text(place))
        if lines:
            click.echo(
                f"\n{fact.kind} {printable(fact.name, 60)}: - {printable(first.name, 40)}  + {printable(row.name, 40)}"
            )
            for sign, text in lines:
                click.echo(f"{sign} {printable(text, 1000)}".rstrip())
