"""A page that always fits."""

from __future__ import annotations

from textual.strip import Strip

from runs_tui.widgets.pages import Paper


class WholePage:
    """Base for pages of which nothing is ever out of sight; drawn once for each size."""

    def __init__(self) -> None:
        self._drawn: tuple[Paper, list[Strip]] | None = None

    def draw(self, paper: Paper, top: int, left: int) -> list[Strip]:
        """All of it."""
        if self._drawn is None or self._drawn[0] != paper:
            self._drawn = paper, self._paint(paper)
        return self._drawn[1]

    def farthest(self, width: int, height: int) -> tuple[int, int]:
        """Nothing is out of sight."""
        return 0, 0

    def place(self, width: int, height: int, top: int, left: int) -> str:
        """Nothing to say."""
        return ""

    def _paint(self, paper: Paper) -> list[Strip]:
        """Draw it."""
        raise NotImplementedError
