"""A chart: title, legend, axes, lines, marks and cursor on a rectangle of cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from runs_tui.plotting.axes import Axis, x_axis
from runs_tui.plotting.border import draw_axes, draw_title, gutter_of, has_x_labels, likely_columns, say
from runs_tui.plotting.cells import Cells
from runs_tui.plotting.curve import Plotted
from runs_tui.plotting.layers import draw_layers
from runs_tui.plotting.legend import draw_legend, lay_legend
from runs_tui.plotting.look import Frame, Look, Title
from runs_tui.plotting.marks import draw_cursor, draw_marks, x_text
from runs_tui.plotting.passing import ends_of
from runs_tui.plotting.scales import scales_of, why_empty, why_no_scales

__all__ = ["Frame", "Look", "Plot", "Title", "draw_chart", "finished", "plot", "x_text"]

_USUAL = Look()


class Plot(NamedTuple):
    """A chart without title and cursor; without a frame if nothing is drawn."""

    cells: Cells
    frame: Frame | None
    y: Axis | None


def draw_chart(
    curves: Sequence[Plotted], width: int, height: int, title: Title, look: Look = _USUAL
) -> tuple[Cells, Frame | None]:
    """The curves, all of one kind of x, on ``width`` x ``height`` cells; without a frame if nothing is drawn."""
    drawn = plot(curves, width, height, look)
    return finished(drawn, curves, title, look), drawn.frame


def finished(drawn: Plot, curves: Sequence[Plotted], title: Title, look: Look = _USUAL) -> Cells:
    """A plot with its title and its cursor: they change with keys that leave all else as it is."""
    cells, frame, y = drawn
    cells = cells.copy()
    draw_title(cells, title, look)
    if frame is not None and look.cursor is not None and frame.low <= look.cursor <= frame.high:
        draw_cursor(cells, curves, look.cursor, y, frame, look)
    return cells


def plot(curves: Sequence[Plotted], width: int, height: int, look: Look = _USUAL) -> Plot:
    """All but title and cursor, as of `draw_chart`; what is slow with many curves."""
    legend = lay_legend(look.names, width, height, look.glyphs)
    top = 1 + legend.under
    rows, columns = height - top - has_x_labels(look, width, height), width - legend.right
    # The labels of y decide how wide the plot is. The range of values does not depend on that width.
    scales = scales_of(curves, likely_columns(columns, look), rows, look) if rows > 0 and width > 0 else None
    if scales is None:
        cells = Cells(width, height)
        if rows > 0:
            say(cells, Frame(0, width, 0, 1, False, 1, rows), why_no_scales(curves))
        return Plot(cells, None, None)

    y = scales.y
    gutter = gutter_of(y, columns) if look.axes else 0
    frame = Frame(gutter, columns - gutter, *scales.x, scales.log_x, top, rows)
    x = x_axis(scales.x, frame.width, scales.kind, look.zone, scales.log_x)
    cells = draw_axes(x, y, frame, width, height, look.glyphs).copy()
    draw_legend(cells, legend, look)
    dots = frame.width * look.glyphs.across
    lines = [curve.lines(*scales.x, dots, look.log, log_x=scales.log_x) for curve in curves]
    if y:
        limited = look.x_limits is not None
        ends = ends_of(curves, lines, scales.x, dots, look.log, scales.log_x) if limited else {}
        draw_layers(cells, lines, y, frame, look, ends)
    if word := why_empty(lines, look.log):
        say(cells, frame, word)
    draw_marks(cells, curves, lines, frame, look)
    return Plot(cells, frame, y)
