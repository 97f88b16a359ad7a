"""One line of a comparison: what it is about, and its value for each run or group of runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from runs_tui.model import words
from runstore.series import natural_key

_LONG = 40
"""Characters of a text from which on it is too long for a column."""


class Mean(NamedTuple):
    """What the runs of a group have instead of one number: mean and sample deviation of so many."""

    mean: float
    deviation: float
    n: int


class Several(NamedTuple):
    """What the runs of a group have instead of one text: so many different values."""

    n: int


@dataclass(frozen=True)
class Fact:
    """One line: a value for each run, None where it has none. ``goal``: min or max, where one of them is better."""

    kind: str
    name: str
    values: tuple[Any, ...]
    goal: str | None = None

    @cached_property
    def differs(self) -> bool:
        """Whether two runs have other values."""
        return any(not same(value, self.values[0]) for value in self.values)

    @cached_property
    def best(self) -> frozenset[int]:
        """The places of the best finite value, where it is known what is better, and not all are as good."""
        found = ((place, number_of(value)) for place, value in enumerate(self.values))
        finite = {place: number for place, number in found if number is not None and math.isfinite(number)}
        if self.goal is None or len(finite) < 2:
            return frozenset()
        best = (min if self.goal == "min" else max)(finite.values())
        places = frozenset(place for place, value in finite.items() if value == best)
        return places if len(places) < len(finite) else frozenset()

    @cached_property
    def numeric(self) -> bool:
        """Whether all values are numbers, which stand best aligned to the right."""
        return all(value is None or number_of(value) is not None for value in self.values)

    @cached_property
    def long(self) -> bool:
        """Whether one of the values has several lines, or one that is too long for a column."""
        return any(isinstance(value, str) and ("\n" in value or len(value) > _LONG) for value in self.values)

    @cached_property
    def _shared(self) -> int:
        """How many characters long texts have in common at their start, up to the word with the first difference."""
        texts = [value for value in self.values if isinstance(value, str)]
        if not self.long or len(texts) < 2 or not self.differs:
            return 0
        pairs = zip(min(texts), max(texts), strict=False)  # the first and last in order have in common what all have
        common = next((at for at, (one, other) in enumerate(pairs) if one != other), min(map(len, texts)))
        return max(texts[0].rfind(sign, 0, common) for sign in " \n") + 1

    def text(self, place: int) -> str:
        """The value of a run to read, unsafe as the run wrote it; ``-`` where it has none."""
        value = self.values[place]
        if value is None:
            return "-"
        if isinstance(value, Several):
            return f"{value.n} values"
        if isinstance(value, Mean):
            apart = words.span if self._is_duration else words.number
            return f"{self._said(value.mean)} ±{apart(value.deviation)}"
        return self._said(value)

    def short(self, place: int) -> str:
        """The same for a column: of long texts that begin alike from the word on in which they differ."""
        text = self.text(place)
        return f"…{text[self._shared :]}" if self._shared and isinstance(self.values[place], str) else text

    @property
    def _is_duration(self) -> bool:
        return self.kind == "run" and self.name == "duration"

    def _said(self, value: Any) -> str:
        if self._is_duration:
            return words.span(value)
        if self.kind == "run" and self.name == "step":
            return words.count(round(value))
        if self.kind in ("metric", "best"):
            return words.number(value)
        return words.setting(value, 10_000) or ("yes" if self.kind == "tag" else '""')

    def order(self) -> list[int]:
        """The places from the best or least value to the worst or greatest; those without one last."""
        return sorted(range(len(self.values)), key=lambda place: _rank(self.values[place], self.goal == "max"))


def grouped(facts: Iterable[Fact], groups: Sequence[Sequence[int]]) -> list[Fact]:
    """The same lines with a value for each group of places: the one that all have, else a `Mean` or `Several`."""
    return [
        Fact(
            fact.kind,
            fact.name,
            tuple(_together([fact.values[place] for place in group]) for group in groups),
            fact.goal,
        )
        for fact in facts
    ]


def _together(values: Sequence[Any]) -> Any:
    if all(same(value, values[0]) for value in values):
        return values[0]
    numbers = [number for value in values if (number := number_of(value)) is not None and math.isfinite(number)]
    if len(numbers) < sum(value is not None for value in values):
        return Several(len({str(value) for value in values}))
    if len(numbers) < 2:
        return numbers[0] if numbers else values[0]
    mean = mean_of(numbers)
    return Mean(mean, math.dist(numbers, [mean] * len(numbers)) / math.sqrt(len(numbers) - 1), len(numbers))


def mean_of(numbers: Sequence[float]) -> float:
    """The mean of those that are finite; where none is, what all of them are, else NaN."""
    finite = [number for number in numbers if math.isfinite(number)]
    if not finite:
        return numbers[0] if all(same(number, numbers[0]) for number in numbers) else math.nan
    scale = max(map(abs, finite)) or 1.0  # the sum of the largest numbers is no number any more
    return math.fsum(number / scale for number in finite) / len(finite) * scale


def number_of(value: object) -> float | None:
    """The number to calculate and to sort with; None for what is none, truth values among it."""
    if isinstance(value, Mean):
        return value.mean
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same: NaN does, True and 1 do not."""
    if isinstance(one, bool) is not isinstance(other, bool):
        return False
    return bool(one == other or (one != one and other != other))


def _rank(value: Any, falling: bool) -> tuple[int, float, tuple[str, str]]:
    """Numbers before texts, NaN and what is missing at the end."""
    number = number_of(value)
    if number is not None:
        return (2, 0.0, ("", "")) if number != number else (0, -number if falling else number, ("", ""))
    return (3, 0.0, ("", "")) if value is None else (1, 0.0, natural_key(str(value)))
