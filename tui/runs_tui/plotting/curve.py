"""One series as lines over an x axis: points in drawing order, smoothed, split where a run was resumed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from runs_tui.plotting.axes import XKind
from runstore.records.points import NO_STEP
from runstore.series.growing import Floats, GrowingArray
from runstore.series.reduction import Reducer
from runstore.series.smoothing import Smoother

if TYPE_CHECKING:
    from runstore.reading.series_data import Series

_MOST_RESTARTS = 64
_KEPT_REDUCTIONS = 2


class Point(NamedTuple):
    """One point to read out; ``smoothed`` is NaN without smoothing or where the value is not finite."""

    x: float
    step: float
    time: float
    value: float
    smoothed: float


class Lines(NamedTuple):
    """A curve reduced to columns, one entry a part: what holds, before smoothing, and what was replaced."""

    now: list[Reducer]
    raw: list[Reducer]
    old: list[Reducer]

    @property
    def marks(self) -> list[Reducer]:
        """Those that flag what is not finite."""
        return self.raw or self.now


class Curve:
    """A series that grows, ready to be drawn. Each update costs only the points that are new.

    ``weight`` is that of the smoothing (0: none), ``origin`` the time where a relative axis has its 0. A step
    that is missing counts as the one before plus 1. A series whose steps go back was resumed: of what the
    earlier part drew beyond that step, the later part is the truth. Where steps go back all the time they are
    in no order, and the points are drawn sorted.
    """

    def __init__(self, kind: XKind = "step", weight: float = 0.0, origin: float = 0.0) -> None:
        self.kind: XKind = kind
        self.weight = weight
        self.origin = origin
        self.version = 0
        """Grows with each change."""
        self._generation = -1
        self._clear()

    def _clear(self) -> None:
        self.first_nan: float | None = None
        self._x = GrowingArray()
        self._raw: Floats = np.empty(0)
        self._times: Floats = np.empty(0)
        self._steps: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._smoother = Smoother(self.weight) if self.weight else None
        self._starts = [0]
        self._reductions: dict[tuple[float, float, int, bool], tuple[Lines, int]] = {}

    def __len__(self) -> int:
        return len(self._x)

    def update(self, series: Series) -> None:
        """Take what is new in the series."""
        steps, times, values = series.steps, series.times, series.values
        rewritten = series.generation != self._generation or len(values) < len(self)
        if rewritten:
            self._clear()
        self._generation = series.generation
        before = len(self)
        self._steps, self._times, self._raw = steps, times, values
        self.version += rewritten or len(values) > before
        if len(values) == before:
            return
        x = self._places(steps[before:], times[before:])
        if self.kind == "step":
            back = (np.flatnonzero(x[1:] < x[:-1]) + before + 1).tolist()
            if before and x[0] < self._x.values[-1]:
                back.insert(0, before)
            if back:
                self._starts += back
                self._reductions.clear()
        self._x.extend(x)
        if self._smoother:
            self._smoother.extend(values[before:])
        if self.first_nan is None and (nan := np.isnan(values[before:])).any():
            self.first_nan = float(x[nan.argmax()])

    def span(self) -> tuple[float, float] | None:
        """Lowest and highest x, None without points."""
        x = self._x.values
        if len(x) == 0:
            return None
        if len(self._starts) == 1:
            return float(x[0]), float(x[-1])
        return float(x.min()), float(x.max())

    def range(self, start: float, stop: float, columns: int, log: bool = False) -> tuple[float, float] | None:
        """Lowest and highest value that holds between two x, smoothed or not.

        It does not depend on ``columns``, which tells how many are likely to be drawn: the work is shared.
        """
        known = [key[2] for key in self._reductions if (key[0], key[1], key[3]) == (start, stop, log)]
        lines = self.lines(start, stop, known[-1] if known else columns, log)
        ranges = [found for part in (*lines.now, *lines.raw) if (found := part.range())]
        return (min(low for low, _ in ranges), max(high for _, high in ranges)) if ranges else None

    def lines(self, start: float, stop: float, columns: int, log: bool = False) -> Lines:
        """The curve between two x, reduced to columns; ``log`` leaves out what is not above 0."""
        key = (start, stop, columns, log)
        size = len(self)
        x, raw, now = self._arrays()
        lines, reduced = self._reductions.pop(key, (None, 0))
        if lines is None or self._unordered():
            lines = Lines([], [], [])
            for begin, turn, end in self._parts(x):
                for into, values, part in (
                    (lines.now, now, slice(begin, turn)),
                    (lines.raw, raw if self._smoother else None, slice(begin, turn)),
                    (lines.old, now if turn < end else None, slice(max(turn - 1, begin), end)),
                ):
                    if values is not None:
                        into.append(Reducer(start, stop, columns, -np.inf if not log else 0.0))
                        into[-1].extend(x[part], values[part])
        elif size > reduced:
            lines.now[-1].extend(x[reduced:], now[reduced:])
            if self._smoother:
                lines.raw[-1].extend(x[reduced:], raw[reduced:])
        self._reductions[key] = (lines, size)
        while len(self._reductions) > _KEPT_REDUCTIONS:
            del self._reductions[next(iter(self._reductions))]
        return lines

    def first_from(self, x: float) -> Point | None:
        """The first point at ``x`` or after it, of those that hold."""
        places = self._arrays()[0]
        for begin, turn, _ in self._parts(places):
            at = begin + int(np.searchsorted(places[begin:turn], x))
            if at < turn:
                return self._point(at)
        return None

    def last_before(self, x: float, inclusive: bool = False) -> Point | None:
        """The last point before ``x`` (or at it), of those that hold."""
        places = self._arrays()[0]
        side: Literal["left", "right"] = "right" if inclusive else "left"
        for begin, turn, _ in reversed(self._parts(places)):
            at = begin + int(np.searchsorted(places[begin:turn], x, side=side)) - 1
            if at >= begin:
                return self._point(at)
        return None

    def _places(self, steps: NDArray[np.int64], times: Floats) -> Floats:
        """x of new points: finite, and never decreasing if they are times."""
        before = self._x.values
        if self.kind == "step":
            x = steps.astype(np.float64)
            return _fill(x, steps != NO_STEP, before[-1] if len(before) else -1.0, 1.0)
        x = times - self.origin if self.kind == "relative" else times.astype(np.float64)
        x = _fill(x, np.isfinite(x), before[-1] if len(before) else 0.0, 0.0)
        return np.maximum.accumulate(np.maximum(x, before[-1]) if len(before) else x)

    def _unordered(self) -> bool:
        back = len(self._starts) - 1
        return back > _MOST_RESTARTS or (back > 8 and back * 10 > len(self))

    def _order(self) -> NDArray[np.int64] | None:
        return np.argsort(self._x.values, kind="stable") if self._unordered() else None

    def _arrays(self) -> tuple[Floats, Floats, Floats]:
        """x, values, smoothed values, in the order in which they are drawn."""
        x, raw = self._x.values, self._raw
        now = self._smoother.values if self._smoother else raw
        order = self._order()
        return (x, raw, now) if order is None else (x[order], raw[order], now[order])

    def _parts(self, x: Floats) -> list[tuple[int, int, int]]:
        """(begin, turn, end) of each part: up to ``turn`` it holds, beyond it later parts replaced it."""
        if self._unordered():
            return [(0, len(x), len(x))]
        starts = [*self._starts, len(x)]
        parts = []
        limit = np.inf
        for begin, end in zip(starts[-2::-1], starts[:0:-1], strict=True):
            parts.append((begin, begin + int(np.searchsorted(x[begin:end], limit, side="right")), end))
            limit = min(limit, x[begin]) if end > begin else limit
        return parts[::-1]

    def _point(self, at: int) -> Point:
        order = self._order()
        at = at if order is None else int(order[at])
        smoothed = float(self._smoother.values[at]) if self._smoother else np.nan
        x = float(self._x.values[at])
        step = x if self.kind == "step" else float(self._steps[at])
        return Point(x, step, float(self._times[at]), float(self._raw[at]), smoothed)


def _fill(x: Floats, known: NDArray[np.bool_], previous: float, growth: float) -> Floats:
    """Unknown x become the last known one plus ``growth`` for each point since."""
    if known.all():
        return x
    at = np.arange(len(x))
    last = np.maximum.accumulate(np.where(known, at, -1))
    filled: Floats = np.where(last >= 0, x[last], previous) + (at - last) * growth
    return filled
