"""The line above a log: which one, how long, following or where, and the state of the search."""

from __future__ import annotations

from dataclasses import dataclass

from rich.style import Style
from textual.strip import Strip

from runs_tui.model import words
from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas

_SOUGHT = 24
"""Cells for the words that are searched for."""


@dataclass(frozen=True, slots=True)
class LogStatus:
    """What the line says."""

    name: str = ""
    rank: int | None = None
    ranks: int = 1
    several: bool = False
    """There are other logs to choose."""
    lines: int | None = 0
    following: bool = True
    live: bool = True
    """The run may still print."""
    line: int | None = None
    """Number of the last line on the screen."""
    left: int = 0
    """Columns out of sight on the left."""
    wrapped: bool = False
    trouble: str = ""
    """Deleted, or cannot be read."""
    selected: bool = False
    keeping: str = ""
    kept: tuple[int, float] | None = None
    """(lines kept, part of the file that is looked through)"""
    sought: str = ""
    matches: tuple[int, float] | None = None
    match: int | None = None
    looking: bool = False
    answer: str = ""


class LogHeader(Canvas):
    """One line; only what changed in it is repainted."""

    DEFAULT_CSS = """
    LogHeader { height: 1; dock: top; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._status = LogStatus()

    def show(self, status: LogStatus) -> None:
        """Say this."""
        if status != self._status:
            self._status = status
            self.repaint()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The line."""
        return [fit.both_ends(self._left(), self._right(), width)] if self._status.name else []

    def _left(self) -> list[tuple[str, Style] | str]:
        ink, status = self.ink, self._status
        parts: list[tuple[str, Style] | str] = [" ", (fit.safe(status.name, 40), ink.strong)]
        if status.several:
            parts.append((" ▾", ink.accent))
        if status.rank is not None and status.ranks > 1:
            parts += ["  ", (f"rank {status.rank} of {status.ranks}", ink.dim)]
        if status.following:
            parts += ["  ", ("following", ink.live) if status.live else ("the end", ink.dim)]
        else:
            parts += ["  ", ("paused", ink.warn)]
            if status.line is not None:
                parts.append((f" at {words.count(status.line)}", ink.dim))
        if status.selected:
            parts += ["  ", ("selecting: y copies", ink.accent)]
        if status.keeping and status.kept is not None:
            total, part = status.kept
            parts += ["  ", (f"&{_short(status.keeping)}", ink.accent), (f" {words.count(total)}", ink.dim)]
            if part < 1:
                parts.append((f" so far, {part:.0%}", ink.dim))
        lines = "counting lines" if status.lines is None else "1 line"
        if status.lines not in (None, 1):
            lines = f"{words.count(status.lines)} lines"
        parts += ["  ", (lines, ink.dim)]
        if status.trouble:
            parts += ["  ", (fit.safe(status.trouble, 60), ink.bad)]
        if status.wrapped:
            parts += ["  ", ("wrapped", ink.dim)]
        if status.left:
            parts += ["  ", (f"from column {status.left + 1}", ink.dim)]
        return parts

    def _right(self) -> list[tuple[str, Style] | str]:
        ink, status = self.ink, self._status
        parts: list[tuple[str, Style] | str] = []
        if status.sought:
            parts = ["  ", (f"/{_short(status.sought)}", ink.accent)]
        if status.looking:
            parts += ["  ", ("searching", ink.warn)]
        elif status.answer:
            parts += ["  ", (status.answer, ink.warn)]
        if status.matches is not None:
            total, part = status.matches
            number = f"{words.count(status.match)} of " if status.match else ""
            noun = "match" if total == 1 else "matches"
            parts += ["  ", (f"{number}{words.count(total)} {noun}", ink.dim)]
            if part < 1:
                parts.append((f" so far, {part:.0%}", ink.dim))
        return [*parts, " "]


def _short(typed: str) -> str:
    typed = fit.safe(typed)
    return fit.middle(typed, min(fit.cell_len(typed), _SOUGHT))
