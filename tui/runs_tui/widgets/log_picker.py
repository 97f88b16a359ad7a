"""The list of a run's logs, in the place of the log, to choose one from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.style import Style
from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas
from runs_tui.widgets.moving import Wheel


@dataclass(frozen=True, slots=True)
class Choice:
    """One log: a key to tell it by, its name, and a few words on it."""

    key: str
    name: str
    words: str


class LogPicker(Wheel, Canvas):
    """A cursor over choices; the pane that shows it moves it and takes what is chosen."""

    notch = 1

    def __init__(self) -> None:
        super().__init__()
        self._choices: Sequence[Choice] = ()
        self._cursor = 0

    def offer(self, choices: Sequence[Choice], key: str | None = None) -> None:
        """Show these; the cursor goes to ``key``, else it stays on its choice."""
        key = key or (self.chosen.key if self.chosen else None)
        self._choices = choices
        self._cursor = next((at for at, choice in enumerate(choices) if choice.key == key), 0)
        self.repaint()

    @property
    def chosen(self) -> Choice | None:
        """The choice under the cursor."""
        return self._choices[self._cursor] if self._cursor < len(self._choices) else None

    @property
    def page(self) -> int:
        """Lines on the screen."""
        return max(self.content_size.height - 1, 1)

    def move(self, by: int) -> None:
        """Move the cursor."""
        self._cursor = max(min(self._cursor + by, len(self._choices) - 1), 0)
        self.repaint()

    def draw(self, width: int, height: int) -> list[Strip]:
        """A title and the choices around the cursor."""
        ink = self.ink
        room = max(height - 1, 1)
        first = max(min(self._cursor - room // 2, len(self._choices) - room), 0)
        longest = max((fit.cell_len(choice.name) for choice in self._choices), default=0)
        name_width = min(longest, max(width - 24, 8))
        lines = [fit.line(("  which log", ink.dim))]
        for at, choice in enumerate(self._choices[first : first + room], first):
            here = at == self._cursor
            style = ink.cursor if here else Style.null()
            text = f"{'▸' if here else ' '} {fit.middle(fit.safe(choice.name), name_width)}"
            strip = fit.line((f"  {text}", style), (f"  {fit.safe(choice.words)}", style + ink.dim))
            lines.append(strip.adjust_cell_length(width, style))
        return lines
