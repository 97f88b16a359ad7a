"""A file of output as a run: its metrics are read from what was printed."""

from __future__ import annotations

import copy
import os
import re
import time
from collections.abc import Iterable
from typing import Any

from runstore.printed.lines import OutputLines
from runstore.printed.scraper import Printed, Scraper
from runstore.reading.consoles import ConsoleLog
from runstore.reading.growing import GONE, REPLACED, GrowingFile
from runstore.records.manifest import PRINTED
from runstore.sources.foreign.files import leads_away
from runstore.sources.foreign.kind import Place
from runstore.sources.foreign.reader import ForeignReader
from runstore.sources.last_line import LastLine
from runstore.sources.plain.ending import TAIL, ending_of

ERRORS = ".err"
_BLOCK = 32 << 10
_JOB = re.compile(r"(?:^|[-_])slurm[-_](?P<job>[0-9]{1,15})|[-_.](?P<other>[0-9]{4,15})\.(?:out|log)$")


class _Stream:
    """One file of it: how far it was read, the lines in it, and what they tell, whatever the other file says meanwhile.

    ``said``: the time that a line has said last.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.file = GrowingFile(os.path.realpath(path))
        self.lines = OutputLines()
        self.scraper = Scraper()
        self.said = 0.0
        self.last = LastLine()

    def look(self) -> str:
        """As `GrowingFile.look`."""
        state = self.file.look()
        return REPLACED if self.last.went_on(self.file) else state

    def next_lines(self, data: bytes) -> list[bytes]:
        """The lines that end in ``data``, which comes next; and a bar that is to be drawn anew."""
        lines = self.lines.search(data, self.scraper.in_table)
        bar = self.lines.bar()
        return [*lines, bar] if bar else lines

    def last_line(self) -> Printed | None:
        """What the last line tells that has no end, once; most often nothing: then its end is waited for as before."""
        if self.last.taken:
            return None
        printed = copy.deepcopy(self.scraper).read(self.lines.pending)
        if printed is not None:
            self.last.take(self.file)
        return printed


class LogReader(ForeignReader):
    """Output, and the errors in a file beside it. Times are those in the lines, else of the file's last change."""

    def __init__(self, place: Place, keep: bool, flush: float) -> None:
        super().__init__(place, keep, flush)
        stem, end = os.path.splitext(place.path)
        errors = stem + ERRORS
        is_there = end != ERRORS and os.path.isfile(errors) and not leads_away(errors, os.path.dirname(errors))
        self._found = [place.path, *([errors] if is_there else [])]

    def _begin(self) -> None:
        self._streams = [_Stream(path) for path in self._found]
        self._defined: dict[str, dict[str, str]] = {}
        job = _JOB.search(os.path.basename(self.place.path))
        if job is not None:
            self._set(number=int(job["job"] or job["other"]))

    def _paths(self) -> Iterable[str]:
        return self._found

    def beside(self) -> tuple[str, ...]:
        """The errors, too."""
        return *self.place.logs, *self._found[1:]

    def _read(self, stop: float | None) -> bool:
        looked = [stream.look() for stream in self._streams]
        if REPLACED in looked:
            self._restart()
            looked = [stream.look() for stream in self._streams]
        changed = False
        for stream, state in zip(self._streams, looked, strict=True):
            self._warn(stream.path, stream.file.problem if state != GONE else "")
            while stream.file.offset < stream.file.size:
                if stop is not None and changed and time.monotonic() >= stop:
                    self.waiting = True
                    return True
                data = stream.file.read(stream.file.offset, min(_BLOCK, stream.file.size - stream.file.offset))
                if not data:
                    break
                changed = True
                stream.file.offset += len(data)
                for line in stream.next_lines(data):
                    self._take(stream, stream.scraper.read(line))
            if state != GONE and stream.lines.pending and self._is_over(stream.file.mtime):
                changed |= self._take(stream, stream.last_line())
        self.waiting = False
        if changed:
            self._see_end()
        return changed

    def _take(self, stream: _Stream, printed: Printed | None) -> bool:
        """Take in what a line tells; whether it is anything."""
        if printed is None:
            return False
        stream.said = printed.time or stream.said
        self.numbers.add_row(printed.step, stream.said or stream.file.mtime, printed.values)
        if not printed.values.keys() <= self._defined.keys():
            self._defined = {**self._defined, **{name: {"source": PRINTED} for name in printed.values}}
            self._set(metrics=self._defined)
        return True

    def _see_end(self) -> None:
        """What the files look like now, and what their ends tell."""
        out, err = self._streams[0], self._streams[1] if len(self._streams) > 1 else None
        name = os.path.basename(out.path)
        stats = [(each.file.size, each.file.mtime) if each else (0, 0.0) for each in (out, err)]
        self.logs = [ConsoleLog(name, "0", 0, out.file.path, err.file.path if err else None, *stats)]
        endings = []
        for stream in self._streams:
            start = max(stream.file.size - TAIL, 0)
            endings.append(ending_of(stream.file.read(start, stream.file.size - start)))
        ending = next((each for each in reversed(endings) if each is not None), None)
        ended: dict[str, Any] = {"status": None, "exit": None, "ended": None}
        if ending is not None:
            ended = {"status": ending.status, "exit": ending.exit, "ended": max(stat[1] for stat in stats)}
        self._set(**ended)
