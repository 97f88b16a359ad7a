"""The runs that an action concerns, each with what will happen to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas
from runstore.reading.row import RunRow


class TargetLine(NamedTuple):
    """A run, a few words, and whether they say why nothing will happen to it."""

    row: RunRow
    words: str
    refused: bool


class TargetList(Canvas):
    """As many as there is room for; the rest is counted."""

    def __init__(self, lines: Sequence[TargetLine]) -> None:
        super().__init__()
        self._targets = lines

    def draw(self, width: int, height: int) -> list[Strip]:
        """The runs."""
        ink = self.ink
        shown = self._targets if len(self._targets) <= height else self._targets[: max(height - 1, 0)]
        longest = max((fit.cell_len(fit.safe(target.row.name, 200)) for target in self._targets), default=0)
        name = min(longest, max(width * 2 // 5, 12))
        state = min(max((fit.cell_len(_state(target.row)) for target in self._targets), default=0), max(width // 4, 12))
        lines = []
        for target in shown:
            row = target.row
            room = max(width - name - state - 7, 0)
            lines.append(
                fit.line(
                    ("   ", ink.text),
                    (fit.middle(fit.safe(row.name, 200), name), ink.dim if target.refused else ink.text),
                    "  ",
                    (fit.left(_state(row), state), ink.state(row.state.word)),
                    "  ",
                    (fit.left(fit.safe(target.words, 500), room), ink.warn if target.refused else ink.dim),
                )
            )
        if len(shown) < len(self._targets):
            lines.append(fit.line((f"   and {len(self._targets) - len(shown)} more", ink.dim)))
        return lines


def _state(row: RunRow) -> str:
    return fit.safe(f"{row.state.glyph} {row.state.text}", 40)
