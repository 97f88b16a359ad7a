"""What the benchmarks of this process found, kept by section until it is written."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

OURS = "runs-tui"
FLAT = 0.1
"""A cost is flat when its fitted exponent is at most this far from 0."""

Better = Literal["less", "more"]


@dataclass(frozen=True)
class Comparison:
    """One kind of work done by several tools: the values of each, in ``unit``, and which could not be set up."""

    what: str
    unit: str
    values: Mapping[str, Sequence[float]]
    ours: str = OURS
    better: Better = "less"
    missing: Mapping[str, str] = field(default_factory=dict)
    why: str = ""

    def ratio(self, tool: str) -> float | None:
        """How many times ours its median is; None for ours, and where ours is 0."""
        ours = statistics.median(self.values[self.ours]) if self.ours in self.values else 0.0
        return None if tool == self.ours or not ours else statistics.median(self.values[tool]) / ours

    def ahead(self, tool: str) -> bool:
        """Whether its median is better than ours."""
        if tool == self.ours or self.ours not in self.values:
            return False
        ours, its = statistics.median(self.values[self.ours]), statistics.median(self.values[tool])
        return its < ours if self.better == "less" else its > ours

    def order(self) -> list[str]:
        """The tools that were measured, ours first."""
        return sorted(self.values, key=lambda tool: tool != self.ours)


@dataclass(frozen=True)
class Measurement:
    """Ours alone, in ``unit``, and what it should be."""

    what: str
    unit: str
    values: Sequence[float]
    target: str = ""


@dataclass(frozen=True)
class Growth:
    """A cost in ``unit`` against the size of something: tool -> size -> values."""

    what: str
    unit: str
    against: str
    points: Mapping[str, Mapping[int, Sequence[float]]]
    flat: bool = False

    def medians(self, tool: str) -> list[tuple[int, float]]:
        """Each size with the median of its values, by size."""
        return [(size, statistics.median(values)) for size, values in sorted(self.points[tool].items())]

    def exponent(self, tool: str) -> float:
        """The slope of log(median) over log(size), by least squares: 0 is flat, 1 is linear. NaN for too few."""
        logs = [(math.log(size), math.log(cost)) for size, cost in self.medians(tool) if size > 0 and cost > 0]
        if len({size for size, _ in logs}) < 2:
            return math.nan
        return statistics.linear_regression(*zip(*logs, strict=True)).slope

    def judgement(self, tool: str) -> str:
        """What to say of a cost that should be flat; empty where there is nothing to say."""
        exponent = self.exponent(tool)
        if not self.flat or tool != OURS or math.isnan(exponent):
            return ""
        return "is flat" if abs(exponent) <= FLAT else "falls" if exponent < 0 else "is not"


@dataclass(frozen=True)
class Line:
    """A figure that a benchmark worded itself."""

    what: str
    figure: str
    budget: str = ""


Entry = Comparison | Measurement | Growth | Line


@dataclass
class Section:
    """Entries under one heading."""

    title: str
    entries: list[Entry] = field(default_factory=list)


_sections: list[Section] = [Section("")]
_open: list[Section] = [_sections[0]]


def keep(entry: Entry) -> None:
    """Keep it in the section that is open."""
    _open[-1].entries.append(entry)


@contextmanager
def section(title: str) -> Iterator[Section]:
    """Group what follows under this heading."""
    opened = Section(title)
    _sections.append(opened)
    _open.append(opened)
    print(f"\n## {title}", flush=True)
    try:
        yield opened
    finally:
        _open.pop()


def taken() -> list[Section]:
    """The sections that hold something, in the order of their opening; they are kept no longer."""
    found = [each for each in _sections if each.entries]
    _sections[:] = [Section("")]
    _open[:] = _sections
    return found
