"""A page with a square matrix whose cells are shaded by their share of the row: a confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Literal

from rich.style import Style
from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.pages import Paper, rows_shown

Form = Literal["counts", "shares", "map"]
"""Numbers as they are, each as a share of its row, or colours alone."""
_SHADES = " ░▒▓█"
_PLAIN_SHADES = " .:%#"
_WIDEST = 10
_LABEL = 16
"""Cells of the name of a row."""
_RAMPS = {
    "runs-dark": (17, 18, 24, 25, 31, 32, 74, 117),
    "runs-light": (195, 189, 153, 117, 75, 68, 25, 18),
}
_BRIGHT = frozenset((68, 74, 75, 117, 153, 189, 195))
"""Colours of the ramps on which text is black."""


@cache
def _ramp(theme: str) -> tuple[Style, ...]:
    """Styles from low to high, the first without a colour; none in themes that leave colours to the terminal."""
    colours = _RAMPS.get(theme, ())
    steps = [Style.parse(f"color({232 if colour in _BRIGHT else 231}) on color({colour})") for colour in colours]
    return (Style.null(), *steps) if steps else ()


class MatrixPage:
    """Rows are what is true, columns what was predicted. A column of the page is one of the matrix."""

    def __init__(self, labels: Sequence[str], matrix: Sequence[Sequence[float]], form: Form) -> None:
        """``matrix``: as many rows and columns as labels."""
        self._labels = [fit.safe(label, 60) for label in labels]
        self._form = form
        self._shares = []
        for row in matrix:
            total = sum(value for value in row if value == value and value > 0)
            self._shares.append([value / total if total and value > 0 else 0.0 for value in row])
        texts = [[_share(value) for value in row] for row in self._shares]
        self._texts = [[_count(value) for value in row] for row in matrix] if form == "counts" else texts
        longest = max((len(text) for row in self._texts for text in row), default=1)
        names = max((fit.cell_len(label) for label in self._labels), default=1)
        self._least = 2 if form == "map" else max(longest + 2, min(names + 1, 8))
        self._label = max(min(names, _LABEL), 6) + 2

    def draw(self, paper: Paper, top: int, left: int) -> list[Strip]:
        """What the axes are, names of columns, and rows."""
        ink, count = paper.ink, len(self._labels)
        shown, size = range(left, min(left + self._across(paper.width), count)), self._cell(paper.width)
        head = fit.left(f" true {_arrow(paper, '↓')}", self._label) + f" predicted {_arrow(paper, '→')}"
        lines = [fit.line((head, ink.dim))]
        if self._form != "map":
            names = [(" " + fit.right(fit.middle(self._labels[at], min(size - 1, fit.cell_len(self._labels[at]))),
                                      size - 1), ink.dim) for at in shown]  # fmt: skip
            lines.append(fit.line(" " * self._label, *names))
        for row in range(top, min(top + paper.height - len(lines), count)):
            label = fit.middle(self._labels[row], min(self._label - 2, fit.cell_len(self._labels[row])))
            cells = [self._drawn(paper, row, at, size) for at in shown]
            lines.append(fit.line((" " + fit.right(label, self._label - 2) + " ", ink.dim), *cells))
        return lines

    def farthest(self, width: int, height: int) -> tuple[int, int]:
        """Until the last row and column are on the screen."""
        count = len(self._labels)
        return max(count - (height - self._titles), 0), max(count - self._across(width), 0)

    def place(self, width: int, height: int, top: int, left: int) -> str:
        """Which classes are on the screen."""
        count = len(self._labels)
        parts = (
            rows_shown(top, height - self._titles, count, "rows"),
            rows_shown(left, self._across(width), count, "columns"),
        )
        return " · ".join(part for part in parts if part)

    @property
    def _titles(self) -> int:
        return 1 if self._form == "map" else 2

    def _across(self, width: int) -> int:
        return max((width - self._label) // self._cell(width), 1)

    def _cell(self, width: int) -> int:
        """Cells of the screen for one of the matrix: more where there is room."""
        most = self._least if self._form == "map" else max(self._least, _WIDEST)
        return max(min((width - self._label) // max(len(self._labels), 1), most), self._least)

    def _drawn(self, paper: Paper, row: int, at: int, size: int) -> fit.Part:
        share = self._shares[row][at] if at < len(self._shares[row]) else 0.0
        text = self._texts[row][at] if at < len(self._texts[row]) else ""
        ramp = _ramp(paper.theme)
        level = _level(share, len(ramp) or len(_SHADES))
        style = ramp[level] if ramp else paper.ink.text
        shades = _PLAIN_SHADES if paper.glyphs.across == 1 else _SHADES
        if self._form == "map":
            return (
                " ." if ramp and not level else "  " if ramp else shades[level] * 2
            ), style if level else paper.ink.rule
        if not ramp:
            text = f"{shades[level]}{text}" if level else text
        if not share:
            style = paper.ink.dim
        return fit.right(text, size - 1) + " ", style + Style(bold=True) if row == at else style


def _level(share: float, steps: int) -> int:
    """0 for nothing, 1 to ``steps`` - 1 for what there is; by the root of the share, so that errors differ, too."""
    return 0 if share <= 0 else 1 + min(int(share**0.5 * (steps - 1)), steps - 2)


def _count(value: float) -> str:
    return str(int(value)) if value == value and abs(value) < 1e15 and value == int(value) else f"{value:.4g}"


def _share(value: float) -> str:
    return f"{value:.2f}" if value else "0"


def _arrow(paper: Paper, sign: str) -> str:
    return sign if paper.glyphs.across > 1 else ""
