"""Metrics of a command that only prints them: read from its output as it passes, and recorded as points.

They are a help, never a burden: reading has a small share of the time, and no trouble with it reaches the command.
What the command logs by itself is never doubled: then reading ends, and metrics are taken back.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from runstore.jobs.taking_back import logged_names, take_back, writers_in
from runstore.layout.paths import RunPaths
from runstore.printed.lines import OutputLines
from runstore.records.manifest import PRINTED
from runstore.writing.writer import RunWriter

if TYPE_CHECKING:
    from runstore.printed.scraper import Scraper

_SHARE, _MOST = 0.05, 0.2
"""Of each second that may be spent on reading, and the seconds that may be spent at once."""
_LOOK = 1.0
"""Seconds between two looks at what the command logs by itself."""
_EARLY = 60.0
"""Seconds after the first number that was read. A command that logs by itself so early keeps its numbers there; one
that printed for longer, and then logs a few, has its curves in what it printed."""
_STEPS = 1 << 63
"""A step from here on cannot be recorded."""
_NAMES = 200
"""Metrics that are read at most: more are no metrics."""


class Scraping:
    """Reads the streams of one command. Does nothing once the command logs points by itself."""

    def __init__(self, folder: str, attempt: int) -> None:
        self._folder = RunPaths(folder).points
        self._writer = RunWriter(folder, attempt=attempt)
        self._scraper: Scraper | None = None
        self._streams: list[OutputLines] = []
        self._names: dict[str, None] = {}
        self._first = 0.0
        self._known = set(writers_in(self._folder))
        """Writers that are not the command's in this attempt: those of earlier ones, and our own."""
        self._given_up: set[str] = set()
        """What the command, which had printed for long, came to log by itself."""
        self._over = False
        self._allowed = _MOST
        self._since = time.monotonic()
        self._looked = 0.0
        self._skipped = 0
        self.problem = ""
        """Why no more is read, if that is not as it should be."""

    def stream(self) -> Callable[[bytes], None]:
        """What takes the bytes of one stream of the command."""
        lines = OutputLines()
        self._streams.append(lines)
        return lambda data: self._guarded(lambda: self._take(lines, data))

    def turn(self) -> None:
        """To be called now and then: what waits at the end of a stream is read, and what the command logs looked at."""
        self._guarded(self._turn)

    def close(self) -> str:
        """Read what is left and end; returns what was left out, for the run's warnings."""
        self._guarded(self._close)
        self._writer.close()
        if self.problem:
            return f"numbers in the output were not read to the end: {self.problem}"
        if self._skipped:
            return f"{self._skipped:,} lines of the output came too fast to be searched for numbers"
        return ""

    def _guarded(self, work: Callable[[], None]) -> None:
        if self._over:
            return
        try:
            work()
        except Exception as error:  # never a reason for a run to fail
            self._over = True
            self.problem = f"{type(error).__name__}: {error}"

    def _take(self, lines: OutputLines, data: bytes) -> None:
        now = time.monotonic()
        self._allowed = min(self._allowed + _SHARE * (now - self._since), _MOST)
        self._since = now
        if self._allowed <= 0:
            self._skipped += lines.skip(data)
            return
        began = time.thread_time()
        for line in lines.search(data, self._scraper is not None and self._scraper.in_table):
            self._read(line)
        self._allowed -= time.thread_time() - began

    def _read(self, line: bytes) -> None:
        if self._over:  # since a line of the same bytes
            return
        if self._scraper is None:
            from runstore.printed.scraper import Scraper  # many commands print nothing that it could read

            self._scraper = Scraper()
        printed = self._scraper.read(line)
        if printed is None or abs(printed.step) >= _STEPS:
            return
        if time.monotonic() >= self._looked + _LOOK and self._logs_itself():
            return
        for name, value in printed.values.items():
            if name in self._given_up:
                continue
            if name not in self._names:
                if len(self._names) >= _NAMES:
                    continue
                self._first = self._first or time.monotonic()
                self._names[name] = None
                self._writer.record("metric", name=name, source=PRINTED)
            self._writer.log(name, value, printed.step)

    def _turn(self) -> None:
        for lines in self._streams:
            bar = lines.bar()
            if bar:
                self._read(bar)
        if self._names and time.monotonic() >= self._looked + _LOOK:
            self._logs_itself()

    def _close(self) -> None:
        for lines in self._streams:
            if lines.pending:
                self._read(lines.pending)
        if self._names:
            self._logs_itself()

    def _logs_itself(self) -> bool:
        """Whether the command logs points by itself early on: then reading has ended, and what was read is taken back.

        Of a command that came to it late only that is taken back which it logs itself.
        """
        self._looked = time.monotonic()
        others = writers_in(self._folder) - self._known - {self._writer.name}
        own = logged_names(self._folder, others)
        if not own:  # one that records parameters, tags or files has a writer too
            return False
        self._over = self._looked < self._first + _EARLY or not self._names
        if self._over:
            self._skipped = 0
        logged = set(self._names) if self._over else own - self._given_up
        given_up = self._names.keys() & logged
        self._given_up |= logged
        if given_up:
            for name in given_up:
                del self._names[name]
                self._writer.record("metric", name=name, source=None)
            name = self._writer.name
            self._writer.close()
            self._known |= {name, take_back(self._folder, name, given_up)}
        return self._over
