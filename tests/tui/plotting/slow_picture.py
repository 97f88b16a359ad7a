"""The plot of a chart from its definition, slowly: plain loops over points, dots and cells, without arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

from runs_tui.plotting.axes import Axis
from runs_tui.plotting.cells import Role
from runs_tui.plotting.look import Frame, Look

Points = list[tuple[float, float]]
Dots = set[tuple[int, int]]
Plot = dict[tuple[int, int], tuple[str, int]]
"""By (row, column) of the plot, what a cell shows and its role; cells that are blank are left out."""

# The bits of a braille character, by row and column of the dot in its cell.
BRAILLE = {(0, 0): 0, (1, 0): 1, (2, 0): 2, (0, 1): 3, (1, 1): 4, (2, 1): 5, (3, 0): 6, (3, 1): 7}


@dataclass
class Shown:
    """What one curve shows: points in order of x, and an area as (x, lowest, highest)."""

    now: Points
    raw: Points = field(default_factory=list)
    band: list[tuple[float, float, float]] = field(default_factory=list)


class Near(Exception):
    """A point lies so near to the middle between two dots or columns that rounding decides."""


class SlowPicture:
    """Draws curves on the plot of ``frame`` with the axis ``y``; raises `Near` where rounding decides."""

    def __init__(self, frame: Frame, y: Axis, look: Look) -> None:
        self.frame, self.y, self.look = frame, y, look
        self.across, self.down = look.glyphs.across, look.glyphs.down
        self.columns, self.rows = frame.width * self.across, frame.height * self.down

    def plot(self, curves: list[Shown]) -> Plot:
        """All cells that are not blank."""
        hues = [self.look.hue_at(number) for number in range(len(curves))]
        cells: Plot = {}
        self.layer(cells, [(self.band(curve.band), Role.FAINT + hue) for curve, hue in zip(curves, hues, strict=True)])
        for lines in (
            [(curve.raw, Role.FAINT + hue) for curve, hue in zip(curves, hues, strict=True)],
            [(curve.now, Role.LINE + hue) for curve, hue in zip(curves, hues, strict=True)],
        ):
            self.layer(cells, [(self.line(points), role) for points, role in lines])
            together = set[tuple[int, int]]().union(*(self.line(points) for points, _ in lines))
            for points, role in lines:
                others = {self.cell(dot) for dot in together - self.line(points)}
                self.signs(cells, points, role, others)
        for curve, hue in zip(curves, hues, strict=True):
            self.marks(cells, curve.raw or curve.now, Role.MARK if len(curves) == 1 else Role.LINE + hue)
        return cells

    def layer(self, cells: Plot, parts: list[tuple[Dots, int]]) -> None:
        """Cells with the dots of all parts, in the colour of the last."""
        together: dict[tuple[int, int], tuple[Dots, int]] = {}
        for dots, role in parts:
            for dot in dots:
                there, _ = together.get(self.cell(dot), (set(), 0))
                together[self.cell(dot)] = there | {dot}, role
        for cell, (dots, role) in together.items():
            cells[cell] = self.character(dots), role

    def character(self, dots: Dots) -> str:
        """The character with these dots, which are all in one cell."""
        inside = {(row % self.down, column % self.across) for row, column in dots}
        if self.down == 4:
            return chr(0x2800 + sum(1 << BRAILLE[place] for place in inside))
        return {frozenset({(0, 0)}): "'", frozenset({(1, 0)}): "."}.get(frozenset(inside), ":")

    def cell(self, dot: tuple[int, int]) -> tuple[int, int]:
        """The cell of a dot."""
        return dot[0] // self.down, dot[1] // self.across

    def column(self, x: float) -> int | None:
        """The column of dots of x; None outside."""
        return self.place(x) if self.frame.low <= x <= self.frame.high else None

    def place(self, x: float) -> int:
        """The column of dots of x, as if there were more on both sides."""
        low, high = self.frame.low, self.frame.high
        last = x == high
        if self.frame.log_x:
            x, low, high = math.log(x), math.log(low), math.log(high)
        share = (x - low) / (high - low) * self.columns
        if abs(share - round(share)) < 1e-6 and x not in (low, high):
            raise Near
        return self.columns - 1 if last else math.floor(share)

    def height(self, value: float) -> float:
        """The row of a value, not yet whole."""
        low, high = self.y.low, self.y.high
        if self.y.log:
            value, low, high = math.log(max(value, 5e-324)), math.log(low), math.log(high)
        return (high - value) / (high - low) * (self.rows - 1)

    def whole(self, height: float) -> int:
        """The nearest row; beyond the plot the first one there."""
        if abs(height % 1 - 0.5) < 1e-6:
            raise Near
        return min(max(round(height), -1), self.rows)

    def drawn(self, value: float) -> bool:
        """Whether a value has a place on the axis."""
        return math.isfinite(value) and (value > 0 or not self.y.log)

    def all_dots(self, points: Points) -> Dots:
        """The dots of a line, also those just beyond the plot."""
        dots: Dots = set()
        reach: dict[int, list[int]] = {}
        previous: tuple[int, int, float, bool] | None = None  # number, column, height of the last point; is it inside
        for number, (x, value) in enumerate(points):
            if not self.drawn(value):
                continue
            column, height = self.place(x), self.height(value)
            inside = self.column(x) is not None
            if inside:
                reach.setdefault(column, []).append(self.whole(height))
            if previous is not None and previous[0] == number - 1 and (inside or previous[3]) and previous[1] != column:
                _, before, left, _ = previous
                steps = column - before
                shown = range(max(before, -1), min(column, self.columns) + 1)
                rows = {at: self.whole(left + (height - left) * ((at - before) / steps)) for at in shown}
                for at in shown[:-1]:
                    dots |= link(at, rows[at], rows[at + 1])
            previous = number, column, height, inside
        for column, rows_there in reach.items():
            dots |= {(row, column) for row in range(min(rows_there), max(rows_there) + 1)}
        return {(row, column) for row, column in dots if 0 <= column < self.columns}

    def line(self, points: Points) -> Dots:
        """The dots of a line."""
        return {dot for dot in self.all_dots(points) if 0 <= dot[0] < self.rows}

    def band(self, band: list[tuple[float, float, float]]) -> Dots:
        """The dots of an area. In a column it reaches over all its points; between columns its edges are straight."""
        reach: dict[int, tuple[float, float]] = {}
        for x, lowest, highest in band:
            if (column := self.column(x)) is not None:
                below, above = self.height(lowest), self.height(highest)
                upper, lower = reach.get(column, (above, below))
                reach[column] = min(upper, above), max(lower, below)
        dots: Dots = set()
        known = sorted(reach)
        for column in range(min(known, default=0), max(known, default=-1) + 1):
            left = max(at for at in known if at <= column)
            right = min(at for at in known if at >= column)
            share = (column - left) / (right - left) if right > left else 0.0
            upper, lower = (
                self.whole(start + (stop - start) * share)
                for start, stop in zip(reach[left], reach[right], strict=True)
            )
            dots |= {(row, column) for row in range(max(upper, 0), min(lower, self.rows - 1) + 1)}
        return dots

    def signs(self, cells: Plot, points: Points, role: int, others: set[tuple[int, int]]) -> None:
        """A larger dot for a point that is joined to none, arrow heads where the line lies beyond the plot; not where
        another line has a dot of its own."""
        glyphs = self.look.glyphs
        for column, row in self.lonely(points).items():
            if 0 <= row < self.rows and (cell := self.cell((row, column))) not in others:
                cells[cell] = glyphs.point, role
        if not self.look.robust and self.look.y_limits == (None, None):
            return
        for row, column in self.all_dots(points):
            if row in (-1, self.rows):
                cell = (0 if row < 0 else self.frame.height - 1), column // self.across
                if cell not in others:
                    cells[cell] = (glyphs.over if row < 0 else glyphs.under), role

    def lonely(self, points: Points) -> dict[int, int]:
        """By column the row of points that are joined to no point of another column, if they are one value."""
        places = [(number, self.place(x), value) for number, (x, value) in enumerate(points) if self.drawn(value)]
        inside = {number for number, (x, _) in enumerate(points) if self.column(x) is not None}
        rows: dict[int, set[float]] = {}
        for number, column, value in places:
            if number in inside:
                rows.setdefault(column, set()).add(value)
        if any(0 < max(values) - min(values) < 1e-9 * max(map(abs, values)) for values in rows.values()):
            raise Near  # smoothed, the same value may differ in its last bits
        joined: set[int] = set()
        for (number, column, _), (following, after, _) in pairwise(places):
            if column != after and following == number + 1:
                joined |= {column, after}
        return {
            column: self.whole(self.height(min(values)))
            for column, values in rows.items()
            if len(values) == 1 and column not in joined
        }

    def has_no_place_below(self, value: float) -> bool:
        """Whether a value lies below all axes of this kind."""
        return value == -math.inf or (value <= 0 and self.y.log)

    def marks(self, cells: Plot, points: Points, role: int) -> None:
        """What is not finite: on the top row, minus infinity and what has no logarithm on the bottom row; neighbours
        of one kind without a point of the line between them make one stretch."""
        glyphs, last = self.look.glyphs, self.frame.height - 1
        filled = {self.column(x) for x, value in points if self.drawn(value)}
        for test, row, glyph, shade in (
            (
                lambda v: v == -math.inf or (v <= 0 and self.y.log),
                last,
                glyphs.below,
                Role.NOTE if self.y.log else role,
            ),
            (lambda v: v == math.inf, 0, glyphs.above, role),
            (math.isnan, 0, glyphs.nan, role),
        ):
            flagged = sorted({column for x, value in points if (column := self.column(x)) is not None and test(value)})
            for column in flagged:
                cells[row, column // self.across] = glyph, shade
            for left, right in pairwise(flagged):
                if not filled & set(range(left + 1, right + 1)):
                    for column in range(left, right):
                        cells[row, column // self.across] = glyph, shade


def link(column: int, here: int, there: int) -> Dots:
    """Dots that join a dot in ``column`` with one in the next column: the rows between, half in each."""
    middle = (here + there) // 2
    dots = {(here, column), (there, column + 1)}
    for row in range(min(here, there), max(here, there) + 1):
        upper_half = row <= middle
        dots.add((row, column if upper_half == (here <= there) else column + 1))
    return dots
