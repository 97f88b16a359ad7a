"""One action on several runs: what was done to each on stdout, why not on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from runstore.reading.row import RunRow


def name_of(row: RunRow) -> str:
    """``experiment/name``, safe for a terminal."""
    from runstore.layout.printable import printable

    return printable(f"{row.experiment}/{row.name}")


def act_on_each(rows: Iterable[RunRow], act: Callable[[RunRow], str], *, quiet: bool = False) -> list[RunRow]:
    """Do it to every run for which it is possible; these runs. ``act`` returns what was done, or raises `Refused`.

    ``quiet``: why not is said, not what was done.
    """
    from runs_tui.actions import Refused
    from runstore.layout.printable import printable

    done = []
    for row in rows:
        try:
            said = act(row)
        except Refused as error:
            click.echo(f"runs-tui: {name_of(row)}: {printable(str(error))}", err=True)
            continue
        done.append(row)
        if not quiet:
            click.echo(f"{name_of(row)}: {printable(said)}")
    return done


def exit_unless_all(rows: Iterable[RunRow], done: Iterable[RunRow]) -> None:
    """Exit with 2 when it was refused for one of the runs."""
    if {row.key for row in rows} != {row.key for row in done}:
        sys.exit(2)
