"""Where the points of a series lie on the x axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from runs_tui.plotting.axes import HUGE
from runstore.records.points import NO_STEP
from runstore.series.growing import Floats

if TYPE_CHECKING:
    from runstore.reading.series_data import Series


def by_step(steps: NDArray[np.int64], before: Floats) -> Floats:
    """Steps as x; a step that is missing counts as the one before plus 1. ``before`` are the places so far."""
    x = steps.astype(np.float64)
    return _fill(x, steps != NO_STEP, before[-1] if len(before) else -1.0, 1.0)


def by_time(times: Floats, origin: float, before: Floats) -> Floats:
    """Seconds since ``origin``, never decreasing; a time that is not finite counts as the one before."""
    x = times - origin
    x = _fill(x, np.isfinite(x), before[-1] if len(before) else 0.0, 0.0)
    np.clip(x, -HUGE, HUGE, out=x)
    return np.maximum.accumulate(np.maximum(x, before[-1]) if len(before) else x)


def along(series: Series, axis: Series) -> Floats:
    """For each point of ``series`` the value of ``axis`` at the same step, NaN where there is none.

    The same step: the last value logged there up to the time of the point, else the first after it. Otherwise,
    and for points without a step, it is the newest value up to that time. Series that were logged by the same
    calls go together point by point.
    """
    size = len(series.steps)
    if np.array_equal(series.steps, axis.steps[:size]) and np.array_equal(series.times, axis.times[:size]):
        return axis.values[:size]
    return _matched(series, axis)


def _matched(series: Series, axis: Series) -> Floats:
    """The same, by step and time: both series in one order, in which each value holds up to the next."""
    count = len(axis.values)
    steps = np.concatenate((axis.steps, series.steps))
    times = np.concatenate((axis.times, series.times))
    asks = np.arange(len(steps)) >= count
    x = np.full(len(steps), np.nan)

    by_time, by_step = np.lexsort((asks, times)), np.lexsort((asks, times, steps))
    for order, same_step in (
        (by_time, False),
        (by_step[::-1], True),
        (by_step, True),
    ):  # the last that finds one counts
        latest = _latest(~asks[order])
        found = latest >= 0
        if same_step:
            ordered = steps[order]
            found &= (ordered[latest] == ordered) & (ordered != NO_STEP)
        x[order[found]] = axis.values[order[latest[found]]]
    return x[count:]


def _latest(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For each place the last one up to it that is flagged, -1 before the first."""
    places: NDArray[np.int64] = np.maximum.accumulate(np.where(flags, np.arange(len(flags)), -1))
    return places


def _fill(x: Floats, known: NDArray[np.bool_], previous: float, growth: float) -> Floats:
    """Unknown x become the last known one plus ``growth`` for each point since."""
    if known.all():
        return x
    last = _latest(known)
    filled: Floats = np.where(last >= 0, x[last], previous) + (np.arange(len(x)) - last) * growth
    return filled
