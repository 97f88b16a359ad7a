"""How many runs are below each run, told in the rows of a list."""

from __future__ import annotations

import msgspec

from runstore.reading.row import RunRow

_FAILED = frozenset(("failed", "dead", "lost"))
_DEEPEST = 64
"""Runs above a run that are told of it."""


def relation(row: RunRow | None) -> tuple[object, ...]:
    """What the counts of children depend on: a change of it concerns other rows, too."""
    return (row.experiment, row.id, row.parent, row.archived, row.state.word in _FAILED) if row is not None else ()


def count_children(rows: dict[str, RunRow], parents: set[str]) -> set[str]:
    """Say in the rows of parents how many runs are below them, and how many of these failed; the keys of those rows
    that say something else than before.

    ``parents``: the keys of the rows that say so already; changed to those that do so now.
    """
    changed: set[str] = set()
    below: dict[tuple[str, str], list[int]] = {}
    parent_of = {(row.experiment, row.id): row.parent for row in rows.values() if row.parent}
    for row in rows.values() if parent_of else ():
        if row.archived:
            continue
        failed = row.state.word in _FAILED
        above, passed = row.parent, {row.id}
        while above and above not in passed and len(passed) < _DEEPEST:  # parents may lead in a circle
            passed.add(above)
            family = below.setdefault((row.experiment, above), [0, 0])
            family[0] += 1
            family[1] += failed
            above = parent_of.get((row.experiment, above))
    looked_at = list(rows) if below else [key for key in parents if key in rows]
    parents.clear()
    for key in looked_at:
        row = rows[key]
        children, children_failed = below.get((row.experiment, row.id), (0, 0))
        if (row.children, row.children_failed) != (children, children_failed):
            rows[key] = msgspec.structs.replace(row, children=children, children_failed=children_failed)
            changed.add(key)
        if children:
            parents.add(key)
    return changed
