"""``runs-tui cancel``: ask runs to end."""

from __future__ import annotations

import sys

import click

from runs_tui.cli import completing
from runs_tui.cli.options import root_option
from runs_tui.cli.query_command import QueryCommand


@click.command("cancel", cls=QueryCommand)
@click.argument("runs", nargs=-1, required=True, metavar="RUN... | QUERY", shell_complete=completing.live_runs)
@click.option("--wait", is_flag=True, help="Return when they have ended.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask, where a query says which runs.")
@root_option
def command(runs: tuple[str, ...], wait: bool, yes: bool, root: str | None) -> None:
    """Ask each RUN (its id, the start of it, its name, or 'last'), or those that a QUERY means, to end.

    Its supervisor ends the whole tree of its processes, politely first, then by force. A run that waits leaves the
    queue. A script or notebook without a supervisor gets what ctrl+c sends. Exits with 2 when a run has ended already.
    """
    from runs_tui.actions.cancel import cancel
    from runs_tui.cli.choosing import ask, choose, counted
    from runs_tui.cli.each import act_on_each, exit_unless_all, name_of

    rows, by_query = choose(root, runs)
    if by_query and not yes:
        ask(f"cancel {counted(len(rows))}?", [name_of(row) for row in rows])
    asked = act_on_each(rows, cancel)
    if wait:
        from runstore.jobs.waiting import wait_for_end
        from runstore.reading.run import RunReader

        try:
            for row in asked:
                state = wait_for_end(RunReader(row.key))
                click.echo(f"{name_of(row)}: {state.text if state else 'going on'}")
        except KeyboardInterrupt:
            sys.exit(130)
    exit_unless_all(rows, asked)
