"""The first lines of the Run screen: which run, its state, the tabs; below them a rule with the pane's words."""

from __future__ import annotations

import time
from collections.abc import Sequence

from runs_tui.model import words
from runs_tui.model.family import failed_words
from runs_tui.model.states import LIVE
from runs_tui.widgets.fit import Part, cell_len, middle, safe
from runs_tui.widgets.tab_header import TabHeader
from runstore.reading.row import RunRow

_LEAST_NAME = 14
"""Columns without which the state is told by its sign alone."""
_NAME_ROOM = 24
"""Columns kept for the names before facts such as the step are shown."""


class RunHeader(TabHeader):
    """Two lines; a new step repaints only these digits."""

    def __init__(self, tabs: Sequence[tuple[int, str, str]]) -> None:
        """As for a `TabHeader`."""
        super().__init__(tabs)
        self._row: RunRow | None = None

    def show(self, row: RunRow | None, chosen: int, status: str) -> None:
        """Show this run, the digit of the chosen tab and the words of its pane."""
        self._row = row
        self.tell(chosen, status)

    def lead(self, room: int) -> list[Part]:
        """Names, state, and as many facts as there is room for."""
        return self._run_parts(self._row, room) if self._row is not None else []

    def _run_parts(self, row: RunRow, room: int) -> list[Part]:
        ink = self.ink
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
