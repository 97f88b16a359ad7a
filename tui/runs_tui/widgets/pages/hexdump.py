"""A page with the bytes of a file, of which only those on the screen are read."""

from __future__ import annotations

from collections.abc import Callable

from textual.strip import Strip

from runs_tui.widgets import fit
from runs_tui.widgets.pages import Paper, rows_shown


class BytesPage:
    """Offsets, bytes in hexadecimal, and the characters among them."""

    def __init__(self, size: int, read: Callable[[int, int], bytes]) -> None:
        """``read(start, count)`` gives bytes."""
        self._size = size
        self._read = read

    def draw(self, paper: Paper, top: int, left: int) -> list[Strip]:
        """The lines."""
        ink, each = paper.ink, self._each(paper.width)
        lines = []
        data = self._read(top * each, each * paper.height)
        for at in range(0, len(data), each):
            part = data[at : at + each]
            groups = [" ".join(f"{byte:02x}" for byte in part[start : start + 8]) for start in range(0, len(part), 8)]
            text = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in part)
            lines.append(
                fit.line(
                    (f" {top * each + at:08x}  ", ink.rule),
                    (fit.left("  ".join(groups), each * 3 + each // 8 - 1), ink.text),
                    (f" {text}", ink.dim),
                )
            )
        return lines

    def farthest(self, width: int, height: int) -> tuple[int, int]:
        """Until the last byte is on the screen."""
        return max(self._rows(width) - height, 0), 0

    def place(self, width: int, height: int, top: int, left: int) -> str:
        """How far, in bytes."""
        each = self._each(width)
        return rows_shown(top * each, height * each, self._size, "bytes")

    @staticmethod
    def _each(width: int) -> int:
        """Bytes in a line."""
        return next((each for each in (32, 16, 8) if 11 + each * 4 + each // 8 <= width), 4)

    def _rows(self, width: int) -> int:
        return -(-self._size // self._each(width))
