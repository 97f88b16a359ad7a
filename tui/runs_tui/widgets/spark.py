"""A line of a few cells that shows a trend, in braille: two values a cell, four heights."""

from __future__ import annotations

import math
from collections.abc import Sequence

_LEFT = (0x40, 0x44, 0x46, 0x47)
_RIGHT = (0x80, 0xA0, 0xB0, 0xB8)


def sparkline(values: Sequence[float], width: int) -> str:
    """``values`` in exactly ``width`` cells; blank where there is no finite value, filled from below."""
    points = width * 2
    if len(values) > points:
        values = [values[place * (len(values) - 1) // (points - 1)] for place in range(points)]
    finite = [value for value in values if math.isfinite(value)]
    if len(finite) < 2:
        return " " * width
    low, high = min(finite), max(finite)
    span = high / 2 - low / 2  # halves: the largest floats have no difference
    heights = [
        (round((value / 2 - low / 2) / span * 3) if span else 0) if math.isfinite(value) else -1 for value in values
    ]
    heights += [-1] * (points - len(heights))
    cells = []
    for one, two in zip(heights[::2], heights[1::2], strict=True):
        dots = (_LEFT[one] if one >= 0 else 0) | (_RIGHT[two] if two >= 0 else 0)
        cells.append(chr(0x2800 + dots) if dots else " ")
    return "".join(cells)
