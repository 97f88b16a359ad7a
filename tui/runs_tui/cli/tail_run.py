"""One run, as ``runs-tui tail`` follows it: its newest log, the lines that are new in it, and its end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Literal, NamedTuple

from runs_tui.cli.resolve import opened
from runstore.reading.build import full_row
from runstore.reading.consoles import ConsoleLog
from runstore.reading.row import RunRow
from runstore.reading.text import Line, LogRecords, Pattern, Search, ShownText, TextFile, screen_lines
from runstore.reading.text.times import Times


class Wanted(NamedTuple):
    """What to print of a run."""

    log: Literal["output", "stderr", "logging"] = "output"
    lines: int | None = 10
    """So many lines of the end to begin with; None: all since ``since``."""
    rank: int | None = None
    """None: the lowest one that printed anything."""
    since: float | None = None
    """Nothing that was printed before, unix seconds."""
    pattern: Pattern | None = None
    """Only lines that match."""


_LOOK = 1.0
"""Seconds between two looks at the state of the run and its logs."""
_REACH = 4 << 20
"""Bytes before the lines to begin with in which progress bars are told from lines."""
_ENDED = frozenset(("completed", "failed", "canceled", "dead", "lost", "ended"))


class RunTail:
    """The log of one run, from some last lines on. Begins without one where nothing was captured yet."""

    def __init__(self, row: RunRow, wanted: Wanted) -> None:
        self.row = row
        self.position = 0
        """Where the next line starts."""
        self.partial: Line | None = None
        self.times: Times | None = None
        self._wanted = wanted
        self._reader = opened(row)
        self._reader.refresh()
        self._next_look = time.monotonic() + _LOOK
        self._generation = 0
        self._file: TextFile | None = None
        self._text: ShownText | None = None
        self._open(self._newest(), at_end=True)

    @property
    def ranks(self) -> list[int]:
        """The ranks that have a log."""
        return sorted({log.rank for log in self._reader.consoles()})

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
            if not self._file.tall:
                self._file.find_blocks()

    def plain_lines(self) -> str | None:
        """Some whole lines that are shown as they are; None when the next ones are not of that kind."""
        if self._file is None or self._wanted.pattern is not None or self._file.blocks.redrawn:
            return None
        found = self._file.plain_from(self.position)
        if found is None:
            return None
        text, self.position = found
        return text

    def lines(self, most: int | None = None) -> Iterator[Line]:
        """The whole lines of the next ``most`` bytes, or all; an unfinished last one is `partial` afterwards."""
        begin = self.position
        for line in self._lines_from(begin):
            if most is not None and line.start >= begin + most:
                return
            if line.ended:
                self.position = line.end
                yield line
            else:
                self.partial = line

    def _lines_from(self, start: int) -> Iterator[Line]:
        if self._file is None or self._text is None:
            return
        lines = self._text.lines_from(start) if self._file.blocks.redrawn else self._file.lines_from(start)
        pattern = self._wanted.pattern
        for line in lines:
            if pattern is None or pattern.places("\n".join([shown.text for shown in screen_lines(line)])):
                yield line
            elif line.ended:
                self.position = line.end

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
        self._open(self._newest(), at_end=False)

    def _open(self, path: str | None, *, at_end: bool) -> None:
        self.position, self._generation, self.partial = 0, 0, None
        if path is None:
            return
        file = LogRecords(path) if self._wanted.log == "logging" else TextFile(path)
        self._file, self._text, self.times = file, ShownText(file).still(), file.times()
        if at_end and file.size:
            self.position = self._start(file, self._text)

    def _start(self, file: TextFile, text: ShownText) -> int:
        """Where the first line to print starts."""
        wanted = self._wanted
        last = file.line(file.last() or 0)
        end = last.end if last.ended else last.start
        begin = 0
        if wanted.since is not None and self.times is not None:
            offset = self.times.offset_since(wanted.since)
            found = file.start_from(offset) if offset is not None else None
            begin = end if found is None else found
        if not file.tall:
            file.find_blocks(max(begin, file.start_from(file.size - _REACH) or 0))
        if wanted.lines is None:
            return begin
        if wanted.pattern is not None:
            return max(begin, _start_of_matches(file, wanted.pattern, wanted.lines, end))
        start = text.last() or 0
        for _ in range(wanted.lines - 1):
            if start <= begin:
                break
            start = text.before(start) or 0
        return max(begin, start if wanted.lines else end)

    def _newest(self) -> str | None:
        """The newest log of the rank that is wanted, else of the lowest one that printed or logged anything."""
        wanted, rank = self._wanted, self._wanted.rank
        if wanted.log == "logging":
            logged = [log for log in self._reader.record_logs() if rank in (None, log.rank)]
            return next((log.path for log in reversed(logged) if log.rank == logged[0].rank), None)
        logs = [log for log in self._reader.consoles() if self._path(log) is not None and rank in (None, log.rank)]
        printed = [log for log in logs if log.size] or logs
        lowest = [log for log in printed if log.rank == printed[0].rank]
        return self._path(lowest[-1]) if lowest else None

    def _path(self, log: ConsoleLog) -> str | None:
        return log.err if self._wanted.log == "stderr" else log.out or log.err


def _start_of_matches(file: TextFile, pattern: Pattern, count: int, end: int) -> int:
    """Where the last ``count`` lines that match start."""
    search, start = Search(file, pattern), end
    for _ in range(count):
        found = next((hit for hit in search.before(start) if hit is not None), None)
        if found is None:
            break
        start = found
    return start
