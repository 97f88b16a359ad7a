"""A page with a table: titles that stay, numbers aligned, any number of rows and columns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rich.style import Style
from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.pages import Paper, rows_shown

_WIDEST = 40
"""Cells of a column."""
_SAMPLE = 200
"""Rows at each end that decide how wide the columns are."""


def cell_text(value: object) -> str:
    """A value in a table: numbers with up to 6 digits that count, text safe to show."""
    if value is None:
        return ""
    if isinstance(value, float):
        if not math.isfinite(value):
            return "NaN" if value != value else "Inf" if value > 0 else "-Inf"
        return f"{value:.6g}"
    return str(value) if isinstance(value, (bool, int)) else fit.safe(value, 400)


class TablePage:
    """Columns by name. A column may still grow while it is shown; what it does not have is blank.

    A row on the screen is a row of the table, a column of the page one of the table. ``stepped``: its first column
    says what row it is (a step or an index), so that no numbers are put before it.
    """

    def __init__(self, columns: Mapping[str, Sequence[object]], rows: int, *, stepped: bool = False) -> None:
        self._columns = list(columns.items())
        self._rows = rows
        self._stepped = stepped
        self._widths = [self._width(name, cells) for name, cells in self._columns]
        self._right = [all(_is_number(value) for value in self._sample(cells)) for _, cells in self._columns]
        self._gutter = 0 if stepped else len(str(max(rows - 1, 0))) + 1

    def draw(self, paper: Paper, top: int, left: int) -> list[Strip]:
        """Titles, and the rows that there is room for."""
        ink = paper.ink
        shown = self._fitting(paper.width, left)
        lines = [self._line("", [self._columns[at][0] for at in shown], shown, ink.dim, ink.dim, titles=True)]
        for row in range(top, min(top + paper.height - 1, self._rows)):
            cells = [cell_text(_cell(self._columns[at][1], row)) for at in shown]
            lines.append(self._line(str(row), cells, shown, ink.text, ink.rule))
        return lines

    def farthest(self, width: int, height: int) -> tuple[int, int]:
        """Until the last row and the last column are on the screen."""
        room, last = width - self._gutter - 1, len(self._columns)
        while last > 0 and room >= self._widths[last - 1] + 2:
            last -= 1
            room -= self._widths[last] + 2
        return max(self._rows - height + 1, 0), min(last, max(len(self._columns) - 1, 0))

    def place(self, width: int, height: int, top: int, left: int) -> str:
        """Rows, and columns where some are out of sight."""
        shown = self._fitting(width, left)
        columns = f"columns {left + 1}-{shown[-1] + 1} of {len(self._columns)}" if shown else ""
        parts = [rows_shown(top, height - 1, self._rows, "rows"), columns if len(shown) < len(self._columns) else ""]
        return " · ".join(part for part in parts if part)

    def _fitting(self, width: int, left: int) -> list[int]:
        """The columns from ``left`` on that there is room for, at least one."""
        room = width - self._gutter - 1
        found: list[int] = []
        for at in range(left, len(self._columns)):
            room -= self._widths[at] + 2
            if room < 0 and found:
                break
            found.append(at)
        return found

    def _line(
        self, number: str, cells: list[str], shown: list[int], style: Style, dim: Style, *, titles: bool = False
    ) -> Strip:
        parts: list[fit.Part] = [(fit.right(number, self._gutter), dim), " "]
        for at, text in zip(shown, cells, strict=True):
            align = fit.right if self._right[at] else fit.middle if titles else fit.left
            bad = text in ("NaN", "Inf", "-Inf")
            parts += [(align(fit.safe(text, 400), self._widths[at]), style + Style(bold=True) if bad else style), "  "]
        return fit.line(*parts)

    def _width(self, name: str, cells: Sequence[object]) -> int:
        lengths = [fit.cell_len(cell_text(value)) for value in self._sample(cells)]
        return max(min(max([fit.cell_len(fit.safe(name, 60)), *lengths]), _WIDEST), 3)

    @staticmethod
    def _sample(cells: Sequence[object]) -> list[object]:
        return [*cells[:_SAMPLE], *cells[_SAMPLE:][-_SAMPLE:]]


def _cell(cells: Sequence[object], row: int) -> object:
    return cells[row] if row < len(cells) else None


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))
