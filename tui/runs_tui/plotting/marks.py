"""What lies over the lines of a chart: marks of what is not finite, and the cursor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import tzinfo

from runs_tui.plotting.axes import Axis, row_of
from runs_tui.plotting.border import plot_of
from runs_tui.plotting.cells import Cells, Role
from runs_tui.plotting.curve import Lines, Plotted
from runs_tui.plotting.look import Frame, Look
from runs_tui.plotting.numbers import duration_text, grouped, moment_text
from runs_tui.plotting.raster import stretches


def draw_marks(cells: Cells, curves: Sequence[Plotted], lines: Sequence[Lines], frame: Frame, look: Look) -> None:
    """What is not finite, where it is: NaN and infinity on the top row, minus infinity on the bottom row.

    With several curves a mark has the colour of its curve. The first NaN of all is named, if there is room.
    """
    glyphs = look.glyphs
    chars, roles = plot_of(cells, frame)
    for number, line in enumerate(lines):
        alarm = Role.MARK if len(lines) == 1 else Role.LINE + look.hue_at(number)
        for part in line.marks:
            for flags, row, glyph, role in (
                # On a log axis 0 has no place, which is nothing to worry about.
                (part.below, frame.height - 1, glyphs.below, Role.NOTE if look.log else alarm),
                (part.above, 0, glyphs.above, alarm),
                (part.nan, 0, glyphs.nan, alarm),
            ):
                if flags.any():
                    at = stretches(flags, part.count > 0).reshape(-1, glyphs.across).any(axis=1)
                    chars[row, at], roles[row, at] = ord(glyph), role
    first = [(curve.first_nan, at) for at, curve in enumerate(curves) if curve.first_nan is not None]
    inside = [(x, at) for x, at in first if frame.low <= x <= frame.high]
    if look.axes and inside:
        _name_nan(cells, *min(inside), curves, frame, look)


def _name_nan(cells: Cells, x: float, number: int, curves: Sequence[Plotted], frame: Frame, look: Look) -> None:
    """Say where the first NaN is beside its mark, and whose it is, if nothing is in the way."""
    glyph = ord(look.glyphs.nan)
    chars, roles = (part[0] for part in plot_of(cells, frame))
    at = frame.cell(x)
    where = f"NaN at {x_text(x, curves[number], look.zone)}"
    whose = look.names[number] if len(curves) > 1 and number < len(look.names) else ""
    for text in ([f" {whose} {where} "] if whose else []) + [f" {where} "]:
        for start in (at + 1, at - len(text)):
            there = slice(start, start + len(text))
            if 0 <= start <= frame.width - len(text) and ((roles[there] == Role.BLANK) | (chars[there] == glyph)).all():
                cells.put(frame.top, frame.left + start, text, int(roles[at]))
                return


def draw_cursor(
    cells: Cells, curves: Sequence[Plotted], cursor: float, y: Axis | None, frame: Frame, look: Look
) -> None:
    """A line through the cells that are free, and the points that are read there: on each curve the last one at the
    cursor or before it."""
    chars, roles = plot_of(cells, frame)
    at = frame.cell(cursor)
    free = roles[:, at] == Role.BLANK
    chars[free, at], roles[free, at] = ord(look.glyphs.cursor), Role.CURSOR
    for number, curve in enumerate(curves):
        point = curve.last_before(cursor, inclusive=True)
        if point is None or y is None or not frame.low <= point.x <= frame.high:
            continue
        value = point.smoothed if math.isfinite(point.smoothed) else point.value
        if y.low <= value <= y.high:
            place = row_of(value, y, frame.height, look.glyphs.down), frame.cell(point.x)
            if roles[place] >= Role.LINE:
                roles[place] = Role.POINT + look.hue_at(number)


def x_text(x: float, curve: Plotted, zone: tzinfo | None) -> str:
    """A place on the x axis to read."""
    if curve.kind == "relative":
        return duration_text(x)
    if curve.kind == "wall":
        return moment_text(x, zone)
    if curve.kind == "value":
        return f"{x:g}"
    return grouped(round(x))
