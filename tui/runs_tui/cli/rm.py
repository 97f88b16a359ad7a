"""``runs-tui rm``: delete runs, into the trash; and empty the trash."""

from __future__ import annotations

import os
import sys

import click


@click.command("rm", no_args_is_help=True)
@click.argument("runs", nargs=-1, metavar="[RUN...]")
@click.option("-e", "--experiment", metavar="NAME", help="Delete this experiment with all its runs.")
@click.option("--empty-trash", is_flag=True, help="Delete for good what is in the trash, and give its space back.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--force", is_flag=True, help="Also runs that live: their records go, their programs go on.")
@click.option("--root", metavar="DIR", help="The run store; else the current one.")
def command(
    runs: tuple[str, ...], experiment: str | None, empty_trash: bool, yes: bool, force: bool, root: str | None
) -> None:
    """Delete each RUN, with its child runs: all of them, or none when one of them lives.

    They go to the trash of the store; 'runs-tui undo' brings back what was deleted last.
    """
    from runs_tui.actions import Refused
    from runs_tui.cli.errors import Problem

    if bool(runs) + (experiment is not None) + empty_trash != 1:
        raise Problem("give runs, or --experiment NAME, or --empty-trash")
    try:
        if empty_trash:
            _empty(_store(root), yes)
        elif experiment is not None:
            _delete_experiment(_store(root), experiment, yes, force)
        else:
            _delete_runs(root, runs, yes, force)
    except Refused as error:
        raise Problem(str(error)) from error


def _delete_runs(root: str | None, runs: tuple[str, ...], yes: bool, force: bool) -> None:
    from runs_tui.actions import Refused
    from runs_tui.actions.trash import check, delete
    from runs_tui.cli.each import name_of
    from runs_tui.cli.resolve import find_rows

    rows = find_rows(root, runs)
    for row in rows if not force else ():
        try:
            check(row)
        except Refused as error:
            raise Refused(f"{name_of(row)}: {error}; --force deletes its records all the same") from error
    if not yes:
        names = [name_of(row) + _with(row.children, "child run") for row in rows]
        _ask(f"delete {'this run' if len(rows) == 1 else f'these {len(rows)} runs'}?", names)
    count = sum(entry.runs for entry in delete(rows, force))
    click.echo(f"deleted {_counted(count)}; 'runs-tui undo' brings {'it' if count == 1 else 'them'} back")


def _delete_experiment(store: str, experiment: str, yes: bool, force: bool) -> None:
    from runs_tui.actions import refusing
    from runstore.layout.paths import RootPaths, iter_runs
    from runstore.layout.printable import printable
    from runstore.runs.trash import trash_experiment

    name = printable(experiment)
    if not yes:
        count = sum(1 for _ in iter_runs(RootPaths(store).experiment_folder(experiment)))
        _ask(f"delete the experiment {name}{_with(count, 'run')}?", [])
    with refusing():
        entry = trash_experiment(store, experiment, force)
    click.echo(f"deleted {name}{_with(entry.runs, 'run')}; 'runs-tui undo' brings it back")


def _empty(store: str, yes: bool) -> None:
    from runs_tui.actions import refusing
    from runstore.layout.printable import printable
    from runstore.runs.trash import entries, purge

    there = entries(store)
    if there and not yes:
        _ask("delete for good?", [printable(f"{entry.title}{_with(entry.runs, 'run')}") for entry in there])
    with refusing():
        for entry in there:
            purge(store, entry)
    click.echo(f"deleted {_counted(sum(entry.runs for entry in there))} for good" if there else "the trash is empty")


def _store(root: str | None) -> str:
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.resolve import store_in
    from runstore.layout.roots import resolve_root

    folder = store_in(root) if root else resolve_root()
    if not os.path.isdir(folder):
        raise Problem(f"there is no run store at {folder}")
    return folder


def _counted(count: int, noun: str = "run") -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _with(count: int, noun: str) -> str:
    return f" with {_counted(count, noun)}" if count else ""


def _ask(question: str, names: list[str]) -> None:
    """Go on only if the person at the terminal says so; raises `Problem` when there is none to ask."""
    from runs_tui.cli.errors import Problem

    if not sys.stdin.isatty():
        raise Problem("there is no terminal to ask on: --yes deletes without asking")
    for name in names:
        click.echo(f"  {name}", err=True)
    if not click.confirm(question, err=True):
        sys.exit(1)
