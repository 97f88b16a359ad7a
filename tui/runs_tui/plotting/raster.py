"""Reduced series as dots: lines joined from column to column, and the characters that show them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from runs_tui.plotting.glyphs import Glyphs
from runstore.series.growing import Floats
from runstore.series.reduction import Reducer

Dots = NDArray[np.bool_]
Rows = NDArray[np.int64]


def draw_line(line: Reducer, low: float, high: float, rows: int, log: bool = False) -> Dots:
    """The dots of a line, of shape (rows, columns), row 0 at ``high`` and the last row at ``low``.

    A column shows its lowest to its highest value; where the line goes on to the next column, the gap between
    the last value here and the first there is filled half in each. Columns between two points of one line are
    drawn on the straight line between them. What lies outside of ``low`` to ``high`` is cut off. With ``log``
    the values are drawn by their logarithm; ``low`` and ``high`` are values too.
    """
    dots = np.zeros((rows, len(line.count)), dtype=np.bool_)
    filled = line.count > 0
    points = np.flatnonzero(filled)
    if len(points) == 0:
        return dots
    part = slice(points[0], points[-1] + 1)
    filled, joined = filled[part], line.joined[part].copy()
    joined[0] = False
    edges = np.array((line.first[part], line.last[part], line.high[part], line.low[part]))
    edges = _to_rows(edges, low, high, rows, log)
    if len(points) < len(filled):
        _bridge(filled, joined, edges)
        filled = edges[0] == edges[0]
        edges[:, ~filled] = rows
    # One row beyond the picture is enough to show that a line leaves it.
    np.maximum(edges, -1, out=edges)
    np.minimum(edges, rows, out=edges)
    begin, end, upper, lower = np.rint(edges).astype(np.int64)
    _join(joined, begin, end, upper, lower)
    row = np.arange(rows)[:, None]
    dots[:, part] = (row >= upper) & (row <= lower) & filled
    return dots


def _to_rows(values: Floats, low: float, high: float, rows: int, log: bool) -> Floats:
    """Values as rows of dots, not yet whole."""
    if log:
        values, low, high = np.log10(values), math.log10(low), math.log10(high)
    # Halved first: the span of the largest floats is no float.
    scale = (rows - 1) / (high / 2 - low / 2)
    placed: Floats = (high / 2 - values / 2) * scale
    return placed


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
    gap = joined[1:] & (np.abs(end[:-1] - begin[1:]) > 1)
    at = np.flatnonzero(gap)
    here, there = end[at], begin[at + 1]
    middle = (here + there) // 2
    down = there > here
    upper[at] = np.minimum(upper[at], np.where(down, here, middle + 1))
    lower[at] = np.maximum(lower[at], np.where(down, middle, here))
    upper[at + 1] = np.minimum(upper[at + 1], np.where(down, middle + 1, there))
    lower[at + 1] = np.maximum(lower[at + 1], np.where(down, there, middle))


def lonely(line: Reducer) -> NDArray[np.int64]:
    """Columns whose points are joined to nothing on either side: a single dot there is easily missed."""
    filled = np.flatnonzero(line.count > 0)
    before = line.joined[filled]
    if len(filled) == 0 or (len(filled) > 1 and before[1:].all()):
        return filled[:0]
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
    blocks = dots.reshape(height, glyphs.down, width, glyphs.across).swapaxes(1, 2).reshape(height, width, -1)
    if blocks.shape[2] < 8:
        blocks = np.concatenate([blocks, np.zeros((height, width, 8 - blocks.shape[2]), dtype=np.bool_)], axis=2)
    bits = np.packbits(blocks.reshape(-1), bitorder="little").reshape(height, width)
    characters: NDArray[np.uint32] = glyphs.patterns[bits]
    return characters
