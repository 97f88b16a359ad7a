"""Braille, box and block characters as shapes, so that they need no font and join without seams.

Coordinates are in a cell of WIDTH x HEIGHT units with the origin at its top left. `shape` gives the outline to be
filled and the line to be stroked (1 unit wide) of one character, as SVG path data in which only M is absolute.
"""

import unicodedata
from functools import cache
from typing import NamedTuple

WIDTH, HEIGHT = 10, 20

_DOT = 2.0  # radius of a braille dot; their centres are 5 apart both ways
_NUMBERS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5, "SIX": 6, "SEVEN": 7}
_THICKNESS = {"LIGHT": 1.0, "SINGLE": 1.0, "HEAVY": 2.0, "DOUBLE": 3.0}
_ARMS = {"UP": "U", "DOWN": "D", "LEFT": "L", "RIGHT": "R", "HORIZONTAL": "LR", "VERTICAL": "UD"}
_DASHES = {"DOUBLE": 2, "TRIPLE": 3, "QUADRUPLE": 4}


class Shape(NamedTuple):
    """Path data to fill, path data to stroke, and the opacity of both."""

    fill: str
    stroke: str = ""
    opacity: float = 1.0


@cache
def shape(char: str) -> Shape | None:
    """The shape of ``char``; None for every character that is text."""
    if len(char) != 1:
        return None
    if "\u2800" <= char <= "\u28ff":
        return _braille(ord(char) - 0x2800)
    if "\u2500" <= char <= "\u257f":
        return _box(unicodedata.name(char).removeprefix("BOX DRAWINGS "))
    if "\u2580" <= char <= "\u259f":
        return _block(unicodedata.name(char))
    return None


def _braille(bits: int) -> Shape:
    # Bits 0-2 are the left column downwards, 3-5 the right one, 6 and 7 the fourth row.
    places = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
    return Shape("".join(_circle(2.5 + 5 * x, 2.5 + 5 * y) for i, (x, y) in enumerate(places) if bits >> i & 1))


def _block(name: str) -> Shape:
    words = name.split()
    if name == "FULL BLOCK":
        return Shape(_rectangle(0, 0, WIDTH, HEIGHT))
    if words[-1] == "SHADE":
        return Shape(_rectangle(0, 0, WIDTH, HEIGHT), opacity={"LIGHT": 0.25, "MEDIUM": 0.5, "DARK": 0.75}[words[0]])
    if words[0] == "QUADRANT":
        corners = [part.split() for part in name.removeprefix("QUADRANT ").split(" AND ")]
        w, h = WIDTH / 2, HEIGHT / 2
        return Shape("".join(_rectangle(w * (x == "RIGHT"), h * (y == "LOWER"), w, h) for y, x in corners))
    side, unit = words[0], words[-2].removesuffix("S")
    eighths = 4 if unit == "HALF" else _NUMBERS[words[1]] * (2 if unit == "QUARTER" else 1)
    if side in ("LOWER", "UPPER"):
        height = HEIGHT * eighths / 8
        return Shape(_rectangle(0, HEIGHT - height if side == "LOWER" else 0, WIDTH, height))
    width = WIDTH * eighths / 8
    return Shape(_rectangle(WIDTH - width if side == "RIGHT" else 0, 0, width, HEIGHT))


def _box(name: str) -> Shape:
    words = name.split()
    if "DIAGONAL" in words:
        rising, falling = f"M0 {HEIGHT}l{WIDTH} -{HEIGHT}", f"M0 0l{WIDTH} {HEIGHT}"
        one = {"UPPER RIGHT TO LOWER LEFT": rising, "UPPER LEFT TO LOWER RIGHT": falling}
        return Shape("", one.get(name.removeprefix("LIGHT DIAGONAL "), rising + falling))
    if "ARC" in words:
        return Shape("", _arc("R" if "RIGHT" in words else "L", "D" if "DOWN" in words else "U"))
    if "DASH" in words:
        return Shape(_dashes(_DASHES[words[1]], words[-1] == "VERTICAL", _THICKNESS[words[0]]))
    parts = [part.split() for part in name.split(" AND ")]
    first = next((word for word in parts[0] if word in _THICKNESS), "LIGHT")
    arms: dict[str, float] = {}
    for part in parts:
        weight = next((word for word in part if word in _THICKNESS), first)
        for word in part:
            arms.update(dict.fromkeys(_ARMS.get(word, ""), _THICKNESS[weight]))
    return Shape("".join(_arm(side, thickness, max(arms.values())) for side, thickness in arms.items()))


def _arm(side: str, thickness: float, joint: float) -> str:
    """A line from one side of the cell to its middle, and half of ``joint`` further so that the corner is filled."""
    x, y, over = WIDTH / 2, HEIGHT / 2, joint / 2
    if thickness == _THICKNESS["DOUBLE"]:
        lanes = [-1.0, 1.0]
        width = 1.0
    else:
        lanes = [0.0]
        width = thickness
    drawn = ""
    for lane in lanes:
        a = lane - width / 2
        drawn += {
            "L": _rectangle(0, y + a, x + over, width),
            "R": _rectangle(x - over, y + a, WIDTH - x + over, width),
            "U": _rectangle(x + a, 0, width, y + over),
            "D": _rectangle(x + a, y - over, width, HEIGHT - y + over),
        }[side]
    return drawn


def _arc(across: str, along: str) -> str:
    x, y, r = WIDTH / 2, HEIGHT / 2, WIDTH / 2
    start, inward = (HEIGHT, -1) if along == "D" else (0, 1)
    sideward = r if across == "R" else -r
    return f"M{x:g} {start}v{inward * (y - r):g}q0 {inward * r:g} {sideward:g} {inward * r:g}"


def _dashes(count: int, vertical: bool, thickness: float) -> str:
    length = (HEIGHT if vertical else WIDTH) / count
    middle = (WIDTH if vertical else HEIGHT) / 2 - thickness / 2
    starts = [length * (i + 0.2) for i in range(count)]
    if vertical:
        return "".join(_rectangle(middle, start, thickness, length * 0.6) for start in starts)
    return "".join(_rectangle(start, middle, length * 0.6, thickness) for start in starts)


def _rectangle(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:g} {y:g}h{width:g}v{height:g}h{-width:g}z"


def _circle(x: float, y: float) -> str:
    r = _DOT
    return f"M{x - r:g} {y:g}a{r:g} {r:g} 0 1 0 {2 * r:g} 0a{r:g} {r:g} 0 1 0 {-2 * r:g} 0z"
