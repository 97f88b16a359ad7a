"""A rule with a title in it: the upper edge of a panel."""

from __future__ import annotations

from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas


class TitledRule(Canvas):
    """``── delete · 3 runs ────``; the first word is what it is about, the second whom it concerns."""

    DEFAULT_CSS = """
    TitledRule { height: 1; }
    """

    def __init__(self, title: str, about: str = "") -> None:
        super().__init__()
        self._title = title
        self._about = about

    def say(self, title: str, about: str) -> None:
        """Another title."""
        self._title, self._about = title, about
        self.repaint()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The rule."""
        ink = self.ink
        title = fit.safe(self._title, 60)
        room = max(width - fit.cell_len(title) - 8, 0)
        about = fit.safe(self._about, 400)
        about = fit.middle(about, min(room, fit.cell_len(about))) if room > 4 else ""
        parts: list[fit.Part] = [("── ", ink.rule), (title, ink.strong)]
        if about:
            parts += [(" · ", ink.rule), (about, ink.text)]
        used = sum(fit.cell_len(part if isinstance(part, str) else part[0]) for part in parts)
        return [fit.line(*parts, (" " + "─" * max(width - used - 1, 0), ink.rule))]
