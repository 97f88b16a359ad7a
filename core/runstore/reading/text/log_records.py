"""Records of Python's logging, ``console/<w>.log``, as the lines that a person reads.

A record is one line of the file, and stays one for places, counts and search; it is shown as several lines where its
message or its traceback has several.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from runstore.layout.printable import printable
from runstore.reading.text.file import SHOWN, Line, TextFile
from runstore.reading.text.screen import searchable
from runstore.reading.text.times import Times

_LARGEST = 1 << 20
"""Bytes of a record; message and traceback are kept up to 64 KiB each, which JSON may make longer."""
_COLOURS = {"DEBUG": "2", "INFO": "32", "WARNING": "33", "ERROR": "31", "CRITICAL": "1;31"}
"""SGR parameters, as programs that colour their own logs choose them."""
_LONGEST_NAME = 100


class LogRecords(TextFile):
    """A file of records. ``Line.data`` is what is shown of one: time, level, logger, message; then its traceback.

    What is no record is shown as it stands there.
    """

    tall = True

    def __init__(self, path: str) -> None:
        super().__init__(path, shown=_LARGEST)

    def record(self, start: int) -> bytes:
        """The record that starts at ``start`` as it stands in the file."""
        return super().line(start).data

    def line(self, start: int) -> Line:
        """The record that starts at ``start``."""
        line = super().line(start)
        text = record_text(line.data, coloured=True)
        if text is None:
            return line
        data = text.encode("utf-8", "replace")
        return line._replace(data=data[:SHOWN], cut=max(len(data) - SHOWN, 0))

    def lines_from(self, start: int) -> Iterator[Line]:
        """The records from the one at ``start`` on, to the end."""
        while start < self.size:
            line = self.line(start)
            if line.end <= start:
                return
            yield line
            start = line.end

    def plain_from(self, start: int) -> tuple[str, int] | None:
        """None: no record is shown as it stands in the file."""
        return None

    def times(self) -> Times:
        """Those of the records."""
        return RecordTimes(self)

    def legible(self, block: bytes, begin: int) -> bytes:
        """What is shown of the records in ``block``, each on one line."""
        return b"\n".join([_in_one_line(line) for line in block.split(b"\n")])


class RecordTimes:
    """The times that stand in the records of ``file``."""

    def __init__(self, file: LogRecords) -> None:
        self._file = file

    def time_of(self, offset: int) -> float | None:
        """See `Times`."""
        try:
            time = json.loads(self._file.record(offset))["time"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
        return float(time) if isinstance(time, (int, float)) else None

    def offset_at(self, time: float) -> int | None:
        """See `Times`."""
        found = self.offset_since(time)
        return self._file.last() if found is None else found

    def offset_since(self, time: float) -> int | None:
        """See `Times`: halved until no record lies between."""
        low, high = 0, self._file.size
        while low < high:
            middle = (low + high) // 2
            start = self._file.start_from(middle)
            if start is None or start >= high:
                high = middle
                continue
            moment = self.time_of(start)
            if moment is None or moment < time:
                low = self._file.after(start) or self._file.size
            else:
                high = middle
        return self._file.start_from(low) if low < self._file.size else None


def record_text(data: bytes, *, coloured: bool = False) -> str | None:
    """The text of a record in one or more lines, coloured by its level or plain; None for what is no record."""
    try:
        record: Any = json.loads(data)
        level, message = record["level"], record["message"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    level = printable(level, _LONGEST_NAME)
    padded = f"{level:<8}"
    name = printable(record.get("logger", ""), _LONGEST_NAME)
    when = _clock(record.get("time"))
    if coloured:
        padded = f"\x1b[{_COLOURS.get(level, '36')}m{padded}\x1b[0m"
        when, name = f"\x1b[2m{when}\x1b[0m", f"\x1b[2m{name}\x1b[0m"
    text = str(message)
    if record.get("traceback"):
        text += "\n" + str(record["traceback"]).rstrip("\n")
    # The text is a program's: nothing in it may pass for another record, or colour what follows.
    lines = [_shown(line) for line in text.split("\n")]
    return "\n".join([f"{when} {padded} {name}  {lines[0]}", *lines[1:]])


def _shown(line: str) -> str:
    return line if line.isprintable() else printable(searchable(line).expandtabs())


def _in_one_line(line: bytes) -> bytes:
    text = record_text(line)
    return line if text is None else text.replace("\n", " ").encode("utf-8", "replace")


def _clock(moment: object) -> str:
    if not isinstance(moment, (int, float)):
        return "-"
    try:
        return _second(int(moment))
    except (OverflowError, ValueError, OSError):
        return "-"


@lru_cache(maxsize=64)
def _second(moment: int) -> str:
    return time.strftime("%m-%d %H:%M:%S", time.localtime(moment))
