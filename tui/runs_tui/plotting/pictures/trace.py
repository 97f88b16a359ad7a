"""A reduced line as places on a picture, in units from its top left corner."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from runs_tui.plotting.axes import Axis
from runs_tui.plotting.passing import INSIDE, Ends, Place
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


def trace_of(part: Reducer, box: Box, y: Axis, ends: Ends = INSIDE) -> Trace:
    """Where the columns of ``part``, which span the box, lie in it. Columns without points are left out; at an end
    beyond them the line goes on to the edge of the box."""
    at = np.flatnonzero(part.count)
    edges = _shares(np.array((part.first[at], part.last[at], part.high[at], part.low[at])), y)
    joined = part.joined[at]
    if len(at) and ends.before is not None:
        edge = _share_beyond(ends.before, -1, int(at[0]), edges[0, 0], y)
        at, edges, joined = np.append(-1, at), np.insert(edges, 0, edge, axis=1), np.append(False, joined)
    if len(at) and ends.after is not None:
        edge = _share_beyond(ends.after, len(part.count), int(at[-1]), edges[1, -1], y)
        at, joined = np.append(at, len(part.count)), np.append(joined, True)
        edges = np.insert(edges, edges.shape[1], edge, axis=1)
    x = box.left + (at + 0.5) / len(part.count) * box.width
    first, last, top, bottom = _placed(edges, box)
    return Trace(x, first, last, top, bottom, joined)


def _share_beyond(end: Place, edge: int, near: int, here: float, y: Axis) -> float:
    """Where a line to ``end`` is at the column ``edge``, which it passes on its way from ``here`` in ``near``."""
    [there] = _shares(np.array([end[1]]), y)
    return float(here + (there - here) * ((edge - near) / (end[0] - near)))


def heights(values: Floats, box: Box, y: Axis) -> Floats:
    """Where values lie on the axis of a box, downwards; what is far beyond it is brought nearer."""
    return _placed(_shares(values, y), box)


def _shares(values: Floats, y: Axis) -> Floats:
    """The same as parts of the height of any box, 0 at its top."""
    low, high = y.low, y.high
    if y.log:
        values, low, high = np.log10(np.maximum(values, 5e-324)), math.log10(low), math.log10(high)
    # Halved first: the span of the largest floats is no float.
    with np.errstate(over="ignore"):  # what lies so far outside is brought nearer
        shares: Floats = (high / 2 - values / 2) / (high / 2 - low / 2)
    return shares


def _placed(shares: Floats, box: Box) -> Floats:
    placed: Floats = box.top + np.clip(shares, -_BEYOND, _BEYOND) * box.height
    return placed
