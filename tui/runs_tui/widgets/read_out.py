"""One line of values with their names, such as those under a cursor."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas


class ReadOut(Canvas):
    """``min 0.290   max 2.410``: names dim, values not; what does not fit is left out, names first."""

    DEFAULT_CSS = """
    ReadOut { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._values: tuple[tuple[str, str], ...] = ()

    def show(self, values: Sequence[tuple[str, str]]) -> None:
        """Show these (name, value) pairs; either may be empty."""
        if tuple(values) != self._values:
            self._values = tuple(values)
            self.repaint()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The line."""
        parts: list[fit.Part] = [" "]
        room = width - 1
        for name, value in self._values:
            name, value = fit.safe(name, 200), fit.safe(value, 200)
            name = fit.middle(name, min(fit.cell_len(name), max(width // 3, 4)))
            if fit.cell_len(name) + fit.cell_len(value) + 1 > room:
                name = ""
            length = fit.cell_len(name) + fit.cell_len(value) + bool(name and value)
            if not length or length > room:
                continue
            parts += [(name, self.ink.dim), " " if name and value else "", (value, self.ink.text), "   "]
            room -= length + 3
        return [fit.line(*parts)]
