"""``runs-tui run``: run a command as a run."""

from __future__ import annotations

import os
import sys

import click

from runs_tui.cli import completing
from runs_tui.cli.options import FiniteRange, root_option


@click.command(
    "run", context_settings={"ignore_unknown_options": False, "allow_interspersed_args": False}, no_args_is_help=True
)
@click.option(
    "--experiment",
    metavar="NAME",
    shell_complete=completing.experiments,
    help="Experiment of the run; by default named after the script.",
)
@click.option("--name", metavar="NAME", help="Name of the run; by default two words and a number.")
@click.option("--tag", "tags", metavar="KEY=VALUE", multiple=True, help="Tag the run; can be given several times.")
@root_option
@click.option("--id", "run_id", metavar="ID", help="Id of the run; by default made from the experiment and the time.")
@click.option(
    "--resume", is_flag=True, help="With --id: a further attempt of the run that has this id, if there is one."
)
@click.option("--no-outputs", is_flag=True, help="Do not keep new files under ./outputs and ./logs with the run.")
@click.option("--no-scrape", is_flag=True, help="Do not read metrics from what the command prints.")
@click.option("--split-stderr", is_flag=True, help="Keep stderr in a log of its own, not in order with stdout.")
@click.option(
    "--grace",
    metavar="SECONDS",
    type=FiniteRange(0),
    default=10.0,
    show_default=True,
    help="Time that the command has to end when the run is canceled, before it is killed.",
)
@click.option("--quiet", "-q", is_flag=True, help="Say nothing beside what the command says.")
@click.argument(
    "arguments",
    nargs=-1,
    type=click.UNPROCESSED,
    required=True,
    shell_complete=completing.files,
    metavar="COMMAND [ARGS]...",
)
def command(
    arguments: tuple[str, ...],
    experiment: str | None,
    name: str | None,
    tags: tuple[str, ...],
    root: str | None,
    run_id: str | None,
    resume: bool,
    no_outputs: bool,
    no_scrape: bool,
    split_stderr: bool,
    grace: float,
    quiet: bool,
) -> None:
    """Run COMMAND as a run: its output, state and use of resources are kept and can be watched from elsewhere.

    The command sees a terminal as without this program, its parameters are read from its arguments, and its exit code
    is returned: 128 + N when signal N ended it, 127 when there is no such command. A script that calls
    Run.get_context() logs into the run. While it logs no metrics, those that it prints (loss=0.31, progress bars,
    JSON lines ...) are taken.

    Ctrl+c and signals reach the command, which decides. When it has ended well, what it left running in the background
    is part of the run and is waited for (ctrl+c ends it); after a failure, a cancel or ctrl+c that is ended too.
    """
    from runs_tui.cli.errors import Problem
    from runstore.jobs.attempt import Attempt, new_attempt, resumed_attempt
    from runstore.jobs.command import experiment_of
    from runstore.jobs.supervise import Options, Supervisor
    from runstore.layout.roots import resolve_root

    if resume and run_id is None:
        raise Problem("--resume needs --id ID, the run to go on with")
    command_line = list(arguments)
    try:
        os.getcwd()
    except OSError as error:
        raise Problem(f"the current folder is gone: {error.strerror}; change to one that exists") from error
    store = resolve_root(root)
    attempt: Attempt | None = resumed_attempt(store, command_line, run_id) if resume and run_id else None
    if attempt is None:
        chosen = experiment or os.environ.get("RUNSTORE_EXPERIMENT") or experiment_of(command_line)
        attempt, warning = new_attempt(store, command_line, chosen, run_id, name, _tags(tags))
        if resume:
            click.echo(f"runs-tui: there was no run {attempt.owner.manifest['id']} yet: it begins now", err=True)
        if warning:
            click.echo(f"runs-tui: {warning}", err=True)
    options = Options(split_stderr=split_stderr, outputs=not no_outputs, scrape=not no_scrape, grace=grace, quiet=quiet)
    sys.exit(Supervisor(attempt, options).run())


def _tags(given: tuple[str, ...]) -> dict[str, str | None]:
    """``k=v`` as a tag with a value, ``k`` as a bare mark."""
    found: dict[str, str | None] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not key:
            raise click.BadParameter(f"{text!r} has no key; give KEY=VALUE", param_hint="--tag")
        found[key] = value if equals else None
    return found
