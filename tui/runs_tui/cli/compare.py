"""``runs-tui compare``: what differs between runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from runs_tui.cli import completing
from runs_tui.cli.options import root_option
from runs_tui.cli.query_command import QueryCommand

if TYPE_CHECKING:
    from runstore.reading.row import RunRow


class Line(NamedTuple):
    """``kind``: run, param, metric or tag; a value for each run, None where it has none."""

    kind: str
    name: str
    values: list[Any]

    @property
    def differs(self) -> bool:
        """Whether two runs have other values."""
        return any(value != self.values[0] and not _both_nan(value, self.values[0]) for value in self.values)


@click.command("compare", cls=QueryCommand)
@click.argument("runs", nargs=-1, required=True, metavar="RUN RUN...", shell_complete=completing.runs_or_query)
@click.option("-a", "--all", "everything", is_flag=True, help="Also what is the same.")
@root_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(runs: tuple[str, ...], everything: bool, root: str | None, as_json: bool) -> None:
    """Show what differs between runs side by side: state, parameters, last values of metrics, tags, commit."""
    from runs_tui.cli.choosing import choose
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.rows import plain, print_json

    rows = choose(root, runs).rows
    if len(rows) < 2:
        raise Problem("give two runs or more to compare, or a query that means so many")
    lines = [line for line in compared(rows) if everything or line.differs]
    if as_json:
        content = [{**line._asdict(), "values": plain(line.values), "differs": line.differs} for line in lines]
        print_json({"runs": [row.id for row in rows], "lines": content})
        return
    _print(rows, lines)


def compared(rows: Sequence[RunRow]) -> list[Line]:
    """All that is known of at least one of the runs."""
    from runs_tui.model.fields import field

    found = []
    for name in ("experiment", "state", "reason", "step", "duration", "commit", "host", "user"):
        fact = field(name)
        if fact is not None:
            found.append(Line("run", name, [fact.value(row) for row in rows]))
    for kind, having in (
        ("param", [row.params for row in rows]),
        ("metric", [{name: stat.last for name, stat in row.metrics.items()} for row in rows]),
        ("tag", [{name: "" if value is None else value for name, value in row.tags.items()} for row in rows]),
    ):
        found += [Line(kind, name, [each.get(name) for each in having]) for name in _names(having)]
    return [line for line in found if any(value is not None for value in line.values)]


def _names(having: Iterable[dict[str, Any]]) -> list[str]:
    from runstore.series import natural_key

    return sorted({name for each in having for name in each}, key=natural_key)


def _both_nan(one: Any, other: Any) -> bool:
    return bool(one != one and other != other)


def _print(rows: Sequence[RunRow], lines: Sequence[Line]) -> None:
    from runs_tui.cli.tables import print_table, terminal_width
    from runs_tui.model import words
    from runstore.layout.printable import printable

    def shown(line: Line, value: Any) -> str:
        if value is None:
            return "-"
        if line.name == "duration" and line.kind == "run":
            return words.span(value)
        return printable(words.setting(value) if line.kind == "param" else words.number(value), 60) or "yes"

    cells = [[line.kind, printable(line.name, 60), *(shown(line, value) for value in line.values)] for line in lines]
    titles = ["", "", *(printable(row.name, 40) for row in rows)]
    if not cells:
        click.echo("nothing differs", err=True)
    columns = range(2, 2 + len(rows))
    least = max((terminal_width() or 0) // (len(rows) + 1), 8)
    print_table(titles, cells, numbers=columns, narrow=(*columns, 1), least=least)
