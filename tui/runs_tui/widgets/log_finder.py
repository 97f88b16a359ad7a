"""Looking for lines of a log without keeping the screen waiting: a little at once, the rest on a thread."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

from textual.message import Message
from textual.widget import Widget
from textual.worker import get_current_worker

from runstore.reading.text import Both, Errors, Pattern, Search, TextFile

_AT_ONCE = 0.02  # seconds of looking before a thread takes over
_AT_ONCE_COUNT = 0.008
_TELL = 0.25  # seconds between two reports of a thread
_SLICE = 0.01


class LogFinder:
    """Search in one file for ``host``, which gets the messages `Found` and `Counted` of what threads did.

    `found` holds the start of the line that was looked for last. One thread at most counts, one at most looks.
    """

    class Found(Message, bubble=False):
        """The looking with this number is over; at ``start`` is what was looked for, if anywhere."""

        def __init__(self, finder: LogFinder, number: int, start: int | None) -> None:
            super().__init__()
            self.finder = finder
            self.number = number
            self.start = start

    class Counted(Message, bubble=False):
        """Lines or matches were counted; ``done`` when the thread has ended."""

        def __init__(self, finder: LogFinder, done: bool) -> None:
            super().__init__()
            self.finder = finder
            self.done = done

    def __init__(self, host: Widget, file: TextFile) -> None:
        self._host = host
        self._file = file
        self._pattern: Pattern | None = None
        self._keeping: Pattern | None = None
        self._search: Search | None = None
        self._errors: Search | None = None
        self.kept: Search | None = None
        """The lines that are kept, as far as they are known; None: all are."""
        self._counting = False
        self._looking = 0  # number of the present looking, 0 when there is none
        self._looked = 0
        self.found: int | None = None

    # -- the patterns

    def search(self, pattern: Pattern | None) -> None:
        """Search for this from now on, or no more."""
        self._pattern = pattern
        self._begin()

    def keep(self, pattern: Pattern | None) -> None:
        """Look only at lines that match this, or at all again."""
        self._keeping = pattern
        self.kept = Search(self._file, pattern) if pattern else None
        self._begin()

    def start_over(self) -> None:
        """The file was cut or replaced."""
        self.keep(self._keeping)

    def _begin(self) -> None:
        self.stop()
        self.found, self._errors = None, None
        self._search = self._search_for(self._pattern) if self._pattern else None
        self.count()

    def _search_for(self, pattern: Pattern) -> Search:
        return Search(self._file, Both(self._keeping, pattern) if self._keeping else pattern)

    # -- counting

    def count(self) -> None:
        """Count lines and matches up to the present end of the file: at once if that is little."""
        if not self._counting and not self._count(_AT_ONCE_COUNT):
            self._counting = True
            self._host.run_worker(self._count_all, thread=True, group="count", exit_on_error=False)

    def _count(self, budget: float) -> bool:
        indexed = self._file.index(budget)
        counted = [search.count(budget) for search in (self.kept, self._search) if search is not None]
        return indexed and all(counted)

    def _count_all(self) -> None:
        worker = get_current_worker()
        told = time.monotonic()
        try:
            while not worker.is_cancelled and (self._waits() or not self._count(_SLICE)):
                if time.monotonic() - told >= _TELL:
                    told = time.monotonic()
                    self._host.post_message(self.Counted(self, False))
        finally:
            self._host.post_message(self.Counted(self, True))

    def _waits(self) -> bool:
        """While somebody looks, the time is theirs; backwards they count as they go."""
        if self.is_looking:
            time.sleep(_SLICE)
        return self.is_looking

    def counted(self, message: Counted) -> None:
        """Take note of the message: the file may have grown while the thread came to its end."""
        if message.done:
            self._counting = False
            self.count()

    @property
    def total(self) -> tuple[int, float] | None:
        """(matching lines, the part of the file that is counted); None without a search."""
        return (self._search.total, self._search.progress) if self._search else None

    @property
    def position(self) -> int | None:
        """The number, from 1, of the match that was found last."""
        if self._search is None or self.found is None:
            return None
        return self._search.position(self.found)

    # -- looking

    @property
    def is_looking(self) -> bool:
        """Whether a thread is looking."""
        return bool(self._looking)

    def stop(self) -> None:
        """Look no further."""
        self._looking = 0

    def look(self, start: int, back: bool, errors: bool = False) -> bool | None:
        """Look for the next line after ``start``, or the last one before it: whether there is one.

        None: a thread goes on; it ends with a message `Found`.
        """
        search = self._errors_search() if errors else self._search
        if search is None:
            return False
        steps = search.before(start) if back else search.after(start)
        deadline = time.monotonic() + _AT_ONCE
        self.stop()
        for hit in steps:
            if hit is not None:
                self.found = hit
                return True
            if time.monotonic() > deadline:
                self._looked += 1
                self._looking = self._looked
                walk = partial(self._walk, steps, self._looking)
                self._host.run_worker(walk, thread=True, group="look", exclusive=True, exit_on_error=False)
                return None
        return False

    def _walk(self, steps: Iterator[int | None], number: int) -> None:
        worker = get_current_worker()
        start = None
        for hit in steps:
            if worker.is_cancelled or number != self._looking:
                return
            if hit is not None:
                start = hit
                break
        self._host.post_message(self.Found(self, number, start))

    def looked(self, message: Found) -> bool | None:
        """Take note of the message: whether it found something; None when nobody waits for it any more."""
        if message.number != self._looking:
            return None
        self._looking = 0
        if message.start is None:
            return False
        self.found = message.start
        return True

    def _errors_search(self) -> Search:
        if self._errors is None or not self._errors.is_current:
            self._errors = self._search_for(Errors())
        return self._errors
