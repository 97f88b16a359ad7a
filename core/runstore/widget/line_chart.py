"""A line chart as SVG: extremes kept, gaps where values are not finite, readable on light and dark pages."""

from __future__ import annotations

import math
from html import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Sequence

WIDTH, HEIGHT = 320, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 8, 8, 20
_COLUMNS = WIDTH - _LEFT - _RIGHT
_LARGEST = 1.79e308
_COLOUR = "#2a78d6"
_AXIS = "stroke='currentColor' stroke-opacity='0.35'"


def line_chart(title: str, x: Sequence[float], y: Sequence[float]) -> str:
    """``y`` over ``x`` (same length, any order of x) as an SVG element; a note where there is nothing finite."""
    points = sorted((a, b) for a, b in zip(x, y) if math.isfinite(a))
    finite = [b for _, b in points if math.isfinite(b)]
    missing = len(points) - len(finite)
    parts = [
        "<svg viewBox='0 0 {0} {1}' width='{0}' height='{1}' role='img' aria-label='{2}' "
        "style='font:10px sans-serif;fill:currentColor'>".format(WIDTH, HEIGHT, escape(title, quote=True))
    ]
    if not finite:
        parts.append(
            "<text x='{}' y='{}' text-anchor='middle'>no finite value</text></svg>".format(WIDTH / 2, HEIGHT / 2)
        )
        return "".join(parts)
    left, right = _limits(points[0][0], points[-1][0])
    low, high = _limits(min(finite), max(finite))
    right_edge, bottom = WIDTH - _RIGHT, HEIGHT - _BOTTOM
    parts.append("<path d='M{} {}V{}H{}' fill='none' {}/>".format(_LEFT, _TOP, bottom, right_edge, _AXIS))
    for value, row in ((high, _TOP + 8), (low, bottom)):
        parts.append("<text x='{}' y='{}' text-anchor='end'>{}</text>".format(_LEFT - 4, row, short(value)))
    for value, place, anchor in ((left, _LEFT, "start"), (right, right_edge, "end")):
        parts.append("<text x='{}' y='{}' text-anchor='{}'>{}</text>".format(place, HEIGHT - 6, anchor, short(value)))

    def at(a: float, b: float) -> tuple[float, float]:
        return (
            _LEFT + (a / 2 - left / 2) / (right / 2 - left / 2) * _COLUMNS,
            bottom - (b / 2 - low / 2) / (high / 2 - low / 2) * (bottom - _TOP),
        )

    for piece in _pieces(points):
        if len(piece) == 1:
            across, down = at(*piece[0])
            parts.append("<circle cx='{:.1f}' cy='{:.1f}' r='2.5' fill='{}'/>".format(across, down, _COLOUR))
        else:
            drawn = " ".join("{:.1f},{:.1f}".format(*at(a, b)) for a, b in _reduced(piece, left, right))
            parts.append("<polyline points='{}' fill='none' stroke='{}' stroke-width='1.5'/>".format(drawn, _COLOUR))
    if missing:
        parts.append(
            "<text x='{}' y='{}' text-anchor='end' fill='#c62828'>{} NaN or infinite</text>".format(
                right_edge, _TOP + 8, missing
            )
        )
    parts.append("</svg>")
    return "".join(parts)


def short(value: float) -> str:
    """A number in few characters."""
    if abs(value) < 1e6 and value == int(value):
        return str(int(value))
    return "{:.4g}".format(value)


def _limits(low: float, high: float) -> tuple[float, float]:
    """The ends of an axis; a single value gets room on both sides."""
    if high / 2 - low / 2 > 1e-300:  # halves, because the difference of two floats can overflow
        return low, high
    margin = max(abs(low) * 0.05, 0.5)
    return min(max(low - margin, -_LARGEST), low), max(min(high + margin, _LARGEST), high)


def _pieces(points: Sequence[tuple[float, float]]) -> Iterator[list[tuple[float, float]]]:
    """The stretches between values that are not finite."""
    piece: list[tuple[float, float]] = []
    for point in points:
        if math.isfinite(point[1]):
            piece.append(point)
        elif piece:
            yield piece
            piece = []
    if piece:
        yield piece


def _reduced(piece: list[tuple[float, float]], left: float, right: float) -> list[tuple[float, float]]:
    """First, lowest, highest and last point of each column of pixels: no spike is lost."""
    if len(piece) <= 2 * _COLUMNS:
        return piece
    columns: dict[int, list[tuple[float, float]]] = {}
    for point in piece:
        columns.setdefault(int((point[0] / 2 - left / 2) / (right / 2 - left / 2) * _COLUMNS), []).append(point)
    kept: list[tuple[float, float]] = []
    for column in columns.values():
        chosen = {
            0,
            len(column) - 1,
            min(range(len(column)), key=lambda place: column[place][1]),
            max(range(len(column)), key=lambda place: column[place][1]),
        }
        kept.extend(column[place] for place in sorted(chosen))
    return kept
