"""The runs that the words of a command mean: each word a run, or all of them together a query."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import click

from runs_tui.cli.errors import Problem

if TYPE_CHECKING:
    from runstore.reading.row import RunRow

_OF_QUERIES = re.compile(r"[:<>=|()*]|^-")
_NAMED = 12
"""Runs that a question names."""


class Chosen(NamedTuple):
    """``by_query``: whether they were found by a query, so that there may be more or other ones than expected."""

    rows: list[RunRow]
    by_query: bool


def choose(root: str | None, words: Sequence[str], *, archived: bool | None = False, bare: bool = False) -> Chosen:
    """The runs that ``words`` mean, newest first for a query.

    Runs, if each word is an id, the start of one, a name, ``experiment/name`` or ``last``. A query, when one of the
    words is written like one (``state:failed``, ``loss<0.3``, ``bert*``), or with ``bare`` in any case: a mistyped name
    must not delete what happens to hold it. ``archived``: which runs a query is about; None: all. Without words, all
    of these.

    Raises `Problem` where there is no such run, or no run for the query.
    """
    from runs_tui.cli.resolve import all_rows, find_in
    from runs_tui.cli.selection import matching, unknown_names

    rows = all_rows(root)
    if words:
        try:
            return Chosen(list({row.key: row for row in (find_in(rows, word) for word in words)}.values()), False)
        except Problem:
            if not (bare or any(_OF_QUERIES.search(word) for word in words)) or not rows:
                raise
    found = matching([row for row in rows if archived in (None, row.archived)], words)
    if words and not found:
        why = unknown_names(rows, words) or "'runs-tui ls' lists the runs"
        raise Problem(f"no run is meant by {' '.join(words)!r}; {why}")
    return Chosen(found, True)


def ask(question: str, names: Sequence[str]) -> None:
    """Go on only if the person at the terminal says so, having read some of the ``names``; else exit with 1.

    Raises `Problem` when there is nobody to ask, KeyboardInterrupt for ctrl+c.
    """
    if not sys.stdin.isatty():
        raise Problem("there is no terminal to ask on: --yes goes on without asking")
    for name in names[:_NAMED]:
        click.echo(f"  {name}", err=True)
    if len(names) > _NAMED:
        click.echo(f"  and {len(names) - _NAMED} more", err=True)
    try:
        agreed = click.confirm(question, err=True)
    except click.Abort as error:
        if not isinstance(error.__context__, KeyboardInterrupt):
            raise  # ctrl+d
        click.echo(err=True)  # the cursor stands behind the question
        raise KeyboardInterrupt from error
    if not agreed:
        sys.exit(1)


def counted(count: int, noun: str = "run") -> str:
    """``1 run``, ``3 runs``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
