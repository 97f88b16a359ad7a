"""A chart: title, axes, lines, marks and cursor on a rectangle of cells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len

from runs_tui.plotting.axes import Axis, cell_of, label_places, x_axis, x_limits, y_axis
from runs_tui.plotting.cells import Cells, Role, fit
from runs_tui.plotting.curve import Curve, Lines
from runs_tui.plotting.glyphs import UNICODE, Glyphs
from runs_tui.plotting.numbers import duration_text, grouped, moment_text
from runs_tui.plotting.raster import draw_line, lonely, stretches, to_cells
from runs_tui.themes import HUES
from runstore.series.reduction import Reducer

_LEAST_GUTTER = 4


@dataclass(frozen=True, slots=True)
class Title:
    """The first line of a chart: a name, its last value, and what else must be said."""

    name: str
    value: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """How a chart is drawn, apart from its curves: ``live`` leaves room on the right, ``cursor`` is an x, ``hue`` the
    number of the first curve's colour."""

    axes: bool = True
    log: bool = False
    live: bool = False
    focus: bool = False
    cursor: float | None = None
    hue: int = 0
    zone: tzinfo | None = None
    glyphs: Glyphs = UNICODE


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the plot of a chart lies, and the x that it spans: what a cursor needs."""

    left: int
    width: int
    low: float
    high: float

    def cell(self, x: float) -> int:
        """The cell of the plot in which ``x`` lies, from its left edge."""
        return cell_of(x, self.low, self.high, self.width)

    def edge(self, cell: int) -> float:
        """x at the left edge of a cell."""
        return self.low + (self.high - self.low) * cell / self.width


def draw_chart(
    curves: Sequence[Curve], width: int, height: int, title: Title, look: Look = Look()
) -> tuple[Cells, Frame | None]:
    """The curves, all of one kind of x, on ``width`` x ``height`` cells; without a frame if nothing is drawn."""
    below = look.axes and height >= 5 and width >= 12
    rows = height - 1 - below
    spans = [span for curve in curves if (span := curve.span())]
    if rows < 1 or width < 1 or not spans:
        cells = Cells(width, height)
        draw_title(cells, title, look)
        if rows >= 1:
            _say(cells, rows, "no points yet")
        return cells, None

    kind = curves[0].kind
    limits = x_limits(min(a for a, _ in spans), max(b for _, b in spans), kind, look.live)
    # The labels of y decide how wide the plot is. The range of values does not depend on that width.
    likely = max(width - (_LEAST_GUTTER + 1 if look.axes else 0), 1) * look.glyphs.across
    ranges = [found for curve in curves if (found := curve.range(*limits, likely, look.log))]
    y = y_axis(min(a for a, _ in ranges), max(b for _, b in ranges), rows, look.log) if ranges else None
    gutter = gutter_of(y, width) if look.axes else 0
    frame = Frame(gutter, width - gutter, *limits)
    x = x_axis(limits, frame.width, kind, look.zone)
    cells = draw_axes(x, y, frame, width, height, below, look.log, look.glyphs).copy()
    draw_title(cells, title, look)
    lines = [curve.lines(*limits, frame.width * look.glyphs.across, look.log) for curve in curves]
    if y:
        _draw_lines(cells, lines, y, frame, rows, look)
    else:
        _say(cells, rows, "nothing above 0" if look.log else "no finite value")
    _draw_marks(cells, curves, lines, frame, rows, look)
    if look.cursor is not None and x.low <= look.cursor <= x.high:
        _draw_cursor(cells, look.cursor, frame, rows, look)
    return cells, frame


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


def gutter_of(y: Axis | None, width: int) -> int:
    """Cells left of the plot: the labels of y and its line; 0 where they would leave too little for the plot."""
    longest = max((cell_len(tick.label) for tick in y.ticks), default=0) if y else 0
    gutter = max(longest, _LEAST_GUTTER) + 1
    return gutter if gutter * 3 <= width else 0


def _draw_lines(cells: Cells, lines: Sequence[Lines], y: Axis, frame: Frame, rows: int, look: Look) -> None:
    glyphs = look.glyphs
    layers: list[tuple[Reducer, int]] = [
        (part, role) for line in lines for parts, role in ((line.old, Role.OLD), (line.raw, Role.RAW)) for part in parts
    ]
    layers += [(part, Role.LINE + (look.hue + at) % HUES) for at, line in enumerate(lines) for part in line.now]
    chars, roles = plot_of(cells, frame, rows)
    for part, role in layers:
        dots = draw_line(part, y.low, y.high, rows * glyphs.down, look.log)
        shown = to_cells(dots, glyphs)
        drawn = shown != glyphs.patterns[0]
        if role > Role.LINE and glyphs.down == 4:  # dots of two lines in one cell: braille codes are made of bits
            shown = np.where(drawn & (roles >= Role.LINE) & (roles < role), shown | chars, shown)
        np.copyto(chars, shown, where=drawn)
        roles[drawn] = role
        for column in lonely(part):
            row, at = np.argmax(dots[:, column]) // glyphs.down, column // glyphs.across
            if dots[:, column].any():
                chars[row, at], roles[row, at] = ord(glyphs.point), role


def _draw_marks(
    cells: Cells, curves: Sequence[Curve], lines: Sequence[Lines], frame: Frame, rows: int, look: Look
) -> None:
    """What is not finite, where it is: NaN and infinity on the top row, minus infinity on the bottom row."""
    glyphs = look.glyphs
    chars, roles = plot_of(cells, frame, rows)
    for part in (part for line in lines for part in line.marks):
        for flags, row, glyph, role in (
            # On a log axis 0 has no place, which is nothing to worry about.
            (part.below, rows - 1, glyphs.below, Role.NOTE if look.log else Role.MARK),
            (part.above, 0, glyphs.above, Role.MARK),
            (part.nan, 0, glyphs.nan, Role.MARK),
        ):
            if flags.any():
                at = stretches(flags, part.count > 0).reshape(-1, glyphs.across).any(axis=1)
                chars[row, at], roles[row, at] = ord(glyph), role
    for curve in curves[:1]:
        if look.axes and curve.first_nan is not None and frame.low <= curve.first_nan <= frame.high:
            _name_nan(cells, curve, frame, rows, look)


def _name_nan(cells: Cells, curve: Curve, frame: Frame, rows: int, look: Look) -> None:
    """Say where the first NaN is beside its mark, if no line is in the way."""
    assert curve.first_nan is not None
    text = f" NaN at {x_text(curve.first_nan, curve, look.zone)} "
    at = frame.cell(curve.first_nan)
    roles = plot_of(cells, frame, rows)[1][0]
    for start in (at + 1, at - len(text)):
        there = roles[max(start, 0) : start + len(text)]
        if start >= 0 and len(there) == len(text) and np.isin(there, (Role.BLANK, Role.MARK)).all():
            cells.put(1, frame.left + start, text, Role.MARK)
            return


@lru_cache(maxsize=64)
def draw_axes(
    x: Axis, y: Axis | None, frame: Frame, width: int, height: int, below: bool, log: bool, glyphs: Glyphs
) -> Cells:
    """A chart without title and lines. Axes are calm, so the same one is asked for again and again."""
    cells = Cells(width, height)
    rows = height - 1 - below
    if frame.left:
        line = frame.left - 1
        cells.fill(1, line, 1, rows, glyphs.vertical, Role.RULE)
        if below:
            cells.fill(rows + 1, line, 1, 1, glyphs.corner, Role.RULE)
        for tick in y.ticks if y else ():
            row = 1 + _row_of(tick.at, y, rows, log, glyphs) if y else 1
            cells.put(row, line - cell_len(tick.label), tick.label, Role.LABEL)
            cells.fill(row, line, 1, 1, glyphs.tick, Role.RULE)
    if below:
        cells.fill(rows + 1, frame.left, frame.width, 1, glyphs.horizontal, Role.RULE)
        for tick, at in zip(x.ticks, label_places(x, frame.width), strict=True):
            cells.put(rows + 1, frame.left + at, tick.label, Role.LABEL)
    return cells


def _row_of(value: float, y: Axis, rows: int, log: bool, glyphs: Glyphs) -> int:
    """The row of cells in which a dot at ``value`` lies."""
    low, high = y.low, y.high
    if log:
        value, low, high = math.log10(value), math.log10(low), math.log10(high)
    dots = rows * glyphs.down
    dot = round((high / 2 - value / 2) / (high / 2 - low / 2) * (dots - 1))
    return max(0, min(dot // glyphs.down, rows - 1))


def _draw_cursor(cells: Cells, cursor: float, frame: Frame, rows: int, look: Look) -> None:
    chars, roles = plot_of(cells, frame, rows)
    at = frame.cell(cursor)
    free = roles[:, at] == Role.BLANK
    chars[free, at] = ord(look.glyphs.cursor)
    roles[:, at] = np.where(free, Role.CURSOR, Role.READ)


def plot_of(cells: Cells, frame: Frame, rows: int) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Views of the plot: characters and roles, of shape (rows, frame.width)."""
    area = slice(1, rows + 1), slice(frame.left, frame.left + frame.width)
    return cells.chars[area], cells.roles[area]


def _say(cells: Cells, rows: int, text: str) -> None:
    """A word in the middle of an empty plot."""
    text = fit(text, cells.width)
    cells.put(1 + (rows - 1) // 2, (cells.width - cell_len(text)) // 2, text, Role.NOTE)


def x_text(x: float, curve: Curve, zone: tzinfo | None) -> str:
    """A place on the x axis to read."""
    if curve.kind == "relative":
        return duration_text(x)
    if curve.kind == "wall":
        return moment_text(x, zone)
    if curve.kind == "value":
        return f"{x:g}"
    return grouped(round(x))
