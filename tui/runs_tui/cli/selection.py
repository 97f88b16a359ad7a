"""The runs that a query on the command line means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from runs_tui.cli.errors import Problem

if TYPE_CHECKING:
    from runstore.query import Query
    from runstore.reading.row import RunRow

_SHOWN = 60
"""Characters of a query that are shown around what is wrong with it."""


def matching(rows: Sequence[RunRow], words: Sequence[str]) -> list[RunRow]:
    """Those of the rows that the query means; raises `Problem` for words that are no query."""
    if not words:
        return list(rows)
    matches = query_of(words).matches
    return [row for row in rows if matches(row)]


def query_of(words: Sequence[str]) -> Query:
    """The query that the words are, joined; raises `Problem` that shows where it is wrong."""
    from runstore.query import QueryError, parse

    text = " ".join(words)
    try:
        return parse(text)
    except QueryError as error:
        begin = max(error.position - _SHOWN, 0)
        end = error.position + _SHOWN
        shown = "".join(each if each.isprintable() else " " for each in text[begin:end])
        raise Problem(f"{error.message}\n  {shown}\n  {' ' * (error.position - begin)}^") from error


def unknown_names(rows: Sequence[RunRow], words: Sequence[str]) -> str:
    """What to say of names in the query that no run has: mistyped, most likely. Empty when there are none."""
    if not rows:
        return ""
    from runstore.layout.printable import printable
    from runstore.query import FIELDS, names_of

    unknown = query_of(words).unknown(rows)
    if not unknown:
        return ""
    import difflib

    there = names_of(rows)
    known = [*there.params, *there.metrics, *there.tags, *FIELDS]
    said = []
    for name in unknown:
        near = difflib.get_close_matches(name, known, n=1)
        said.append(name + (f" (did you mean {near[0]}?)" if near else ""))
    return printable(f"no run has a parameter, metric or tag {', '.join(said)}")
