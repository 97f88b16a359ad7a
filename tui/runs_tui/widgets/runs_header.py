"""The first lines of the Runs screen: the store, the chosen experiment, how many runs are in each state."""

from __future__ import annotations

import os
from collections.abc import Sequence

from rich.style import Style
from textual.strip import Strip

from runs_tui.model.snapshot import Snapshot
from runs_tui.model.states import WAITING
from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas

_TILES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("running", ("running", "finalizing")),
    ("queued", tuple(sorted(WAITING))),
    ("stalled", ("stalled", "unresponsive")),
    ("failed", ("failed", "dead", "lost")),
    ("completed", ("completed", "ended")),
    ("canceled", ("canceled",)),
)
"""What is counted together under which word."""
_WORTH = ("canceled", "completed", "queued", "stalled", "failed", "running")


class RunsHeader(Canvas):
    """One line, and a rule with a junction above each line between two panes."""

    DEFAULT_CSS = """
    RunsHeader { height: 2; dock: top; }
    """

    def __init__(self, roots: Sequence[str], others: int = 0) -> None:
        super().__init__()
        self._roots = " · ".join(short_path(root) for root in roots)
        self._others = others
        self._snapshot = Snapshot()
        self._junctions: tuple[int, ...] = ()

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
        room = width - sum(len(text) for text, _ in tiles) - 7
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
        return [fit.both_ends(start, tiles, width), fit.line(("".join(rule), ink.rule))]

    def _tiles(self, room: int) -> list[tuple[str, Style]]:
        """The counts that fit, the less telling ones left out first."""
        ink, counts = self.ink, self._snapshot.counts
        if self._snapshot.problem:
            return [(fit.left(fit.safe(self._snapshot.problem), max(room, 12)), ink.bad)]
        numbers = [(word, sum(counts.get(state, 0) for state in states)) for word, states in _TILES]
        shown = [(word, number) for word, number in numbers if number]
        while len(shown) > 1 and sum(len(f"{number} {word}  ") for word, number in shown) > room:
            shown.remove(min(shown, key=lambda tile: _WORTH.index(tile[0])))
        return [part for word, number in shown for part in ((f"{number}", ink.state(word)), (f" {word}  ", ink.dim))]


def _looks(snapshot: Snapshot, junctions: tuple[int, ...]) -> tuple[object, ...]:
    """What the header depends on."""
    return snapshot.counts, snapshot.view, snapshot.problem, junctions


def short_path(path: str) -> str:
    """``path`` with the home folder as ``~``."""
    home = os.path.expanduser("~")
    return "~" + path[len(home) :] if path == home or path.startswith(home + "/") else path
