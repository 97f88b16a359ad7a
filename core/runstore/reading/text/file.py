"""Lines of a growing text file, found from its end or by number, without reading the whole of it.

A line is known by the byte offset of its start, which never changes while the file only grows. Beside every
newline, a line also ends at a multiple of ``longest`` bytes when no newline lies in the ``longest`` bytes before
it: so no search for a line's start or end is unbounded, whatever the file holds.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from typing import Callable, NamedTuple

from runstore.reading.text.blocks import Blocks
from runstore.reading.text.growing_bytes import GrowingBytes
from runstore.reading.text.index import LineIndex
from runstore.reading.text.times import CaptureTimes, Times

LONGEST = 16 << 20
SHOWN = 16 << 10
_STEP, _MAX_STEP = 8 << 10, 1 << 20
_BATCH = 256 << 10
_REMEMBERED = 1000
_HOLE = b"\0" * 64
_SHOWN_AS_THEY_ARE = bytes(range(0x20, 0x7F)) + b"\n"


class Line(NamedTuple):
    """One line: ``data`` is what can be shown of it (no newline), ``cut`` how many bytes that leaves out."""

    start: int
    end: int  # where the next line starts, or the size of the file
    data: bytes
    cut: int
    ended: bool


class TextFile(GrowingBytes):
    """A text file that may grow, be truncated, replaced or deleted at any time. No method raises for that.

    Nothing is seen of a change before ``refresh()``. One thread may count lines (``index()``) or read while
    another refreshes.
    """

    tall = False
    """Whether ``Line.data`` may hold newlines, and so be shown as several lines."""

    def __init__(self, path: str, longest: int = LONGEST, shown: int = SHOWN) -> None:
        """``longest``: a line never has more bytes than about twice that; ``shown``: nor ``Line.data`` than that."""
        super().__init__(path)
        self._longest = longest
        self._shown = shown
        self._following: dict[int, int] = {}  # starts of lines, and of those after them
        self._open_line = (0, 0)  # start of the last line, and the size of the file when that was so
        self._index = LineIndex(longest)
        self._indexing = threading.Lock()
        self.blocks = Blocks()  # lines that are shown as one, as far as lines are counted
        self.refresh()

    def _forget(self) -> None:
        super()._forget()
        self._following = {}  # another one: a thread that still looks must not write into it

    def _start_over(self) -> None:
        super()._start_over()
        self._open_line = (0, 0)
        self._index, self.blocks = LineIndex(self._longest), Blocks()

    def _newline_after(self, start: int, stop: int) -> int:
        """The first newline in [start, stop), or -1."""
        step = _STEP
        while start < stop:
            data = self._read(start, min(start + step, stop))
            if not data:
                break
            at = data.find(b"\n")
            if at >= 0:
                return start + at
            start += len(data)
            step = min(step * 4, _MAX_STEP)
        return -1

    def _newline_before(self, start: int, stop: int) -> int:
        """The last newline in [start, stop), or -1."""
        step = _STEP
        while start < stop:
            begin = max(start, stop - step)
            at = self._read(begin, stop).rfind(b"\n")
            if at >= 0:
                return begin + at
            stop = begin
            step = min(step * 4, _MAX_STEP)
        return -1

    # -- from line to line

    def after(self, start: int) -> int | None:
        """The start of the line after the one that starts at ``start``; None for the last line."""
        known = self._following
        found = known.get(start)
        if found is None:
            found = self._find_after(start)
            if found is not None and len(known) < _REMEMBERED:
                known[start] = found
        return found

    def _find_after(self, start: int) -> int | None:
        size, at = self.size, start
        if start == self._open_line[0]:
            at = min(max(start, self._open_line[1] - 1), size)
        while at < size:
            stop = min((at // self._longest + 1) * self._longest, size)
            newline = self._newline_after(at, stop)
            if newline >= 0:
                return newline + 1 if newline + 1 < size else None
            if stop < size and stop - start >= self._longest:
                return stop
            at = stop
        return None

    def before(self, start: int) -> int | None:
        """The start of the last line that starts before byte ``start``; None when there is none."""
        start = min(start, self.size)
        if start <= 0:
            return None
        # The newline that ends the wanted line may itself be at start - 1, so it is looked for before that.
        stop = start - 1
        begin = stop // self._longest * self._longest
        newline = self._newline_before(begin, stop)
        if newline >= 0:
            return newline + 1
        if begin == 0:
            return 0
        newline = self._newline_before(begin - self._longest, begin)
        return begin if newline < 0 else newline + 1

    def last(self) -> int | None:
        """The start of the last line; None when the file is empty."""
        generation, size = self.generation, self.size
        start, scanned = self._open_line
        if start < scanned <= size and start // self._longest == (size - 1) // self._longest:
            # Only what has come since the last look can hold a newline that ends the line.
            newline = self._newline_before(scanned - 1, size - 1)
            found = start if newline < 0 else newline + 1
        else:
            first = self.before(size)
            if first is None:
                return None
            found = first
        with self._lock:
            if generation == self.generation:
                self._open_line = (found, size)
        return found

    def start_from(self, offset: int) -> int | None:
        """The first line start at or after byte ``offset``; None when no line starts there or later."""
        if offset <= 0:
            return 0 if self.size else None
        found = self.before(offset)
        return None if found is None else self.after(found)

    def line(self, start: int) -> Line:
        """The line that starts at ``start``.

        Of a line longer than ``shown`` bytes the end is given when it holds a carriage return (a progress bar: what
        is before was overwritten), else the beginning. Zeros at the beginning are cut.
        """
        following = self.after(start)
        end = self.size if following is None else following
        data = self.read(start, min(end, start + self._shown))
        cut = end - start - len(data)
        tail = self.read(end - self._shown, end) if cut > 0 else data
        ended = following is not None or tail.endswith(b"\n")
        state = tail.rstrip(b"\r\n")
        if cut > 0 and (overwritten := state.find(b"\r")) >= 0:
            return Line(start, end, state[overwritten + 1 :], 0, ended)
        if data.startswith(_HOLE):
            # A crash or a full disk leaves zeros where text was to be: what follows them is worth more.
            data = (tail if cut > 0 else data).lstrip(b"\0")
            cut = end - start - len(data)
        return Line(start, end, data.rstrip(b"\n"), cut, ended)

    def lines_from(self, start: int) -> Iterator[Line]:
        """The lines from the one at ``start`` on, to the end: much faster than one by one."""
        while start < self.size:
            block = self.read(start, start + _BATCH)
            at = 0
            while (newline := block.find(b"\n", at)) >= 0:
                if newline - at < self._shown:
                    yield Line(start + at, start + newline + 1, block[at:newline], 0, True)
                else:
                    yield self.line(start + at)
                at = newline + 1
            start += at
            if at == 0:  # the end of the file, or a line longer than a block
                line = self.line(start)
                if line.end <= start:
                    return
                yield line
                start = line.end

    def plain_from(self, start: int) -> tuple[str, int] | None:
        """Whole lines from the one at ``start`` on of which each character is shown as it is, and where they end.

        None where a line among the next ones is not of that kind. It costs a hundredth of reading them one by one.
        """
        block = self.read(start, start + _BATCH)
        whole = block[: block.rfind(b"\n") + 1]
        try:
            text = whole.decode("utf-8")
        except UnicodeDecodeError:
            return None
        others = whole.translate(None, _SHOWN_AS_THEY_ARE)
        if not whole or (others and not others.decode("utf-8").isprintable()):
            return None
        return text, start + len(whole)

    def legible(self, block: bytes, begin: int) -> bytes:
        """What is to be searched in place of ``block``, whole lines of the file from ``begin`` on, line for line."""
        return self.blocks.last_states(block, begin)

    def times(self) -> Times:
        """When its lines were printed."""
        return CaptureTimes(self.path)

    # -- line numbers

    def index(self, budget: float = 0.01) -> bool:
        """Counts lines and finds blocks for about ``budget`` seconds, from where it stopped.

        False while there is more to do; a second thread that comes meanwhile gets True at once.
        """
        if not self._indexing.acquire(blocking=False):
            return True
        try:
            with self._lock:
                index, blocks = self._index, self.blocks
            takers = (index.feed,) if self.tall else (index.feed, blocks.feed)
            return self._feed(index.counted, takers, time.monotonic() + budget)
        finally:
            self._indexing.release()

    def find_blocks(self, begin: int | None = None) -> None:
        """Finds blocks up to the end without counting lines, for one thread that never calls `index`.

        ``begin``: from this start of a line on; None: from where it stopped.
        """
        if begin is not None:
            self.blocks = Blocks(begin)
        self._feed(self.blocks.looked, (self.blocks.feed,), math.inf)

    def _feed(self, at: int, takers: tuple[Callable[[bytes], None], ...], deadline: float) -> bool:
        while at < self.size:
            # Up to the end of a block of the index where there is one; never beyond the size that was seen.
            data = self._read(at, min((at // _BATCH + 1) * _BATCH, self.size))
            if not data:
                return True  # cut or gone: the next look at the file will tell
            for take in takers:
                take(data)
            at += len(data)
            if time.monotonic() >= deadline:
                break
        return at >= self.size

    @property
    def lines(self) -> int | None:
        """How many lines there are, an unfinished last one included; None until ``index()`` has counted all."""
        return self._index.lines if self._index.counted >= self.size else None

    def number(self, start: int) -> int | None:
        """The number, from 0, of the line that starts at ``start``; None while not counted so far."""
        block = self._index.block_of(start)
        if block is None:
            return None
        first, begin = block
        return first + self.read(begin, start).count(b"\n")

    def start_of(self, number: int) -> int | None:
        """The start of line ``number``, from 0; None when there is none or it is not counted yet."""
        if number <= 0:
            return 0 if number == 0 and self.size else None
        found = self._index.find(number)
        if found is None:
            return None
        first, begin, end = found
        data = self.read(begin, end)
        at = -1
        for _ in range(number - first):
            at = data.find(b"\n", at + 1)
            if at < 0:
                at = len(data) - 1  # a line without a newline that ends with its block
                break
        start = begin + at + 1
        return start if start < self.size else None
