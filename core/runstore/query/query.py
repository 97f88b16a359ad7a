"""A text as a choice of runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from runstore.query.compiling import Compiler
from runstore.query.completion import Names
from runstore.query.named import MISSING, value_of
from runstore.query.parser import parse_tree
from runstore.query.tree import And, Compare, Name, Node, Not, Or


@dataclass(frozen=True)
class Query:
    """A choice of runs. Equal queries mean the same runs; ``str`` writes one as it can be parsed again.

    ``matches(row)`` tells whether a run is meant. ``relative``: the answer depends on the moment for which the query
    was parsed (``age<2h``), so it must be parsed anew now and then.
    """

    tree: Node
    matches: Callable[[Any], bool] = field(compare=False, repr=False)
    relative: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        return str(self.tree)

    @property
    def is_empty(self) -> bool:
        """Whether every run is meant."""
        return self.tree == And(())

    def unknown(self, rows: Iterable[Any]) -> list[str]:
        """The names of parameters, metrics and tags in the query that no run of ``rows`` has."""
        names = {str(name): value_of(name) for name in _names(self.tree)}
        for row in rows:
            if not names:
                break
            names = {name: get for name, get in names.items() if get(row) is MISSING}
        return list(names)

    def unknown_to(self, names: Names) -> list[str]:
        """The same, told from what is known of the runs."""
        return [str(name) for name in _names(self.tree) if not names.has(name)]


def parse(text: str, now: float | None = None) -> Query:
    """The query that ``text`` is, for the moment ``now`` (unix seconds; else the present one).

    Raises `QueryError`, which says what is wrong and where. An empty text means every run.
    """
    compiler = Compiler(time.time() if now is None else now)
    tree = parse_tree(text)
    return Query(tree, compiler.compile(tree), compiler.relative)


def _names(node: Node) -> list[Name]:
    if isinstance(node, Compare):
        return [node.name] if node.name.space != "field" else []
    if isinstance(node, Not):
        return _names(node.node)
    if isinstance(node, (And, Or)):
        return [name for each in node.nodes for name in _names(each)]
    return []
