"""Tracebacks of Python in a text that is read once, from front to back: where each one lies."""

from __future__ import annotations

import re

from runstore.reading.text.block import Block

_MARK = b"Traceback (most recent call last):"
_CHAINS = (b"During handling of the above exception,", b"The above exception was the direct cause of")
_RANK = re.compile(rb"\[(?:rank|default)?\d+\]:?\s?")
"""What torchrun and others put before each line."""
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
        self._mode = "out"  # then "in" a traceback, then "behind" the line of its exception
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
        text, base = self._carry + data, at - len(self._carry)
        whole = text.rfind(b"\n") + 1
        place = 0
        while place < whole:
            place = self._look(text, place, whole, base) if self._mode == "out" else self._take(text, place, base)
        self._carry = text[whole:]
        if len(self._carry) > _LONGEST:
            self._carry, self._torn, self._mode = b"", True, "out"

    def _look(self, text: bytes, place: int, whole: int, base: int) -> int:
        """To the line after the next ``Traceback``, or to the end."""
        found = text.find(_MARK, place, whole)
        if found < 0:
            return whole
        begin = text.rfind(b"\n", 0, found) + 1
        if begin == found or _RANK.fullmatch(text, begin, found):
            self._mode, self._start, self._lines = "in", base + begin, 1
        return text.find(b"\n", found) + 1

    def _take(self, text: bytes, place: int, base: int) -> int:
        """One line in or behind a traceback; where the next one begins, or this one again."""
        end = text.find(b"\n", place)
        prefix = _RANK.match(text, place, end)
        begin = prefix.end() if prefix else place
        line = text[begin : min(end, begin + 200)].rstrip(b"\r")
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

    def _end(self, begin: int, end: int) -> None:
        """A line that is not indented is that of the exception."""
        self.blocks.append(Block(self._start, end + 1, ((begin, end),), self._lines))
        self._mode, self._behind, self._chained = "behind", 0, False
