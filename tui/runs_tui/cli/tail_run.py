"""One run, as ``runs-tui tail`` follows it: its newest log, the lines that are new in it, and its end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Literal

from runstore.reading.build import full_row
from runstore.reading.consoles import ConsoleLog, record_logs
from runstore.reading.row import RunRow
from runstore.reading.run import RunReader
from runstore.reading.text import Line, LogRecords, TextFile
from runstore.reading.text.times import CaptureTimes

Wanted = Literal["output", "stderr", "logging"]

_LOOK = 1.0
"""Seconds between two looks at the state of the run and its logs."""
_ENDED = frozenset(("completed", "failed", "canceled", "dead", "lost", "ended"))


class RunTail:
    """The log of one run, from some last lines on. Begins without one where nothing was captured yet."""

    def __init__(self, row: RunRow, count: int, wanted: Wanted = "output") -> None:
        """``count`` lines from the end to begin with, of what the run printed, of stderr's own log, or of logging."""
        self.row = row
        self.position = 0
        """Where the next line starts."""
        self.partial: Line | None = None
        self.times: CaptureTimes | None = None
        self._wanted = wanted
        self._reader = RunReader(row.key)
        self._reader.refresh()
        self._next_look = time.monotonic() + _LOOK
        self._generation = 0
        self._file = self._open(self._newest())
        self.position = _start_of_last(self._file, count) if self._file is not None else 0

    @property
    def log(self) -> str | None:
        """The path of the log."""
        return self._file.path if self._file is not None else None

    @property
    def has_ended(self) -> bool:
        """Whether the run, as it was seen last, will print no more."""
        return self.row.state.word in _ENDED or self._reader.gone

    @property
    def end(self) -> str:
        """How it ended, in a few words."""
        return "deleted" if self._reader.gone else f"{self.row.state.glyph} {self.row.state.text}"

    def refresh(self) -> None:
        """See what is new in the log: `plain_lines` and `lines` give it, once."""
        self.partial = None
        if self._file is not None:
            self._file.refresh()
            if self._generation != self._file.generation:
                self._generation, self.position = self._file.generation, 0

    def plain_lines(self) -> str | None:
        """Some whole lines that are shown as they are; None when the next ones are not of that kind."""
        found = self._file.plain_from(self.position) if self._file is not None else None
        if found is None:
            return None
        text, self.position = found
        return text

    def lines(self, most: int | None = None) -> Iterator[Line]:
        """The whole lines of the next ``most`` bytes, or all; an unfinished last one is `partial` afterwards."""
        if self._file is None:
            return
        begin = self.position
        for line in self._file.lines_from(begin):
            if most is not None and line.start >= begin + most:
                return
            if line.ended:
                self.position = line.end
                yield line
            else:
                self.partial = line

    def look(self, at_once: bool = False) -> bool:
        """Now and then, look at the run again; whether its output now goes to another log: call `switch` then."""
        now = time.monotonic()
        if now < self._next_look and not at_once:
            return False
        self._next_look = now + _LOOK
        self._reader.refresh()
        if not self._reader.gone:
            self.row = full_row(self._reader, self.row.root)
        return self._newest() not in (None, self.log)

    def switch(self) -> None:
        """Go on with the newest log, from its beginning."""
        if self._file is not None:
            self._file.close()
        self._file = self._open(self._newest())
        self.position, self._generation, self.partial = 0, 0, None

    def _open(self, path: str | None) -> TextFile | None:
        if path is None:
            return None
        self.times = CaptureTimes(path)
        return LogRecords(path) if self._wanted == "logging" else TextFile(path)

    def _newest(self) -> str | None:
        """The newest log of the lowest rank that printed or logged anything."""
        if self._wanted == "logging":
            logged = record_logs(self._reader.paths.console)
            return next((log.path for log in reversed(logged) if log.rank == logged[0].rank), None)
        logs = [log for log in self._reader.consoles() if self._path(log) is not None]
        printed = [log for log in logs if log.size] or logs
        lowest = [log for log in printed if log.rank == printed[0].rank]
        return self._path(lowest[-1]) if lowest else None

    def _path(self, log: ConsoleLog) -> str | None:
        return log.err if self._wanted == "stderr" else log.out or log.err


def _start_of_last(file: TextFile, count: int) -> int:
    """Where the last ``count`` lines start."""
    if count <= 0:
        last = file.last()
        if last is None:
            return 0
        line = file.line(last)
        return line.end if line.ended else last
    start = file.last()
    for _ in range(count - 1):
        previous = file.before(start) if start is not None else None
        if previous is None:
            break
        start = previous
    return start or 0
