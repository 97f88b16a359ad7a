"""What ``cp`` and ``mv`` share."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click


def bring(words: Sequence[str], target: str, root: str | None, *, move: bool, skip_existing: bool, yes: bool) -> None:
    """Copy or move the runs that ``words`` mean to the store at ``target``; say what was done. Raises `Problem`."""
    from runs_tui.cli.choosing import ask, choose, counted
    from runs_tui.cli.each import name_of
    from runs_tui.cli.errors import Problem
    from runs_tui.cli.resolve import store
    from runstore.layout.roots import is_root, root_in
    from runstore.upkeep.transfer import transfer

    here, there = store(root), root_in(target)
    if not is_root(there):
        raise Problem(f"there is no run store at {there}; 'runs-tui init {target}' makes one")
    rows, by_query = choose(root, words)
    if move and by_query and not yes:
        ask(f"move {counted(len(rows))} to {there}?", [name_of(row) for row in rows])
    for row in rows if not move else ():
        if row.state.word in ("running", "stalled", "unresponsive", "finalizing"):
            click.echo(f"{name_of(row)} is {row.state.word}: the copy has what was written so far", err=True)
    names = {row.key: name_of(row) for row in rows}
    progress = _Progress("moving" if move else "copying", names)
    try:
        done = transfer(
            here, list(names), there, move=move, skip_existing=skip_existing, told=progress.tell
        )  # raises what becomes a Problem
    finally:
        progress.clear()
    click.echo(f"{'moved' if move else 'copied'} {counted(len(done.done))} to {there}")
    if done.skipped:
        click.echo(f"{counted(len(done.skipped))} left out, which it has already", err=True)


class _Progress:
    """One line on a terminal that says which run is under way."""

    def __init__(self, verb: str, names: dict[str, str]) -> None:
        self._verb = verb
        self._names = names
        self._shows = sys.stderr.isatty()
        self._count = 0

    def tell(self, folder: str) -> None:
        """This run begins now."""
        self._count += 1
        if self._shows:
            name = self._names.get(folder, "a child run")
            click.echo(f"\r\x1b[K{self._verb} {self._count}: {name[:60]}", nl=False, err=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._shows and self._count:
            click.echo("\r\x1b[K", nl=False, err=True)
