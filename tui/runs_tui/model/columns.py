"""Which metrics and parameters are worth a column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from runs_tui.model.states import LIVE
from runstore.reading.row import RunRow
from runstore.series import guess_goal, natural_key

LOOKED_AT = 100
"""Rows looked at; more would not change the choice."""
_LIVE_COUNTS = 10
"""What a live run has counts as much as what so many ended ones have."""
_DULL = re.compile(r"(^|[/_.])(epoch|step|global_step|lr|learning_rate|time|seconds|eta|iter\w*)$|^(system|sys)/", re.I)


def pick_metrics(rows: Sequence[RunRow], most: int = 6) -> tuple[str, ...]:
    """Names of metrics, most telling first: one that should fall, one that should rise, then the common ones."""
    count: Counter[str] = Counter()
    goals: dict[str, str] = {}
    for row in rows[:LOOKED_AT]:
        weight = _LIVE_COUNTS if row.state.word in LIVE else 1
        for name in row.metrics:
            count[name] += weight
        goals.update(row.goals)
    ranked = sorted(count, key=lambda name: (bool(_DULL.search(name)), -count[name], len(name), natural_key(name)))
    ranked = ranked[:200]

    def first(goal: str) -> list[str]:
        said = [name for name in ranked if goals.get(name) == goal]
        return (said or [name for name in ranked if guess_goal(name) == goal and not _DULL.search(name)])[:1]

    chosen = [*first("min"), *first("max")]
    if len(chosen) == 2 and count[chosen[0]] * 2 < count[chosen[1]]:
        chosen.reverse()
    return tuple(dict.fromkeys((*chosen, *ranked)))[:most]


def pick_params(rows: Sequence[RunRow], most: int = 4) -> tuple[str, ...]:
    """Names of parameters that differ between these runs: those that most runs have first."""
    values: dict[str, set[str]] = {}
    count: Counter[str] = Counter()
    for row in rows[:LOOKED_AT]:
        for name, value in row.params.items():
            if isinstance(value, (bool, int, float, str)) and name != "seed":
                count[name] += 1
                values.setdefault(name, set()).add(str(value)[:40])
    differing = [name for name in count if len(values[name]) > 1]
    differing.sort(key=lambda name: (-count[name], -len(values[name]), name))
    return tuple(differing[:most])
