"""Series whose x goes back: which of their points hold, and how they are smoothed."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from runstore.series.growing import Floats
from runstore.series.smoothing import Smoother

_MOST = 64
_State = tuple[float, int]
"""A smoothed value, and how many finite values led to it."""


class Part(NamedTuple):
    """The points from ``begin`` to ``end`` in order of x: up to ``turn`` they hold, later parts replaced the rest."""

    begin: int
    turn: int
    end: int


class Restarts:
    """The places where the x of a growing series goes back.

    Such a series was resumed: of what an earlier part drew beyond that x, the later part is the truth. Where x goes
    back all the time, the points are in no order.
    """

    def __init__(self) -> None:
        self._starts = [0]
        self._count = 0
        self._size = 0
        self._scattered = False

    def extend(self, x: Floats, steps: NDArray[np.int64] | None = None) -> bool:
        """Take in the whole x as it is now; whether it went back among what is new.

        With ``steps`` x is a value of its own: where it goes back and they do not, its points are in no order.
        """
        first = max(self._size, 1)
        back = np.flatnonzero(x[first:] < x[first - 1 : -1]) + first
        self._size = len(x)
        self._count += len(back)
        self._starts += back[: _MOST + 1 - len(self._starts)].tolist()
        if steps is not None and (steps[back] >= steps[back - 1]).any():
            self._scattered = True
        return len(back) > 0

    @property
    def ordered(self) -> bool:
        """Whether x never went back."""
        return self._count == 0

    @property
    def unordered(self) -> bool:
        """Whether x goes back so often that the order of the points means nothing."""
        return self._scattered or self._count > _MOST or (self._count > 8 and self._count * 10 > self._size)

    def smoothed(self, values: Floats, x: Floats, weight: float) -> Smoother:
        """All ``values`` smoothed. Each part goes on from the last point before its x that it did not replace: what a
        run was taken back from, such as a divergence, has no influence on what came in its place."""
        smoother = Smoother(weight)
        begun: list[tuple[int, _State]] = []
        for begin, end in pairwise([*([0] if self.unordered else self._starts), len(values)]):
            state = _before(begin, begun, values, smoother.values, x)
            begun.append((begin, state))
            smoother.go_on_from(*state)
            smoother.extend(values[begin:end])
        return smoother

    def parts(self, x: Floats) -> list[Part]:
        """The parts of x, which is not unordered, or has been sorted."""
        if self.unordered or self.ordered:
            return [Part(0, len(x), len(x))]
        starts = [*self._starts, len(x)]
        parts = []
        limit = np.inf
        for begin, end in zip(starts[-2::-1], starts[:0:-1], strict=True):
            parts.append(Part(begin, begin + int(np.searchsorted(x[begin:end], limit, side="right")), end))
            limit = min(limit, x[begin])
        return parts[::-1]


def _before(begin: int, begun: list[tuple[int, _State]], values: Floats, smoothed: Floats, x: Floats) -> _State:
    """What the part at ``begin`` goes on from; ``begun`` has the same of the parts before it, and their begins."""
    stop = begin
    for start, state in reversed(begun):
        held = start + int(np.searchsorted(x[start:stop], x[begin]))
        finite = np.flatnonzero(np.isfinite(values[start:held]))
        if len(finite):
            return float(smoothed[start + finite[-1]]), state[1] + len(finite)
        if held > start:
            return state
        stop = start
    return 0.0, 0
