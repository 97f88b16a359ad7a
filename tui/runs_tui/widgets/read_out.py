"""Values with their names, such as those under a cursor, in as few lines as they need."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas

_GAP = 3


class ReadOut(Canvas):
    """``min 0.290   max 2.410``: names dim, values not; what does not fit is left out, names first."""

    DEFAULT_CSS = """
    ReadOut { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._values: tuple[tuple[str, str], ...] = ()

    def show(self, values: Sequence[tuple[str, str]], most: int = 1) -> None:
        """Show these (name, value) pairs, either of which may be empty, in at most so many lines."""
        if tuple(values) == self._values:
            return
        self._values = tuple(values)
        # It grows where it must, and keeps its lines: a cursor that moves must not move the chart.
        lines = max(min(len(self._flow(self.size.width)), most), min(self.size.height, most), 1)
        if self.styles.height is None or self.styles.height.value != lines:
            self.styles.height = lines
        self.repaint()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The lines."""
        return self._flow(width)[:height]

    def _flow(self, width: int) -> list[Strip]:
        lines: list[list[fit.Part]] = [[" "]]
        room = width - 1
        for name, value in self._values:
            name, value = fit.safe(name, 200), fit.safe(value, 200)
            name = fit.middle(name, min(fit.cell_len(name), max(width // 3, 4)))
            if fit.cell_len(name) + fit.cell_len(value) + 1 > width - 1:
                name = ""
            length = fit.cell_len(name) + fit.cell_len(value) + bool(name and value)
            if not length or length > width - 1:
                continue
            if length > room:
                lines.append([" "])
                room = width - 1
            lines[-1] += [(name, self.ink.dim), " " if name and value else "", (value, self.ink.text), " " * _GAP]
            room -= length + _GAP
        return [fit.line(*parts) for parts in lines]
