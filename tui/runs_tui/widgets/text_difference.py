"""Two texts against each other, line by line."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.scroller import Scroller


class TextDifference(Scroller):
    """The names of both above; ``-`` before what only the first has, ``+`` before what only the second has."""

    def __init__(self) -> None:
        super().__init__()
        self._title = self._old = self._new = ""
        self._differences: Sequence[tuple[str, str]] = ()

    def show(self, title: str, old: str, new: str, lines: Sequence[tuple[str, str]]) -> None:
        """Show these (sign, line), which may be as runs wrote them."""
        self._title, self._old, self._new, self._differences = title, old, new, lines
        self._top = 0
        self.repaint()

    def text(self, width: int) -> list[Strip]:
        """All lines, long ones folded."""
        ink = self.ink
        looks = {"-": ink.bad, "+": ink.good}
        lines = [
            fit.line((f" {fit.safe(self._title, 200)}", ink.accent)),
            fit.line((f" - {fit.safe(self._old, 200)}", ink.bad)),
            fit.line((f" + {fit.safe(self._new, 200)}", ink.good)),
            Strip.blank(0),
        ]
        if not self._differences:
            lines.append(fit.line((" no difference", ink.dim)))
        for sign, line in self._differences:
            for place, part in enumerate(fit.wrap(fit.safe(line, 20_000), max(width - 4, 8))):
                lines.append(fit.line((f" {sign if not place else ' '} {part}", looks.get(sign, ink.dim))))
        return lines
