"""``runs-tui tag``: the tags of a run, shown or changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from runs_tui.cli import completing
from runs_tui.cli.options import root_option
from runs_tui.cli.query_command import QueryCommand

if TYPE_CHECKING:
    from runs_tui.actions.edits import Tags
    from runstore.reading.row import RunRow


@click.command("tag", cls=QueryCommand)
@click.argument("run", metavar="RUN | QUERY", shell_complete=completing.runs_or_query)
@click.argument("tags", nargs=-1, metavar="[KEY=VALUE | KEY]...")
@click.option("-d", "--remove", "removed", metavar="KEY", multiple=True, help="Remove this tag; can be repeated.")
@root_option
@click.option("--json", "as_json", is_flag=True, help="Print the tags as JSON.")
def command(run: str, tags: tuple[str, ...], removed: tuple[str, ...], root: str | None, as_json: bool) -> None:
    """Set tags of RUN: KEY=VALUE, or KEY alone as a mark. Without any, show the tags that it has.

    A QUERY, in quotes where it has several words, means all the runs that it finds.
    """
    from runs_tui.actions import Refused
    from runs_tui.actions.edits import Tags, parse_tags
    from runs_tui.cli.choosing import choose
    from runs_tui.cli.each import act_on_each, exit_unless_all
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.rows import plain, print_json
    from runstore.layout.printable import printable

    rows, by_query = choose(root, [run])
    try:
        given = parse_tags(tags)
        change = Tags(given.set, [*given.remove, *removed])
        has = {} if by_query else {rows[0].key: _changed(rows[0], change)}
    except Refused as error:
        raise Problem(str(error)) from error

    def act(row: RunRow) -> str:
        has[row.key] = _changed(row, change)
        return " ".join(_words(has[row.key])) or "no tags"

    done = act_on_each(rows, act, quiet=as_json) if by_query else rows
    if as_json:
        told = [{"id": row.id, "tags": plain(has[row.key])} for row in done]
        print_json({"runs": told} if by_query else told[0])
    elif not by_query:
        for word in _words(has[rows[0].key]):
            click.echo(printable(word))
    exit_unless_all(rows, done)


def _changed(row: RunRow, change: Tags) -> dict[str, Any]:
    """Change the tags of a run, if there is a change; those that it has then. Raises `Refused`."""
    from runs_tui.actions.edits import change_tags

    if not (change.set or change.remove):
        return dict(row.tags)
    change_tags(row, change)
    present = {**row.tags, **change.set}
    return {key: value for key, value in present.items() if key not in change.remove}


def _words(tags: Mapping[str, Any]) -> list[str]:
    return [str(key) if value is None else f"{key}={value}" for key, value in tags.items()]
