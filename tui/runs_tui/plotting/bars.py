"""A histogram: bars over the intervals of an x axis, on a rectangle of cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from runs_tui.plotting.axes import x_axis, x_limits
from runs_tui.plotting.border import draw_axes, draw_title, gutter_of, has_x_labels, plot_of
from runs_tui.plotting.cells import Cells, Role
from runs_tui.plotting.histogram import count_axis
from runs_tui.plotting.look import Frame, Look, Title

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_PLAIN = " .:#"


def draw_bars(
    edges: Sequence[float], counts: Sequence[float], width: int, height: int, title: Title, look: Look
) -> Cells:
    """A bar for each of ``counts``, from ``edges[i]`` to ``edges[i + 1]``; edges ascend, counts below 0 are 0."""
    heights = np.clip(np.nan_to_num(np.asarray(counts, np.float64), posinf=0.0), 0, None)
    places = np.asarray(edges, np.float64)[: len(heights) + 1]
    rows = height - 1 - has_x_labels(look, width, height)
    cells = Cells(width, height)
    if rows < 1 or width < 1 or len(heights) == 0 or len(places) <= len(heights) or not np.isfinite(places).all():
        draw_title(cells, title, look)
        return cells
    levels = _EIGHTHS if look.glyphs.down == 4 else _PLAIN
    y = count_axis(heights, rows)
    left = gutter_of(y, width) if look.axes else 0
    limits = x_limits(float(places[0]), float(places[-1]), "value", live=False)
    frame = Frame(left, width - left, *limits, height=rows)
    cells = draw_axes(x_axis(limits, frame.width, "value"), y, frame, width, height, look.glyphs).copy()
    draw_title(cells, title, look)
    chars, roles = plot_of(cells, frame)
    middles = frame.low + (np.arange(frame.width) + 0.5) * (frame.high - frame.low) / frame.width
    bins = np.searchsorted(places, middles, side="right") - 1
    inside = (bins >= 0) & (bins < len(heights))
    shown = np.zeros(frame.width)
    shown[inside] = heights[bins[inside]]
    # A bin between the middles of two cells is seen, too, where it is the higher one.
    at = [frame.cell(middle) for middle in (places[:-1] / 2 + places[1:] / 2).tolist()]
    np.maximum.at(shown, at, heights)
    parts = shown / y.high * rows * (len(levels) - 1)
    whole = np.where((parts > 0) & (parts < 1), 1, np.round(parts)).astype(int)  # what is there is seen
    full = len(levels) - 1
    for row in range(rows):
        level = np.clip(whole - (rows - 1 - row) * full, 0, full)
        drawn = level > 0
        chars[row, drawn] = np.array([ord(sign) for sign in levels])[level[drawn]]
        roles[row, drawn] = Role.LINE + look.hue_at(0)
    return cells
