"""The prompt for the words of metrics' names: what is typed is in force at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.app import ComposeResult
from textual.containers import Horizontal

from runs_tui.widgets.note import Note
from runs_tui.widgets.prompt import Prompt


class FilterLine(Horizontal):
    """``/words   2 of 22``; made when the filter is first asked for."""

    DEFAULT_CSS = """
    FilterLine { height: 1; dock: bottom; }
    FilterLine #sign { width: 2; }
    FilterLine #count { width: 18; }
    """

    def __init__(self, words: str, changed: Callable[[str], None], submit: Callable[[], Awaitable[None]]) -> None:
        """``changed`` and ``submit`` as for a `Prompt`."""
        super().__init__()
        hint = "words of the metric's name; -word without it"
        self._prompt = Prompt(words, hint, changed=changed, submit=submit)
        self._count = Note(id="count")

    def compose(self) -> ComposeResult:
        """Sign, prompt, count."""
        yield Note("/", "accent", id="sign")
        yield self._prompt
        yield self._count

    @property
    def prompt(self) -> Prompt:
        """Where the words are typed."""
        return self._prompt

    def count(self, shown: int, total: int) -> None:
        """Say how many match."""
        self._count.say(f"{shown} of {total} ")

    def clear(self) -> bool:
        """Empty the prompt; whether there was anything in it."""
        had = bool(self._prompt.value)
        self._prompt.value = ""
        return had
