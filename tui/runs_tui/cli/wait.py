"""``runs-tui wait``: block until a run has ended."""

from __future__ import annotations

import sys

import click

from runs_tui.cli import completing
from runs_tui.cli.options import FiniteRange, root_option

TIMED_OUT = 124
"""As ``timeout`` of coreutils."""


@click.command("wait")
@click.argument("run", shell_complete=completing.live_runs)
@click.option("--timeout", metavar="SECONDS", type=FiniteRange(0), help="Give up after this time, exit code 124.")
@root_option
def command(run: str, timeout: float | None, root: str | None) -> None:
    """Wait until RUN (its id, the start of it, its name, or 'last') has ended, and exit with its exit code.

    The code is that of the run's command, 128 + N when signal N ended it. Without a command it is 0 for a completed
    run, 130 for a canceled one, 1 for a failed one. It is 1, too, for a run whose process died without a word, and 2
    when there is no such run.
    """
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.resolve import find_row, opened
    from runstore.jobs.outcome import exit_code_of
    from runstore.jobs.waiting import wait_for_end
    from runstore.layout.printable import printable
    from runstore.records import status

    row = find_row(root, run)
    name = printable(f"{row.experiment}/{row.name}")
    reader = opened(row)
    try:
        state = wait_for_end(reader, timeout)
    except KeyboardInterrupt:
        sys.exit(130)
    if state is None:
        click.echo(f"runs-tui: {name} has not ended within {timeout:g} s", err=True)
        sys.exit(TIMED_OUT)
    if reader.gone:
        raise Problem(f"{name} was deleted")
    recorded = reader.manifest["status"] in status.TERMINAL
    if not recorded and state.word != "ended":
        why = "its files do not grow" if state.word == "silent" else "its process is gone"
        click.echo(f"runs-tui: {name} is {state.text}: {why}, its exit code is not known", err=True)
    sys.exit(exit_code_of(reader.manifest) if recorded else {"ended": 0, "canceled": 130}.get(state.word, 1))
