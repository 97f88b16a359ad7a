"""How many lines start in each block of a file: eight bytes for each 64 KiB, counted bit by bit."""

from __future__ import annotations

import threading
import time
from array import array
from bisect import bisect_left
from typing import Callable

BLOCK = 64 << 10
_READ = 4 * BLOCK


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
        self._counting = threading.Lock()

    def count(self, read_into: Callable[[memoryview, int], int], size: Callable[[], int], budget: float) -> bool:
        """Reads on with ``read_into(buffer, offset) -> bytes read`` for ``budget`` seconds.

        False while there is more to count; a second thread that comes meanwhile gets True at once.
        """
        if not self._counting.acquire(blocking=False):
            return True
        try:
            return self._count(read_into, size, time.monotonic() + budget)
        finally:
            self._counting.release()

    def _count(self, read_into: Callable[[memoryview, int], int], size: Callable[[], int], deadline: float) -> bool:
        import numpy as np

        buffer = np.empty(max(_READ // self._block, 1) * self._block, np.uint8)
        while self.counted < size():
            # Never beyond the size that was looked at, and always up to the end of a block where there is one.
            room = len(buffer) - self.counted % self._block
            wanted = min(room, size() - self.counted)
            got = read_into(buffer.data[:wanted], self.counted)
            if got <= 0:
                return True  # cut or gone: the next look at the file will tell
            is_newline = buffer[:got] == 10
            at = 0
            while at < got:
                upto = min(at + self._block - (self.counted % self._block), got)
                self._add(int(np.count_nonzero(is_newline[at:upto])), upto - at, bool(is_newline[upto - 1]))
                at = upto
            if time.monotonic() >= deadline:
                break
        return self.counted >= size()

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
