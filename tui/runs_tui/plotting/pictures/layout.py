"""Where everything stands on a picture: panels in rows and columns, each with its title, legend, axes and curves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from runs_tui.plotting.axes import Axis, x_axis, x_limits
from runs_tui.plotting.curve import Lines, Plotted
from runs_tui.plotting.histogram import Histogram, count_axis
from runs_tui.plotting.look import Look, Title
from runs_tui.plotting.marks import x_text
from runs_tui.plotting.passing import INSIDE, Ends, ends_of
from runs_tui.plotting.pictures.canvas import FONT_SIZE, Canvas
from runs_tui.plotting.pictures.headings import LINE, Entry, draw_legend, draw_title, width_of
from runs_tui.plotting.pictures.inks import Inks
from runs_tui.plotting.pictures.trace import Box, heights, trace_of
from runs_tui.plotting.raster import stretches
from runs_tui.plotting.scales import scales_of
from runstore.series.reduction import Flags, Reducer

_MARGIN, _BETWEEN = 16.0, 32.0
_GAP = 8.0
_LETTER, _ROW = 7.2, 16.0
"""Units that stand for a cell of a terminal: they decide how many ticks there are."""
_FEW = 8
"""Curves that are drawn with a thick line."""
_COLUMNS = 2
"""Columns of a reduced series in a unit."""


class Panel(NamedTuple):
    """One chart of a picture: curves over one axis, or a histogram. ``look`` has the colours and names of curves."""

    content: Sequence[Plotted] | Histogram
    title: Title
    look: Look = Look()


def draw(panels: Sequence[Panel], canvas: Canvas, width: float, height: float, inks: Inks, across: int) -> None:
    """All panels on a picture of this size, ``across`` in a row."""
    inside = Box(_MARGIN, _MARGIN, max(width - 2 * _MARGIN, 1.0), max(height - 2 * _MARGIN, 1.0))
    if len(panels) == 1:
        _draw_panel(panels[0], canvas, inside, inks, _entries(panels))
        return
    taken = draw_legend(canvas, inside, inks, _entries(panels))
    rows = -(-len(panels) // across)
    size = (inside.width + _BETWEEN) / across, (inside.height - taken + _MARGIN) / rows
    for number, panel in enumerate(panels):
        row, column = divmod(number, across)
        box = Box(inside.left + column * size[0], inside.top + taken + row * size[1],
                  size[0] - _BETWEEN, size[1] - _MARGIN)  # fmt: skip
        _draw_panel(panel, canvas, box, inks, ())


def _entries(panels: Sequence[Panel]) -> list[Entry]:
    """The names in all legends, each once."""
    found: dict[Entry, None] = {}
    for panel in panels:
        for number, name in enumerate(panel.look.names):
            found[Entry(name, panel.look.hue_at(number))] = None
    return list(found)


def _draw_panel(panel: Panel, canvas: Canvas, box: Box, inks: Inks, entries: Sequence[Entry]) -> None:
    draw_title(canvas, box, inks, panel.title)
    taken = LINE + 6
    taken += draw_legend(canvas, Box(box.left, box.top + taken, box.width, box.height), inks, entries)
    plot = Box(box.left, box.top + taken, box.width, box.height - taken - LINE)
    if plot.height < _ROW or plot.width < 4 * _LETTER:
        return
    if isinstance(panel.content, Histogram):
        _draw_histogram(panel.content, panel.look, canvas, plot, inks)
    else:
        _draw_curves(panel.content, panel.look, canvas, plot, inks)


def _draw_curves(curves: Sequence[Plotted], look: Look, canvas: Canvas, box: Box, inks: Inks) -> None:
    rows = max(int(box.height / _ROW), 1)
    scales = scales_of(curves, int(box.width * _COLUMNS), rows, look)
    if scales is None:
        _say(canvas, box, inks, "no points yet")
        return
    plot = _beside_labels(box, scales.y)
    x = x_axis(scales.x, int(plot.width / _LETTER), scales.kind, look.zone, scales.log_x)
    _draw_axes(canvas, plot, inks, x, scales.y)
    columns = max(int(plot.width * _COLUMNS), 1)
    lines = [curve.lines(*scales.x, columns, look.log, log_x=scales.log_x) for curve in curves]
    if scales.y is None:
        _say(canvas, plot, inks, "nothing above 0" if look.log else "no finite value")
    else:
        limited = look.x_limits is not None
        ends = ends_of(curves, lines, scales.x, columns, look.log, scales.log_x) if limited else {}
        _draw_lines(lines, ends, look, canvas, plot, inks, scales.y)
    _draw_marks(lines, look, canvas, plot, inks)
    _name_nan(curves, look, canvas, plot, inks, x)


def _draw_lines(
    lines: Sequence[Lines], ends: Mapping[int, Ends], look: Look, canvas: Canvas, box: Box, inks: Inks, y: Axis
) -> None:
    """Areas first, then what lies behind the lines, then the lines."""
    width = 1.6 if len(lines) <= _FEW else 1.2
    colours = [inks.curve(look.hue_at(number)) for number in range(len(lines))]
    for each, colour in zip(lines, colours, strict=True):
        for part in each.band:
            canvas.area(trace_of(part, box, y), box, colour, 0.2)
    for each, colour in zip(lines, colours, strict=True):
        for part in each.old:
            canvas.line(trace_of(part, box, y), box, inks.dim, 1.0, 0.6)
        for part in each.raw:
            canvas.line(trace_of(part, box, y, ends.get(id(part), INSIDE)), box, colour, 1.0, inks.faint)
    for each, colour in zip(lines, colours, strict=True):
        for part in each.now:
            canvas.line(trace_of(part, box, y, ends.get(id(part), INSIDE)), box, colour, width)


def _draw_marks(lines: Sequence[Lines], look: Look, canvas: Canvas, box: Box, inks: Inks) -> None:
    """Where values are not finite: x and an arrow up at the top, an arrow down at the bottom; of several curves in
    their colours."""
    for number, each in enumerate(lines):
        alarm = inks.bad if len(lines) == 1 else inks.curve(look.hue_at(number))
        for part in each.marks:
            _mark(canvas, box, part, part.nan, "×", box.top + 9, alarm)
            _mark(canvas, box, part, part.above, "↑", box.top + 9, alarm)
            # On a log axis 0 has no place, which is nothing to worry about.
            _mark(canvas, box, part, part.below, "↓", box.bottom - 3, inks.dim if look.log else alarm)


def _mark(canvas: Canvas, box: Box, part: Reducer, flags: Flags, sign: str, y: float, colour: str) -> None:
    """The sign once for each stretch, and a rule as long as the stretch."""
    if not flags.any():
        return
    marked = stretches(flags, part.count > 0)
    ends = np.flatnonzero(np.diff(np.concatenate(([False], marked, [False])).astype(np.int8))).reshape(-1, 2)
    unit = box.width / len(marked)
    last = -math.inf
    for start, stop in ends.tolist():
        left, right = box.left + start * unit, box.left + stop * unit
        if right - left > 2 * _LETTER:
            canvas.rectangle(Box(left, y - 5, right - left, 1.0), colour)
        if left - last >= _LETTER:
            canvas.text(left + unit / 2, y, sign, colour, "middle")
            last = left


def _name_nan(curves: Sequence[Plotted], look: Look, canvas: Canvas, box: Box, inks: Inks, x: Axis) -> None:
    """Say where the first NaN of all is, below its mark, if that hides little."""
    found = [(curve.first_nan, at) for at, curve in enumerate(curves) if curve.first_nan is not None]
    inside = [(place, at) for place, at in found if x.low <= place <= x.high]
    if not inside:
        return
    place, number = min(inside)
    text = f"NaN at {x_text(place, curves[number], look.zone)}"
    if width_of(text) > box.width / 4 or box.height < 6 * _ROW:
        return
    left = box.left + _share(place, x) * box.width + _LETTER / 2
    colour = inks.bad if len(curves) == 1 else inks.curve(look.hue_at(number))
    ends = left + width_of(text) > box.right
    canvas.text(left - _LETTER if ends else left, box.top + 24, text, colour, "end" if ends else "start")


def _draw_histogram(bins: Histogram, look: Look, canvas: Canvas, box: Box, inks: Inks) -> None:
    if not len(bins.counts):
        _say(canvas, box, inks, "no finite value")
        return
    limits = x_limits(float(bins.edges[0]), float(bins.edges[-1]), "value", live=False)
    counts = bins.counts.astype(np.float64)
    y = count_axis(counts, max(int(box.height / _ROW), 1))
    plot = _beside_labels(box, y)
    _draw_axes(canvas, plot, inks, x_axis(limits, int(plot.width / _LETTER), "value"), y)
    places = plot.left + (bins.edges - limits[0]) / (limits[1] - limits[0]) * plot.width
    for left, right, top in zip(places, places[1:], heights(counts, plot, y), strict=False):
        if top < plot.bottom:
            gap = min((right - left) / 8, 1.0)
            canvas.rectangle(
                Box(left + gap, top, right - left - 2 * gap, plot.bottom - top), inks.curve(look.hue_at(0))
            )


def _beside_labels(box: Box, y: Axis | None) -> Box:
    """What labels of y leave of a box."""
    labels = max((width_of(tick.label) for tick in y.ticks), default=0.0) if y else 0.0
    gutter = min(max(labels + _GAP, 4 * _LETTER), box.width / 2)
    return Box(box.left + gutter, box.top, box.width - gutter, box.height)


def _draw_axes(canvas: Canvas, box: Box, inks: Inks, x: Axis, y: Axis | None) -> None:
    for tick in y.ticks if y else ():
        at = float(heights(np.array([tick.at]), box, y)[0]) if y else box.bottom
        if at < box.bottom - 1:
            canvas.rectangle(Box(box.left, at, box.width, 1.0), inks.grid)
        canvas.text(box.left - 6, at + 4.5, tick.label, inks.dim, "end")
    canvas.rectangle(Box(box.left - 1, box.top, 1.0, box.height), inks.rule)
    canvas.rectangle(Box(box.left - 1, box.bottom, box.width + 1, 1.0), inks.rule)
    for tick in x.ticks:
        at = box.left + _share(tick.at, x) * box.width
        canvas.rectangle(Box(at, box.bottom, 1.0, 4.0), inks.rule)
        half = width_of(tick.label) / 2
        canvas.text(min(at, box.right - half), box.bottom + 4 + FONT_SIZE, tick.label, inks.dim, "middle")


def _share(value: float, axis: Axis) -> float:
    """Where a value lies on an axis, from 0 to 1."""
    low, high = axis.low, axis.high
    if axis.log:
        value, low, high = math.log10(value), math.log10(low), math.log10(high)
    return (value / 2 - low / 2) / (high / 2 - low / 2)


def _say(canvas: Canvas, box: Box, inks: Inks, text: str) -> None:
    canvas.text(box.left + box.width / 2, box.top + box.height / 2, text, inks.dim, "middle")
