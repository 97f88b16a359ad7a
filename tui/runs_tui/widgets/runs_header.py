"""The first lines of the Runs screen: the store, the chosen experiment, how many runs are in each state, the best."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from runs_tui.model import words
from runs_tui.model.snapshot import Snapshot
from runs_tui.model.states import WAITING
from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas

_TILES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("running", ("running", "finalizing", "growing")),
    ("queued", tuple(sorted(WAITING))),
    ("stalled", ("stalled", "unresponsive")),
    ("failed", ("failed", "dead", "lost")),
    ("completed", ("completed", "ended")),
    ("silent", ("silent",)),
    ("canceled", ("canceled",)),
)
"""What is counted together under which word."""
_BEST_NAME = (8, 24)
"""Fewest and most cells for the name of the best run."""
_WORTH = ("silent", "canceled", "completed", "queued", "stalled", "failed", "running")


_BEST = "best"


class _Tile(NamedTuple):
    """``word`` tells what it counts."""

    word: str
    parts: list[tuple[str, Style]]

    @property
    def width(self) -> int:
        """Cells."""
        return sum(fit.cell_len(text) for text, _ in self.parts)


class RunsHeader(Canvas):
    """One line, and a rule with a junction above each line between two panes."""

    DEFAULT_CSS = """
    RunsHeader { height: 2; dock: top; }
    """

    class StatesClicked(Message):
        """A click on a count asks for the runs in these states."""

        def __init__(self, states: Sequence[str]) -> None:
            super().__init__()
            self.states = states

    class BestClicked(Message):
        """A click asks for the best run."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, roots: Sequence[str], others: int = 0) -> None:
        super().__init__()
        self._roots = " · ".join(short_path(root) for root in roots)
        self._others = others
        self._snapshot = Snapshot()
        self._junctions: tuple[int, ...] = ()
        self._tiles_shown: list[_Tile] = []

    def show(self, snapshot: Snapshot, junctions: tuple[int, ...]) -> None:
        """Show these counts; ``junctions`` are the columns of the lines between panes."""
        before = self._snapshot, self._junctions
        self._snapshot, self._junctions = snapshot, junctions
        if _looks(*before) != _looks(snapshot, junctions):
            self.repaint()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The line and the rule."""
        ink, snapshot = self.ink, self._snapshot
        where, chosen = fit.safe(self._roots), snapshot.view.experiment
        named = f" › {fit.safe(chosen)}" if chosen is not None else ""
        wanted = min(fit.cell_len(where) + fit.cell_len(named), width // 3) + 7
        tiles = self._tiles(width - wanted)
        tiles = [*self._best(width - wanted - sum(tile.width for tile in tiles) - 2), *tiles]
        self._tiles_shown = tiles
        room = width - sum(tile.width for tile in tiles) - 7
        more = f"  +{self._others} known" if self._others else ""
        if fit.cell_len(where) + fit.cell_len(named) + len(more) > room:
            more = ""
        here = (
            ""
            if room < 8
            else fit.middle(where, max(min(room - fit.cell_len(named), fit.cell_len(where)), 0 if named else 6))
        )
        start = [(" runs ", ink.accent), (here, ink.dim if named else ink.text), (named, ink.strong), (more, ink.rule)]
        rule = list("─" * width)
        for place in self._junctions:
            if 0 <= place < width:
                rule[place] = "┬"
        end = [part for tile in tiles for part in tile.parts]
        return [fit.both_ends(start, end, width), fit.line(("".join(rule), ink.rule))]

    def _tiles(self, room: int) -> list[_Tile]:
        """The counts that fit, the less telling ones left out first."""
        ink, counts = self.ink, self._snapshot.counts
        if self._snapshot.problem:
            return [_Tile("", [(fit.left(fit.safe(self._snapshot.problem), max(room, 12)), ink.bad)])]
        numbers = [(word, sum(counts.get(state, 0) for state in states)) for word, states in _TILES]
        shown = [(word, number) for word, number in numbers if number]
        while len(shown) > 1 and sum(len(f"{number} {word}  ") for word, number in shown) > room:
            shown.remove(min(shown, key=lambda tile: _WORTH.index(tile[0])))
        return [_Tile(word, [(f"{number}", ink.state(word)), (f" {word}  ", ink.dim)]) for word, number in shown]

    def _best(self, room: int) -> list[_Tile]:
        """The best run of the view, where there is room for its name."""
        best, ink = self._snapshot.best, self.ink
        if best is None or self._snapshot.problem:
            return []
        metric, value = fit.right_end(fit.safe(best.metric, 200), 16), words.number(best.value)
        name = min(room - len(f"best   {metric} {value}  "), _BEST_NAME[1])
        if name < _BEST_NAME[0]:
            return []
        shown = fit.safe(best.name, 200)
        shown = fit.middle(shown, min(name, fit.cell_len(shown))) + "   "
        return [_Tile(_BEST, [(f"best {metric} ", ink.dim), (f"{value} ", ink.good), (shown, ink.text)])]

    def on_click(self, event: events.Click) -> None:
        """A tile was clicked."""
        best, states = self._snapshot.best, dict(_TILES)
        at = self.content_size.width
        for tile in reversed(self._tiles_shown):
            at -= tile.width
            if event.y == 0 and at <= event.x < at + tile.width:
                if tile.word == _BEST and best is not None:
                    self.post_message(self.BestClicked(best.key))
                elif tile.word in states:
                    self.post_message(self.StatesClicked(states[tile.word]))


def _looks(snapshot: Snapshot, junctions: tuple[int, ...]) -> tuple[object, ...]:
    """What the header depends on."""
    return snapshot.counts, snapshot.view, snapshot.problem, snapshot.best, junctions


def short_path(path: str) -> str:
    """``path`` with the home folder as ``~``."""
    home = os.path.expanduser("~")
    return "~" + path[len(home) :] if path == home or path.startswith(home + "/") else path
