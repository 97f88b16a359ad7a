"""What a chart is asked for, and where it lies: its title, its look, and the frame of its plot."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import tzinfo
from typing import NamedTuple

from runs_tui.plotting.axes import Bounds, cell_of, power
from runs_tui.plotting.glyphs import UNICODE, Glyphs
from runs_tui.themes import HUES


@dataclass(frozen=True, slots=True)
class Title:
    """The first line of a chart: a name, its last value, and what else must be said."""

    name: str
    value: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """How a chart is drawn, apart from its curves.

    ``log`` and ``log_x`` make an axis logarithmic (a wall clock has no logarithm, and stays as it is); ``x_limits``
    and ``y_limits`` are what it spans instead of what the curves do, None on the sides that are left to them;
    ``robust`` leaves outliers out of the range of y; ``live`` leaves room on the right; ``cursor`` is an x.
    ``hues`` are numbers of colours, one a curve (empty: ``hue``, ``hue`` + 1 ...), ``names`` what a legend says,
    one a curve (empty: no legend).
    """

    axes: bool = True
    log: bool = False
    log_x: bool = False
    x_limits: Bounds | None = None
    y_limits: Bounds = (None, None)
    robust: bool = False
    live: bool = False
    focus: bool = False
    cursor: float | None = None
    hue: int = 0
    hues: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    zone: tzinfo | None = None
    glyphs: Glyphs = UNICODE

    def hue_at(self, curve: int) -> int:
        """The number of a curve's colour, below `HUES`."""
        return (self.hues[curve] if curve < len(self.hues) else self.hue + curve) % HUES


class Frame(NamedTuple):
    """Where the plot of a chart lies (its first column and row, its size), and the x that it spans: what a cursor
    needs."""

    left: int
    width: int
    low: float
    high: float
    log_x: bool = False
    top: int = 1
    height: int = 0

    def cell(self, x: float) -> int:
        """The cell of the plot in which ``x`` lies, from its left edge; at an edge, the cell that `edge` means."""
        cell = cell_of(x, self.low, self.high, self.width, self.log_x)
        if cell + 1 < self.width and self.edge(cell + 1) <= x:
            return cell + 1
        return cell - 1 if cell and self.edge(cell) > x else cell

    def edge(self, cell: int) -> float:
        """x at the left edge of a cell."""
        if self.log_x:
            first, last = math.log10(self.low), math.log10(self.high)
            return power(first + (last - first) * cell / self.width)
        return self.low + (self.high - self.low) * cell / self.width
