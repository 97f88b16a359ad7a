"""A page with a chart for each of several lines, in rows and columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from runs_tui.plotting.chart import Look, Title, draw_chart
from runs_tui.plotting.curve import Curve
from runs_tui.widgets.cell_view import to_strips
from runs_tui.widgets.chart_grid import grid_shape
from runs_tui.widgets.pages import Paper

_GAP = 2


class PlotsPage:
    """Charts of one size. A row of the page is a row of charts."""

    def __init__(self, curves: Sequence[tuple[str, Curve]]) -> None:
        """(name, line) of each."""
        self._curves = list(curves)
        self._drawn: dict[tuple[Paper, int], list[Strip]] = {}

    def draw(self, paper: Paper, top: int, left: int) -> list[Strip]:
        """The rows from ``top`` on."""
        key = (paper, top)
        if key not in self._drawn:
            self._drawn = {key: self._paint(paper, top)}
        return self._drawn[key]

    def farthest(self, width: int, height: int) -> tuple[int, int]:
        """Until the last row of charts is on the screen."""
        columns, rows = self._shape(width, height)
        return max(-(-len(self._curves) // columns) - rows, 0), 0

    def place(self, width: int, height: int, top: int, left: int) -> str:
        """Which charts, where some are out of sight."""
        columns, rows = self._shape(width, height)
        first, last = top * columns + 1, min((top + rows) * columns, len(self._curves))
        return f"charts {first}-{last} of {len(self._curves)}" if last - first + 1 < len(self._curves) else ""

    def _shape(self, width: int, height: int) -> tuple[int, int]:
        return grid_shape(width, height, len(self._curves))

    def _paint(self, paper: Paper, top: int) -> list[Strip]:
        columns, rows = self._shape(paper.width, paper.height)
        width, height = (paper.width - _GAP * (columns - 1)) // columns, paper.height // rows
        look = Look(glyphs=paper.glyphs)
        lines: list[Strip] = []
        for row in range(top, top + rows):
            charts = [
                to_strips(draw_chart([curve], width, height, Title(name), look)[0], paper.theme)
                for name, curve in self._curves[row * columns : (row + 1) * columns]
            ]
            gap = Segment(" " * _GAP, Style.null())
            lines += [
                Strip([segment for part in parts for segment in (*part, gap)]) for parts in zip(*charts, strict=True)
            ]
        return lines
