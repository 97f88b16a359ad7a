"""Points in few bytes, for many curves of runs that have ended."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from runs_tui.plotting.axes import XKind
from runs_tui.plotting.growing_points import Points
from runstore.series.growing import Floats

_CLOSE = 1e-6
"""How much of its span a smoothed value may be off: far below a dot of any screen."""


class CompactPoints:
    """x and values to the last bit, smoothed values as far as they can be seen apart, times to the millisecond."""

    def __init__(self, points: Points, kind: XKind) -> None:
        self._x = _even(points.x) or _narrow(points.x)
        self._raw = _narrow(points.raw)
        self._now = None if points.now is points.raw else _narrow(points.now, _CLOSE)
        self._times = _milliseconds(points.times) or _narrow(points.times)
        self._steps = None if kind == "step" else points.steps.copy()

    def wide(self) -> Points:
        """The points again, without times and steps."""
        raw = self._raw.numbers()
        return Points(self._x.numbers(), raw, self._now.numbers() if self._now else raw)

    def complete(self) -> Points:
        """The points again."""
        wide = self.wide()
        steps = wide.x.astype(np.int64) if self._steps is None else self._steps
        return wide._replace(times=self._times.numbers(), steps=steps)

    @property
    def x(self) -> Floats:
        """x of the points."""
        return self._x.numbers()

    def point(self, at: int) -> tuple[float, float, float, float, float]:
        """One of them: x, value, smoothed value, time, step."""
        x, raw = self._x.number(at), self._raw.number(at)
        now = raw if self._now is None else self._now.number(at)
        return x, raw, now, self._times.number(at), x if self._steps is None else float(self._steps[at])


class _Even(NamedTuple):
    """Numbers with the same gap everywhere, to the last bit."""

    size: int
    first: float
    gap: float

    def numbers(self) -> Floats:
        return _count_up(*self)

    def number(self, at: int) -> float:
        return float(self.numbers()[at])


class _Stored(NamedTuple):
    """Numbers as they are, or in half the bytes."""

    kept: NDArray[np.float64] | NDArray[np.float32]

    def numbers(self) -> Floats:
        return np.asarray(self.kept, np.float64)

    def number(self, at: int) -> float:
        return float(self.kept[at])


class _Milliseconds(NamedTuple):
    """Times as milliseconds since the first."""

    first: float
    since: NDArray[np.uint32]

    def numbers(self) -> Floats:
        return self.first + self.since / 1e3

    def number(self, at: int) -> float:
        return self.first + int(self.since[at]) / 1e3


@lru_cache(maxsize=16)
def _count_up(size: int, first: float, gap: float) -> Floats:
    """Read-only: runs that log alike share it."""
    numbers = first + gap * np.arange(size, dtype=np.float64)
    numbers.flags.writeable = False
    return numbers


def _even(values: Floats) -> _Even | None:
    if len(values) < 2:
        return None
    even = _Even(len(values), float(values[0]), float(values[1] - values[0]))
    return even if np.array_equal(values, even.numbers()) else None


def _narrow(values: Floats, tolerance: float = 0.0) -> _Stored:
    """In half the bytes, if that loses nothing, or at most so much of the span of the values and no sign."""
    finite = values[np.isfinite(values)]
    with np.errstate(over="ignore", under="ignore"):
        narrow = values.astype(np.float32)
        off = np.abs(finite.astype(np.float32) - finite).max(initial=0.0)
    span = np.ptp(finite) if len(finite) and tolerance else 0.0
    close = off <= tolerance * span and np.array_equal(narrow == 0.0, values == 0.0)
    return _Stored(narrow if close else values.copy())


def _milliseconds(times: Floats) -> _Milliseconds | None:
    """Of times that lie within 49 days."""
    if len(times) == 0 or not np.isfinite(times).all() or np.ptp(times) >= 2**32 / 1e3:
        return None
    first = float(times.min())
    return _Milliseconds(first, np.round((times - first) * 1e3).astype(np.uint32))
