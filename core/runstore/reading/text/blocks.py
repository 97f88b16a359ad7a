"""The blocks of a growing text, found from front to back."""

from __future__ import annotations

from bisect import bisect_right
from typing import Iterator

from runstore.reading.text.block import Block
from runstore.reading.text.redrawn import RedrawFinder
from runstore.reading.text.tracebacks import TracebackFinder

_APART = b"  "
"""Between rows that were drawn last in one line of the text."""


class Blocks:
    """Which lines are shown as one. One thread may feed it while another asks."""

    def __init__(self, begin: int = 0) -> None:
        """``begin``: of a text of which the front is not looked at, where a line starts."""
        self._redrawn = RedrawFinder(begin)
        self._tracebacks = TracebackFinder()
        self.looked = begin  # as far as it is looked at

    def feed(self, data: bytes) -> None:
        """Looks at the next bytes of the text."""
        self._redrawn.feed(data, self.looked)
        self._tracebacks.feed(data, self.looked)
        self.looked += len(data)

    @property
    def redrawn(self) -> bool:
        """Whether anything was redrawn."""
        return self._redrawn.open is not None

    @property
    def any(self) -> bool:
        """Whether there is one at all."""
        return self.redrawn or bool(self._tracebacks.blocks)

    def at(self, offset: int) -> Block | None:
        """The block in which the byte at ``offset`` lies."""
        if self._redrawn.open is None and not self._tracebacks.blocks:
            return None
        drawn = self._redrawn_at(offset)
        if drawn is not None:
            return drawn
        traceback = _last_before(self._tracebacks.blocks, offset)
        if traceback is None or offset >= traceback.end or self._is_crossed(traceback):
            return None
        return traceback

    def last_states(self, data: bytes, begin: int) -> bytes:
        """``data``, the text from ``begin`` on, line for line, without what was drawn over later."""
        if not self.redrawn:
            return data
        pieces, at, end = [], begin, begin + len(data)
        for block in self._redrawn_in(begin, end):
            pieces.append(data[at - begin : max(block.start, at) - begin])
            at = max(block.start, at)
            for first, last in sorted(block.rows):
                first, last = max(first, at), min(last, end)
                if first < last:
                    row = data[first - begin : last - begin].rstrip(b"\r")
                    pieces += [
                        b"\n" * data.count(b"\n", at - begin, first - begin),
                        row[row.rfind(b"\r") + 1 :],
                        _APART,
                    ]
                    at = last
            stop = min(block.end, end)
            pieces.append(b"\n" * data.count(b"\n", at - begin, stop - begin))
            at = max(at, stop)
        return b"".join([*pieces, data[at - begin :]])

    def _redrawn_in(self, begin: int, end: int) -> Iterator[Block]:
        """Those that lie in this part of the text, or into which it reaches."""
        blocks, last = self._redrawn.blocks, self._redrawn.open
        at = max(bisect_right(blocks, (begin, 1 << 62)) - 1, 0)
        for block in blocks[at : bisect_right(blocks, (end,))]:
            if block.end > begin and (last is None or block.end <= last.start):
                yield block
        if last is not None and last.start < end and last.end > begin:
            yield last

    def _redrawn_at(self, offset: int) -> Block | None:
        last = self._redrawn.open
        if last is None or offset < last.start:
            last = _last_before(self._redrawn.blocks, offset)
        return last if last is not None and offset < last.end else None

    def _is_crossed(self, traceback: Block) -> bool:
        """Bars drawn among the lines of a traceback: then each line is shown as it is."""
        last = self._redrawn.open
        if last is None or traceback.start >= last.end:
            return False
        if traceback.end > last.start:
            return True
        before = _last_before(self._redrawn.blocks, traceback.end - 1)
        return before is not None and before.end > traceback.start


def _last_before(blocks: list[Block], offset: int) -> Block | None:
    """The last block that starts at or before ``offset``."""
    at = bisect_right(blocks, (offset, 1 << 62)) - 1
    return blocks[at] if at >= 0 else None
