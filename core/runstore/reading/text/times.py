"""When a piece of captured output was printed, from the index of times beside the log."""

from __future__ import annotations

import os
from bisect import bisect_right

from runstore.records.console import ENTRY, INDEX_SUFFIX, decode_entries


class CaptureTimes:
    """The times of one log; reads only what is new, when it is asked for something later than it knows."""

    def __init__(self, path: str) -> None:
        """``path``: of the log."""
        self._path = path + INDEX_SUFFIX
        self._read = 0
        self._offsets: list[int] = []
        self._times: list[float] = []

    def time_of(self, offset: int) -> float | None:
        """When the byte at ``offset`` was captured, unix seconds, about a second too early at most; None if unknown."""
        if not self._offsets or offset >= self._offsets[-1]:
            self._read_on()
        at = bisect_right(self._offsets, offset) - 1
        return self._times[at] if at >= 0 else None

    def _read_on(self) -> None:
        try:
            with open(self._path, "rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size < self._read:
                    self._read, self._offsets, self._times = 0, [], []
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
            self._read += ENTRY.size
