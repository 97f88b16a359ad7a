"""When a line of a log was printed: from the index of times beside captured output, or from records of logging."""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from typing import Protocol

from runstore.records.console import ENTRY, INDEX_SUFFIX, decode_entries


class Times(Protocol):
    """The times of one log."""

    def time_of(self, offset: int) -> float | None:
        """When the line at ``offset`` was printed, unix seconds; None if unknown."""
        ...

    def offset_at(self, time: float) -> int | None:
        """Where the output begins that was printed at ``time``, or last before it; None if no times are known."""
        ...

    def offset_since(self, time: float) -> int | None:
        """Where the output begins that was printed at ``time`` or later, up to a second too early; None if there is
        none. 0 if no times are known."""
        ...


class CaptureTimes:
    """The times of one log; reads only what is new, when it is asked for something later than it knows."""

    def __init__(self, path: str) -> None:
        """``path``: of the log."""
        self._path = path + INDEX_SUFFIX
        self._read = 0
        self._offsets: list[int] = []
        self._times: list[float] = []
        self._latest: list[float] = []  # the latest time up to there: ascending

    def time_of(self, offset: int) -> float | None:
        """When the byte at ``offset`` was captured, unix seconds, about a second too early at most; None if unknown."""
        if not self._offsets or offset >= self._offsets[-1]:
            self._read_on()
        at = bisect_right(self._offsets, offset) - 1
        return self._times[at] if at >= 0 else None

    def offset_at(self, time: float) -> int | None:
        """See `Times`: the last entry of the index at or before ``time``, else the first one."""
        self._read_on()
        if not self._offsets:
            return None
        # A clock that was set back leaves times that go down: the first later one counts.
        at = bisect_left(self._latest, time)
        exact = at < len(self._latest) and self._latest[at] == time
        return self._offsets[at if exact else max(at - 1, 0)]

    def offset_since(self, time: float) -> int | None:
        """See `Times`. What follows an entry was printed within a second, else it would have one of its own."""
        self._read_on()
        if not self._offsets:
            return 0
        at = bisect_left(self._latest, time - 1)
        return self._offsets[at] if at < len(self._offsets) else None

    def _read_on(self) -> None:
        try:
            with open(self._path, "rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size < self._read:
                    self._read, self._offsets, self._times, self._latest = 0, [], [], []
                if size - self._read < ENTRY.size:
                    return
                file.seek(self._read)
                content = file.read()
        except OSError:
            return
        for time, offset in decode_entries(content):
            # Offsets that go back are garbage: without this no search among them would be sound.
            if not self._offsets or offset >= self._offsets[-1]:
                self._offsets.append(offset)
                self._times.append(time)
                self._latest.append(max(time, self._latest[-1] if self._latest else time))
            self._read += ENTRY.size
