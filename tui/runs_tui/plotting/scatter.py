"""Points over two axes, one for each run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len

from runs_tui.plotting.axes import Axis, apart, cell_of, power, row_of, within, x_axis, y_axis
from runs_tui.plotting.border import draw_axes, draw_title, gutter_of, has_x_labels, say
from runs_tui.plotting.cells import Cells, Role, fit
from runs_tui.plotting.look import Frame, Look, Title
from runs_tui.plotting.ticks import Tick

_STRONG = "*"
_MARGIN = 0.04
"""The part of the plot's width that is left free on both sides."""


class Dot(NamedTuple):
    """A point, finite; ``hue`` the number of its colour; a ``strong`` one is drawn larger and over the others."""

    x: float
    y: float
    hue: int
    strong: bool = False


def draw_scatter(
    dots: Sequence[Dot], width: int, height: int, title: Title, look: Look, labels: Sequence[str] = ()
) -> Cells:
    """``labels``: names of x at 0, 1, 2 ..., where x is no number. ``look.cursor`` is the place of a dot in ``dots``.

    A logarithmic axis leaves out what is not above 0. Of several dots in one cell the last is seen, strong ones first.
    """
    log_x = look.log_x and not labels
    shown = [(place, dot) for place, dot in enumerate(dots) if (dot.y > 0 or not look.log) and (dot.x > 0 or not log_x)]
    rows = height - 1 - has_x_labels(look, width, height)
    cells = Cells(width, height)
    if not shown or rows < 1:
        draw_title(cells, title, look)
        if rows > 0:
            say(cells, Frame(0, width, 0, 1, False, 1, rows), "nothing above 0" if dots else "no run has both values")
        return cells
    y = y_axis(min(dot.y for _, dot in shown), max(dot.y for _, dot in shown), rows, look.log)
    gutter = gutter_of(y, width)
    if labels:
        room = max((width - gutter) // len(labels) - 1, 0)
        labels = [fit(label, room, look.glyphs.ellipsis) for label in labels]
    x = _x_axis([dot.x for _, dot in shown], width - gutter, log_x, labels)
    frame = Frame(gutter, width - gutter, x.low, x.high, log_x, 1, rows)
    cells = draw_axes(x, y, frame, width, height, look.glyphs).copy()
    draw_title(cells, title, look)
    for place, dot in sorted(shown, key=lambda each: (each[0] == look.cursor, each[1].strong)):
        row = frame.top + row_of(dot.y, y, rows, look.glyphs.down)
        column = frame.left + cell_of(dot.x, x.low, x.high, frame.width, log_x)
        here = place == look.cursor
        if here:
            _draw_cursor(cells, column, frame, look)
        cells.put(
            row, column, _STRONG if dot.strong else look.glyphs.point, (Role.POINT if here else Role.LINE) + dot.hue
        )
    return cells


def _draw_cursor(cells: Cells, column: int, frame: Frame, look: Look) -> None:
    """A line through the free cells over and under the dot."""
    for row in range(frame.top, frame.top + frame.height):
        if cells.roles[row, column] == Role.BLANK:
            cells.put(row, column, look.glyphs.cursor, Role.CURSOR)


def _x_axis(values: Sequence[float], cells: int, log: bool, labels: Sequence[str]) -> Axis:
    """The axis with some room on both sides; with labels a place for each."""
    if labels:
        ticks = (Tick(float(place), label) for place, label in enumerate(labels))
        return Axis(-0.5, len(labels) - 0.5, tuple(tick for tick in ticks if cell_len(tick.label) > 0))
    low, high = apart(within(min(values), log), within(max(values), log), log)
    if log:
        first, last = math.log10(low), math.log10(high)
        margin = (last - first) * _MARGIN
        limits = power(first - margin), power(last + margin)
    else:
        limits = low - (high - low) * _MARGIN, high + (high - low) * _MARGIN
    return x_axis(limits, cells, "value", None, log)
