"""Reduced series as dots: lines joined from column to column, areas, and the dots of each cell."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from runs_tui.plotting.axes import HUGE
from runs_tui.plotting.glyphs import Glyphs
from runs_tui.plotting.passing import INSIDE, Ends
from runstore.series.growing import Floats
from runstore.series.reduction import Reducer

Dots = NDArray[np.bool_]
Rows = NDArray[np.int64]
Bits = NDArray[np.uint8]

_LEAST = 5e-324  # the least number above 0: its logarithm is finite


def reach(
    line: Reducer, low: float, high: float, rows: int, log: bool = False, ends: Ends = INSIDE
) -> tuple[Rows, Rows]:
    """The uppermost and the lowermost row of a line in each column, row 0 at ``high`` and row ``rows`` - 1 at ``low``.

    A column reaches from its lowest to its highest value; where the line goes on to the next column, the gap between
    the last value here and the first there is filled half in each. Columns between two points of one line, or between
    one and an end beyond the columns, are drawn on the straight line between them. What lies outside of ``low`` to
    ``high`` is on row -1 or ``rows``; a column without a line has ``rows`` + 1 for both. With ``log`` the values are
    drawn by their logarithm; ``low`` and ``high`` are values too.
    """
    upper, lower = np.full((2, len(line.count) + 2), rows + 1, dtype=np.int64)  # one column more on both sides
    points = np.flatnonzero(line.count)
    if len(points) == 0:
        return upper[1:-1], lower[1:-1]
    start, stop = (-1 if ends.before else points[0]), (len(line.count) if ends.after else points[-1])
    edges = _edges(line, low, high, rows, log, ends)[:, start + 1 : stop + 2]
    joined = np.zeros(len(line.count) + 2, dtype=np.bool_)
    joined[1:-1], joined[-1] = line.joined, True
    joined = joined[start + 1 : stop + 2]
    filled = ~np.isnan(edges[0])
    gaps = not filled.all()
    if gaps:
        _bridge(filled, joined, edges)
        nowhere = np.isnan(edges[0])
        edges[:, nowhere] = 0
    part = slice(start + 1, stop + 2)
    begin, end, upper[part], lower[part] = _whole(edges, rows)
    _join(joined, begin, end, upper[part], lower[part])
    if gaps:
        upper[part][nowhere] = lower[part][nowhere] = rows + 1
    return upper[1:-1], lower[1:-1]


def _edges(line: Reducer, low: float, high: float, rows: int, log: bool, ends: Ends) -> Floats:
    """The rows, not yet whole, of the first, last, highest and lowest value of each column, of one column before them
    and one after; NaN where there is none."""
    columns = len(line.count)
    edges = np.full((4, columns + 2), np.nan)
    edges[:, 1:-1] = line.first, line.last, line.high, line.low
    edges = _to_rows(edges, low, high, rows, log)
    for place, edge, nearest, value in (ends.before, 0, 0, 0), (ends.after, columns + 1, -1, 1):
        if place is not None:
            near = np.flatnonzero(line.count)[nearest]
            [there] = _to_rows(np.array([place[1]]), low, high, rows, log)
            here = edges[value, near + 1]
            edges[:, edge] = here + (there - here) * ((edge - 1 - near) / (place[0] - near))
    return edges


def reach_of_band(band: Reducer, low: float, high: float, rows: int, log: bool = False) -> tuple[Rows, Rows]:
    """The same for an area from the lowest to the highest value of each column. Between two columns that are joined
    its edges are straight."""
    upper, lower = np.full((2, len(band.count)), rows + 1, dtype=np.int64)
    filled = np.flatnonzero(band.count > 0)
    if len(filled) == 0:
        return upper, lower
    columns = np.arange(filled[0], filled[-1] + 1)
    edges = np.array((band.high[filled], band.low[filled]))
    edges = _to_rows(np.maximum(edges, _LEAST) if log else edges, low, high, rows, log)
    following = np.searchsorted(filled, columns)
    covered = columns[(filled[following] == columns) | band.joined[filled[following]]]
    upper[covered], lower[covered] = _whole(np.array([np.interp(covered, filled, edge) for edge in edges]), rows)
    return upper, lower


def _whole(edges: Floats, rows: int) -> Rows:
    """Rows as whole numbers. One row beyond the picture is enough to show that a line leaves it."""
    np.maximum(edges, -1, out=edges)
    np.minimum(edges, rows, out=edges)
    whole: Rows = np.rint(edges, out=edges).astype(np.int64)
    return whole


def _to_rows(values: Floats, low: float, high: float, rows: int, log: bool) -> Floats:
    """Values as rows of dots, not yet whole."""
    if log:
        values, low, high = np.log10(values), math.log10(low), math.log10(high)
    # Halved first: the span of the largest floats is no float.
    scale = (rows - 1) / (high / 2 - low / 2)
    with np.errstate(over="ignore"):  # what lies so far outside is cut off
        placed: Floats = (high / 2 - values / 2) * scale
    return np.clip(placed, -HUGE, HUGE, out=placed)  # two of them still have a finite distance


def _bridge(filled: Dots, joined: Dots, edges: Floats) -> None:
    """Give the empty columns between joined ones a value, in place; ``edges`` are first, last, highest, lowest."""
    columns = np.arange(len(filled))
    before = np.maximum.accumulate(np.where(filled, columns, 0))
    after = np.minimum.accumulate(np.where(filled, columns, len(filled))[::-1])[::-1]
    empty = np.flatnonzero(~filled)
    empty = empty[joined[after[empty]]]
    left, right = before[empty], after[empty]
    start, stop = edges[1, left], edges[0, right]
    edges[:, empty] = start + (stop - start) * ((empty - left) / (right - left))
    joined[empty] = True


def _join(joined: Dots, begin: Rows, end: Rows, upper: Rows, lower: Rows) -> None:
    """Fill the gap between a column and the next one where they are joined, half in each, in place."""
    middle = (end[:-1] + begin[1:]) // 2
    # Both columns reach to the middle; the one above is there already, and so is the one below.
    down = np.where(joined[1:], middle, -1)
    up = np.where(joined[1:], middle + 1, np.iinfo(np.int64).max)
    for side in (slice(None, -1), slice(1, None)):
        np.maximum(lower[side], down, out=lower[side])
        np.minimum(upper[side], up, out=upper[side])


def lonely(line: Reducer, ends: Ends = INSIDE) -> NDArray[np.int64]:
    """Columns whose points are joined to nothing on either side: a single dot there is easily missed."""
    filled = np.flatnonzero(line.count > 0)
    before = line.joined[filled]
    if len(filled) == 0 or (len(filled) > 1 and before[1:].all()):
        return filled[:0]
    before[0] = ends.before is not None
    after = np.append(before[1:], ends.after is not None)
    alone: NDArray[np.int64] = filled[~before & ~after & (line.low[filled] == line.high[filled])]
    return alone


def stretches(flags: Dots, filled: Dots) -> Dots:
    """``flags`` with all columns between two flagged ones, if no point of the line lies between them."""
    flagged = np.flatnonzero(flags)
    points = np.cumsum(filled)
    start, stop = flagged[:-1], flagged[1:]
    together = points[start] == points[stop]
    steps = np.zeros(len(flags), dtype=np.int64)
    np.add.at(steps, start[together], 1)
    np.add.at(steps, stop[together], -1)
    between: Dots = flags | (np.cumsum(steps) > 0)
    return between


def bits_between(upper: Rows, lower: Rows, height: int, glyphs: Glyphs) -> Bits:
    """The dots of an area from the uppermost to the lowermost row in each column, on ``height`` rows of cells, as the
    bits of `Glyphs.patterns`."""
    first = (np.arange(height, dtype=np.int16) * glyphs.down)[:, None]
    within = [
        np.minimum(np.maximum(edge.astype(np.int16) - first, 0), glyphs.down) for edge in (upper, lower + 1)
    ]  # dots of a cell above the area, and down to its end
    above = _dots_down_to(glyphs)
    bits: Bits = above[within[1]] & ~above[within[0]]
    for column in range(1, glyphs.across):
        bits[:, :: glyphs.across] |= bits[:, column :: glyphs.across] << np.uint8(column)
    return bits[:, :: glyphs.across]


@cache
def _dots_down_to(glyphs: Glyphs) -> Bits:
    """The bits of the first dots in the left column of a cell, by how many they are."""
    dots = [1 << row * glyphs.across for row in range(glyphs.down)]
    return np.array([sum(dots[:count]) for count in range(glyphs.down + 1)], dtype=np.uint8)
