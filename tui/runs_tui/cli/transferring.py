"""What ``cp`` and ``mv`` share."""

from __future__ import annotations

from collections.abc import Sequence

import click

from runs_tui.cli.progress_line import ProgressLine


def bring(words: Sequence[str], target: str, root: str | None, *, move: bool, skip_existing: bool, yes: bool) -> None:
    """Copy or move the runs that ``words`` mean to the store at ``target``; say what was done. Raises `Problem`."""
    from runs_tui.cli.choosing import ask, choose, counted
    from runs_tui.cli.each import name_of
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.resolve import store
    from runstore.layout.printable import printable
    from runstore.layout.roots import is_root, root_in
    from runstore.upkeep.transfer import transfer

    here, there = store(root), root_in(target)
    if not is_root(there):
        raise Problem(f"there is no run store at {there}; 'runs-tui init {target}' makes one")
    rows, by_query = choose(root, words)
    if any(row.source for row in rows):
        raise Problem("runs of other tools are only read; 'runs-tui import PATH' copies them into a run store")
    if move and by_query and not yes:
        ask(f"move {counted(len(rows))} to {there}?", [name_of(row) for row in rows])
    for row in rows if not move else ():
        if row.state.word in ("running", "stalled", "unresponsive", "finalizing"):
            click.echo(f"{name_of(row)} is {row.state.word}: the copy has what was written so far", err=True)
    names = {row.key: name_of(row) for row in rows}
    with ProgressLine("moving" if move else "copying") as progress:

        def told(folder: str) -> None:
            progress.tell(names.get(folder, "a child run"))

        # raises what becomes a Problem
        done = transfer(here, list(names), there, move=move, skip_existing=skip_existing, told=told)
    click.echo(f"{'moved' if move else 'copied'} {counted(len(done.done))} to {there}")
    if done.models:
        listed = printable(", ".join(done.models), 300)
        click.echo(f"models that they have registered stay in {here}: {listed}", err=True)
    if done.skipped:
        click.echo(f"{counted(len(done.skipped))} left out, which it has already", err=True)
