"""Reduced series as dots: lines joined from column to column, and the characters that show them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from runs_tui.plotting.glyphs import Glyphs
from runstore.series.growing import Floats
from runstore.series.reduction import Reducer

Dots = NDArray[np.bool_]


def draw_line(line: Reducer, low: float, high: float, rows: int, log: bool = False) -> Dots:
    """The dots of a line, of shape (rows, columns), row 0 at ``high`` and the last row at ``low``.

    A column shows its lowest to its highest value; where the line goes on to the next column, the gap between
    the last value here and the first there is filled half in each. Columns between two points of one line are
    drawn on the straight line between them. What lies outside of ``low`` to ``high`` is cut off. With ``log``
    the values are drawn by their logarithm; ``low`` and ``high`` are values too.
    """
    columns = len(line.count)
    filled = line.count > 0
    if not filled.any():
        return np.zeros((rows, columns), dtype=np.bool_)
    scale = _Scale(low, high, rows, log)
    first, last = scale.row(line.first), scale.row(line.last)
    top, bottom = scale.row(line.high), scale.row(line.low)
    joined = line.joined.copy()
    joined[np.argmax(filled)] = False
    drawn = filled
    if not filled.all():
        _bridge(filled, joined, first, last, top, bottom)
        drawn = ~np.isnan(top)
    # One row beyond the picture is enough to show that a line leaves it.
    edges = np.stack((first, last, top, bottom))
    edges[:, ~drawn] = 0.0
    begin, end, upper, lower = np.rint(edges.clip(-1, rows)).astype(np.int64)
    upper[~drawn] = rows
    at = np.flatnonzero(joined[1:] & drawn[:-1] & drawn[1:])
    here, there = end[at], begin[at + 1]
    middle = (here + there) // 2
    down = there > here
    upper[at] = np.minimum(upper[at], np.where(down, here, np.minimum(middle + 1, here)))
    lower[at] = np.maximum(lower[at], np.where(down, middle, here))
    upper[at + 1] = np.minimum(upper[at + 1], np.where(down, np.minimum(middle + 1, there), there))
    lower[at + 1] = np.maximum(lower[at + 1], np.where(down, there, middle))
    row = np.arange(rows)[:, None]
    dots: Dots = (row >= upper) & (row <= lower)
    return dots


def lonely(line: Reducer) -> NDArray[np.int64]:
    """Columns whose points are joined to nothing on either side: a single dot there is easily missed."""
    filled = np.flatnonzero(line.count > 0)
    if len(filled) == 0:
        return filled
    before = line.joined[filled].copy()
    before[0] = False
    after = np.append(before[1:], False)
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


def to_cells(dots: Dots, glyphs: Glyphs) -> NDArray[np.uint32]:
    """The characters that show ``dots``, whose shape is a multiple of the dots in a cell."""
    height, width = dots.shape[0] // glyphs.down, dots.shape[1] // glyphs.across
    blocks = np.zeros((height, width, 8), dtype=np.bool_)
    cells = dots.reshape(height, glyphs.down, width, glyphs.across).swapaxes(1, 2)
    blocks[:, :, : glyphs.down * glyphs.across] = cells.reshape(height, width, -1)
    bits = np.packbits(blocks.reshape(-1), bitorder="little").reshape(height, width)
    characters: NDArray[np.uint32] = glyphs.patterns[bits]
    return characters


class _Scale:
    """Values to rows of dots, as fractions."""

    def __init__(self, low: float, high: float, rows: int, log: bool) -> None:
        self.log = log
        self.low: float = math.log10(low) if log else low
        self.high: float = math.log10(high) if log else high
        self.rows = rows

    def row(self, values: Floats) -> Floats:
        values = np.log10(values) if self.log else values
        # Halved first: the span of the largest floats is no float.
        rows: Floats = (self.high / 2 - values / 2) / (self.high / 2 - self.low / 2) * (self.rows - 1)
        return rows


def _bridge(filled: Dots, joined: Dots, first: Floats, last: Floats, top: Floats, bottom: Floats) -> None:
    """Give the empty columns between joined ones a value, in place."""
    columns = np.arange(len(filled))
    before = np.maximum.accumulate(np.where(filled, columns, -1))
    after = np.minimum.accumulate(np.where(filled, columns, len(filled))[::-1])[::-1]
    empty = np.flatnonzero(~filled & (before >= 0) & (after < len(filled)))
    empty = empty[joined[after[empty]]]
    left, right = before[empty], after[empty]
    between = last[left] + (first[right] - last[left]) * ((empty - left) / (right - left))
    for rows in (first, last, top, bottom):
        rows[empty] = between
    joined[empty] = True
