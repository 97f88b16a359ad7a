"""How metrics spread over the runs of a group; what is told of a big group is kept up to date run by run."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from operator import mul
from typing import NamedTuple

import msgspec

from runs_tui.model.states import LIVE
from runstore.reading.row import RunRow
from runstore.series import guess_goal

_GOAL_LOOKED_AT = 100
_WORTH = ("running", "growing", "finalizing", "stalled", "unresponsive", "failed", "dead", "lost")
"""States that are told before the others."""

States = tuple[tuple[str, str, int], ...]


class Spread(msgspec.Struct, frozen=True):
    """A metric over the runs of a group: of the last values mean and sample deviation, of all values the best.

    Only finite values count; ``deviation`` is None for fewer than two, ``best`` where less or more may be better.
    """

    metric: str
    mean: float
    deviation: float | None
    best: float | None


class _Moments(NamedTuple):
    """``deviation``: the root of the summed squares of the distances from the mean."""

    number: int
    mean: float
    deviation: float
    lowest: float
    highest: float


_NOTHING = _Moments(0, 0.0, 0.0, math.inf, -math.inf)


def spread_of(rows: Sequence[RunRow], metric: str) -> Spread | None:
    """How a metric spreads over these runs; None if none of them has a finite value."""
    return _spread(metric, _moments(rows, metric), rows)


def states_of(rows: Iterable[RunRow]) -> States:
    """Word, glyph and number of the states of these runs; what lives first, then what failed, then the most common."""
    return _by_worth(Counter(map(_state, rows)))


class Account:
    """What is told of a big group. Of runs that have ended it is summed up once, and live ones are few."""

    def __init__(self, rows: Sequence[RunRow], metrics: Sequence[str]) -> None:
        self._metrics = metrics
        self._states = Counter(map(_state, rows))
        self._live = {row.key: row for row in rows if row.state.word in LIVE}
        self._ended: list[_Moments] | None = None

    @property
    def states(self) -> States:
        """See `states_of`."""
        return _by_worth(self._states)

    @property
    def is_quick(self) -> bool:
        """Whether `spreads` has only the live runs to look at."""
        return self._ended is not None

    def move(self, before: RunRow | None, after: RunRow | None) -> None:
        """A run of the group is another one; None where it was, or is, not in it."""
        if before is not None:
            self._states[_state(before)] -= 1
            if self._live.pop(before.key, None) is None and (after is None or not self._alike(before, after)):
                self._ended = None
                before = None
        if after is None:
            return
        self._states[_state(after)] += 1
        if after.state.word in LIVE:
            self._live[after.key] = after
        elif self._ended is not None and (before is None or before.state.word in LIVE):
            both = zip(self._ended, self._metrics, strict=True)
            self._ended = [_joined(ended, _moments((after,), metric)) for ended, metric in both]

    def spreads(self, rows: Sequence[RunRow]) -> tuple[Spread, ...]:
        """How the metrics spread over the runs of the group, which are ``rows``."""
        if self._ended is None:
            ended = [row for row in rows if row.key not in self._live]
            self._ended = [_moments(ended, metric) for metric in self._metrics]
        live = self._live.values()
        both = zip(self._metrics, self._ended, strict=True)
        found = (_spread(metric, _joined(ended, _moments(live, metric)), rows) for metric, ended in both)
        return tuple(spread for spread in found if spread is not None)

    def _alike(self, one: RunRow, other: RunRow) -> bool:
        """Whether two rows of an ended run say the same of the metrics."""
        return other.state.word not in LIVE and all(
            one.metrics.get(metric) == other.metrics.get(metric) for metric in self._metrics
        )


def _moments(rows: Iterable[RunRow], metric: str) -> _Moments:
    stats = [stat for row in rows if (stat := row.metrics.get(metric)) is not None]
    values = _finite([stat.last for stat in stats])
    lowest = min(_finite([stat.min for stat in stats]), default=math.inf)
    highest = max(_finite([stat.max for stat in stats]), default=-math.inf)
    if not values:
        return _NOTHING._replace(lowest=lowest, highest=highest)
    scale = max(map(abs, values)) or 1.0  # squares of the largest numbers are no numbers any more
    scaled = [value / scale for value in values]
    mean = math.fsum(scaled) / len(values)
    off = [value - mean for value in scaled]
    deviation = math.sqrt(math.fsum(map(mul, off, off))) * scale
    return _Moments(len(values), mean * scale, deviation, lowest, highest)


def _finite(values: list[float]) -> list[float]:
    return values if all(map(math.isfinite, values)) else list(filter(math.isfinite, values))


def _joined(one: _Moments, other: _Moments) -> _Moments:
    """Of the runs of both: the formula of Chan, Golub and LeVeque (1979) for the sum of squares."""
    lowest, highest = min(one.lowest, other.lowest), max(one.highest, other.highest)
    if not one.number or not other.number:
        known = one if one.number else other
        return known._replace(lowest=lowest, highest=highest)
    number = one.number + other.number
    mean = one.mean * (one.number / number) + other.mean * (other.number / number)
    apart = (one.mean / 2 - other.mean / 2) * 2 * math.sqrt(one.number * (other.number / number))
    return _Moments(number, mean, math.hypot(one.deviation, other.deviation, apart), lowest, highest)


def _spread(metric: str, moments: _Moments, rows: Sequence[RunRow]) -> Spread | None:
    if not moments.number:
        return None
    deviation = moments.deviation / math.sqrt(moments.number - 1) if moments.number > 1 else None
    said = (row.goals[metric] for row in rows[:_GOAL_LOOKED_AT] if metric in row.goals)
    goal = next(said, None) or guess_goal(metric)
    best = moments.lowest if goal == "min" else moments.highest if goal is not None else math.inf
    return Spread(metric, moments.mean, deviation, best if math.isfinite(best) else None)


def _state(row: RunRow) -> tuple[str, str]:
    return row.state.word, row.state.glyph


def _by_worth(count: Counter[tuple[str, str]]) -> States:
    def worth(item: tuple[tuple[str, str], int]) -> tuple[int, int, str]:
        (word, _), number = item
        return (_WORTH.index(word) if word in _WORTH else len(_WORTH)), -number, word

    return tuple((word, glyph, number) for (word, glyph), number in sorted(count.items(), key=worth) if number)
