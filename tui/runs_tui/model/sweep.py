"""What the runs of a sweep tell of a parameter: its values, and how much a metric goes with it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from runs_tui.model import words
from runs_tui.model.compared_fact import Fact, number_of
from runstore.series import natural_key

_WIDE = 50.0
"""The greatest value in terms of the least from which on numbers are better told apart by their logarithm."""


class Factor(NamedTuple):
    """A parameter as numbers: ``at`` has one for each run, None where it has no value.

    ``labels``: where the values are no numbers, what they are called, at 0, 1, 2 ... ``strength``: 0 to 1, how much of
    the order of a metric's values goes with it; ``sign``: 1 or -1 where the metric rises or falls with it, else 0.
    """

    name: str
    at: tuple[float | None, ...]
    labels: tuple[str, ...]
    strength: float
    sign: int

    @property
    def log(self) -> bool:
        """Whether the values are best shown by their logarithm."""
        found = [value for value in self.at if value is not None]
        return not self.labels and bool(found) and min(found) > 0 and max(found) / min(found) >= _WIDE


def factors_of(facts: Sequence[Fact], metric: Fact) -> list[Factor]:
    """The parameters that differ between the runs, the one that the metric goes with most first."""
    found = [_factor(fact, metric) for fact in facts if fact.kind == "param" and fact.differs]
    return sorted(found, key=lambda each: (-each.strength, natural_key(each.name)))


def _factor(fact: Fact, metric: Fact) -> Factor:
    at, labels = _numbers(fact.values)
    pairs = [
        (x, y)
        for x, value in zip(at, metric.values, strict=True)
        if x is not None and (y := number_of(value)) is not None and math.isfinite(y)
    ]
    if labels:
        return Factor(fact.name, at, labels, _share_between(pairs), 0)
    rho = rank_correlation(pairs)
    return Factor(fact.name, at, (), abs(rho), (rho > 0) - (rho < 0))


def _numbers(values: Sequence[Any]) -> tuple[tuple[float | None, ...], tuple[str, ...]]:
    """The values as numbers, and the labels where they are places of texts."""
    numbers = [number_of(value) for value in values]
    if all(
        value is None or (number is not None and math.isfinite(number))
        for value, number in zip(values, numbers, strict=True)
    ):
        return tuple(numbers), ()
    texts = [None if value is None else words.setting(value) for value in values]
    labels = sorted({text for text in texts if text is not None}, key=natural_key)
    places = {label: float(place) for place, label in enumerate(labels)}
    return tuple(None if text is None else places[text] for text in texts), tuple(labels)


def rank_correlation(pairs: Sequence[tuple[float, float]]) -> float:
    """Spearman's rho of (x, y): 1 where y rises with x, -1 where it falls; 0 for fewer than three pairs."""
    if len(pairs) < 3:
        return 0.0
    xs, ys = (_ranks([pair[side] for pair in pairs]) for side in (0, 1))
    middle = (len(pairs) + 1) / 2
    over = math.fsum((x - middle) * (y - middle) for x, y in zip(xs, ys, strict=True))
    under = math.sqrt(math.fsum((x - middle) ** 2 for x in xs) * math.fsum((y - middle) ** 2 for y in ys))
    return over / under if under else 0.0


def _share_between(pairs: Sequence[tuple[float, float]]) -> float:
    """The correlation ratio of the ranks of y: how far the means of the x differ in terms of all of y."""
    if len(pairs) < 3:
        return 0.0
    ranks = _ranks([y for _, y in pairs])
    middle = (len(pairs) + 1) / 2
    groups: dict[float, list[float]] = {}
    for (x, _), rank in zip(pairs, ranks, strict=True):
        groups.setdefault(x, []).append(rank)
    between = math.fsum(len(group) * (math.fsum(group) / len(group) - middle) ** 2 for group in groups.values())
    total = math.fsum((rank - middle) ** 2 for rank in ranks)
    return math.sqrt(between / total) if total and len(groups) < len(pairs) else 0.0


def _ranks(values: Sequence[float]) -> list[float]:
    """1, 2, 3 ... in order of size; equal values share the middle of their ranks."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        stop = start
        while stop < len(order) and values[order[stop]] == values[order[start]]:
            stop += 1
        for place in order[start:stop]:
            ranks[place] = (start + 1 + stop) / 2
        start = stop
    return ranks
