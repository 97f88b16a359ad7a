"""A curve among very many: the line alone, in as many points as a screen can show."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from runs_tui.plotting.axes import Bounds, Limits, XKind
from runs_tui.plotting.curve import Curve, Lines, Point
from runs_tui.plotting.limits import OPEN
from runstore.series.growing import Floats
from runstore.series.outliers import without_outliers
from runstore.series.reduction import Reducer

PARTS = 400
"""Equal parts of x of which each keeps its extremes: the dots across a very wide terminal."""
_AROUND = 0.5
"""How much of what is looked at is kept as finely on both sides of it."""
_WIDEST = 2.5
"""How much wider than what is looked at that may be, all together."""
_KEPT_REDUCTIONS = 2

_View = tuple[float, float, int, bool, bool]


class ThinCurve:
    """What a `Curve` of a run that has ended shows, smoothed if it is, without the line before smoothing.

    Of each of `PARTS` equal parts of its x it keeps the first, the last, the lowest and the highest point, and one that
    is not finite; also where values begin and cease to be finite. So no spike is lost, and where a part of a chart is
    as wide as one of them or wider, it is drawn as from all points, but for the values at its borders. ``bounds``:
    what is looked at, of which as many parts are kept, too, and of its surroundings.
    """

    def __init__(self, curve: Curve, bounds: Bounds = OPEN) -> None:
        self.kind: XKind = curve.kind
        self.weight = curve.weight
        self.first_nan = curve.first_nan
        self.version = 1
        points = curve.points()
        if (points.x[1:] < points.x[:-1]).any():
            points = points.sorted()
        finite = np.isfinite(points.now)
        whole = bool(finite.all())
        places = np.arange(len(finite)) if whole else np.flatnonzero(finite)
        x, values = (points.x, points.now) if whole else (points.x[places], points.now[places])
        self._near = _surroundings(_inside(bounds, curve.span())) if bounds != OPEN else None
        edges = _edges(x, self._near)
        starts = _starts(x, edges)
        self._means = _means(x, values, starts)
        kept = np.zeros(len(finite), dtype=np.bool_)
        kept[places[_telling(values, starts)]] = True
        kept[:1] = kept[-1:] = True
        if not whole:
            ends = np.flatnonzero(finite[1:] != finite[:-1])
            kept[ends] = kept[ends + 1] = True
            lost = np.flatnonzero(~finite)
            kept[lost[_starts(points.x[lost], edges)]] = True
        self._whole = bool(kept.all())
        points = points.taken(np.flatnonzero(kept))
        self._x = _narrow(points.x)
        # Smoothed, what is not finite is NaN; it is marked for what it was.
        self._now = _close(np.where(np.isfinite(points.raw), points.now, points.raw))
        self._start = float(points.times[0]) if len(points.times) else 0.0
        self._times = (points.times - self._start).astype(np.float32)
        self._reductions: dict[_View, Lines] = {}

    def __len__(self) -> int:
        return len(self._x)

    def fine_for(self, bounds: Bounds) -> bool:
        """Whether it has all that a screen can show of x between these bounds."""
        seen = _inside(bounds, self.span())
        if bounds == OPEN or self._whole or seen is None:
            return True
        near = self._near
        return (
            near is not None
            and near[0] <= seen[0]
            and seen[1] <= near[1]
            and near[1] - near[0] <= _WIDEST * (seen[1] - seen[0])
        )

    def span(self, log: bool = False) -> Limits | None:
        """As of a `Curve`."""
        x = self._x[self._x > 0] if log else self._x
        return (float(x[0]), float(x[-1])) if len(x) else None

    def range(
        self, start: float, stop: float, columns: int, log: bool = False, *, log_x: bool = False, robust: bool = False
    ) -> Limits | None:
        """As of a `Curve`."""
        first, last = np.searchsorted(self._x, start), np.searchsorted(self._x, stop, side="right")
        values = self._now[first:last].astype(np.float64)
        values = values[np.isfinite(values) & (values > 0.0)] if log else values[np.isfinite(values)]
        if len(values) == 0:
            return None
        limits = float(values.min()), float(values.max())
        return without_outliers(values, *limits, log) if robust else limits

    def lines(self, start: float, stop: float, columns: int, log: bool = False, *, log_x: bool = False) -> Lines:
        """As of a `Curve`, the line alone."""
        view = start, stop, columns, log, log_x
        lines = self._reductions.pop(view, None)
        if lines is None:
            reducer = Reducer(start, stop, columns, 0.0 if log else -np.inf, log=log_x)
            reducer.extend(self._x.astype(np.float64), self._now.astype(np.float64))
            lines = Lines([reducer], [], [])
        self._reductions[view] = lines
        while len(self._reductions) > _KEPT_REDUCTIONS:
            del self._reductions[next(iter(self._reductions))]
        return lines

    def first_from(self, x: float) -> Point | None:
        """The first point that was kept at ``x`` or after it."""
        return self._point(int(np.searchsorted(self._x, x)))

    def last_before(self, x: float, inclusive: bool = False) -> Point | None:
        """The last point that was kept before ``x`` (or at it)."""
        side: Literal["left", "right"] = "right" if inclusive else "left"
        return self._point(int(np.searchsorted(self._x, x, side=side)) - 1)

    def holding(self) -> tuple[Floats, Floats]:
        """The middle of each part, ascending, and the mean of its values: for the mean of several curves."""
        x, means = self._means
        return x.astype(np.float64), means.astype(np.float64)

    def _point(self, at: int) -> Point | None:
        if not 0 <= at < len(self._x):
            return None
        x = float(self._x[at])
        step = x if self.kind == "step" else np.nan
        return Point(x, step, self._start + float(self._times[at]), float(self._now[at]), np.nan)


def _inside(bounds: Bounds, span: Limits | None) -> Limits | None:
    """What is seen of a span between bounds; None for nothing."""
    if span is None:
        return None
    low, high = (end if bound is None else bound for bound, end in zip(bounds, span, strict=True))
    low, high = max(low, span[0]), min(high, span[1])
    return (low, high) if low < high else None


def _surroundings(seen: Limits | None) -> Limits | None:
    if seen is None:
        return None
    more = (seen[1] - seen[0]) * _AROUND
    return seen[0] - more, seen[1] + more


def _edges(x: Floats, near: Limits | None) -> Floats:
    """Where parts begin that are of the same width, and those of the same width in each half of ``near``."""
    if len(x) == 0:
        return x
    edges: Floats = x[0] + (x[-1] - x[0]) * (np.arange(PARTS) / PARTS)
    return edges if near is None else np.union1d(edges, np.linspace(*near, 2 * PARTS + 1))


def _starts(x: Floats, edges: Floats) -> NDArray[np.int64]:
    """The first point of each part that has points; ``x`` does not decrease."""
    found: NDArray[np.int64] = np.searchsorted(x, edges)
    return found[(np.diff(found, prepend=-1) > 0) & (found < len(x))]


def _telling(values: Floats, starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places of the first, last, lowest and highest value of each part, in no order."""
    if len(starts) == 0:
        return starts
    last = np.append(starts[1:], len(values)) - 1
    kept = [starts, last]
    for find in (np.minimum, np.maximum):
        extreme = np.flatnonzero(values == np.repeat(find.reduceat(values, starts), last + 1 - starts))
        kept.append(extreme[np.searchsorted(extreme, starts)])
    return np.concatenate(kept)


def _means(x: Floats, values: Floats, starts: NDArray[np.int64]) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Mean x and mean value of each part; the first and the last x stand for the ends."""
    if len(starts) == 0:
        return x, values
    sizes = np.diff(starts, append=len(x))
    most = sizes.max()  # by which is divided first: the sum of the largest floats is no float
    with np.errstate(over="ignore"):  # of the largest float itself the mean may be one bit more
        middle, means = (np.add.reduceat(each / most, starts) / sizes * most for each in (x, values))
    middle[0], middle[-1] = x[0], x[-1]
    return _close(middle), _close(means)


def _close(values: Floats) -> NDArray[np.floating]:
    """In half the bytes, where no value is too large for that."""
    with np.errstate(over="ignore"):
        narrow = values.astype(np.float32)
    return narrow if np.array_equal(np.isfinite(narrow), np.isfinite(values)) else values.copy()


def _narrow(x: Floats) -> NDArray[np.floating]:
    """In half the bytes, if that loses nothing."""
    with np.errstate(over="ignore"):
        narrow = x.astype(np.float32)
    return narrow if np.array_equal(narrow, x) else x.copy()
