"""Which runs a person means: the query language of the list of runs, described in docs/queries.md.

``state:running lr>=1e-3 -tag:debug loss<0.3 name:bert*``: words and comparisons that must all hold, ``|`` between
alternatives, ``-`` for the opposite, parentheses. What bare words are looked for in is name, experiment, state, id and
tags. A comparison with a value that a run does not have, or with NaN, never holds.

Names are imported when they are first used: a list without a query does not pay for the language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runstore.query.completion import Completion, Names, complete, names_of
    from runstore.query.errors import QueryError
    from runstore.query.fields import FIELDS
    from runstore.query.parser import last_term
    from runstore.query.query import Query, parse
    from runstore.query.standings import LIVE, WAITING

__all__ = [
    "FIELDS",
    "LIVE",
    "WAITING",
    "Completion",
    "Names",
    "Query",
    "QueryError",
    "complete",
    "last_term",
    "names_of",
    "parse",
]

_HOMES = {
    "FIELDS": "fields",
    "LIVE": "standings",
    "WAITING": "standings",
    "Completion": "completion",
    "Names": "completion",
    "complete": "completion",
    "names_of": "completion",
    "last_term": "parser",
    "Query": "query",
    "QueryError": "errors",
    "parse": "query",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
