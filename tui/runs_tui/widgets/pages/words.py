"""A page of text, folded at the edge."""

from __future__ import annotations

from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.pages import Paper, rows_shown


class WordsPage:
    """A few sentences, or (name, value) pairs."""

    def __init__(self, *lines: str | tuple[str, str]) -> None:
        """Texts may be those of a run."""
        self._lines = lines

    def draw(self, paper: Paper, top: int, left: int) -> list[Strip]:
        """The folded lines."""
        ink = paper.ink
        return [
            fit.line((name, ink.dim), (text, ink.text if name else ink.dim))
            for name, text in self._folded(paper.width)[top : top + paper.height]
        ]

    def farthest(self, width: int, height: int) -> tuple[int, int]:
        """Down to the last line."""
        return max(len(self._folded(width)) - height, 0), 0

    def place(self, width: int, height: int, top: int, left: int) -> str:
        """Lines."""
        return rows_shown(top, height, len(self._folded(width)))

    def _folded(self, width: int) -> list[tuple[str, str]]:
        """(label or nothing, text) of each line on the screen."""
        label = max((len(line[0]) for line in self._lines if isinstance(line, tuple)), default=0) + 3
        found = []
        for line in self._lines:
            name, text = line if isinstance(line, tuple) else ("", line)
            indent = label if isinstance(line, tuple) else 1
            for number, part in enumerate(fit.wrap(fit.safe(text), max(width - indent, 4))):
                head = f" {name}" if isinstance(line, tuple) and not number else ""
                found.append((head.ljust(indent) if isinstance(line, tuple) else " ", part))
        return found
