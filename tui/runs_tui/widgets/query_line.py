"""The filter of the Runs screen: a query that is in force as it is typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.strip import Strip

from runs_tui.model.filter_history import FilterHistory
from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas
from runs_tui.widgets.note import Note
from runs_tui.widgets.query_prompt import QueryPrompt
from runstore.query import Names, Query, QueryError, last_term, parse

_PATIENCE = 0.3
"""Seconds that a key may wait for the names of runs."""
_NARROW, _COUNT = 40, 18
"""Columns from which there is a count beside the prompt, and its cells."""
_LONGEST = 40
"""Cells of one of the words to choose from."""


class Advice(Canvas):
    """The rule above the prompt: what is wrong with the query, or what it may be completed to."""

    DEFAULT_CSS = """
    Advice { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._message = ""
        self._style = "dim"
        self._offered: Sequence[str] = ()
        self._chosen = -1
        self._junctions: tuple[int, ...] = ()

    def join(self, junctions: tuple[int, ...]) -> None:
        """The columns of the lines that end at the rule."""
        self._junctions = junctions
        self.repaint()

    def say(self, message: str, style: str = "dim") -> None:
        """Words in a style of the ink; none make it a rule."""
        self._message, self._style, self._offered = message, style, ()
        self.repaint()

    def offer(self, offered: Sequence[str], chosen: int) -> None:
        """Words to choose from, one of which may be chosen; without any, what was said stays."""
        self._offered, self._chosen = offered, chosen
        self._message = "" if offered else self._message
        self.repaint()

    def draw(self, width: int, height: int) -> list[Strip]:
        """Words in the rule."""
        ink = self.ink
        parts: list[fit.Part] = []
        if self._message:
            parts = [(fit.safe(self._message, max(width - 4, 1)), getattr(ink, self._style))]
        elif self._offered:
            parts = self._choice(width - 4)
        if not parts:
            rule = list("─" * width)
            for place in self._junctions:
                if 0 <= place < width:
                    rule[place] = "┴"
            return [fit.line(("".join(rule), ink.rule))]
        used = fit.line(*parts).cell_length + 4
        return [fit.line(("── ", ink.rule), *parts, (" " + "─" * max(width - used, 0), ink.rule))]

    def _choice(self, room: int) -> list[fit.Part]:
        """As many words as fit, the chosen one among them."""
        words = [fit.safe(each, _LONGEST) for each in self._offered]
        first = max(self._chosen, 0)
        taken = fit.cell_len(words[first])
        while first and taken + fit.cell_len(words[first - 1]) + 2 <= room // 2:  # some before it, for context
            first -= 1
            taken += fit.cell_len(words[first]) + 2
        parts: list[fit.Part] = []
        for place, word in enumerate(words[first:], first):
            room -= fit.cell_len(word) + 2
            if parts and room < 2:
                return [*parts, ("…", self.ink.dim)]
            parts += [(word, self.ink.strong if place == self._chosen else self.ink.dim), "  "]
        return parts[:-1]


class QueryLine(Vertical):
    """``/state:running lr>=1e-3   2 of 220``; made when the filter is first asked for."""

    DEFAULT_CSS = """
    QueryLine { height: 2; dock: bottom; }
    QueryLine Horizontal { height: 1; }
    QueryLine #sign { width: 2; }
    """

    def __init__(
        self,
        words: str,
        changed: Callable[[str], None],
        submit: Callable[[], Awaitable[None]],
        names: Future[Names],
        history: FilterHistory,
    ) -> None:
        """``changed`` is called with each text that is a query, ``submit`` awaited when such a one is kept."""
        super().__init__()
        self._changed = changed
        self._submit = submit
        self._names = names
        self._history = history
        self._query: Query | None = None
        with suppress(QueryError):  # of a view that was kept
            self._query = parse(words)
        self._advice = Advice()
        self._count = Note(id="count")
        self._counted = ""
        self._roomy = True
        self._prompt = QueryPrompt(
            words,
            "state:running lr>=1e-3 -tag:debug loss<0.3  tab completes",
            changed=self._typed,
            submit=self._kept,
            names=self._known_names,
            offer=self._advice.offer,
            earlier=history.texts,
        )

    def compose(self) -> ComposeResult:
        """Advice, and below it sign, prompt, count."""
        yield self._advice
        with Horizontal():
            yield Note("/", "accent", id="sign")
            yield self._prompt
            yield self._count

    @property
    def prompt(self) -> QueryPrompt:
        """Where the query is typed."""
        return self._prompt

    def place(self, width: int, junctions: tuple[int, ...], *, roomy: bool) -> None:
        """Two lines where there is room for a rule; ``junctions``: the columns of the lines that end at it.

        Where there is none, the advice takes the place of the count.
        """
        self.styles.height = 2 if roomy else 1
        self._advice.display = self._roomy = roomy
        self._advice.join(junctions)
        self._count.styles.width = 0 if width < _NARROW else _COUNT if roomy else width // 2

    def count(self, shown: int, total: int) -> None:
        """Say how many runs match; when none does, which names in the query no run has."""
        self._counted = f"{shown} of {total} "
        if self._roomy or self._query is not None:
            self._count.say(self._counted)
        if shown == 0 and total and self._query is not None and self._names.done():
            unknown = self._query.unknown_to(self._names.result())
            if unknown:
                self._say(f"no recent run has {', '.join(unknown)}")

    def clear(self) -> bool:
        """Empty the prompt; whether there was anything in it."""
        had = bool(self._prompt.value)
        self._prompt.value = ""
        return had

    def _typed(self, text: str) -> None:
        try:
            self._query = parse(text)
        except QueryError as error:  # the last good one stays in force
            self._query = None
            is_unfinished = error.position >= len(text.rstrip())
            self._say(error.message, "dim" if is_unfinished else "bad")
            self._prompt.mark(error.position)
            if is_unfinished:
                self._without_last_term(text)
            return
        self._say("")
        self._prompt.mark(None)
        self._changed(text.strip())

    def _say(self, message: str, style: str = "dim") -> None:
        self._advice.say(message, style)
        if not self._roomy:
            self._count.say(f" {message}" if message else self._counted)

    def _without_last_term(self, text: str) -> None:
        """``fox lr>=`` is ``fox`` until there is a value: as the word that ``lr`` was, it would mean no run."""
        before = text[: last_term(text)].rstrip()
        with suppress(QueryError):
            parse(before)
            self._changed(before)

    async def _kept(self) -> None:
        """Enter: close, unless there is something wrong."""
        if self._query is not None:
            self._history.add(self._prompt.value)
            await self._submit()

    def _known_names(self) -> Names:
        try:
            return self._names.result(_PATIENCE)
        except NotYet:
            return Names()
