"""``runs-tui ls``: the list of runs."""

from __future__ import annotations

import click

from runs_tui.cli import completing
from runs_tui.cli.options import root_option
from runs_tui.cli.query_command import QueryCommand


@click.command("ls", cls=QueryCommand)
@click.argument("words", nargs=-1, metavar="[QUERY]", shell_complete=completing.queries)
@root_option
@click.option("-n", "most", type=click.IntRange(min=1), metavar="N", help="At most N runs.")
@click.option(
    "--experiment", "-e", metavar="NAME", shell_complete=completing.experiments, help="Only runs of this experiment."
)
@click.option(
    "--state",
    metavar="WORD",
    shell_complete=completing.states,
    help="Only runs in this state: running, failed, completed, stalled, dead ...",
)
@click.option("--best", metavar="METRIC", shell_complete=completing.metrics, help="Best value of METRIC first.")
@click.option(
    "-s",
    "--sort",
    metavar="COLUMN",
    shell_complete=completing.columns,
    help="Sort by a column, metric, parameter or tag; else newest first.",
)
@click.option("-r", "--reverse", is_flag=True, help="The other way round.")
@click.option(
    "-c",
    "--columns",
    metavar="NAMES",
    shell_complete=completing.columns,
    help="Columns: 'run,lr,loss.min'; '+lr,host' adds to the usual.",
)
@click.option("--archived", is_flag=True, help="The archived runs instead of the others.")
@click.option("-w", "--watch", is_flag=True, help="Go on, and show what changes, until ctrl+c.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(
    words: tuple[str, ...],
    root: str | None,
    most: int | None,
    experiment: str | None,
    state: str | None,
    best: str | None,
    sort: str | None,
    reverse: bool,
    columns: str | None,
    archived: bool,
    watch: bool,
    as_json: bool,
) -> None:
    """List runs, newest first: those that QUERY means, such as: state:failed lr>=1e-3 -tag:debug bert.

    Quote <, >, | and parentheses from the shell. Bare words that begin with - stand after --.
    """
    from runs_tui.cli.listing import Layout, cells_of
    from runs_tui.cli.resolve import all_rows, folders
    from runs_tui.cli.rows import print_json, row_json
    from runs_tui.cli.run_list import RunList
    from runs_tui.cli.selection import unknown_names
    from runs_tui.cli.tables import terminal_width

    wanted = RunList(words, experiment, state, archived, best, sort, reverse, most, None if as_json else columns)
    if watch:
        from runs_tui.cli.watching import watch_runs

        watch_runs(folders(root), wanted, as_json)
        return
    every = all_rows(root)
    rows = wanted.rows(every)
    if as_json:
        print_json({"runs": [row_json(row) for row in rows]})
        return
    if not rows:
        is_empty = not (words or experiment or state or archived)
        why = unknown_names(every, words)
        said = "no runs yet: runs-tui run -- python train.py" if is_empty else "no runs" + (f": {why}" if why else "")
        click.echo(said, err=True)
        return
    shown = wanted.columns(rows)
    lines = [cells_of(row, shown) for row in rows]
    layout = Layout(shown, lines, terminal_width())
    click.echo("\n".join(map(layout.line, [layout.titles, *lines])))
