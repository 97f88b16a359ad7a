"""A rectangle of characters, each with the role that gives it its colour."""

from __future__ import annotations

from enum import IntEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rich.cells import get_character_cell_size

from runs_tui.themes import HUES
from runstore.layout.printable import printable

_WIDE_TAIL = 0  # fills the second cell of a wide character
_SPACE = ord(" ")


class Role(IntEnum):
    """What a cell shows. To ``LINE``, ``FAINT`` and ``POINT`` the number of a curve's colour is added."""

    BLANK = 0
    TITLE = 1
    VALUE = 2
    NOTE = 3
    RULE = 4
    LABEL = 5
    OLD = 6  # a part of a line that a resumed run has replaced
    MARK = 8  # NaN and infinities
    CURSOR = 9
    FOCUS = 10
    LINE = 16
    FAINT = 16 + HUES  # a line before smoothing, an area
    POINT = 16 + 2 * HUES  # a part of a line that is read at the cursor


class Cells:
    """``chars`` (code points) and ``roles``, both of shape (height, width)."""

    def __init__(self, width: int, height: int) -> None:
        self.chars: NDArray[np.uint32] = np.full((height, width), _SPACE, dtype=np.uint32)
        self.roles: NDArray[np.uint8] = np.zeros((height, width), dtype=np.uint8)

    @property
    def width(self) -> int:
        """Cells in a row."""
        return int(self.chars.shape[1])

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.chars.shape[0])

    def put(self, row: int, column: int, text: str, role: int) -> int:
        """Write ``text`` from ``column`` on, cut at the right edge; returns the column after it."""
        if column >= 0 and text.isascii() and text.isprintable():
            text = text[: max(self.width - column, 0)]
            stop = column + len(text)
            self._free(row, column, stop)
            self.chars[row, column:stop] = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
            self.roles[row, column:stop] = role
            return stop
        for character, size in measure(text):
            if column + size > self.width:
                break
            if column >= 0:
                self._free(row, column, column + size)
                self.chars[row, column] = ord(character)
                self.chars[row, column + 1 : column + size] = _WIDE_TAIL
                self.roles[row, column : column + size] = role
            column += size
        return column

    def fill(self, row: int, column: int, width: int, height: int, character: str, role: int) -> None:
        """Fill a rectangle, in which there is no wide character, with one narrow character."""
        self.chars[row : row + height, column : column + width] = ord(character)
        self.roles[row : row + height, column : column + width] = role

    def paste(self, row: int, column: int, other: Cells) -> None:
        """Lay ``other`` over these, its upper left corner at a place inside of them; what does not fit is cut off."""
        area = slice(row, row + other.height), slice(column, column + other.width)
        height, width = self.chars[area].shape
        for line in range(row, row + height):
            self._free(line, column, column + width)
        self.chars[area], self.roles[area] = other.chars[:height, :width], other.roles[:height, :width]
        if 0 < width < other.width:  # a wide character whose second half is cut off would take a cell too many
            self.chars[area][other.chars[:height, width] == _WIDE_TAIL, -1] = _SPACE

    def _free(self, row: int, start: int, stop: int) -> None:
        """Before cells are written: no half of a wide character stays behind."""
        chars = self.chars[row]
        if start < stop and chars[start] == _WIDE_TAIL:
            chars[start - 1] = _SPACE
        if start < stop < len(chars) and chars[stop] == _WIDE_TAIL:
            chars[stop] = _SPACE

    def copy(self) -> Cells:
        """The same cells, to draw on."""
        copied = object.__new__(Cells)
        copied.chars, copied.roles = self.chars.copy(), self.roles.copy()
        return copied

    def row(self, row: int) -> list[tuple[str, int]]:
        """One row as pieces of text of one role each; together they are exactly ``width`` cells wide."""
        roles = self.roles[row]
        changes = (roles[1:] != roles[:-1]).nonzero()[0] + 1
        bounds = [0, *changes.tolist(), len(roles)]
        if self.chars[row].all():
            text = self._text(row, 0, self.width)
            return [(text[a:b], int(roles[a])) for a, b in pairwise(bounds)]
        return [(self._text(row, a, b), int(roles[a])) for a, b in pairwise(bounds)]

    def lines(self) -> list[str]:
        """The rows as plain text."""
        return [self._text(row, 0, self.width) for row in range(self.height)]

    def _text(self, row: int, start: int, stop: int) -> str:
        codes = self.chars[row, start:stop]
        if not codes.all():
            codes = codes[codes != _WIDE_TAIL]
        return codes.astype("<u4").tobytes().decode("utf-32-le")


def measure(text: str) -> list[tuple[str, int]]:
    """The characters of ``text`` that take cells, with their number of cells (1 or 2); controls are replaced."""
    if text.isascii() and text.isprintable():
        return [(character, 1) for character in text]
    return [(c, size) for c in printable(text) if (size := get_character_cell_size(c)) > 0]


def fit(text: str, width: int, ellipsis: str = "…") -> str:
    """``text`` as characters that a terminal shows, cut in its middle to at most ``width`` cells."""
    keep = 4 * max(width, 0) + 16
    if len(text) > 2 * keep:  # no need to look at all of a name of 300 kB
        text = text[:keep] + text[-keep:]
    measured = measure(text)
    if sum(size for _, size in measured) <= width:
        return "".join(character for character, _ in measured)
    if width < 1:
        return ""
    room = width - 1
    head = _take(measured, (room + 1) // 2)
    tail = _take(measured[::-1], room // 2)[::-1]
    return head + ellipsis + tail


def _take(measured: list[tuple[str, int]], width: int) -> str:
    taken = ""
    for character, size in measured:
        width -= size
        if width < 0:
            break
        taken += character
    return taken
