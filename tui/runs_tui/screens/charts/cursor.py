"""A cursor over the values of the curves of one chart."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from runs_tui.plotting.curve import Plotted, Point
from runs_tui.plotting.look import Frame

_HALVINGS = 60
"""After so many two floats cannot be told apart any more, as good as always."""


def moved(curves: Sequence[Plotted], frame: Frame | None, cursor: float | None, by: int) -> float | None:
    """Where a cursor goes that moves by ``by`` cells: to the next value there, or to the outermost one.

    Values that are wider apart than a cell are visited one by one. A new cursor starts at the last value that is in
    sight, and before the chart is on the screen a cursor does not move.
    """
    if cursor is None:
        return outermost(curves, frame, first=False)
    if frame is None:
        return cursor
    cell = frame.cell(cursor)
    if by > 0:
        there = min(_x(curves, lambda curve: curve.first_from(frame.edge(cell + by))), default=None)
    else:
        there = max(_x(curves, lambda curve: curve.last_before(frame.edge(cell + by + 1))), default=None)
    if there is None or not frame.low <= there <= frame.high:
        return outermost(curves, frame, first=by < 0)
    return there


def outermost(curves: Sequence[Plotted], frame: Frame | None, *, first: bool) -> float | None:
    """The first or the last value in sight; None where there is none."""
    low, high = (frame.low, frame.high) if frame is not None else (-math.inf, math.inf)
    if first:
        return min(_x(curves, lambda curve: curve.first_from(low)), default=None)
    return max(_x(curves, lambda curve: curve.last_before(high, inclusive=True)), default=None)


def nearest(curves: Sequence[Plotted], x: float) -> float | None:
    """The value that is nearest to ``x``."""
    found = _x(curves, lambda curve: curve.first_from(x)) + _x(curves, lambda curve: curve.last_before(x))
    return min(found, key=lambda each: abs(each - x), default=None)


def time_at(curves: Sequence[Plotted], x: float) -> float | None:
    """When the newest value at ``x`` or before it was logged, unix seconds."""
    points = [point for curve in curves if (point := curve.last_before(x, inclusive=True))]
    times = [point.time for point in points if math.isfinite(point.time)]
    return max(times, default=None)


def at_time(curves: Sequence[Plotted], time: float) -> float | None:
    """x of the last value that was logged at a time or before it, of curves whose x grows with time.

    Before the first value it is the first one.
    """
    found = [x for curve in curves if (x := _at_time(curve, time)) is not None]
    return max(found, default=None)


def _at_time(curve: Plotted, time: float) -> float | None:
    first, last = curve.first_from(-math.inf), curve.last_before(math.inf)
    if first is None or last is None or first.time > time:
        return first.x if first else None
    if last.time <= time:
        return last.x
    low, high, there = first.x, last.x, first.x
    for _ in range(_HALVINGS):
        middle = low / 2 + high / 2
        point = curve.last_before(middle, inclusive=True)
        if point is not None and point.time <= time:
            low, there = middle, point.x
        else:
            high = middle
    return there


def _x(curves: Sequence[Plotted], find: Callable[[Plotted], Point | None]) -> list[float]:
    """x of what is found on each curve."""
    return [point.x for curve in curves if (point := find(curve))]
