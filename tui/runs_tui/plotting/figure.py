"""Curves drawn once, by plotext, for a terminal that scrolls.

plotext keeps one figure for the whole process and needs seconds for what it is not spared: it is given a few
points a column, and no more than one figure is drawn at a time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

import numpy as np

from runs_tui.plotting.axes import Axis, x_axis, x_limits, y_axis
from runs_tui.plotting.curve import Curve
from runstore.series.reduction import Reducer

_GUTTER = 8
"""Cells that the labels of y and the frame take, about."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_BEHIND = "·"
"""For what lies behind a line. Not braille: in one cell plotext would put its dots and those of the line together."""

Points = tuple[list[float], list[float], list[int]]
"""x, y, and the places of the points before which the line is broken."""


def draw_figure(
    curves: Sequence[Curve],
    width: int,
    height: int,
    *,
    log: bool = False,
    colours: Sequence[int] | None = None,
    faint: int = 239,
    zone: tzinfo | None = None,
) -> list[str]:
    """The curves, all of one kind of x, in a frame of ``width`` x ``height`` cells, one string a line.

    ``colours`` are numbers of the 256-colour palette, one a curve; ``faint`` is for what lies behind: a single
    curve before its smoothing, and what a resumed run replaced. Without colours several curves are told apart
    by letters. Nothing is drawn where there is no finite value (above 0 with ``log``).
    """
    spans = [span for curve in curves if (span := curve.span())]
    if not spans:
        return []
    limits = x_limits(min(a for a, _ in spans), max(b for _, b in spans), curves[0].kind, live=False)
    ranges = [found for curve in curves if (found := curve.range(*limits, 2 * width, log))]
    if not ranges:
        return []
    x = x_axis(limits, max(width - _GUTTER, 1), curves[0].kind, zone)
    y = y_axis(min(a for a, _ in ranges), max(b for _, b in ranges), max(height - 3, 1), log)
    figure, marker = _new_figure(x, y, width, height, log, colours is not None)
    layers: list[tuple[Reducer, str, int | None]] = []
    for number, curve in enumerate(curves):
        lines = curve.lines(*limits, 2 * width, log)
        letter = _LETTERS[number % len(_LETTERS)] if colours is None and len(curves) > 1 else "braille"
        colour = colours[number % len(colours)] if colours else None
        behind = (*lines.old, *(lines.raw if len(curves) == 1 else ()))
        layers[:0] = [(part, _BEHIND, None if colours is None else faint) for part in behind]
        layers += [(part, letter, colour) for part in lines.now]
    for part, letter, colour in layers:
        places, values, breaks = _points(part, log)
        signal = figure.signal(places, values, marker=marker(letter) if colour is None else marker(letter, colour))
        signal.lines()
        for place in breaks:
            signal.line(place, False)
        figure.draw(signal)
    text: str = figure.build().string(colorless=colours is None)
    return text.splitlines()


def _new_figure(x: Axis, y: Axis, width: int, height: int, log: bool, coloured: bool) -> tuple[Any, Any]:
    """plotext's figure with our axes, and its marker type."""
    import plotext

    plotext.terminal.limit(False, False)  # the size is as asked for, also in a pipe
    figure = plotext.figure
    figure.clear()
    figure.plot_size(width, height)
    # A theme of ours, because plotext paints white behind all that has no background of its own.
    plotext.add_theme("runs", text=plotext.pixel(246) if coloured else plotext.pixel())
    figure.theme("runs")
    figure.axes(active=False, axis="x", side="upper")
    figure.axes(active=False, axis="y", side="right")
    place = math.log10 if log else float
    for name, axis, at in (("x", x, float), ("y", y, place)):
        ruler = figure.ruler(name)
        ruler.lim(at(axis.low), at(axis.high))
        ruler.ticks([at(tick.at) for tick in axis.ticks], [tick.label for tick in axis.ticks])
    return figure, plotext.marker


def _points(line: Reducer, log: bool) -> Points:
    """Of each column its first, lowest, highest and last value, at its middle."""
    columns = np.flatnonzero(line.count)
    middle = (line.edges[columns] + line.edges[columns + 1]) / 2
    values = np.stack([line.first[columns], line.low[columns], line.high[columns], line.last[columns]], axis=1)
    if log:
        values = np.log10(values)
    breaks = (np.flatnonzero(~line.joined[columns]) * 4).tolist()
    return np.repeat(middle, 4).tolist(), values.ravel().tolist(), breaks
