"""Parallel coordinates: an upright axis for each parameter and one for a metric, a line across them for each run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from rich.cells import cell_len

from runs_tui.plotting.border import draw_title, plot_of, say
from runs_tui.plotting.cells import Cells, Role, fit
from runs_tui.plotting.look import Frame, Look, Title
from runs_tui.plotting.raster import bits_between
from runstore.series.growing import Floats

_LEAST = 14
"""Cells from one axis to the next at least."""
_NARROWEST = 8
_HEAD = 2
"""Rows over the plot: the title, and the names of the axes."""


class Upright(NamedTuple):
    """An axis: its name, the value of each run on it, None for none, and what is said at some values."""

    name: str
    at: tuple[float | None, ...]
    marks: tuple[tuple[float, str], ...]
    log: bool = False

    def heights(self) -> Floats:
        """0 at the lowest value, 1 at the highest, in the middle where all are the same; NaN for none."""
        values = np.array([math.nan if value is None else value for value in self.at])
        return self._scaled(values, values)

    def marked(self) -> list[tuple[float, str]]:
        """(height, words)."""
        places = self._scaled(np.array([value for value, _ in self.marks]), np.array(
            [math.nan if value is None else value for value in self.at]
        ))  # fmt: skip
        return [(float(height), words) for height, (_, words) in zip(places, self.marks, strict=True)]

    def _scaled(self, values: Floats, all_of_them: Floats) -> Floats:
        if self.log:
            values, all_of_them = np.log(values), np.log(all_of_them)
        known = all_of_them[np.isfinite(all_of_them)]
        if len(known) == 0 or known.min() == known.max():
            return np.where(np.isfinite(values), 0.5, np.nan)
        low, high = known.min() / 2, known.max() / 2  # halved first: the span of the largest floats is no float
        scaled: Floats = (values / 2 - low) / (high - low)
        return scaled


class Across(NamedTuple):
    """The line of a run: its place in the axes, the number of its colour, and whether it is one to be seen first."""

    run: int
    hue: int
    strong: bool


def axes_that_fit(width: int) -> int:
    """How many axes have room."""
    return max(width // _LEAST, 2)


def draw_parallel(
    axes: Sequence[Upright], lines: Sequence[Across], width: int, height: int, title: Title, look: Look
) -> Cells:
    """The first axes that fit, and the last one. ``look.cursor`` is the run that is drawn over all others."""
    cells = Cells(width, height)
    draw_title(cells, title, look)
    most = axes_that_fit(width)
    shown = [*axes[: most - 1], axes[-1]] if len(axes) > most else list(axes)
    rows = height - _HEAD
    if len(shown) < 2 or not lines or rows < 2 or width < _NARROWEST:
        if rows > 0:
            say(cells, Frame(0, width, 0, 1, False, 1, max(height - 1, 1)), "no run has values")
        return cells
    frame = Frame(1, width - 2, 0, 1, False, _HEAD, rows)
    places = [round(place * (frame.width - 1) / (len(shown) - 1)) for place in range(len(shown))]
    for column in places:
        cells.fill(frame.top, frame.left + column, 1, rows, look.glyphs.vertical, Role.RULE)
    heights = np.array([axis.heights() for axis in shown])
    for line in sorted(lines, key=lambda line: (line.run == look.cursor, line.strong)):
        role = Role.POINT if line.run == look.cursor else Role.LINE if line.strong else Role.FAINT
        _draw_line(cells, heights[:, line.run], places, frame, role + line.hue, look)
    for axis, column in zip(shown, places, strict=True):
        _label(cells, axis, column, frame, width // len(shown))
    return cells


def _draw_line(cells: Cells, heights: Floats, places: Sequence[int], frame: Frame, role: int, look: Look) -> None:
    """A line over all axes on which the run has a value; where it has none it is broken."""
    glyphs = look.glyphs
    columns = np.arange(frame.width * glyphs.across)
    corners = (np.array(places) + 0.5) * glyphs.across - 0.5
    down = frame.height * glyphs.down
    at = np.interp(np.append(columns - 0.5, columns[-1] + 0.5), corners, (1 - heights) * (down - 1))
    upper = np.floor(np.minimum(at[:-1], at[1:]) + 0.5)
    lower = np.maximum(np.ceil(np.maximum(at[:-1], at[1:]) - 0.5), upper)
    known = ~np.isnan(at[:-1]) & ~np.isnan(at[1:])
    rows = [np.where(known, edge, down + 1).astype(np.int64) for edge in (upper, lower)]
    bits = bits_between(rows[0], rows[1], frame.height, glyphs)
    chars, roles = plot_of(cells, frame)
    there = bits > 0
    chars[there], roles[there] = glyphs.patterns[bits[there]], role


def _label(cells: Cells, axis: Upright, column: int, frame: Frame, room: int) -> None:
    """The name over an axis, and words beside it, on the side where there is room."""
    _beside(cells, 1, frame.left + column, fit(axis.name, room - 2), Role.TITLE, centred=True)
    taken = set()
    for height, words in axis.marked():
        row = frame.top + round((1 - height) * (frame.height - 1)) if 0 <= height <= 1 else -1
        if row >= 0 and row not in taken:
            taken.add(row)
            _beside(cells, row, frame.left + column, fit(words, max(room - 3, 1)), Role.LABEL)


def _beside(cells: Cells, row: int, column: int, text: str, role: int, *, centred: bool = False) -> None:
    size = cell_len(text)
    start = column - size // 2 if centred else column + 1
    if start + size > cells.width:
        start = column - size if not centred else cells.width - size
    cells.put(row, max(start, 0), text, role)
