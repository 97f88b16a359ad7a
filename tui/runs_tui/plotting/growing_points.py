"""The points of a series as they are drawn: placed on the x axis, smoothed, and kept while the series grows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from runs_tui.plotting.axes import HUGE, XKind
from runs_tui.plotting.places import along, by_step, by_time
from runs_tui.plotting.resumed import Restarts
from runstore.series.growing import Floats, GrowingArray
from runstore.series.smoothing import Smoother

if TYPE_CHECKING:
    from runstore.reading.series_data import Series

_NONE: Floats = np.empty(0)


class Points(NamedTuple):
    """Points in one order: x, value, smoothed value (the value itself without smoothing), time, step."""

    x: Floats = _NONE
    raw: Floats = _NONE
    now: Floats = _NONE
    times: Floats = _NONE
    steps: NDArray[np.int64] = np.empty(0, dtype=np.int64)

    def taken(self, chosen: NDArray[np.int64] | NDArray[np.bool_]) -> Points:
        """Those at some places, or those that are flagged."""
        return Points(self.x[chosen], self.raw[chosen], self.now[chosen], self.times[chosen], self.steps[chosen])

    def sorted(self) -> Points:
        """In order of x; the order of points at the same x stays."""
        return self.taken(np.argsort(self.x, kind="stable"))

    def begins_with(self, other: Points) -> bool:
        """Whether the first points are those of ``other``."""
        size = len(other.x)
        return np.array_equal(self.x[:size], other.x) and np.array_equal(self.times[:size], other.times)


class GrowingPoints:
    """Takes a series as it grows, each time only what is new. See `runs_tui.plotting.curve.Curve` for its words."""

    def __init__(self, kind: XKind, weight: float, origin: float) -> None:
        self._kind = kind
        self._weight = weight
        self._origin = origin
        self._start()

    def _start(self, generation: int = -1) -> None:
        self._generation = generation
        self._size = 0
        self._x = GrowingArray()
        self._smoother = Smoother(self._weight)
        self._restarts = Restarts()
        self.points = Points()

    def update(self, series: Series, axis: Series | None) -> bool:
        """Bring ``points`` up to date; false when those that were there have changed."""
        continued = series.generation == self._generation and len(series.values) >= self._size
        if not continued:
            self._start(series.generation)
        before, self._size = self._size, len(series.values)
        smoother = self._smoother
        if self._kind == "value":
            points = _valued(series, self._smoothed(series, before), axis)
            continued &= points.begins_with(self.points)
        else:
            self._x.extend(self._placed(series, before))
            points = Points(self._x.values, series.values, self._smoothed(series, before), series.times, series.steps)
        self.points = points
        return continued and self._smoother is smoother

    def _placed(self, series: Series, before: int) -> Floats:
        """x of the new points."""
        if self._kind == "step":
            return by_step(series.steps[before:], self._x.values)
        return by_time(series.times[before:], self._origin if self._kind == "relative" else 0.0, self._x.values)

    def _smoothed(self, series: Series, before: int) -> Floats:
        """The smoothed values of the series, of which ``before`` were known; itself without smoothing."""
        if not self._weight:
            return series.values
        if self._kind in ("step", "value"):  # over time, what was replaced stays a part of the line
            places = self._x.values if self._kind == "step" else by_step(series.steps, _NONE)
            unordered = self._restarts.unordered
            back = self._restarts.extend(places)
            if unordered != self._restarts.unordered or (back and not unordered):
                self._smoother = self._restarts.smoothed(series.values, places, self._weight)
                return self._smoother.values
        self._smoother.extend(series.values[before:])
        return self._smoother.values


def _valued(series: Series, now: Floats, axis: Series | None) -> Points:
    """Points over the values of another series, without those that have none."""
    if axis is None:
        return Points()
    x = along(series, axis)
    known = np.isfinite(x)
    if (np.abs(x) > HUGE).any():
        x = np.clip(x, -HUGE, HUGE)
    points = Points(x, series.values, now, series.times, series.steps)
    return points if known.all() else points.taken(known)
