"""The first lines of the Run screen: which run, its state, the tabs; below them a rule with the pane's words."""

from __future__ import annotations

import time
from collections.abc import Sequence

from rich.style import Style
from textual.strip import Strip

from runs_tui.model import words
from runs_tui.model.family import failed_words
from runs_tui.model.states import LIVE
from runs_tui.widgets.canvas import Canvas
from runs_tui.widgets.fit import both_ends, cell_len, line, middle, safe
from runstore.reading.row import RunRow

_SHORT_TABS = 130
"""Columns below which the tabs are shown in their short form."""
_ALL_TABS = 40
"""Columns below which only the chosen tab is named."""
_LEAST_NAME = 14
"""Columns without which the state is told by its sign alone."""
_NAME_ROOM = 24
"""Columns kept for the names before facts such as the step are shown."""

Part = tuple[str, Style] | str


class RunHeader(Canvas):
    """Two lines; a new step repaints only these digits."""

    DEFAULT_CSS = """
    RunHeader { height: 2; dock: top; }
    """

    def __init__(self, tabs: Sequence[tuple[int, str, str]]) -> None:
        """``tabs``: (digit, letter, name) of each tab there is."""
        super().__init__()
        self._tabs = tuple(tabs)
        self._chosen = 0
        self._row: RunRow | None = None
        self._status = ""

    def show(self, row: RunRow | None, chosen: int, status: str) -> None:
        """Show this run, the digit of the chosen tab and the words of its pane."""
        self._row, self._chosen, self._status = row, chosen, safe(status)
        self.repaint()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The header and its rule."""
        ink = self.ink
        tabs = self._tab_parts(width)
        room = width - sum(len(text) for text, _ in tabs)
        top = both_ends(self._run_parts(room) if self._row is not None else [], tabs, width)
        status = f" {self._status} " if self._status and len(self._status) < width - 6 else ""
        rule = ("─" * max(width - len(status) - 2, 0), ink.rule)
        return [top, line(rule, (status or "──", ink.dim if status else ink.rule), ("──" if status else "", ink.rule))]

    def _tab_parts(self, width: int) -> list[tuple[str, Style]]:
        ink, short = self.ink, width < _SHORT_TABS
        tabs = self._tabs if width >= _ALL_TABS else [tab for tab in self._tabs if tab[0] == self._chosen]
        parts = []
        for digit, letter, name in tabs:
            text = f"{digit}{letter}" if short else f"{digit} {name}"
            chosen = digit == self._chosen
            parts.append((f"[{text}]" if chosen else f" {text} ", ink.accent if chosen else ink.dim))
        return parts

    def _run_parts(self, room: int) -> list[Part]:
        """Names, state, and as many facts as there is room for."""
        ink, row = self.ink, self._row
        assert row is not None
        mark = f" {row.children_failed}✗" if row.children_failed else ""  # where there is no room for words
        state = safe(f"{row.state.glyph} {row.state.text}", 40) + mark
        if room < cell_len(state) + _LEAST_NAME:
            state = row.state.glyph
        facts, failed = self._facts(row), failed_words(row)
        room -= cell_len(state) + 4
        if failed and room - len(failed) - 2 >= _NAME_ROOM:
            facts.insert(0, failed)
        while facts and room - sum(len(fact) + 2 for fact in facts) < _NAME_ROOM:
            facts.pop()
        room = max(room - sum(len(fact) + 2 for fact in facts), 0)
        if failed and facts[:1] == [failed]:
            state = state.removesuffix(mark)
        name, experiment = safe(row.name, 200), safe(row.experiment, 200)
        if cell_len(name) + cell_len(experiment) + 3 <= room:
            parts: list[Part] = [" ", (experiment, ink.dim), (" / ", ink.rule), (name, ink.strong)]
        else:
            parts = [" ", (middle(name, min(room, cell_len(name))), ink.strong)]
        parts += ["  ", (state, ink.state(row.state.word))]
        for fact in facts:
            parts += ["  ", (fact, ink.dim)]
        return parts

    @staticmethod
    def _facts(row: RunRow) -> list[str]:
        facts = []
        end = row.ended or (time.time() if row.state.word in LIVE else row.active)
        if row.started is not None and end is not None:
            facts.append(words.span(end - row.started))
        if row.step is not None:
            facts.append(f"step {words.count(row.step)}" + (f"/{words.count(row.total)}" if row.total else ""))
        if row.eta is not None and row.state.word in LIVE:
            facts.append(f"eta {words.span(row.eta)}")
        return facts
