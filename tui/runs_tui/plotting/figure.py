"""Charts as lines of text, for a terminal that scrolls and for files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from rich.color import ColorSystem

from runs_tui.plotting.bars import draw_bars
from runs_tui.plotting.cells import Cells, Role
from runs_tui.plotting.chart import draw_chart
from runs_tui.plotting.curve import Plotted
from runs_tui.plotting.histogram import Histogram
from runs_tui.plotting.look import Look, Title
from runs_tui.plotting.styles import styles
from runs_tui.themes import HUES

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_APART = 11
"""Cells from one letter of a line to the next."""


def letter(number: int) -> str:
    """What stands for a curve where there are no colours."""
    return _LETTERS[number % len(_LETTERS)]


def coloured(text: str, role: int, theme: str | None) -> str:
    """Text as a cell with this role is drawn in a theme, as codes for a terminal; as it is without a theme."""
    return styles(theme)[role].render(text, color_system=ColorSystem.EIGHT_BIT) if theme and text else text


def draw_figure(
    content: Sequence[Plotted] | Histogram, width: int, height: int, look: Look, theme: str | None
) -> list[str]:
    """A chart without its title on ``width`` x ``height`` cells, one string a line.

    ``theme`` gives the colours, as codes for a terminal. Without one several curves are told apart by a `letter` that
    stands on each of them every few cells, and what is faint is dotted.
    """
    if isinstance(content, Histogram):
        cells = draw_bars(content.edges.tolist(), content.counts.tolist(), width, height + 1, Title(""), look)
        return _lines(cells, theme)
    lettered = theme is None and len(content) > 1
    cells, frame = draw_chart(content, width, height + 1, Title(""), _with_own_hues(look) if lettered else look)
    if theme is None:
        faint = (cells.roles == Role.OLD) | ((cells.roles >= Role.FAINT) & (cells.roles < Role.POINT))
        cells.chars[faint] = ord(look.glyphs.separator)
    if lettered and frame is not None:
        _put_letters(cells, len(content))
    return _lines(cells, theme)


def _with_own_hues(look: Look) -> Look:
    """A number of its own for each curve, so that its cells are known."""
    return replace(look, hues=tuple(range(HUES)))


def _put_letters(cells: Cells, curves: int) -> None:
    """Letters on the lines, no two of them in one column where that can be."""
    for number in range(min(curves, HUES)):
        its = cells.roles == Role.LINE + number
        columns = np.flatnonzero(its.any(axis=0))
        first = number * max(_APART // max(curves, 1), 1) % _APART
        for column in columns[(columns % _APART == first)].tolist():
            rows = np.flatnonzero(its[:, column])
            cells.chars[rows[len(rows) // 2], column] = ord(letter(number))


def _lines(cells: Cells, theme: str | None) -> list[str]:
    """The rows below the title."""
    if theme is None:
        return [line.rstrip() for line in cells.lines()[1:]]
    return ["".join(coloured(text, role, theme) for text, role in cells.row(row)) for row in range(1, cells.height)]
