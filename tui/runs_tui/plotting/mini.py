"""Small charts for a glance: a line under its name."""

from __future__ import annotations

from runs_tui.plotting.cells import Cells
from runs_tui.plotting.chart import Look, Title, draw_chart
from runs_tui.plotting.curve import Curve
from runs_tui.plotting.glyphs import UNICODE, Glyphs


def mini_chart(curve: Curve, width: int, height: int, title: Title, glyphs: Glyphs = UNICODE) -> Cells:
    """The curve on ``width`` x ``height`` cells under its title, without axes.

    Keep the curve and update it: then each drawing costs only the points that are new.
    """
    return draw_chart([curve], width, height, title, Look(axes=False, glyphs=glyphs))[0]
