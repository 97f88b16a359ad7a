"""Search through a growing file of any size, a slice at a time, so that a screen never waits for it.

Matching lines are counted for each slice of the file, from the end to the front, since the end is what is looked at
first; where there are few the places are kept, too. The next match is then looked for only where there is one.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left, bisect_right
from typing import Iterator

from runstore.reading.text.file import TextFile
from runstore.reading.text.patterns import Pattern, matching_lines

SLICE = 256 << 10
_FEW = 64  # matches of a slice whose places are kept: at most two kilobytes for each megabyte of the file
_DENSE = 16  # other slices of which the places are kept


class Search:
    """The lines of ``file`` that match ``pattern``; valid for one generation of the file.

    One thread may count while another looks.
    """

    def __init__(self, file: TextFile, pattern: Pattern, slice_bytes: int = SLICE) -> None:
        self.file = file
        self.pattern = pattern
        self.generation = file.generation
        self._slice = slice_bytes
        self._keeping = threading.Lock()
        self._gap: tuple[int, int | None, int] = (0, 0, 0)  # no line starts between these two; size of the file
        self._is_late = False  # it is counted with what is known of the whole file, such as what was redrawn
        self._start_over()

    def _start_over(self) -> None:
        with self._keeping:
            # Slices in which no line can grow any more: those from `_low` up to `_high` are counted.
            self._counts: dict[int, int] = {}
            self._few: dict[int, list[int]] = {}
            self._low = self._high = max(self.file.size - 1, 0) // self._slice
            self._total = 0
            self._tail: tuple[int, int] = (-1, 0)  # size of the file when the rest was counted, matches in the rest
            self._dense: dict[tuple[int, int], list[int]] = {}  # by slice and size of the file

    @property
    def is_current(self) -> bool:
        """Whether the file is still the one that was searched; else a new Search is needed."""
        return self.generation == self.file.generation

    # -- all of them

    def count(self, budget: float = 0.01) -> bool:
        """Counts on for about ``budget`` seconds; False while there is more to count."""
        deadline = time.monotonic() + budget
        if not self._is_late and self.file.lines is not None:
            self._is_late = True
            if self.file.blocks.redrawn:
                self._start_over()
        while self.is_current and not self.is_counted:
            if self._tail[0] != self.file.size:
                self._count_end()
            else:
                self._matches_before_counted(self._low - 1)
            if time.monotonic() >= deadline:
                break
        return self.is_counted or not self.is_current

    def _count_end(self) -> None:
        """Counts the first slice that may have grown."""
        size, found = self.file.size, self._matches(self._high)
        if self._start_from((self._high + 1) * self._slice) is None:
            self._tail = (size, len(found))
            return
        with self._keeping:
            self._keep(self._high, found)
            self._high += 1
            self._tail = (-1, 0)

    def _matches_before_counted(self, number: int) -> list[int]:
        """The matches of a slice that may be the next to be counted: whoever looks there counts it."""
        found = self._matches(number)
        with self._keeping:
            if number == self._low - 1:
                self._keep(number, found)
                self._low -= 1
        return found

    def _keep(self, number: int, found: list[int]) -> None:
        self._total += len(found)
        if len(found) <= _FEW:
            self._few[number] = found
        self._counts[number] = len(found)

    @property
    def is_counted(self) -> bool:
        """Whether the whole file, as large as it was found last, is counted."""
        return not self._low and self._tail[0] == self.file.size

    @property
    def total(self) -> int:
        """Matching lines counted so far."""
        return self._total + self._tail[1]

    @property
    def progress(self) -> float:
        """The part of the file that is counted, 0 to 1."""
        if self.is_counted or not self.file.size:
            return 1.0
        return min((self._high - self._low) * self._slice / self.file.size, 1.0)

    def position(self, start: int) -> int | None:
        """The number, from 1, of the matching line at ``start``; None while not counted up to there."""
        number = start // self._slice
        if self._low or number > self._high:
            return None
        return sum(map(self._counts.__getitem__, range(number))) + bisect_right(self._matches(number), start)

    # -- one after the other

    def after(self, start: int) -> Iterator[int | None]:
        """Looks for the first match after ``start``: yields None for each slice without one, at last the match.

        Ends without a match at the end of the file. ``start`` may be -1.
        """
        number = max(start, 0) // self._slice
        while self.is_current and number * self._slice < self.file.size:
            if self._counts.get(number, 1):
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
            if self._counts.get(number, 1):
                found = self._matches_before_counted(number)
                at = bisect_left(found, start)
                if at:
                    yield found[at - 1]
                    return
                yield None
            number -= 1

    # -- those that are counted

    def counted_after(self, start: int) -> int | None:
        """The first match after ``start`` in what is counted; never waits for what is not."""
        number = max(max(start, 0) // self._slice, self._low)
        while self.is_current and number <= self._high and number * self._slice < self.file.size:
            if self._counts.get(number, 1):
                found = self._matches(number)
                at = bisect_right(found, start)
                if at < len(found):
                    return found[at]
            number += 1
        return None

    def counted_before(self, start: int) -> int | None:
        """The last match before ``start`` in what is counted."""
        number = min(min(start, self.file.size) // self._slice, self._high)
        while self.is_current and number >= self._low:
            if self._counts.get(number, 1):
                found = self._matches(number)
                at = bisect_left(found, start)
                if at:
                    return found[at - 1]
            number -= 1
        return None

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
        if number in self._few:
            return self._few[number]
        # What is counted does not change with the size of the file.
        key = (number, -1 if number in self._counts else self.file.size)
        known = self._dense.get(key)
        if known is not None:
            return known
        found = self._look(number)
        if len(self._dense) >= _DENSE:
            self._dense.clear()
        self._dense[key] = found
        return found

    def _look(self, number: int) -> list[int]:
        size = self.file.size
        begin = self._start_from(number * self._slice)
        limit = (number + 1) * self._slice
        if begin is None or begin >= limit:
            return []
        end = self._start_from(limit)
        block = self.file.read(begin, size if end is None else end)
        return [begin + at for at in matching_lines(self.pattern, block, self.file.legible(block, begin))]
