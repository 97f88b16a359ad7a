"""The lines and areas of a chart's curves on the cells of its plot.

Four layers lie over each other: areas, what a resumed run has replaced, lines before smoothing, lines. In a cell an
upper layer hides the lower ones. In one layer no curve hides another: a cell has the dots of all that pass through
it, and the colour of the last of them, so that the line of a later curve is unbroken where it crosses an earlier one.
A point without neighbours is a larger dot. Where limits of y were chosen that leave values out, arrow heads at the edge
point to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from runs_tui.plotting.axes import Axis
from runs_tui.plotting.border import plot_of
from runs_tui.plotting.cells import Cells, Role
from runs_tui.plotting.curve import Lines
from runs_tui.plotting.look import Frame, Look
from runs_tui.plotting.passing import INSIDE, Ends
from runs_tui.plotting.raster import bits_between, lonely, reach, reach_of_band
from runstore.series.reduction import Reducer

_Kind = Literal["area", "line"]
_Part = tuple[Reducer, int]


def draw_layers(
    cells: Cells, lines: Sequence[Lines], y: Axis, frame: Frame, look: Look, ends: Mapping[int, Ends]
) -> None:
    """Draw the lines of each curve; ``look`` has their colours, ``ends`` is what `ends_of` finds."""
    for kind, parts in _layers(lines, look):
        if parts:
            _draw_layer(cells, parts, kind, y, frame, look, ends)


def _layers(lines: Sequence[Lines], look: Look) -> Iterator[tuple[_Kind, list[_Part]]]:
    """The layers from the lowest to the highest: of what they are, and the parts with their roles."""
    hued = [(line, look.hue_at(at)) for at, line in enumerate(lines)]
    yield "area", [(part, Role.FAINT + hue) for line, hue in hued for part in line.band]
    yield "line", [(part, Role.OLD) for line in lines for part in line.old]
    yield "line", [(part, Role.FAINT + hue) for line, hue in hued for part in line.raw]
    yield "line", [(part, Role.LINE + hue) for line, hue in hued for part in line.now]


def _draw_layer(
    cells: Cells, parts: list[_Part], kind: _Kind, y: Axis, frame: Frame, look: Look, beyond: Mapping[int, Ends]
) -> None:
    glyphs, down = look.glyphs, frame.height * look.glyphs.down
    chars, roles = plot_of(cells, frame)
    shown: NDArray[np.uint8] = np.zeros(chars.shape, dtype=np.uint8)
    signs: list[tuple[str, int, NDArray[np.intp], int, NDArray[np.uint8]]] = []  # glyph, row, cells, role, own dots
    limited = look.robust or look.y_limits != (None, None)
    for part, role in parts:
        ends = beyond.get(id(part), INSIDE)
        if kind == "area":
            upper, lower = reach_of_band(part, y.low, y.high, down, y.log)
        else:
            upper, lower = reach(part, y.low, y.high, down, y.log, ends)
        bits = bits_between(upper, lower, frame.height, glyphs)
        shown |= bits
        np.copyto(roles, np.uint8(role), where=bits > 0)
        if kind == "area":
            continue
        for column in lonely(part, ends).tolist():
            if 0 <= upper[column] < down:
                row = int(upper[column]) // glyphs.down
                signs.append((glyphs.point, row, np.array([column // glyphs.across]), role, bits[row]))
        if limited:
            for leaves, row, glyph in ((upper < 0, 0, glyphs.over), (lower == down, frame.height - 1, glyphs.under)):
                there = np.flatnonzero(leaves.reshape(-1, glyphs.across).any(axis=1))
                signs.append((glyph, row, there, role, bits[row]))
    np.copyto(chars, glyphs.patterns[shown], where=shown > 0)
    for glyph, row, at, role, own in signs:
        at = at[shown[row, at] == own[at]]  # where no dot of another curve is hidden
        chars[row, at], roles[row, at] = ord(glyph), role
