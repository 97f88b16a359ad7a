"""The blocks of a growing text, found from front to back."""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from typing import Callable

from runstore.reading.text.block import Block
from runstore.reading.text.redrawn import RedrawFinder
from runstore.reading.text.tracebacks import TracebackFinder

_READ = 256 << 10


class Blocks:
    """Which lines are shown as one. One thread may look for more of them while another asks."""

    def __init__(self, begin: int = 0) -> None:
        """``begin``: of a text of which the front is not looked at, where a line starts."""
        self._redrawn = RedrawFinder(begin)
        self._tracebacks = TracebackFinder()
        self._looked = begin  # as far as it is looked at
        self._looking = threading.Lock()

    def grow(self, read: Callable[[int, int], bytes], size: Callable[[], int], deadline: float) -> bool:
        """Looks on in ``read(start, stop)`` until ``deadline``, of ``time.monotonic()``.

        False while there is more to look at; a second thread that comes meanwhile gets True at once.
        """
        if not self._looking.acquire(blocking=False):
            return True
        try:
            while self._looked < size():
                data = read(self._looked, min(self._looked + _READ, size()))
                if not data:
                    return True  # cut or gone: the next look at the file will tell
                self._redrawn.feed(data, self._looked)
                self._tracebacks.feed(data, self._looked)
                self._looked += len(data)
                if time.monotonic() >= deadline:
                    break
            return self._looked >= size()
        finally:
            self._looking.release()

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
        drawn = self._redrawn_at(offset)
        if drawn is not None:
            return drawn
        traceback = _last_before(self._tracebacks.blocks, offset)
        if traceback is None or offset >= traceback.end or self._is_crossed(traceback):
            return None
        return traceback

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
