"""The prompt for a query: marks what is wrong with it, completes it, and knows earlier ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from rich.highlighter import Highlighter
from rich.text import Text

from runs_tui import keys
from runs_tui.widgets.prompt import Prompt
from runstore.query import Names, complete


class _Flaw(Highlighter):
    """Underlines from a place on."""

    def __init__(self) -> None:
        self.position: int | None = None

    def highlight(self, text: Text) -> None:
        if self.position is not None:
            text.stylize("underline", self.position)


class QueryPrompt(Prompt):
    """``names`` gives what may be completed, ``offer`` is called with what there is to choose from, and the choice."""

    BINDINGS = keys.bindings("filter")

    def __init__(
        self,
        value: str,
        placeholder: str,
        *,
        changed: Callable[[str], None],
        submit: Callable[[], Awaitable[None]],
        names: Callable[[], Names],
        offer: Callable[[Sequence[str], int], None],
        earlier: Sequence[str],
    ) -> None:
        """``earlier``: queries used before, newest last."""
        super().__init__(value, placeholder, changed=changed, submit=submit)
        self.highlighter = self._flaw = _Flaw()
        self._names = names
        self._offer = offer
        self._lines = [*earlier, value]
        self._place = len(earlier)
        self._offered: tuple[str, ...] = ()
        self._chosen = -1
        self._start = 0
        self._completed = (value, 0)
        """Value and cursor as the last completion left them."""

    def mark(self, position: int | None) -> None:
        """Underline the text from this place on, or nothing."""
        if position != self._flaw.position:
            self._flaw.position = position
            self.refresh()

    def complete(self, by: int) -> None:
        """Complete the term before the cursor; when it could become several, as far as they agree, then one by one."""
        if self._offered and self._completed == (self.value, self.cursor_position):
            before = self._chosen if self._chosen >= 0 or by > 0 else 0  # backwards, the last one is the first
            self._chosen = (before + by) % len(self._offered)
            self._put(self._offered[self._chosen])
        else:
            found = complete(self.value, self.cursor_position, self._names())
            self._start, self._offered, self._chosen = found.start, found.candidates, -1
            typed = self.value[self._start : self.cursor_position]
            further = len(found.common) > len(typed) and found.common.casefold().startswith(typed.casefold())
            if further or len(self._offered) == 1:
                self._put(found.common)
            self._completed = (self.value, self.cursor_position)
            if len(self._offered) == 1:
                self._offered = ()
        self._offer(self._offered, self._chosen)

    def _put(self, text: str) -> None:
        """Write it in place of the term before the cursor."""
        rest = self.value[self.cursor_position :]
        self.value = self.value[: self._start] + text + rest
        self.cursor_position = self._start + len(text)
        self._completed = (self.value, self.cursor_position)

    def action_older(self) -> None:
        """The query used before this one."""
        self._go(-1)

    def action_newer(self) -> None:
        """The query used after this one, at last what was typed."""
        self._go(1)

    def _go(self, by: int) -> None:
        place = self._place + by
        if 0 <= place < len(self._lines):
            self._lines[self._place] = self.value
            self._place = place
            self.value = self._lines[place]
            self.cursor_position = len(self.value)
