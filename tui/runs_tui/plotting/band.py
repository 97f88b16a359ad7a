"""Several curves as one: their mean, and the area in which they lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

import numpy as np

from runs_tui.plotting.axes import Limits, XKind
from runs_tui.plotting.curve import Lines, Plotted, Point
from runstore.series.averages import Averages, averages, column_means, values_at
from runstore.series.growing import Floats
from runstore.series.outliers import without_outliers
from runstore.series.reduction import Flags, Reducer, edges_of

Spread = Literal["deviation", "extremes"]
_KEPT = 2


class Held(Plotted, Protocol):
    """What a band is made of: `runs_tui.plotting.curve.Curve` is such."""

    def holding(self) -> tuple[Floats, Floats]:
        """x, ascending, and the values of the line."""


class Spot(NamedTuple):
    """What a band says at one x: how many curves have a value there, mean, deviation, lowest and highest."""

    n: int
    mean: float
    deviation: float
    low: float
    high: float


class _View(NamedTuple):
    start: float
    stop: float
    columns: int
    log_x: bool

    def edges(self) -> Floats:
        return edges_of(self.start, self.stop, self.columns, self.log_x)


class Band:
    """The mean of several curves of one kind, and around it mean +- sample deviation or lowest to highest.

    Each curve counts from its first point to its last, between two points on the straight line from one to the
    other; where it is smoothed, by its smoothed values. What is not finite is left out. Where one curve alone
    has a value there is a mean without an area.
    """

    def __init__(self, curves: Sequence[Held], spread: Spread = "deviation") -> None:
        if not curves:
            raise ValueError("a band needs a curve")
        self.curves = tuple(curves)
        self.kind: XKind = curves[0].kind
        self.weight = curves[0].weight
        self.version = 0
        """Grows with each update that found a curve changed."""
        self.first_nan: float | None = None
        self._spread = spread
        self._versions: tuple[int, ...] = ()
        self._known: dict[_View, Averages] = {}
        self.update()

    def update(self) -> None:
        """Take what is new in the curves."""
        versions = tuple(curve.version for curve in self.curves)
        if versions != self._versions:
            self._versions = versions
            self._known.clear()
            self.version += 1

    def span(self, log: bool = False) -> Limits | None:
        """Lowest and highest x, with ``log`` of those above 0; None without points."""
        spans = [span for curve in self.curves if (span := curve.span(log))]
        return (min(low for low, _ in spans), max(high for _, high in spans)) if spans else None

    def range(
        self, start: float, stop: float, columns: int, log: bool = False, *, log_x: bool = False, robust: bool = False
    ) -> Limits | None:
        """Lowest and highest value of the area between two x, with ``robust`` without outliers."""
        known = [view.columns for view in self._known if view == (start, stop, view.columns, log_x)]
        low, high, mean = self._area(_View(start, stop, known[-1] if known else columns, log_x))
        values = np.concatenate((low, high, mean))
        values = values[(values > 0.0) if log else ~np.isnan(values)]
        if len(values) == 0:
            return None
        limits = float(values.min()), float(values.max())
        return without_outliers(values, *limits, log) if robust else limits

    def lines(self, start: float, stop: float, columns: int, log: bool = False, *, log_x: bool = False) -> Lines:
        """Mean and area between two x; with ``log`` an area that reaches 0 goes down to the least number there is."""
        view = _View(start, stop, columns, log_x)
        low, high, mean = self._area(view)
        floor = 0.0 if log else -np.inf
        if log:
            low = np.where(low > 0.0, low, np.finfo(np.float64).tiny)
        line = _filled(view, floor, mean, mean, mean, mean > floor)
        area = _filled(view, floor, mean, low, high, (mean > floor) & (high > low))
        return Lines([line], [], [], [area] if area.count.any() else [])

    def first_from(self, x: float) -> Point | None:
        """The mean at the first x, from this one on, where a curve has a point."""
        return self._mean_at(min((point.x for curve in self.curves if (point := curve.first_from(x))), default=None))

    def last_before(self, x: float, inclusive: bool = False) -> Point | None:
        """The mean at the last x before this one (or at it) where a curve has a point."""
        found = (point.x for curve in self.curves if (point := curve.last_before(x, inclusive)))
        return self._mean_at(max(found, default=None))

    def at(self, x: float) -> Spot | None:
        """What there is at ``x``; None where no curve has a value."""
        found = averages(np.array([values_at(*curve.holding(), np.array([x])) for curve in self.curves]))
        if found.n[0] == 0:
            return None
        return Spot(int(found.n[0]), *(float(each[0]) for each in found[1:]))

    def _mean_at(self, x: float | None) -> Point | None:
        if x is None:
            return None
        spot = self.at(x)
        return Point(x, x if self.kind == "step" else np.nan, np.nan, spot.mean if spot else np.nan, np.nan)

    def _area(self, view: _View) -> tuple[Floats, Floats, Floats]:
        """Lower edge, upper edge and mean in each column; NaN where there is none."""
        found = self._known.pop(view, None) or self._averages(view)
        self._known[view] = found
        while len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]
        if self._spread == "extremes":
            return found.low, found.high, found.mean
        return found.mean - found.deviation, found.mean + found.deviation, found.mean

    def _averages(self, view: _View) -> Averages:
        edges = view.edges()
        found = averages(np.array([column_means(*curve.holding(), edges) for curve in self.curves]))
        if self._spread == "deviation":
            return found
        low, high = found.low, found.high
        for curve in self.curves:
            for part in curve.lines(*view[:3], log_x=view.log_x).now:
                low, high = np.fmin(low, part.low), np.fmax(high, part.high)
        return found._replace(low=low, high=high)


def _filled(view: _View, floor: float, mean: Floats, low: Floats, high: Floats, shown: Flags) -> Reducer:
    """A reducer with these values in its columns, joined where they stand side by side."""
    made = Reducer(view.start, view.stop, view.columns, floor, log=view.log_x)
    columns = np.flatnonzero(shown)
    joined = np.zeros(len(shown), dtype=np.bool_)
    joined[1:] = shown[1:] & shown[:-1]
    ones = np.ones(len(columns), dtype=np.int64)
    made.add(columns, ones, mean[columns], mean[columns], low[columns], high[columns], joined[columns])
    return made
