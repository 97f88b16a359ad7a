"""One series as lines over an x axis: points in drawing order, smoothed, split where a run was resumed."""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from runs_tui.plotting.axes import Limits, XKind
from runs_tui.plotting.compact_points import CompactPoints
from runs_tui.plotting.growing_points import GrowingPoints, Points
from runs_tui.plotting.plotted import Lines, Plotted, Point
from runs_tui.plotting.resumed import Part, Restarts
from runstore.series.blocks import Blocks
from runstore.series.growing import Floats
from runstore.series.outliers import without_outliers
from runstore.series.reduction import Reducer, range_above

if TYPE_CHECKING:
    from runstore.reading.series_data import Series

__all__ = ["Curve", "Lines", "Plotted", "Point"]

_KEPT_REDUCTIONS = 2
_MANY = 200_000
"""From so many points on, blocks of them are faster than a pass over all."""


class _View(NamedTuple):
    start: float
    stop: float
    columns: int
    log: bool
    log_x: bool

    def reducer(self) -> Reducer:
        return Reducer(self.start, self.stop, self.columns, 0.0 if self.log else -np.inf, log=self.log_x)


class Curve:
    """A series that grows, ready to be drawn. Each update costs only the points that are new.

    ``weight`` is that of the smoothing (0: none), over the whole series in the order in which it was logged, of a
    resumed run from where it went on (see `Restarts.smoothed`); ``origin`` is the time where a relative axis has
    its 0. A step that is missing counts as the one before plus 1. A series whose steps go back was resumed: of
    what the earlier part drew beyond that step, the later part is the truth. Where x goes back all the time its
    points are in no order, and are drawn sorted. With the kind "value" x is the value of another series, see
    `runs_tui.plotting.places.along`; points without one are left out. One thread may update a curve while
    another draws it.
    """

    def __init__(self, kind: XKind = "step", weight: float = 0.0, origin: float = 0.0) -> None:
        self.kind: XKind = kind
        self.weight = weight
        self.origin = origin
        self.version = 0
        """Grows with each change."""
        self._lock = RLock()
        self._growing = GrowingPoints(kind, weight, origin)
        self._compact: CompactPoints | None = None
        self._clear()

    def _clear(self) -> None:
        self.first_nan: float | None = None
        self._points = Points()
        self._sorted: Points | None = None
        self._restarts = Restarts()
        self._blocks: dict[tuple[bool, float], Blocks] = {}
        self._reductions: dict[_View, tuple[Lines, int]] = {}

    def __len__(self) -> int:
        return len(self._places())

    def update(self, series: Series, along: Series | None = None) -> None:
        """Take what is new in the series; ``along`` is the one that gives x where the kind is "value"."""
        with self._lock:
            continued = self._growing.update(series, along)
            points = self._growing.points
            if not continued:
                self._clear()
            before = len(self._points.x)
            if continued and len(points.x) == before:
                return
            self.version += 1
            self._compact, self._points, self._sorted = None, points, None
            if self._went_back(points):
                self._reductions.clear()
                self._blocks.clear()
                self.first_nan = self._first_nan()
            elif self.first_nan is None and (nan := np.isnan(points.raw[before:])).any():
                self.first_nan = float(points.x[before + nan.argmax()])
            if len(points.x) >= _MANY:  # what takes long is done here, not when it is drawn
                for raw in {False, self.weight > 0.0}:
                    self._blocks_of(self._drawn(), raw, -np.inf)

    def compact(self) -> None:
        """Take less memory from here on, for a series that has ended; what is drawn next costs a little more.

        What has been reduced is kept. The next `update` reads the whole series again.
        """
        with self._lock:
            self._compact = CompactPoints(self._complete(), self.kind)
            self._points, self._sorted = Points(), None
            self._blocks.clear()
            self._growing = GrowingPoints(self.kind, self.weight, self.origin)

    def span(self, log: bool = False) -> Limits | None:
        """Lowest and highest x, with ``log`` of those above 0; None without points."""
        with self._lock:
            x = self._places()
            return _around([_ends(x[part.begin : part.end], log) for part in self._parts(x)])

    def range(
        self, start: float, stop: float, columns: int, log: bool = False, *, log_x: bool = False, robust: bool = False
    ) -> Limits | None:
        """Lowest and highest value that holds between two x, smoothed or not; ``robust``: without outliers.

        It does not depend on ``columns``.
        """
        with self._lock:
            known = [view for view in self._reductions if view == (start, stop, view.columns, log, log_x)]
            if known:
                lines = self.lines(start, stop, known[-1].columns, log, log_x=log_x)
                limits = _around([part.range() for part in (*lines.now, *lines.raw)])
            else:
                limits = self._range_between(start, stop, 0.0 if log else -np.inf)
            if limits is None or not robust:
                return limits
            points = self._drawn()
            values = _joined([points.raw[inside] for inside in self._between(points, start, stop)])
            return without_outliers(values, *limits, log)

    def lines(self, start: float, stop: float, columns: int, log: bool = False, *, log_x: bool = False) -> Lines:
        """The curve between two x, reduced to columns; ``log`` leaves out what is not above 0."""
        with self._lock:
            view = _View(start, stop, columns, log, log_x)
            lines, reduced = self._reductions.pop(view, (None, 0))
            size = len(self._points.x)
            if lines is None:
                lines = self._reduced(view, self._drawn())
            elif size > reduced:
                lines.now[-1].extend(self._points.x[reduced:], self._points.now[reduced:])
                if lines.raw:
                    lines.raw[-1].extend(self._points.x[reduced:], self._points.raw[reduced:])
            self._reductions[view] = (lines, size)
            while len(self._reductions) > (1 if self._compact else _KEPT_REDUCTIONS):
                del self._reductions[next(iter(self._reductions))]
            return lines

    def points(self) -> Points:
        """The points that hold, in the order in which they are drawn."""
        with self._lock:
            points = self._complete()
            held = [np.arange(part.begin, part.turn) for part in self._parts(points.x)]
            return points.taken(np.concatenate(held))

    def holding(self) -> tuple[Floats, Floats]:
        """x, ascending, and the smoothed values of the points that hold."""
        with self._lock:
            points = self._drawn()
            held = [slice(part.begin, part.turn) for part in self._parts(points.x)]
            return _joined([points.x[part] for part in held]), _joined([points.now[part] for part in held])

    def first_from(self, x: float) -> Point | None:
        """The first point at ``x`` or after it, of those that hold."""
        with self._lock:
            places = self._places()
            for begin, turn, _ in self._parts(places):
                at = begin + int(np.searchsorted(places[begin:turn], x))
                if at < turn:
                    return self._point(at)
            return None

    def last_before(self, x: float, inclusive: bool = False) -> Point | None:
        """The last point before ``x`` (or at it), of those that hold."""
        with self._lock:
            places = self._places()
            side: Literal["left", "right"] = "right" if inclusive else "left"
            for begin, turn, _ in reversed(self._parts(places)):
                at = begin + int(np.searchsorted(places[begin:turn], x, side=side)) - 1
                if at >= begin:
                    return self._point(at)
            return None

    def _drawn(self) -> Points:
        """The points in the order in which they are drawn, compact ones without times and steps."""
        if self._compact is not None:
            return self._compact.wide()
        if not self._restarts.unordered:
            return self._points
        if self._sorted is None:
            self._sorted = self._points.sorted()
        return self._sorted

    def _complete(self) -> Points:
        """The same, always with times and steps."""
        return self._compact.complete() if self._compact is not None else self._drawn()

    def _places(self) -> Floats:
        """x of the points in that order."""
        return self._compact.x if self._compact is not None else self._drawn().x

    def _parts(self, x: Floats) -> list[Part]:
        return self._restarts.parts(x)

    def _went_back(self, points: Points) -> bool:
        """Take in x; whether points that were drawn are drawn otherwise now."""
        if self.kind not in ("step", "value"):
            return False
        unordered = self._restarts.unordered
        back = self._restarts.extend(points.x, points.steps if self.kind == "value" else None)
        return back or unordered or self._restarts.unordered

    def _first_nan(self) -> float | None:
        """x of the first NaN among the points that hold."""
        points = self._drawn()
        for begin, turn, _ in self._parts(points.x):
            nan = np.isnan(points.raw[begin:turn])
            if nan.any():
                return float(points.x[begin + nan.argmax()])
        return None

    def _between(self, points: Points, start: float, stop: float) -> list[slice]:
        """Where the points between two x are that hold, part by part."""
        found = []
        for begin, turn, _ in self._parts(points.x):
            x = points.x[begin:turn]
            found.append(slice(begin + np.searchsorted(x, start), begin + np.searchsorted(x, stop, side="right")))
        return found

    def _range_between(self, start: float, stop: float, floor: float) -> Limits | None:
        points = self._drawn()
        found = []
        for inside in self._between(points, start, stop):
            for raw in {False, self.weight > 0.0}:
                values = points.raw if raw else points.now
                if inside.stop - inside.start < _MANY:
                    found.append(range_above(values[inside], floor))
                else:
                    found.append(self._blocks_of(points, raw, floor).range(values, inside.start, inside.stop))
        return _around(found)

    def _point(self, at: int) -> Point:
        if self._compact is not None:
            x, raw, now, time, step = self._compact.point(at)
        else:
            x, raw, now, time, step = (float(each[at]) for each in self._drawn())
        return Point(x, x if self.kind == "step" else step, time, raw, now if self.weight else np.nan)

    def _reduced(self, view: _View, points: Points) -> Lines:
        lines = Lines([], [], [])
        for begin, turn, end in self._parts(points.x):
            lines.now.append(self._reduce(view, points, begin, turn))
            if self.weight:
                lines.raw.append(self._reduce(view, points, begin, turn, raw=True))
            if turn < end:
                lines.old.append(self._reduce(view, points, max(turn - 1, begin), end))
        return lines

    def _reduce(self, view: _View, points: Points, begin: int, end: int, raw: bool = False) -> Reducer:
        reducer = view.reducer()
        x, values = points.x, points.raw if raw else points.now
        if end - begin < _MANY:
            reducer.extend(x[begin:end], values[begin:end])
            return reducer
        self._blocks_of(points, raw, reducer.floor).reduce(reducer, x, values, begin, end)
        return reducer

    def _blocks_of(self, points: Points, raw: bool, floor: float) -> Blocks:
        blocks = self._blocks.setdefault((raw, floor), Blocks(floor))
        blocks.extend(points.raw if raw else points.now)
        return blocks


def _ends(x: Floats, log: bool) -> Limits | None:
    """The first and the last of some ascending x, with ``log`` of those above 0."""
    first = int(np.searchsorted(x, 0.0, side="right")) if log else 0
    return (float(x[first]), float(x[-1])) if first < len(x) else None


def _around(ranges: list[Limits | None]) -> Limits | None:
    """The range that has all of these in it."""
    found = [limits for limits in ranges if limits is not None]
    return (min(low for low, _ in found), max(high for _, high in found)) if found else None


def _joined(pieces: list[Floats]) -> Floats:
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
