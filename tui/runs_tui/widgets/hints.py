"""The line at the bottom: the keys that matter here, or a message; above it a rule where there is room."""

from __future__ import annotations

from rich.style import Style
from textual.strip import Strip

from runs_tui import keys
from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas


class Hints(Canvas):
    """Keys from the registry for a screen, as many as fit; the last one (help) is always there."""

    DEFAULT_CSS = """
    Hints { height: 1; dock: bottom; }
    """

    def __init__(self, screen: str, pairs: list[tuple[str, str]] | None = None) -> None:
        """``pairs``: (key, word) to show in place of the registry's: where letters are text, ``?`` is no help."""
        super().__init__()
        self._screen = screen
        self._pairs = pairs
        self._message = ""
        self._lead = ""
        self._alone = False
        self._junctions: tuple[int, ...] = ()

    def show_screen(self, screen: str) -> None:
        """Show the keys of this screen of the registry."""
        self._screen = screen
        self.repaint()

    def lead(self, text: str) -> None:
        """Words before the keys: the filter that is in force."""
        if text != self._lead:
            self._lead = fit.safe(text)
            self.repaint()

    def join(self, junctions: tuple[int, ...]) -> None:
        """The columns of the lines that end at the rule."""
        self._junctions = junctions
        self.repaint()

    def only_help(self, alone: bool) -> None:
        """Show no key but that of the help: nothing is there for the others to act on."""
        self._alone = alone
        self.repaint()

    def say(self, message: str) -> None:
        """Show a message instead of the keys; an empty one brings them back."""
        self._message = fit.safe(message)
        self.repaint()

    @property
    def message(self) -> str:
        """The message that is shown."""
        return self._message

    def draw(self, width: int, height: int) -> list[Strip]:
        """The rule, if there are two lines, and the keys."""
        rule = list("─" * width)
        for place in self._junctions:
            if 0 <= place < width:
                rule[place] = "┴"
        lines = [fit.line(("".join(rule), self.ink.rule))] if height > 1 else []
        return [*lines, self._keys(width)]

    def _keys(self, width: int) -> Strip:
        ink = self.ink
        if self._message:
            return fit.line(" ", (self._message, ink.warn))
        parts: list[tuple[str, Style] | str] = [" "]
        room = width - 1
        if self._lead:
            lead = fit.left(self._lead, min(len(self._lead), max(room // 2, 8)))
            parts += [(lead, ink.accent), "   "]
            room -= fit.cell_len(lead) + 3
        hints = (self._pairs or keys.hints(self._screen))[-1 if self._alone else 0 :]
        last = hints[-1:]
        room -= sum(len(key) + len(label) + 1 for key, label in last)
        for key, label in hints[:-1]:
            room -= len(key) + len(label) + 3
            if room < 0:
                break
            parts += [(key, ink.accent), (f" {label}  ", ink.dim)]
        for key, label in last:
            parts += [(key, ink.accent), (f" {label}", ink.dim)]
        return fit.line(*parts)
