"""Search through a growing file of any size, a slice at a time, so that a screen never waits for it.

Matching lines are counted for each slice of the file (4 bytes each); the next match is then looked for only
where there is one.
"""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left, bisect_right
from typing import Iterator

from runstore.reading.text.file import TextFile
from runstore.reading.text.patterns import Pattern, matching_lines

SLICE = 256 << 10


class Search:
    """The lines of ``file`` that match ``pattern``. Of one thread at a time; valid for one generation of the file."""

    def __init__(self, file: TextFile, pattern: Pattern, slice_bytes: int = SLICE) -> None:
        self.file = file
        self.pattern = pattern
        self.generation = file.generation
        self._slice = slice_bytes
        self._counts = array("I")  # matches in each slice that can change no more
        self._tail: tuple[int, int] = (0, 0)  # size of the file when the rest was counted, matches in the rest
        self._gap: tuple[int, int | None, int] = (0, 0, 0)  # no line starts between these two; size of the file
        self._kept: tuple[int, int, list[int]] = (-1, -1, [])  # slice, size of the file, its matches

    @property
    def is_current(self) -> bool:
        """Whether the file is still the one that was searched; else a new Search is needed."""
        return self.generation == self.file.generation

    # -- all of them

    def count(self, budget: float = 0.01) -> bool:
        """Counts on for about ``budget`` seconds; False while there is more to count."""
        deadline = time.monotonic() + budget
        while self.is_current and not self.is_counted:
            number, size = len(self._counts), self.file.size
            found = len(self._matches(number))
            if self._start_from((number + 1) * self._slice) is None:
                self._tail = (size, found)
            else:  # no line that starts in this slice can grow any more
                self._counts.append(found)
                self._tail = (0, 0)
            if time.monotonic() >= deadline:
                break
        return self.is_counted or not self.is_current

    @property
    def is_counted(self) -> bool:
        """Whether the whole file, as large as it was found last, is counted."""
        return self._tail[0] == self.file.size

    @property
    def total(self) -> int:
        """Matching lines counted so far."""
        return sum(self._counts) + self._tail[1]

    @property
    def progress(self) -> float:
        """The part of the file that is counted, 0 to 1."""
        if self.is_counted or not self.file.size:
            return 1.0
        return min(len(self._counts) * self._slice / self.file.size, 1.0)

    def position(self, start: int) -> int | None:
        """The number, from 1, of the matching line at ``start``; None while not counted up to there."""
        number = start // self._slice
        if number > len(self._counts):
            return None
        return sum(self._counts[:number]) + bisect_right(self._matches(number), start)

    # -- one after the other

    def after(self, start: int) -> Iterator[int | None]:
        """Looks for the first match after ``start``: yields None for each slice without one, at last the match.

        Ends without a match at the end of the file. ``start`` may be -1.
        """
        number = max(start, 0) // self._slice
        while self.is_current and number * self._slice < self.file.size:
            if number >= len(self._counts) or self._counts[number]:
                found = self._matches(number)
                at = bisect_right(found, start)
                if at < len(found):
                    yield found[at]
                    return
                yield None
            number += 1

    def before(self, start: int) -> Iterator[int | None]:
        """As ``after``, for the last match before ``start``."""
        number = min(start, self.file.size) // self._slice
        while self.is_current and number >= 0:
            if number >= len(self._counts) or self._counts[number]:
                found = self._matches(number)
                at = bisect_left(found, start)
                if at:
                    yield found[at - 1]
                    return
                yield None
            number -= 1

    # -- slices

    def _start_from(self, offset: int) -> int | None:
        """As ``TextFile.start_from``, but a line that is many slices long is looked for only once."""
        low, high, size = self._gap
        if low < offset and (offset <= high if high is not None else size == self.file.size):
            return high
        if offset <= 0:
            return 0 if self.file.size else None
        size = self.file.size
        found = self.file.before(offset)
        high = None if found is None else self.file.after(found)
        self._gap = (offset if found is None else found, high, size)
        return high

    def _matches(self, number: int) -> list[int]:
        """The starts of the matching lines that start in slice ``number``."""
        size = self.file.size
        if self._kept[:2] == (number, size):
            return self._kept[2]
        begin = self._start_from(number * self._slice)
        limit = (number + 1) * self._slice
        found: list[int] = []
        if begin is not None and begin < limit:
            end = self._start_from(limit)
            block = self.file.read(begin, size if end is None else end)
            found = [begin + at for at in matching_lines(self.pattern, block, self.file.legible(block))]
        self._kept = (number, size, found)
        return found
