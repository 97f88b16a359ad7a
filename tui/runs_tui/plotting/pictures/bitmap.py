"""A picture as pixels, two for a unit each way: lines with smooth edges, text from a font of our own.

What a line covers is worked out column by column. In each of three columns of a pixel it is one interval, from its
highest to its lowest place there; the pen makes it thicker; how much of a pixel lies in it is the pixel's share of the
colour. That costs the same for ten points and for ten million, and no more than the pixels that it touches.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from runs_tui.images.encode import encode_png
from runs_tui.plotting.pictures import font
from runs_tui.plotting.pictures.canvas import DOT, FONT_SIZE, LOOSE, Anchor
from runs_tui.plotting.pictures.trace import Box, Trace
from runstore.series.growing import Floats

SCALE = font.SIZE / FONT_SIZE
"""Pixels of a unit."""
_FINE = 3
"""Columns in which a line is an interval, for a pixel."""

Indices = NDArray[np.int64]


class Bitmap:
    """Pixels, of which all are ``paper`` in the beginning."""

    def __init__(self, width: int, height: int, paper: str) -> None:
        self._pixels = np.empty((height, width, 3), np.float32)
        self._pixels[:] = _rgb(paper)
        self._share = np.zeros((height, width), np.float32)
        """How much of a pixel the present shape covers; 0 between shapes."""
        self._last = np.empty((height, width), np.int32)
        """Scratch: the last of several pieces that lie in a pixel."""

    def png(self) -> bytes:
        """The picture as a PNG file."""
        return encode_png(np.rint(self._pixels).astype(np.uint8))

    def text(self, x: float, y: float, text: str, colour: str, anchor: Anchor = "start") -> None:
        """See `Canvas`."""
        greys = font.text_pixels(text)
        left = round(x * SCALE) - {"start": 0, "middle": greys.shape[1] // 2, "end": greys.shape[1]}[anchor]
        rows, columns = np.nonzero(greys)
        share = greys[rows, columns].astype(np.float32) / np.float32(255)
        self._blend(rows + round(y * SCALE) - font.ASCENT, columns + left, share, colour)

    def rectangle(self, box: Box, colour: str) -> None:
        """See `Canvas`; with sharp edges, and never thinner than a pixel."""
        left, top = round(box.left * SCALE), round(box.top * SCALE)
        right, bottom = max(round(box.right * SCALE), left + 1), max(round(box.bottom * SCALE), top + 1)
        self._pixels[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = _rgb(colour)

    def line(self, trace: Trace, box: Box, colour: str, width: float, opacity: float = 1.0) -> None:
        """See `Canvas`."""
        upper, lower = _line_intervals(trace, box)
        self._fill(box, *_thicker(upper, lower, width / 2 * SCALE), colour, opacity)
        lonely = trace.lonely
        if lonely.any():
            upper, lower = _columns(trace.x[lonely], trace.top[lonely], trace.bottom[lonely], box)
            self._fill(box, *_thicker(upper, lower, DOT * width / 2 * SCALE), colour, opacity)

    def area(self, trace: Trace, box: Box, colour: str, opacity: float) -> None:
        """See `Canvas`."""
        upper, _ = _line_intervals(trace._replace(first=trace.top, last=trace.top), box)
        _, lower = _line_intervals(trace._replace(first=trace.bottom, last=trace.bottom), box)
        self._fill(box, upper, lower, colour, opacity)

    def _fill(self, box: Box, upper: Floats, lower: Floats, colour: str, opacity: float) -> None:
        """Colour what lies in the interval of each fine column, as far as it lies in the box."""
        begin, end = (box.top - LOOSE) * SCALE, (box.bottom + LOOSE) * SCALE
        left = round((box.left - LOOSE) * SCALE)
        rows, columns, part = _pieces(np.maximum(upper, begin), np.minimum(lower, end))
        inside = (rows >= 0) & (rows < len(self._share)) & (columns + left >= 0)
        inside &= columns + left < self._share.shape[1]
        rows, columns, part = rows[inside], columns[inside] + left, part[inside]
        np.add.at(self._share, (rows, columns), part)
        order = np.arange(len(rows), dtype=np.int32)
        self._last[rows, columns] = order
        once = self._last[rows, columns] == order
        rows, columns = rows[once], columns[once]
        share = self._share[rows, columns]
        self._share[rows, columns] = 0
        self._blend(rows, columns, share * np.float32(opacity), colour)

    def _blend(self, rows: Indices, columns: Indices, share: NDArray[np.float32], colour: str) -> None:
        """Lay a colour over pixels, each with its share; what is outside of the picture is left out."""
        height, width = self._pixels.shape[:2]
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        rows, columns = rows[inside], columns[inside]
        under = self._pixels[rows, columns]
        under += (np.array(_rgb(colour), np.float32) - under) * share[inside, None]
        self._pixels[rows, columns] = under


def _fine(x: Floats, box: Box) -> Floats:
    """Units as fine columns from the loose left edge of a box."""
    return (x - box.left + LOOSE) * (SCALE * _FINE)


def _columns(x: Floats, top: Floats, bottom: Floats, box: Box) -> tuple[Floats, Floats]:
    """Highest and lowest place in each fine column of what reaches from top to bottom at x; NaN where nothing does."""
    count = round((box.width + 2 * LOOSE) * SCALE) * _FINE
    upper, lower = np.full(count, np.inf), np.full(count, -np.inf)
    at = np.clip(_fine(x, box).astype(np.int64), 0, count - 1)
    np.minimum.at(upper, at, top * SCALE)
    np.maximum.at(lower, at, bottom * SCALE)
    nothing = upper > lower
    upper[nothing] = lower[nothing] = np.nan
    return upper, lower


def _line_intervals(trace: Trace, box: Box) -> tuple[Floats, Floats]:
    """The same with the straight lines between x that are joined."""
    upper, lower = _columns(trace.x, trace.top, trace.bottom, box)
    if len(trace.x) < 2:
        return upper, lower
    x, edges = _fine(trace.x, box), np.arange(len(upper) + 1)
    before = np.searchsorted(x, edges, side="right") - 1
    between = (before >= 0) & (before < len(x) - 1)
    before = np.where(between, before, 0)
    between &= trace.joined[before + 1]
    share = (edges - x[before]) / (x[before + 1] - x[before])
    start, stop = trace.last[before] * SCALE, trace.first[before + 1] * SCALE
    y = np.where(between, start + (stop - start) * share, np.nan)
    return np.fmin(upper, np.fmin(y[:-1], y[1:])), np.fmax(lower, np.fmax(y[:-1], y[1:]))


def _thicker(upper: Floats, lower: Floats, radius: float) -> tuple[Floats, Floats]:
    """The intervals of what a round pen covers whose middle passes over these."""
    wide, high = upper - radius, lower + radius
    for by in range(1, math.floor(radius * _FINE) + 1):
        reach = radius * math.sqrt(1 - (by / (radius * _FINE)) ** 2)
        for here, there in ((slice(by, None), slice(None, -by)), (slice(None, -by), slice(by, None))):
            wide[here] = np.fmin(wide[here], upper[there] - reach)
            high[here] = np.fmax(high[here], lower[there] + reach)
    return wide, high


def _pieces(upper: Floats, lower: Floats) -> tuple[Indices, Indices, NDArray[np.float32]]:
    """Row and column of the pixels in which the intervals of the fine columns lie, and how much of the pixel each of
    them covers; a pixel has up to three pieces."""
    there = np.flatnonzero(lower > upper)
    top, bottom = upper[there], lower[there]
    first = np.floor(top).astype(np.int64)
    count = np.ceil(bottom).astype(np.int64) - first
    rows = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count - first, count)
    part = np.minimum(rows + 1, np.repeat(bottom, count)) - np.maximum(rows, np.repeat(top, count))
    return rows, np.repeat(there // _FINE, count), (part / _FINE).astype(np.float32)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
