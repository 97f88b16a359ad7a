"""The numbers of a run as points of series, in the order in which they were logged."""

from __future__ import annotations

import math
import time

from runstore.exceptions import AzureMLException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from runstore.runs.run import Run

    # tag, value, step or None, seconds
    Point = tuple[str, float, "int | None", float]

NO_STEP = -(2**63)


def points_of(run: Run) -> list[Point]:
    """Every number of the run's metrics: tag, value, its step if it was logged with one, time.

    Text has no place in a chart and is left out; a column of a row or table metric is the series ``name/column``.
    """
    points: list[Point] = []
    for name, value in run.get_metrics().items():
        points += _series(run, name) or _cells(name, value)
    points.sort(key=lambda point: point[3])  # stable: equal times keep their order
    return points


def _series(run: Run, name: str) -> list[Point]:
    """The points that were logged one by one; empty when there are none, or no NumPy to read them with."""
    try:
        steps, times, values = run.get_series(name)
    except (AzureMLException, ImportError):
        return []
    return [
        (name, float(value), None if step == NO_STEP else int(step), float(seconds))
        for step, seconds, value in zip(steps, times, values)
    ]


def _cells(name: str, value: Any) -> list[Point]:
    now = time.time()
    if isinstance(value, dict):
        found = [("{}/{}".format(name, column), number) for column, cell in value.items() for number in _numbers(cell)]
    else:
        found = [(name, number) for number in _numbers(value)]
    return [(tag, number, None, now) for tag, number in found]


def _numbers(value: Any) -> Iterator[float]:
    for cell in value if isinstance(value, (list, tuple)) else (value,):
        if isinstance(cell, (int, float)):
            try:
                yield float(cell)
            except OverflowError:  # as all that is beyond the 32 bits of an event
                yield math.inf if cell > 0 else -math.inf
