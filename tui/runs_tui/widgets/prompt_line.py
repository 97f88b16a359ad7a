"""A prompt with a sign before it and words behind it, in the place of the last line of a pane."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.app import ComposeResult
from textual.containers import Horizontal

from runs_tui.widgets import fit
from runs_tui.widgets.note import Note
from runs_tui.widgets.prompt import Prompt

_ROOM = 16
"""Cells that stay for what is typed, however much is said."""


class PromptLine(Horizontal):
    """``/words   2 of 22``; made when it is first asked for."""

    DEFAULT_CSS = """
    PromptLine { height: 1; dock: bottom; }
    """

    def __init__(
        self,
        sign: str,
        text: str,
        hint: str,
        *,
        submit: Callable[[], Awaitable[None]],
        changed: Callable[[str], None] | None = None,
    ) -> None:
        """``hint`` stands where nothing is typed; ``changed`` and ``submit`` as for a `Prompt`."""
        super().__init__()
        sign = sign if len(sign) == 1 else f" {sign} "
        self._sign = Note(sign, "accent")
        self._sign.styles.width = max(fit.cell_len(sign), 2)
        self._words = Note()
        self._words.styles.width = 0
        self._changed = changed
        self._prompt = Prompt(text, hint, changed=self._typed, submit=submit)

    def compose(self) -> ComposeResult:
        """Sign, prompt, words."""
        yield self._sign
        yield self._prompt
        yield self._words

    def on_mount(self) -> None:
        """The keys go behind what stands there."""
        self._prompt.cursor_position = len(self._prompt.value)

    @property
    def prompt(self) -> Prompt:
        """Where it is typed."""
        return self._prompt

    def say(self, words: str, style: str = "dim") -> None:
        """Words at the right end, until something else is typed: how many match, or what is wrong."""
        words = fit.left(fit.safe(words), max((self.size.width or self.app.size.width) - _ROOM, 8)) if words else ""
        self._words.styles.width = fit.cell_len(words) + 1 if words else 0
        self._words.say(words, style)

    def clear(self) -> bool:
        """Empty the prompt; whether there was anything in it."""
        had = bool(self._prompt.value)
        self._prompt.value = ""
        return had

    def _typed(self, text: str) -> None:
        self.say("")
        if self._changed is not None:
            self._changed(text)
