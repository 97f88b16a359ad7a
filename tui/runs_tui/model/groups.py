"""Runs put together by what they share: a parameter, a tag, the experiment, state, user or host."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from operator import is_, mul

from runs_tui.model.fields import FACTS, STATISTICS, Field, field
from runs_tui.model.view import View
from runstore.reading.row import RunRow
from runstore.series import guess_goal, natural_key

FACTS_TO_GROUP_BY = ("experiment", "state", "user", "host")
"""Facts of a run that make groups of a sensible number."""
_MOST_SPREADS = 3
"""Metrics that a group tells of."""
_MANY = 200
"""Runs of a group from which on the screen should not wait for what is told of it."""
_GOAL_LOOKED_AT = 100
_WORTH = ("running", "finalizing", "stalled", "unresponsive", "failed", "dead", "lost")
"""States that are told before the others."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A metric over the runs of a group: of the last values mean and sample deviation, of all values the best.

    Only finite values count; ``deviation`` is None for fewer than two, ``best`` where less or more may be better.
    """

    metric: str
    mean: float
    deviation: float | None
    best: float | None


class Group:
    """The runs with one value of a field, in the order of the view. Never changed; each is equal to itself only.

    ``key`` is another than that of any run, ``title`` the value as the run wrote it, ``missing`` whether these are the
    runs without a value.
    """

    def __init__(self, title: str, rows: tuple[RunRow, ...], metrics: Sequence[str], *, missing: bool) -> None:
        self.key = f"group {title}"
        self.title = title
        self.rows = rows
        self.missing = missing
        self.folded = False
        self._metrics = metrics

    @cached_property
    def states(self) -> tuple[tuple[str, str, int], ...]:
        """Word, glyph, and how many runs: what lives first, then what failed, then the most common."""
        return states_of(self.rows)

    @cached_property
    def spreads(self) -> tuple[Spread, ...]:
        """How the metrics spread over the runs."""
        spreads = (spread_of(self.rows, metric) for metric in self._metrics)
        return tuple(spread for spread in spreads if spread is not None)

    def folded_as(self, folded: bool) -> Group:
        """The same group, folded or open."""
        if folded == self.folded:
            return self
        other = copy(self)
        other.folded = folded
        return other


Line = RunRow | Group
"""One line of the list."""


class Grouping:
    """Makes groups of a list again and again; what has not changed since the last time costs little."""

    def __init__(self) -> None:
        self._by: Field | None = None
        self._titles: dict[str, tuple[RunRow, str]] = {}
        self._groups: dict[str, Group] = {}
        self._metrics: tuple[str, ...] = ()
        self._rows: Sequence[RunRow] = ()
        self._folds: tuple[object, ...] = ()
        self._made: tuple[tuple[RunRow, ...], tuple[Line, ...]] = (), ()

    def arrange(
        self, rows: tuple[RunRow, ...], view: View, metrics: Sequence[str]
    ) -> tuple[tuple[RunRow, ...], tuple[Line, ...]]:
        """The runs, and the lines of the list: groups in the order of their first runs, each with its runs below it
        unless it is folded. Without a field to group by, both are the runs as they came.
        """
        by = field(view.group)
        if by is None:
            self._by, self._titles, self._groups = None, {}, {}
            return rows, rows
        chosen, folds = tuple(metrics[:_MOST_SPREADS]), (view.fold_all, view.flipped)
        if by is not self._by or chosen != self._metrics:
            self._by, self._metrics, self._titles, self._groups = by, chosen, {}, {}
        elif rows is self._rows and folds == self._folds:
            return self._made
        self._rows, self._folds = rows, folds
        members: dict[str, list[RunRow]] = {}
        before, self._titles = self._titles, {}
        for row in rows:
            known = before.get(row.key)
            if known is None or known[0] is not row:
                known = row, title_of(by, row)
            self._titles[row.key] = known
            members.setdefault(known[1], []).append(row)
        self._groups = {title: self._group(by, title, runs, view) for title, runs in members.items()}
        lines: list[Line] = []
        for group in self._groups.values():
            lines.append(group)
            if not group.folded:
                lines += group.rows
        self._made = tuple(row for group in self._groups.values() for row in group.rows), tuple(lines)
        return self._made

    def _group(self, by: Field, title: str, rows: list[RunRow], view: View) -> Group:
        """The group that was made before, if it is the same."""
        group = self._groups.get(title)
        if group is None or len(group.rows) != len(rows) or not all(map(is_, group.rows, rows)):
            group = Group(title, tuple(rows), self._metrics, missing=by.value(rows[0]) is None)
            if len(rows) > _MANY:  # else the screen does it, for those it shows
                group.states, group.spreads  # noqa: B018
        return group.folded_as(view.fold_all != (group.key in view.flipped))


def metrics_of(view: View) -> tuple[str, ...]:
    """The metrics of the columns that were chosen for the table."""
    chosen = (by for id_ in view.columns if (by := field(id_)) is not None and by.kind in STATISTICS)
    return tuple(dict.fromkeys(by.name for by in chosen))


def title_of(by: Field, row: RunRow) -> str:
    """What the group of a run is called: states by their word, what is not there as ``no <name>``."""
    value = by.value(row)
    if value is None:
        return f"no {by.title}"
    return str(value) if by is FACTS["state"] else by.text(row)


def states_of(rows: Iterable[RunRow]) -> tuple[tuple[str, str, int], ...]:
    """Word, glyph and number of the states of these runs; what lives first, then what failed, then the most common."""
    count = Counter((row.state.word, row.state.glyph) for row in rows)

    def worth(item: tuple[tuple[str, str], int]) -> tuple[int, int, str]:
        (word, _), number = item
        return (_WORTH.index(word) if word in _WORTH else len(_WORTH)), -number, word

    return tuple((word, glyph, number) for (word, glyph), number in sorted(count.items(), key=worth))


def spread_of(rows: Sequence[RunRow], metric: str) -> Spread | None:
    """How a metric spreads over these runs; None if none of them has a finite value."""
    stats = [row.metrics[metric] for row in rows if metric in row.metrics]
    values = list(filter(math.isfinite, [stat.last for stat in stats]))
    if not values:
        return None
    scale = max(map(abs, values)) or 1.0  # squares of the largest numbers are no numbers any more
    mean = math.fsum([value / scale for value in values]) / len(values)
    deviation = None
    if len(values) > 1:
        off = [value / scale - mean for value in values]
        deviation = math.sqrt(math.fsum(map(mul, off, off)) / (len(off) - 1)) * scale
    said = (row.goals[metric] for row in rows[:_GOAL_LOOKED_AT] if metric in row.goals)
    goal = next(said, None) or guess_goal(metric)
    reached = [stat.min if goal == "min" else stat.max for stat in stats] if goal is not None else []
    finite = list(filter(math.isfinite, reached))
    best = (min(finite) if goal == "min" else max(finite)) if finite else None
    return Spread(metric, mean * scale, deviation, best)


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """A field that runs can be grouped by, and how many groups that makes."""

    field: Field
    groups: int


def group_choices(rows: Sequence[RunRow]) -> list[GroupChoice]:
    """What these runs can be grouped by: facts, then parameters and tags, those that differ first."""
    params: dict[str, set[str]] = {}
    tags: dict[str, set[str]] = {}
    for row in rows:
        for settings, found in ((row.params, params), (row.tags, tags)):
            for name, value in settings.items():
                found.setdefault(name, set()).add(str(value)[:100])
    facts = [GroupChoice(by, len({by.value(row) for row in rows})) for name in FACTS_TO_GROUP_BY if (by := field(name))]
    others = []
    for kind, values in (("param", params), ("tag", tags)):
        for name in sorted(values, key=lambda name: (len(values[name]) < 2, natural_key(name))):
            by = field(f"{kind}:{name}")
            if by is not None:
                others.append(GroupChoice(by, len(values[name])))
    return facts + others
