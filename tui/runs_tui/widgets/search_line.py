"""The prompt below a log: for a search, a filter, the name of a file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.app import ComposeResult
from textual.containers import Horizontal

from runs_tui.widgets.note import Note
from runs_tui.widgets.prompt import Prompt


class SearchLine(Horizontal):
    """A sign and what is typed, ``/words``, and what is wrong with it; made when it is asked for, and removed by
    whoever made it."""

    DEFAULT_CSS = """
    SearchLine { height: 1; dock: bottom; }
    SearchLine #problem { width: 0; }
    """

    def __init__(
        self,
        submit: Callable[[], Awaitable[None]],
        sign: str = "/",
        placeholder: str = "words, or /expression/",
        value: str = "",
    ) -> None:
        """``submit`` is awaited at Enter."""
        super().__init__()
        self._sign = sign
        self._prompt = Prompt(value, placeholder, changed=self._changed, submit=submit)
        self._problem = Note("", "bad", id="problem")

    def compose(self) -> ComposeResult:
        """Sign, prompt, and what is wrong."""
        sign = Note(self._sign, "accent")
        sign.styles.width = len(self._sign) + 1
        yield sign
        yield self._prompt
        yield self._problem

    @property
    def prompt(self) -> Prompt:
        """Where the words are typed."""
        return self._prompt

    def complain(self, problem: str) -> None:
        """Say what is wrong with what was typed."""
        self._problem.styles.width = min(len(problem) + 1, self.size.width * 2 // 3)
        self._problem.say(problem)

    def clear(self) -> bool:
        """Empty the prompt; whether there was anything in it."""
        had = bool(self._prompt.value)
        self._prompt.value = ""
        return had

    def _changed(self, _typed: str) -> None:
        """What was wrong may not be any more."""
        self._problem.styles.width = 0
