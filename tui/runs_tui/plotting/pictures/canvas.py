"""What pictures of charts are drawn with: a few shapes, in units from the top left corner."""

from __future__ import annotations

from typing import Literal, Protocol

from runs_tui.plotting.pictures.trace import Box, Trace

Anchor = Literal["start", "middle", "end"]
FONT_SIZE = 12.0
LOOSE = 2.0
"""Units that a line may reach over the edge of its box: half of its width."""
DOT = 3.0
"""How much wider than a line a dot is."""


class Canvas(Protocol):
    """Takes shapes in the order in which they lie above each other. Colours are ``#rrggbb``."""

    def text(self, x: float, y: float, text: str, colour: str, anchor: Anchor = "start") -> None:
        """One line of text; ``y`` is its baseline. Controls have been taken out."""

    def rectangle(self, box: Box, colour: str) -> None:
        """A filled rectangle; a rule is a thin one."""

    def line(self, trace: Trace, box: Box, colour: str, width: float, opacity: float = 1.0) -> None:
        """A line, cut off at the edges of the box; what is joined to nothing is a dot."""

    def area(self, trace: Trace, box: Box, colour: str, opacity: float) -> None:
        """What lies between the ``top`` and ``bottom`` of a trace, straight from each x to the next."""
