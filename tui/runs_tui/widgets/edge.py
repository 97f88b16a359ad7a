"""The line between two panes."""

from __future__ import annotations

from textual.strip import Strip

from runs_tui.widgets.canvas import Canvas
from runs_tui.widgets.fit import line


class Edge(Canvas):
    """One column, drawn once."""

    DEFAULT_CSS = """
    Edge { width: 1; height: 1fr; }
    """

    def draw(self, width: int, height: int) -> list[Strip]:
        """The line."""
        return [line(("│", self.ink.rule))] * height
