"""Lines of raw output, and a cheap look at which of them may hold numbers that matter."""

from __future__ import annotations

import re

from runstore.printed.names import ALL_WORDS

LONGEST = 1 << 16
"""Bytes of a line that is looked at; the rest of a longer one is passed over."""
_ENDS = re.compile(rb"[\n\r\b]+")
_ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])|[\x00-\x07\x0e-\x1a]")
_BAR = b"%|"
_ANYWHERE = (b"loss", b"acc", _BAR, b"'s ", b"traceback (most")
_WORDS = frozenset(word.encode() for word in ALL_WORDS) | {b"it", b"rollout", b"timesteps"}
_APART = bytes(code if chr(code).isalnum() and code < 128 else 32 for code in range(256))
_CONTROL = bytes(range(7)) + bytes(range(14, 28))


class OutputLines:
    """Cuts output into lines. A progress bar that is drawn anew (``\\r``, or backspaces) is a line each time."""

    def __init__(self) -> None:
        self._rest = b""
        self._passing = False
        self._given = b""
        """What `bar` has given of the line that has no end yet."""

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that end in ``data``; what follows waits for its end."""
        whole = self._rest + data
        lines = _ENDS.split(whole)
        self._rest = lines.pop()
        if lines:
            if self._passing or lines[0] == self._given:
                lines[0] = b""
            self._passing, self._given = False, b""
        if len(self._rest) > LONGEST:
            self._rest, self._passing = b"", True
        return [line for line in lines if line and len(line) <= LONGEST]

    def search(self, data: bytes, everything: bool) -> list[bytes]:
        """As `feed`; but no lines, at less cost, where no line may tell anything and not ``everything`` is wanted."""
        if not everything and b"\n" in data and not may_tell(self._rest + data):
            self.skip(data)
            return []
        return self.feed(data)

    def skip(self, data: bytes) -> int:
        """Pass over ``data``, cheaply; how many lines end in it."""
        count = data.count(b"\n")
        self._given = b""
        if not count:  # the line goes on
            self._rest, self._passing = b"", True
        else:
            rest = data[data.rfind(b"\n") + 1 :]
            self._rest, self._passing = rest[:LONGEST], len(rest) > LONGEST
        return count

    @property
    def pending(self) -> bytes:
        """What has no end yet, and was not given by `bar`."""
        return b"" if self._passing or self._rest == self._given else self._rest

    def bar(self) -> bytes:
        """What has no end yet, where it is a bar that is to be drawn anew only later; it is no line later on."""
        rest = self.pending
        if not rest.endswith(b"]") or _BAR not in rest:
            return b""
        self._given = rest
        return rest


def may_tell(data: bytes) -> bool:
    """Whether there may be metrics or tracebacks in some lines; false means that there are none."""
    small = data.lower()
    for mark in _ANYWHERE:
        if mark in small:
            return True
    return not _WORDS.isdisjoint(small.translate(_APART).split())


def text_of(line: bytes) -> str:
    """The text of a line without what colours and moves it."""
    if len(line.translate(None, _CONTROL)) != len(line):
        line = _ESCAPES.sub(b"", line)
    return line.decode("utf-8", "replace")
