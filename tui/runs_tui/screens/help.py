"""The help screen: every key of the screen below it, from the registry."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen
from textual.strip import Strip

from runs_tui import keys
from runs_tui.widgets import fit
from runs_tui.widgets.hints import Hints
from runs_tui.widgets.scroller import Scroller

_STATES = (
    ("● ◍", "running, finalizing"),
    ("◐ ◑", "stalled: silent for long; unresponsive: no heartbeat"),
    ("✗ ☠", "failed; dead or lost: the process is gone"),
    ("✓ ○", "completed; ended"),
    ("■ ◌", "canceled; waiting"),
    ("•", "failed, dead or stalled, and not opened yet"),
)


class HelpText(Scroller):
    """The sections of a screen of the registry, in two columns where there is room."""

    BINDINGS = keys.bindings("help")

    def __init__(self, screen: str) -> None:
        super().__init__()
        self._screen = screen

    def text(self, width: int) -> list[Strip]:
        """All lines."""
        ink = self.ink
        lines: list[Strip] = []
        for title, rows in (*keys.help_sections(self._screen), ("Signs", list(_STATES))):
            lines += [fit.line(""), fit.line((f" {title}", ink.strong))]
            for key, words in rows:
                folded = fit.wrap(words, max(width - 18, 10))
                lines.append(fit.line("  ", (fit.left(key, 14), ink.accent), " ", (folded[0], ink.text)))
                lines += [fit.line(" " * 17, (rest, ink.text)) for rest in folded[1:]]
        return lines[1:]


class HelpScreen(Screen[None], inherit_bindings=False):
    """Shown by ``?``; any way back closes it."""

    DEFAULT_CSS = """
    HelpScreen { layout: vertical; }
    """
    keys_screen = "help"

    def __init__(self, screen: str) -> None:
        super().__init__()
        self._text = HelpText(screen)
        self._hints = Hints("help")

    def compose(self) -> ComposeResult:
        """The text and the hints."""
        yield self._text
        yield self._hints

    def on_mount(self) -> None:
        """The keys go to the text."""
        self._text.focus()

    async def back(self) -> bool:
        """Close."""
        self.dismiss()
        return True

    escape = back
    interrupt = back

    def say(self, message: str) -> None:
        """A message in place of the hints."""
        self._hints.say(message)
