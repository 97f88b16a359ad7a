"""A picture of cells on the screen, drawn by a function."""

from __future__ import annotations

from collections.abc import Callable

from runs_tui.plotting.cells import Cells
from runs_tui.widgets.cell_view import CellView


class Drawing(CellView):
    """Shows what a function draws, or nothing."""

    DEFAULT_CSS = """
    Drawing { width: 1fr; height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._what: object = None
        self._draw: Callable[[int, int], Cells] = Cells

    def show(self, what: object, draw: Callable[[int, int], Cells]) -> None:
        """Show what ``draw`` makes of a width and a height; painted only if ``what`` is not the same as before."""
        if what != self._what:
            self._what, self._draw = what, draw
            self.repaint()

    def paint(self, width: int, height: int) -> Cells:
        """The picture."""
        return self._draw(width, height)
