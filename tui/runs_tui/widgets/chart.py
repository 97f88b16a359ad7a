"""One chart on the screen."""

from __future__ import annotations

import math
from typing import NamedTuple

from runs_tui.plotting.cells import Cells
from runs_tui.plotting.chart import Frame, Look, Title, draw_chart
from runs_tui.plotting.curve import Curve, Point
from runs_tui.widgets.cell_view import CellView


class Tile(NamedTuple):
    """What a chart shows."""

    curve: Curve
    title: Title
    look: Look


class Chart(CellView):
    """Shows one curve, or nothing; draws only when it is told something new."""

    DEFAULT_CSS = """
    Chart { width: 1fr; height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._tile: Tile | None = None
        self._version = -1
        self._frame: Frame | None = None

    def show(self, tile: Tile | None) -> None:
        """Show this; drawn only if it is something new."""
        before, self._tile = (self._tile, self._version), tile
        self._version = tile.curve.version if tile else -1
        if (self._tile, self._version) != before:
            self.repaint()

    def paint(self, width: int, height: int) -> Cells:
        """The chart; blank without a curve."""
        if self._tile is None:
            self._frame = None
            return Cells(width, height)
        curve, title, look = self._tile
        cells, self._frame = draw_chart([curve], width, height, title, look)
        return cells

    def move(self, cursor: float | None, by: int) -> float | None:
        """Where a cursor goes that moves by ``by`` cells: to the next value there, or to the outermost one.

        Values that are wider apart than a cell are visited one by one. A new cursor starts at the last value, and
        before the chart is on the screen a cursor does not move.
        """
        if self._tile is None:
            return None
        curve, frame = self._tile.curve, self._frame
        if cursor is None:
            return _x(curve.last_before(math.inf))
        if frame is None:
            return cursor
        cell = frame.cell(cursor)
        if by > 0:
            point = curve.first_from(frame.edge(cell + by)) or curve.last_before(math.inf)
        else:
            point = curve.last_before(frame.edge(cell + by + 1)) or curve.first_from(-math.inf)
        return _x(point)

    def outermost(self, *, first: bool) -> float | None:
        """The first or the last value."""
        if self._tile is None:
            return None
        curve = self._tile.curve
        return _x(curve.first_from(-math.inf) if first else curve.last_before(math.inf))


def _x(point: Point | None) -> float | None:
    return point.x if point else None
