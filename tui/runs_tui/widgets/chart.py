"""One chart on the screen."""

from __future__ import annotations

from typing import NamedTuple

from runs_tui.plotting.cells import Cells
from runs_tui.plotting.chart import Frame, Look, Title, draw_chart
from runs_tui.plotting.curve import Curve, Point
from runs_tui.widgets.cell_view import CellView


class Tile(NamedTuple):
    """What a chart shows; ``changed`` tells that the curve has new points."""

    curve: Curve
    title: Title
    look: Look
    changed: bool


class Chart(CellView):
    """Shows one curve, or nothing; draws only when it is told something new."""

    DEFAULT_CSS = """
    Chart { width: 1fr; height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._tile: Tile | None = None
        self._frame: Frame | None = None

    def show(self, tile: Tile | None) -> None:
        """Show this."""
        before, self._tile = self._tile, tile
        if tile is None or tile.changed or before is None or tile[:3] != before[:3]:
            self.repaint()

    def paint(self, width: int, height: int) -> Cells:
        """The chart; blank without a curve."""
        if self._tile is None:
            self._frame = None
            return Cells(width, height)
        curve, title, look, _ = self._tile
        cells, self._frame = draw_chart([curve], width, height, title, look)
        return cells

    def move(self, cursor: float | None, by: int) -> float | None:
        """Where a cursor goes that moves by ``by`` cells: to the next value there, or to the outermost one.

        Values that are wider apart than a cell are visited one by one. A new cursor starts at the last value.
        """
        if self._tile is None or self._frame is None:
            return None
        curve, frame = self._tile.curve, self._frame
        if cursor is None:
            return _x(curve.last_before(frame.high, inclusive=True))
        cell = frame.cell(cursor)
        if by > 0:
            point = curve.first_from(frame.edge(cell + by)) or curve.last_before(frame.high, inclusive=True)
        else:
            point = curve.last_before(frame.edge(cell + by + 1)) or curve.first_from(frame.low)
        return _x(point)

    def outermost(self, *, first: bool) -> float | None:
        """The first or the last value in the picture."""
        if self._tile is None or self._frame is None:
            return None
        curve, frame = self._tile.curve, self._frame
        return _x(curve.first_from(frame.low) if first else curve.last_before(frame.high, inclusive=True))


def _x(point: Point | None) -> float | None:
    return point.x if point else None
