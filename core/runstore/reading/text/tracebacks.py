"""Tracebacks of Python in a text that is read once, from front to back: where each one lies."""

from __future__ import annotations

import re

from runstore.reading.text.block import Block

_MARK = b"Traceback (most recent call last):"
_BRACKET = _MARK.index(b"(")
_TRIES = 64
"""Brackets looked at before the whole mark is searched for: in some texts they are in each line."""
_CHAINS = (b"During handling of the above exception,", b"The above exception was the direct cause of")
_PREFIX = re.compile(rb"(?:\x1b\[[0-?]*[@-~]|\r)*(?:\[(?:rank|default)?\d+\]:?\s?)?")
"""What bars leave behind them, and what torchrun and others put before each line."""
_GROUP = b"  + Exception Group "
_GROUP_ERROR = re.compile(rb"  \| (?=\S)")
"""The first such line of an exception group is that of the group; others are of the exceptions in it."""
_LONGEST = 64 << 10  # bytes of a line
_MOST_LINES = 5_000  # of one traceback


class TracebackFinder:
    """Fed with a text piece by piece, it gathers `blocks`: each from ``Traceback`` to the line of the exception.

    Exceptions that were raised while others were handled belong to one block, which ends with the last of them.
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._carry = b""  # a line without its end
        self._torn = False  # that is too long, so that its start is lost
        self._mode = "out"  # then "in" a traceback, or in that of a "group", then "behind" the line of its exception
        self._error: tuple[int, int] | None = None  # the line of a group
        self._start = 0
        self._lines = 0
        self._behind = 0  # lines since the line of the exception
        self._chained = False

    def feed(self, data: bytes, at: int) -> None:
        """The next bytes of the text, which begin at ``at``."""
        if self._torn:
            newline = data.find(b"\n") + 1
            if not newline:
                return
            data, at, self._torn = data[newline:], at + newline, False
        whole = data.rfind(b"\n") + 1
        if not whole:
            self._carry += data
        else:
            # Only the first line is put together: to copy all would take as long as to look at it.
            first = data.find(b"\n") + 1
            line = self._carry + data[:first]
            self._scan(line, 0, len(line), at - len(self._carry))
            self._scan(data, first, whole, at)
            self._carry = data[whole:]
        if len(self._carry) > _LONGEST:
            self._carry, self._torn, self._mode = b"", True, "out"

    def _scan(self, text: bytes, place: int, whole: int, base: int) -> None:
        """The lines from ``place`` up to ``whole``; ``text`` begins at ``base``."""
        while place < whole:
            place = self._look(text, place, whole, base) if self._mode == "out" else self._take(text, place, base)

    def _look(self, text: bytes, place: int, whole: int, base: int) -> int:
        """To the line after the next ``Traceback``, or to the end."""
        found = _find_mark(text, place, whole)
        if found < 0:
            return whole
        begin = text.rfind(b"\n", 0, found) + 1
        prefix = _PREFIX.match(text, begin, found)
        front = text[prefix.end() if prefix else begin : found]
        if front in (b"", _GROUP):
            self._mode = "group" if front else "in"
            self._start, self._lines, self._error = base + begin, 1, None
        return text.find(b"\n", found) + 1

    def _take(self, text: bytes, place: int, base: int) -> int:
        """One line in or behind a traceback; where the next one begins, or this one again."""
        end = text.find(b"\n", place)
        prefix = _PREFIX.match(text, place, end)
        begin = prefix.end() if prefix else place
        line = text[begin : min(end, begin + 200)].rstrip(b"\r")
        if self._mode == "group":
            return self._take_of_group(line, place, begin, end, base)
        if self._mode == "in":
            self._lines += 1
            if line and line[:1] not in b" \t":
                self._end(base + begin, base + end)
            elif self._lines > _MOST_LINES:
                self._mode = "out"
            return end + 1
        self._behind += 1
        if line.startswith(_CHAINS):
            self._chained = True
        elif self._chained and line.startswith(_MARK):
            before = self.blocks.pop()
            self._mode, self._start, self._lines = "in", before.start, before.lines + self._behind
        elif line or self._behind > 4:
            self._mode = "out"
            return place
        return end + 1

    def _take_of_group(self, line: bytes, place: int, begin: int, end: int, base: int) -> int:
        """All lines of a group are indented."""
        if line[:2] == b"  " and self._lines < _MOST_LINES:
            self._lines += 1
            if self._error is None and _GROUP_ERROR.match(line):
                self._error = base + begin + 4, base + end
            return end + 1
        if self._error is not None:
            self.blocks.append(Block(self._start, base + place, (self._error,), self._lines))
        self._mode = "out"
        return place

    def _end(self, begin: int, end: int) -> None:
        """A line that is not indented is that of the exception."""
        self.blocks.append(Block(self._start, end + 1, ((begin, end),), self._lines))
        self._mode, self._behind, self._chained = "behind", 0, False


def _find_mark(text: bytes, start: int, end: int) -> int:
    """As ``text.find(_MARK, start, end)``. One rare byte of it is found ten times faster than the whole."""
    for _ in range(_TRIES):
        bracket = text.find(b"(", start, end)
        if bracket < 0:
            return -1
        if text.startswith(_MARK, bracket - _BRACKET):
            return bracket - _BRACKET
        start = bracket + 1
    return text.find(_MARK, start - _BRACKET, end)
