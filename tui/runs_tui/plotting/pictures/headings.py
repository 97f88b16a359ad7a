"""What stands above the plots of a picture: titles, and the names of curves beside their colours."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from runs_tui.plotting.cells import fit
from runs_tui.plotting.look import Title
from runs_tui.plotting.pictures.canvas import FONT_SIZE, Canvas
from runs_tui.plotting.pictures.font import text_width
from runs_tui.plotting.pictures.inks import Inks
from runs_tui.plotting.pictures.trace import Box

LINE = 18.0
"""Height of a line of text."""
_GAP = 8.0
_SWATCH = 18.0
_LEGEND = 0.2
"""The part of the height that a legend takes at most."""
_LONGEST = 320.0
"""Width of a name."""
_TELLING = 150.0
"""Width that the name of a chart keeps beside what else is said of it."""
_CELLS = 400
"""Cells of a terminal that a text has at most."""


class Entry(NamedTuple):
    """A name in a legend, and the number of its colour."""

    name: str
    hue: int


def draw_title(canvas: Canvas, box: Box, inks: Inks, title: Title) -> None:
    """Name and value at the left, the note at the right; they are left out where they would leave too little."""
    y = box.top + FONT_SIZE
    note, value = _fitted(title.note, box.width / 2), _fitted(title.value, box.width / 4)
    least = min(width_of(_fitted(title.name, box.width)), _TELLING)
    if box.width - width_of(note) - width_of(value) - 2 * _GAP < least:
        note = ""
    if box.width - width_of(value) - _GAP < least:
        value = ""
    name = _fitted(title.name, box.width - width_of(note) - width_of(value) - 2 * _GAP * bool(note or value))
    canvas.text(box.left, y, name, inks.text)
    if value:
        canvas.text(box.left + width_of(name) + _GAP, y, value, inks.dim)
    if note:
        canvas.text(box.right, y, note, inks.dim, "end")


def draw_legend(canvas: Canvas, box: Box, inks: Inks, entries: Sequence[Entry]) -> float:
    """Names beside a piece of their line, in rows; the height that they take."""
    if not entries:
        return 0.0
    most = max(int(box.height * _LEGEND / LINE), 1)
    row, x = 0, box.left
    for number, (name, hue) in enumerate(entries):
        shown = _fitted(name, max(min(box.width - _SWATCH - _GAP, _LONGEST), 0.0))
        wide = _SWATCH + 6 + width_of(shown)
        rest = f"and {len(entries) - number} more"
        last = row == most - 1 and number < len(entries) - 1
        if x > box.left and x + wide + (width_of(rest) + 2 * _GAP if last else 0) > box.right:
            if row == most - 1:
                canvas.text(x, box.top + row * LINE + FONT_SIZE, _fitted(rest, box.right - x), inks.dim)
                break
            row, x = row + 1, box.left
        y = box.top + row * LINE + FONT_SIZE
        canvas.rectangle(Box(x, y - 5.5, _SWATCH, 3), inks.curve(hue))
        canvas.text(x + _SWATCH + 6, y, shown, inks.text)
        x += wide + 2 * _GAP
    return (row + 1) * LINE + 8


def width_of(text: str) -> float:
    """How wide a text is."""
    return text_width(text) * FONT_SIZE


def _fitted(text: str, room: float) -> str:
    """What a terminal would show of the text, cut in its middle if it is wider."""
    whole = fit(text, _CELLS)
    if width_of(whole) <= room:
        return whole
    cells = bisect_right(range(_CELLS), room, key=lambda cells: width_of(fit(text, cells)))
    return fit(text, max(cells - 1, 0))
