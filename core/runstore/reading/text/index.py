"""How many lines start in each block of a file: eight bytes for each 64 KiB, counted bit by bit."""

from __future__ import annotations

from array import array
from bisect import bisect_left

BLOCK = 64 << 10


class LineIndex:
    """Counts of line starts, grown from the front of a file; it never reads by itself.

    ``_starts[i]`` is the number of lines that start in (0, i * BLOCK]: the line at 0 is not counted.
    """

    def __init__(self, longest: int, block: int = BLOCK) -> None:
        """``longest``: see ``text.file``; it must be a multiple of ``block``, or the other way round."""
        self.counted = 0  # bytes counted so far
        self._longest = longest
        self._block = min(block, longest)
        self._starts = array("Q", [0])
        self._tail = 0  # line starts after the last whole block
        self._since_break = 0  # newlines since the last multiple of `longest`
        self._at_start = True  # the byte after those counted starts a line

    def feed(self, data: bytes) -> None:
        """Counts the lines in the next bytes of the file."""
        import numpy as np

        is_newline = np.frombuffer(data, np.uint8) == 10
        at = 0
        while at < len(data):
            upto = min(at + self._block - self.counted % self._block, len(data))
            self._add(int(np.count_nonzero(is_newline[at:upto])), upto - at, bool(is_newline[upto - 1]))
            at = upto

    def _add(self, newlines: int, length: int, ends_line: bool) -> None:
        """Takes note of ``length`` bytes that do not cross the end of a block."""
        self._tail += newlines
        self._since_break += newlines
        self._at_start = ends_line
        self.counted += length
        if self.counted % self._longest == 0:
            if not self._since_break:
                self._tail += 1
                self._at_start = True
            self._since_break = 0
        if self.counted % self._block == 0:
            self._starts.append(self._starts[-1] + self._tail)
            self._tail = 0

    @property
    def lines(self) -> int:
        """Lines among the bytes counted, an unfinished last one included."""
        if not self.counted:
            return 0
        return 1 + self._starts[-1] + self._tail - (1 if self._at_start else 0)

    def block_of(self, start: int) -> tuple[int, int] | None:
        """(number of the line at or before the block that holds ``start``, first byte of that block)."""
        if start > self.counted:
            return None
        block = min(start // self._block, len(self._starts) - 1)
        return self._starts[block], block * self._block

    def find(self, number: int) -> tuple[int, int, int] | None:
        """The block in which line ``number`` starts: (its number of lines before, first byte, end); None if none."""
        if number > self._starts[-1] + self._tail:
            return None
        block = bisect_left(self._starts, number) - 1
        return self._starts[block], block * self._block, min((block + 1) * self._block, self.counted)
