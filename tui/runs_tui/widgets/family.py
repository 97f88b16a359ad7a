"""The runs below a run: how they stand together in one line, and a table of them as a tree."""

from __future__ import annotations

import os
from collections.abc import Sequence

from rich.segment import Segment
from textual.strip import Strip

from runs_tui.model.columns import pick_metrics, pick_params
from runs_tui.model.family import Branch, counted
from runs_tui.model.snapshot import Snapshot
from runs_tui.model.view import View
from runs_tui.plotting.glyphs import glyphs_for
from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas
from runs_tui.widgets.run_table import RunTable
from runstore.reading.row import RunRow

_BAR = 24
"""Cells of the bar, at most."""
_NAME = 60


class FamilyLine(Canvas):
    """``12 children  ✗ 1 failed  ● 3 running  ✓ 8 completed  ━━━━``: the counts, and their shares as a bar."""

    DEFAULT_CSS = """
    FamilyLine { height: 1; dock: top; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._family: Sequence[RunRow] = ()
        self._empty = ""

    def show(self, family: Sequence[RunRow], empty: str) -> None:
        """Show these runs, or say ``empty``."""
        self._family, self._empty = family, empty
        self.repaint()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The line."""
        ink = self.ink
        if not self._family:
            return [fit.line((f"  {self._empty}", ink.dim))]
        states = counted(self._family)
        noun = "child" if len(self._family) == 1 else "children"
        parts: list[fit.Part] = [(f" {len(self._family)} {noun}", ink.strong)]
        for word, sign, count in states:
            parts += ["  ", (f"{sign} {count} {word}", ink.state(word))]
        room = min(width - fit.line(*parts).cell_length - 3, _BAR)
        if room >= 6:
            parts.append("   ")
            parts += [(sign * cells, ink.state(word)) for word, sign, cells in self._shares(states, room)]
        return [fit.line(*parts)]

    @staticmethod
    def _shares(states: list[tuple[str, str, int]], room: int) -> list[tuple[str, str, int]]:
        """(word, character, cells) of each state: every one has at least a cell."""
        total = sum(count for _, _, count in states)
        sign = "━" if glyphs_for(os.environ).across > 1 else "="
        cells = [max(count * room // total, 1) for _, _, count in states]
        largest = cells.index(max(cells))
        cells[largest] = max(cells[largest] + room - sum(cells), 1)
        return [(word, sign, size) for (word, _, _), size in zip(states, cells, strict=True)]


class FamilyTable(RunTable):
    """The run table with its rows as a tree: lines before the names, and a number where children are hidden."""

    def __init__(self) -> None:
        super().__init__()
        self._branches: dict[str, Branch] = {}
        self._folded: frozenset[str] = frozenset()

    def show_tree(self, branches: Sequence[Branch], closed: frozenset[str], experiment: str) -> None:
        """Show these branches; ``closed``: keys of those whose children are hidden."""
        shown = {branch.row.key: branch for branch in branches}
        for key in shown.keys() | self._branches.keys():
            if self._shape(shown.get(key), closed) != self._shape(self._branches.get(key), self._folded):
                self._kept.pop(key, None)
        self._branches, self._folded = shown, closed
        rows = tuple(branch.row for branch in branches)
        self.show(
            Snapshot(
                rows=rows,
                lines=rows,
                total=len(rows),
                metrics=pick_metrics(rows),
                params=pick_params(rows),
                view=View(experiment=experiment, sort=""),
                loading=False,
            )
        )

    @property
    def branch(self) -> Branch | None:
        """The branch under the cursor."""
        return self._branches.get(self.row.key) if self.row is not None else None

    def name_segments(self, row: RunRow, width: int) -> list[Segment]:
        """The lines of the tree, the name, and how many children are hidden."""
        branch = self._branches.get(row.key)
        if branch is None:
            return super().name_segments(row, width)
        plain = glyphs_for(os.environ).across == 1
        bars = "".join(("| " if plain else "│ ") if follows else "  " for follows in branch.follows)
        lines = bars + (("`- " if plain else "└─ ") if branch.last else ("|- " if plain else "├─ "))
        lines = lines[: max(width - 6, 0)]
        hidden = f" +{len(branch.below)}" if branch.below and row.key in self._folded else ""
        name = fit.safe(branch.name)
        room = max(width - fit.cell_len(lines) - len(hidden), 1)
        name = fit.middle(name, min(fit.cell_len(name), room))
        text = lines + name + hidden
        return [
            Segment(lines, self.ink.rule),
            Segment(name, self.ink.text),
            Segment(hidden + " " * max(width - fit.cell_len(text), 0), self.ink.accent),
        ]

    @staticmethod
    def _shape(branch: Branch | None, closed: frozenset[str]) -> object:
        """What the lines before a name depend on."""
        if branch is None:
            return None
        return branch.depth, branch.last, branch.follows, len(branch.below), branch.name, branch.row.key in closed
