"""Which runs may go: old ones, beyond the best, that nobody has asked to keep."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Mapping, Sequence

from runstore.reading.row import RunRow

KEEP = "keep"
"""The tag of runs that are never among them."""
_ENDED = frozenset(("completed", "failed", "canceled", "dead", "lost", "ended", "not started"))
_UNCERTAIN = frozenset(("lost", "not started"))
_GONE_AFTER = 86_400.0
"""Seconds after which these have ended: before, a host may only be out of reach, or somebody about to begin."""


def expendable(
    rows: Sequence[RunRow],
    meant: Callable[[RunRow], bool] = lambda row: True,
    *,
    before: float = math.inf,
    best: Mapping[str, Sequence[str]] | None = None,
    pinned: Collection[str] = (),
) -> list[RunRow]:
    """The runs among ``rows`` (all of a store) that may go, oldest first.

    Those that are ``meant``, were ended ``before`` that moment, are not among the ``best`` (keys by experiment), not
    ``pinned`` (keys) and not tagged ``keep``. What lives or waits stays. A run and the runs below it go together or
    stay together.
    """
    now = time.time()
    kept_keys = {*pinned, *(key for keys in (best or {}).values() for key in keys)}

    def may_go(row: RunRow) -> bool:
        return (
            row.state.word in _ENDED
            and not (row.state.word in _UNCERTAIN and now - last_sign(row) < _GONE_AFTER)
            and not row.problem
            and KEEP not in row.tags
            and row.key not in kept_keys
            and last_sign(row) < before
            and meant(row)
        )

    by_id = {(row.experiment, row.id): row for row in rows}
    tops = {row.key: _top(row, by_id) for row in rows}
    staying = {tops[row.key] for row in rows if not may_go(row)}
    going = [row for row in rows if tops[row.key] not in staying]
    return sorted(going, key=lambda row: (last_sign(row), row.key))


def last_sign(row: RunRow) -> float:
    """When the run ended, or was heard of last."""
    return row.ended or row.active or row.started or row.created or 0.0


def best_of(rows: Sequence[RunRow], metric: str, goal: str, count: int) -> list[str]:
    """The keys of the ``count`` runs with the best value of the metric; ``goal`` is min or max."""
    values = []
    for row in rows:
        stat = row.metrics.get(metric)
        if stat is not None:
            value = stat.min if goal == "min" else stat.max
            if value == value:
                values.append((value if goal == "min" else -value, row.created or 0.0, row.key))
    return [key for _, _, key in sorted(values)[:count]]


def _top(row: RunRow, by_id: Mapping[tuple[str, str], RunRow]) -> str:
    """The key of the run at the head of the row's family."""
    passed = {row.id}
    while row.parent and row.parent not in passed and (above := by_id.get((row.experiment, row.parent))):
        passed.add(above.id)
        row = above
    return row.key
