"""A line with words at both ends: what stands below it, and what part of it is on the screen."""

from __future__ import annotations

from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas


class Rule(Canvas):
    """``── name ───────────── 1-20 of 400 ──``."""

    DEFAULT_CSS = """
    Rule { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._left = self._right = ""

    def show(self, left: str, right: str) -> None:
        """Say this; the left words may be text of a run."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.repaint()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The line."""
        ink = self.ink
        right = f" {fit.safe(self._right, 200)} " if self._right else ""
        right = right if fit.cell_len(right) < width - 8 else ""
        room = max(width - fit.cell_len(right) - 8, 0)
        name = fit.safe(self._left, 400)
        left = f" {fit.middle(name, min(fit.cell_len(name), room))} " if self._left and room > 3 else ""
        between = max(width - 4 - fit.cell_len(left) - fit.cell_len(right), 0)
        return [
            fit.line(("──", ink.rule), (left, ink.text), ("─" * between, ink.rule), (right, ink.dim), ("──", ink.rule))
        ]
