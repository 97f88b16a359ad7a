"""The Overview tab: all that is known of the run, in one or two columns."""

from __future__ import annotations

from rich.style import Style
from textual.strip import Strip

from runs_tui import keys
from runs_tui.model.facts import Section, sections
from runs_tui.screens.tabs import StatusChanged
from runs_tui.widgets import fit
from runs_tui.widgets.scroller import Scroller
from runstore.reading.reader import Reader
from runstore.reading.row import RunRow

_TWO_COLUMNS = 112
"""Cells from which there are two columns."""
_LABEL = 14
_LONGEST_VALUE = 4_000
_LEFT = ("run", "traceback", "warnings", "source", "definition", "attempts")
"""Sections of the left column."""


class OverviewPane(Scroller):
    """A text that follows the run."""

    SCOPE = "overview"
    BINDINGS = keys.bindings("overview")

    def __init__(self) -> None:
        super().__init__()
        self._key = ""
        self._sections: list[Section] = []
        self._family: tuple[RunRow, ...] = ()

    def show_family(self, family: tuple[RunRow, ...]) -> None:
        """The runs below the one that is shown next."""
        self._family = family

    def show(self, reader: Reader, row: RunRow) -> None:
        """Show this run."""
        if row.key != self._key:
            self._key = row.key
            self._top = 0
        self._sections = sections(row, reader.manifest, reader.warnings, self._family)
        place = self.place
        self.repaint()
        if self.place != place:
            self.scrolled()

    def status_text(self) -> str:
        """Which lines are on the screen."""
        return self.place

    def scrolled(self) -> None:
        """The place is part of the header."""
        self.post_message(StatusChanged())

    def text(self, width: int) -> list[Strip]:
        """All lines."""
        if width < _TWO_COLUMNS:
            return self._column(self._sections, width)
        middle = width // 2
        left = self._column([each for each in self._sections if each.title in _LEFT], middle - 1)
        right = self._column([each for each in self._sections if each.title not in _LEFT], width - middle - 1)
        blank = fit.line("")
        lines = []
        for place in range(max(len(left), len(right))):
            one = left[place] if place < len(left) else blank
            two = right[place] if place < len(right) else blank
            lines.append(Strip([*one.adjust_cell_length(middle - 1, Style.null()), *fit.line("  "), *two]))
        return lines

    def _column(self, some: list[Section], width: int) -> list[Strip]:
        ink = self.ink
        lines: list[Strip] = []
        for section in some:
            lines += [fit.line((" " + section.title, ink.warn if section.alarm else ink.strong))]
            longest = max((fit.cell_len(fit.safe(name, 60)) for name, _ in section.facts), default=0)
            label = min(max(longest, _LABEL), max(width // 3, 8)) if any(name for name, _ in section.facts) else 0
            for name, value in section.facts:
                style = self._style(section, name, value)
                folded = self._folded(value, max(width - label - 3, 4))
                head = "  " + (fit.middle(fit.safe(name, 200), label) + " " if label else "")
                lines.append(fit.line((head, ink.dim), (folded[0], style)))
                lines += [fit.line(" " * len(head), (rest, style)) for rest in folded[1:]]
            lines.append(fit.line(""))
        return lines[:-1]

    @staticmethod
    def _folded(value: str, width: int) -> list[str]:
        lines = [part for each in value[:_LONGEST_VALUE].splitlines() for part in fit.wrap(fit.safe(each), width)]
        return lines[:60] or [""]

    def _style(self, section: Section, name: str, value: str) -> Style:
        ink = self.ink
        if section.alarm:
            return ink.warn
        if section.title == "run" and name == "state":
            return ink.state(value[2:].split(" ", maxsplit=1)[0])
        return ink.bad if section.title == "run" and name == "reason" else ink.text
