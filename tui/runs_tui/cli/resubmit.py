"""``runs-tui resubmit``: a submitted run once more, as a new run."""

from __future__ import annotations

import sys

import click

from runs_tui.cli import completing
from runs_tui.cli.options import root_option


@click.command("resubmit", context_settings={"allow_interspersed_args": False})
@click.option("--wait", is_flag=True, help="Wait for the end, and exit with the run's exit code.")
@click.option("--follow", "-f", is_flag=True, help="The same, and show the output as it comes.")
@root_option
@click.option("--json", "as_json", is_flag=True, help="Tell the new run as a JSON object.")
@click.argument("run", shell_complete=completing.runs)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[ARGS...]")
def command(run: str, arguments: tuple[str, ...], wait: bool, follow: bool, root: str | None, as_json: bool) -> None:
    """Submit RUN again: the same source, environment and definition, as a new run.

    ARGS are the arguments of its script in place of the ones it had; without any it gets the same. Values of secrets
    and of environment variables are not recorded: such arguments must be given, such variables be set.
    """
    from runs_tui.actions import Refused
    from runs_tui.actions.rights import may_add
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.resolve import find_row
    from runs_tui.cli.submit import tell, wait_to_the_end
    from runstore.jobs.submit.submission import resubmit

    row = find_row(root, run)
    try:
        may_add(row)
    except Refused as error:
        raise Problem(f"{row.name}: {error}") from error
    new = resubmit(row.key, list(arguments) or None)
    tell(new, as_json)
    if wait or follow:
        sys.exit(wait_to_the_end(new, follow and not as_json))
