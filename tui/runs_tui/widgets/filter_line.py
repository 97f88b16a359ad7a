"""The prompt for words of names: what is typed is in force at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from runs_tui.widgets.prompt_line import PromptLine


class FilterLine(PromptLine):
    """``/words   2 of 22``."""

    def __init__(
        self,
        words: str,
        changed: Callable[[str], None],
        submit: Callable[[], Awaitable[None]],
        what: str = "the metric's name",
    ) -> None:
        """``what`` has the words; ``changed`` and ``submit`` as for a `Prompt`."""
        super().__init__("/", words, f"words of {what}; -word without it", submit=submit, changed=changed)

    def count(self, shown: int, total: int) -> None:
        """Say how many match."""
        self.say(f"{shown} of {total}")
