"""The list of experiments with their counts; moving in it chooses what the table shows."""

from __future__ import annotations

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from runs_tui.model.snapshot import Snapshot
from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas


class Experiments(Canvas):
    """ "all" and each experiment: live runs, runs."""

    can_focus = True

    class Chosen(Message):
        """Another experiment was chosen; None stands for all."""

        def __init__(self, name: str | None) -> None:
            super().__init__()
            self.name = name

    def __init__(self) -> None:
        super().__init__()
        self._snapshot = Snapshot()
        self._top = 0

    @property
    def page(self) -> int:
        """Lines for experiments on the screen."""
        return max(self.content_size.height - 1, 1)

    @property
    def _names(self) -> list[str | None]:
        return [None, *(experiment.name for experiment in self._snapshot.experiments)]

    def show(self, snapshot: Snapshot) -> None:
        """Show these counts and the chosen experiment of the view."""
        before, self._snapshot = self._snapshot, snapshot
        if (before.experiments, before.view) != (snapshot.experiments, snapshot.view):
            self.repaint()

    def move(self, by: int) -> None:
        """Choose another experiment."""
        names = self._names
        chosen = self._snapshot.view.experiment
        here = names.index(chosen) if chosen in names else 0
        there = max(min(here + by, len(names) - 1), 0)
        if there != here:
            self.post_message(self.Chosen(names[there]))

    def watch_has_focus(self, _has_focus: bool) -> None:
        """The title shows where the keys go."""
        super().watch_has_focus(_has_focus)
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        """The clicked experiment is chosen."""
        place = self._top + event.y - 1
        if 0 <= place < len(self._names) and event.y >= 1:
            self.post_message(self.Chosen(self._names[place]))

    def draw(self, width: int, height: int) -> list[Strip]:
        """A title and a line for each experiment, the chosen one always among them."""
        ink, snapshot = self.ink, self._snapshot
        names = self._names
        chosen = snapshot.view.experiment
        here = names.index(chosen) if chosen in names else 0
        rows = max(height - 1, 1)
        self._top = max(min(self._top, here, len(names) - rows), here - rows + 1, 0)
        lines = [fit.line(("   experiments", ink.accent if self.has_focus else ink.dim))]
        total = sum(experiment.runs for experiment in snapshot.experiments)
        live = sum(experiment.live for experiment in snapshot.experiments)
        alarms = sum(experiment.alarms for experiment in snapshot.experiments)
        entries = [("all", live, alarms, total)]
        entries += [(each.name, each.live, each.alarms, each.runs) for each in snapshot.experiments]
        living = max(len(_living(alive)) for _, alive, _, _ in entries)
        longest = max(len(str(runs)) for _, _, _, runs in entries)
        for place, (name, alive, asking, runs) in enumerate(entries[self._top : self._top + rows], self._top):
            counts: list[tuple[str, Style] | str] = [
                (fit.right(_living(alive), living + 1), ink.live),
                (fit.right(str(runs), longest + 1), ink.dim),
                " ",
            ]
            room = max(width - 3 - living - longest - 3, 1)
            start = [
                ("•" if asking else " ", ink.warn),
                ("▸ " if place == here else "  ", ink.accent),
                (fit.middle(fit.safe(name), room), ink.text),
            ]
            strip = fit.line(*start, *counts)
            lines.append(strip.apply_style(ink.cursor) if place == here else strip)
        return lines


def _living(runs: int) -> str:
    return f"{runs}●" if runs else ""
