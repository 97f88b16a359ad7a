"""``runs-tui rm``: delete runs, into the trash; and empty the trash."""

from __future__ import annotations

import click

from runs_tui.cli import completing
from runs_tui.cli.options import root_option
from runs_tui.cli.query_command import QueryCommand


@click.command("rm", cls=QueryCommand, no_args_is_help=True)
@click.argument("runs", nargs=-1, metavar="[RUN... | QUERY]", shell_complete=completing.runs_or_query)
@click.option(
    "-e",
    "--experiment",
    metavar="NAME",
    shell_complete=completing.experiments,
    help="Delete this experiment with all its runs.",
)
@click.option("--empty-trash", is_flag=True, help="Delete for good what is in the trash, and give its space back.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--force", is_flag=True, help="Also runs that live: their records go, their programs go on.")
@root_option
def command(
    runs: tuple[str, ...], experiment: str | None, empty_trash: bool, yes: bool, force: bool, root: str | None
) -> None:
    """Delete each RUN, or what a QUERY means, with the child runs: all of them, or none when one of them lives.

    They go to the trash of the store; 'runs-tui undo' brings back what was deleted last.
    """
    from runs_tui.actions import Refused
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.resolve import store

    if bool(runs) + (experiment is not None) + empty_trash != 1:
        raise Problem("give runs, or --experiment NAME, or --empty-trash")
    try:
        if empty_trash:
            _empty(store(root), yes)
        elif experiment is not None:
            _delete_experiment(store(root), experiment, yes, force)
        else:
            _delete_runs(root, runs, yes, force)
    except Refused as error:
        raise Problem(str(error)) from error


def _delete_runs(root: str | None, runs: tuple[str, ...], yes: bool, force: bool) -> None:
    from runs_tui.actions import Refused
    from runs_tui.actions.trash import StillAtWork, check, delete
    from runs_tui.cli.choosing import ask, choose, counted
    from runs_tui.cli.each import name_of

    rows = choose(root, runs).rows
    for row in rows if not force else ():
        try:
            check(row)
        except Refused as error:
            forcible = "; --force deletes its records all the same" if isinstance(error, StillAtWork) else ""
            raise Refused(f"{name_of(row)}: {error}{forcible}") from error
    if not yes:
        names = [name_of(row) + _with(row.children, "child run") for row in rows]
        ask(f"delete {'this run' if len(rows) == 1 else f'these {len(rows)} runs'}?", names)
    count = sum(entry.runs for entry in delete(rows, force))
    click.echo(f"deleted {counted(count)}; 'runs-tui undo' brings {'it' if count == 1 else 'them'} back")


def _delete_experiment(store: str, experiment: str, yes: bool, force: bool) -> None:
    from runs_tui.actions import refusing
    from runs_tui.cli.choosing import ask
    from runstore.layout.paths import RootPaths, iter_runs
    from runstore.layout.printable import printable
    from runstore.runs.trash import trash_experiment

    name = printable(experiment)
    if not yes:
        count = sum(1 for _ in iter_runs(RootPaths(store).experiment_folder(experiment)))
        ask(f"delete the experiment {name}{_with(count, 'run')}?", [])
    with refusing():
        entry = trash_experiment(store, experiment, force)
    click.echo(f"deleted {name}{_with(entry.runs, 'run')}; 'runs-tui undo' brings it back")


def _empty(store: str, yes: bool) -> None:
    from runs_tui.actions import refusing
    from runs_tui.cli.choosing import ask, counted
    from runstore.layout.printable import printable
    from runstore.runs.trash import own_entries, purge

    there = own_entries(store)
    if there and not yes:
        ask("delete for good?", [printable(f"{entry.title}{_with(entry.runs, 'run')}") for entry in there])
    with refusing():
        stays = [entry for entry in there if not purge(store, entry)]
    for entry in stays:
        title = printable(entry.title, 80)
        click.echo(f"runs-tui: not all of {title} can be deleted: 'runs-tui gc' tries again in a day", err=True)
    click.echo(f"deleted {counted(sum(entry.runs for entry in there))} for good" if there else "the trash is empty")


def _with(count: int, noun: str) -> str:
    from runs_tui.cli.choosing import counted

    return f" with {counted(count, noun)}" if count else ""
