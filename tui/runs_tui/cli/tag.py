"""``runs-tui tag``: the tags of a run, shown or changed."""

from __future__ import annotations

import click


@click.command("tag")
@click.argument("run")
@click.argument("tags", nargs=-1, metavar="[KEY=VALUE | KEY]...")
@click.option("-d", "--remove", "removed", metavar="KEY", multiple=True, help="Remove this tag; can be repeated.")
@click.option("--root", metavar="DIR", help="The run store; else the current one.")
@click.option("--json", "as_json", is_flag=True, help="Print the tags as JSON.")
def command(run: str, tags: tuple[str, ...], removed: tuple[str, ...], root: str | None, as_json: bool) -> None:
    """Set tags of RUN: KEY=VALUE, or KEY alone as a mark. Without any, show the tags that it has."""
    from runs_tui.actions import Refused
    from runs_tui.actions.edits import Tags, change_tags, parse_tags
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.resolve import find_row
    from runs_tui.cli.rows import plain, print_json
    from runstore.layout.printable import printable

    row = find_row(root, run)
    present = dict(row.tags)
    if tags or removed:
        try:
            change = parse_tags(tags)
            change_tags(row, Tags(change.set, [*change.remove, *removed]))
        except Refused as error:
            raise Problem(str(error)) from error
        present.update(change.set)
        for key in (*change.remove, *removed):
            present.pop(key, None)
    if as_json:
        print_json({"id": row.id, "tags": plain(present)})
        return
    for key, value in present.items():
        click.echo(printable(str(key) if value is None else f"{key}={value}"))
