"""A few words in one style, which change now and then."""

from __future__ import annotations

from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas


class Note(Canvas):
    """One line of text in a style of the ink, by the style's name."""

    DEFAULT_CSS = """
    Note { height: 1; width: auto; }
    """

    def __init__(self, words: str = "", style: str = "dim", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words = words
        self._style = style

    def say(self, words: str, style: str = "") -> None:
        """Show these words, in another style if one is given."""
        self._words = words
        self._style = style or self._style
        self.repaint()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The words, aligned to the right."""
        return [fit.line((fit.right(fit.safe(self._words), width), getattr(self.ink, self._style)))]
