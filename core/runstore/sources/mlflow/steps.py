"""Steps that nobody gave: MLflow writes 0 for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runstore.reading.arrays import Array
    from runstore.sources.foreign.numbers import Numbers

_DOUBTED = 50_000
"""Points of a metric, all at step 0, after which no step of it counts any more."""


@dataclass
class _Course:
    """``given``: whether steps count, None while all are 0; then ``blocks`` holds the times and values so far."""

    given: bool | None = None
    n: int = 0
    blocks: list[tuple[Array, Array]] = field(default_factory=list)


class StepsOf:
    """Adds the points of one run's metrics. While all the points of a metric are at step 0, they are without step."""

    def __init__(self) -> None:
        self._courses: dict[str, _Course] = {}

    def forget(self, name: str) -> None:
        """The points of this metric are read anew."""
        self._courses.pop(name, None)

    def add(self, numbers: Numbers, name: str, steps: Array, times: Array, values: Array) -> None:
        """Add a block of points to ``numbers``."""
        course = self._courses.get(name)
        if course is None:
            course = self._courses[name] = _Course()
        if course.given is None:
            if steps.any():
                course.given = True
                self._restate(numbers, name, course)
            else:
                course.n += len(values)
                course.blocks.append((times, values))
                if course.n > _DOUBTED:
                    course.given, course.blocks = False, []
        numbers.add(name, steps if course.given else None, times, values)

    def _restate(self, numbers: Numbers, name: str, course: _Course) -> None:
        """The points so far had been given step 0."""
        import numpy as np

        if course.n:
            numbers.clear([name])
        for times, values in course.blocks:
            numbers.add(name, np.zeros(len(values), np.int64), times, values)
        course.blocks = []
