"""What stands around the plot of a chart: its title, its axes, and a word where there is no line."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len

from runs_tui.plotting.axes import Axis, label_places, row_of
from runs_tui.plotting.cells import Cells, Role, fit
from runs_tui.plotting.glyphs import Glyphs
from runs_tui.plotting.look import Frame, Look, Title

_LEAST_GUTTER = 4


def draw_title(cells: Cells, title: Title, look: Look) -> None:
    """Focus mark, name, value and note, then a rule to the right edge."""
    glyphs, width = look.glyphs, cells.width
    if look.focus and width:
        cells.put(0, 0, glyphs.focus, Role.FOCUS)
    extra = sum(cell_len(text) + 2 for text in (title.value, title.note) if text)
    room = width - 1
    value = title.value if room - cell_len(title.value) - 2 >= min(cell_len(title.name), 4) else ""
    note = title.note if value and room - extra >= min(cell_len(title.name), 8) else ""
    taken = sum(cell_len(text) + 2 for text in (value, note) if text)
    at = cells.put(0, 1, fit(title.name, room - taken, glyphs.ellipsis), Role.FOCUS if look.focus else Role.TITLE)
    for text, role in ((value, Role.VALUE), (note, Role.NOTE)):
        if text:
            at = cells.put(0, at + 2, text, role)
    if look.axes and width - at > 2:
        cells.fill(0, at + 1, width - at - 1, 1, glyphs.horizontal, Role.RULE)


def has_x_labels(look: Look, width: int, height: int) -> bool:
    """Whether a chart of this size has a row for the labels of x."""
    return look.axes and height >= 5 and width >= 12


def gutter_of(y: Axis | None, width: int) -> int:
    """Cells left of the plot: the labels of y and its line; 0 where they would leave too little for the plot."""
    longest = max((cell_len(tick.label) for tick in y.ticks), default=0) if y else 0
    gutter = max(longest, _LEAST_GUTTER) + 1
    return gutter if gutter * 3 <= width else 0


def likely_columns(width: int, look: Look) -> int:
    """Dots across the plot, before the labels of y are known."""
    return max(width - (_LEAST_GUTTER + 1 if look.axes else 0), 1) * look.glyphs.across


@lru_cache(maxsize=64)
def draw_axes(x: Axis, y: Axis | None, frame: Frame, width: int, height: int, glyphs: Glyphs) -> Cells:
    """A chart without title and lines. Axes are calm, so the same one is asked for again and again."""
    cells = Cells(width, height)
    bottom = frame.top + frame.height
    if frame.left:
        line = frame.left - 1
        cells.fill(frame.top, line, 1, frame.height, glyphs.vertical, Role.RULE)
        if bottom < height:
            cells.fill(bottom, line, 1, 1, glyphs.corner, Role.RULE)
        for tick in y.ticks if y else ():
            row = frame.top + (row_of(tick.at, y, frame.height, glyphs.down) if y else 0)
            cells.put(row, line - cell_len(tick.label), tick.label, Role.LABEL)
            cells.fill(row, line, 1, 1, glyphs.tick, Role.RULE)
    if bottom < height:
        cells.fill(bottom, frame.left, frame.width, 1, glyphs.horizontal, Role.RULE)
        for tick, at in zip(x.ticks, label_places(x, frame.width), strict=True):
            cells.put(bottom, frame.left + at, tick.label, Role.LABEL)
    return cells


def plot_of(cells: Cells, frame: Frame) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Views of the plot: characters and roles, of shape (frame.height, frame.width)."""
    area = slice(frame.top, frame.top + frame.height), slice(frame.left, frame.left + frame.width)
    return cells.chars[area], cells.roles[area]


def say(cells: Cells, frame: Frame, text: str) -> None:
    """A word in the middle of an empty plot."""
    text = fit(text, cells.width)
    cells.put(frame.top + (frame.height - 1) // 2, (cells.width - cell_len(text)) // 2, text, Role.NOTE)
