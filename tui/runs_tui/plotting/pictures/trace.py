"""A reduced line as places on a picture, in units from its top left corner."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from runs_tui.plotting.axes import Axis
from runstore.series.growing import Floats
from runstore.series.reduction import Flags, Reducer

_BEYOND = 8.0
"""Heights of a plot beyond which what leaves it is cut: a picture holds no number of any size."""


class Box(NamedTuple):
    """A rectangle."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height


class Trace(NamedTuple):
    """A line from left to right: at each ``x`` it comes in at ``first``, reaches from ``top`` down to ``bottom`` and
    goes on from ``last``, straight to the next x, if that is ``joined`` to it."""

    x: Floats
    first: Floats
    last: Floats
    top: Floats
    bottom: Floats
    joined: Flags

    @property
    def lonely(self) -> Flags:
        """What is joined to nothing on either side, and no longer than a point."""
        before = self.joined.copy()
        before[:1] = False
        after = np.append(before[1:], False)
        alone: Flags = ~before & ~after & (self.bottom - self.top < 0.5)
        return alone


def trace_of(part: Reducer, box: Box, y: Axis) -> Trace:
    """Where the columns of ``part``, which span the box, lie in it. Columns without points are left out."""
    at = np.flatnonzero(part.count)
    x = box.left + (at + 0.5) / len(part.count) * box.width
    edges = np.array((part.first[at], part.last[at], part.high[at], part.low[at]))
    first, last, top, bottom = heights(edges, box, y)
    return Trace(x, first, last, top, bottom, part.joined[at])


def heights(values: Floats, box: Box, y: Axis) -> Floats:
    """Where values lie on the axis of a box, downwards; what is far beyond it is brought nearer."""
    low, high = y.low, y.high
    if y.log:
        values, low, high = np.log10(np.maximum(values, 5e-324)), math.log10(low), math.log10(high)
    # Halved first: the span of the largest floats is no float.
    share = (high / 2 - values / 2) / (high / 2 - low / 2)
    placed: Floats = box.top + np.clip(share, -_BEYOND, _BEYOND) * box.height
    return placed
