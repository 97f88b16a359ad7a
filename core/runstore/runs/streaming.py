"""The output of a run, passed on as it comes to the terminal or notebook of whoever waits for it."""

from __future__ import annotations

import codecs
import os
import re

from runstore.layout.printable import printable
from runstore.records.console import GAP_SUFFIX, decode_gap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

_BLOCK = 1 << 18
_SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI
    r"|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)"  # OSC, DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]"  # the rest
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b\n]*\x1b?|[ -/]*)\Z")
_KEPT = re.compile(r"(\x1b\[[0-9;:]*[mK]|[\n\r\t\b])")
"""Colours, and what a progress bar needs to rewrite its line."""
_LONGEST_SEQUENCE = 512


class LogFollower:
    """Hands out the text of a growing log file, each part once, safe to show."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._offset = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""

    def new_text(self) -> Iterator[str]:
        """What has been written since; a part that is not complete yet waits for the rest."""
        while True:
            data = self._read()
            if not data:
                return
            yield self._clean(self._held + self._decoder.decode(data), False)

    def rest(self) -> str:
        """What still waits, at the end of the log."""
        return self._clean(self._held + self._decoder.decode(b"", True), True)

    def _read(self) -> bytes:
        from runstore.reading.growing import read_range

        try:
            gap = self._gap()
            if gap is not None and gap[0] <= self._offset < gap[1]:
                self._offset = gap[1]  # left out of a log over its size limit, which says so just before
            size = _BLOCK if gap is None or self._offset >= gap[1] else min(_BLOCK, gap[0] - self._offset)
            data = read_range(self.path, self._offset, size)
        except OSError:
            return b""
        self._offset += len(data)
        return data

    def _gap(self) -> tuple[int, int] | None:
        try:
            with open(self.path + GAP_SUFFIX, "rb") as file:
                return decode_gap(file.read(64))
        except OSError:
            return None

    def _clean(self, text: str, final: bool) -> str:
        self._held = ""
        if not final:
            unfinished = _UNFINISHED.search(text, max(len(text) - _LONGEST_SEQUENCE, 0))
            if unfinished is not None:
                text, self._held = text[: unfinished.start()], unfinished.group()
            elif text.endswith("\r"):
                text, self._held = text[:-1], "\r"
        return safe_text(text)


def safe_text(text: str) -> str:
    """``text`` with nothing left that acts on a terminal but colours, line ends and what rewrites a line.

    Other control sequences are taken out, other control characters replaced by visible ones.
    """
    text = text.replace("\r\n", "\n")
    if "\x1b" in text:
        text = _SEQUENCE.sub(lambda found: found.group() if _KEPT.fullmatch(found.group()) else "", text)
    pieces = _KEPT.split(text)
    pieces[::2] = [printable(piece) for piece in pieces[::2]]
    return "".join(pieces)


class RunOutput:
    """The logs of a run's lowest rank in the order of its attempts, and what its supervisor says while it waits."""

    def __init__(self, folder: str) -> None:
        from runstore.layout.paths import RunPaths

        paths = RunPaths(folder)
        self._console, self._system = paths.console, paths.system_log
        self._writers: list[str] = []
        self._streams: dict[str, LogFollower] = {}
        self._name = ""

    def new_parts(self, waiting: bool) -> Iterator[tuple[str, str, str]]:
        """(name of the log, stream: ``out`` or ``err``, text) of what is new.

        ``waiting``: the run waits for so long that the words of its supervisor are of interest.
        """
        from runstore.reading.consoles import console_logs
        from runstore.runs.logs import SYSTEM_LOG, primary

        if waiting and not self._writers and os.path.isfile(self._system):
            yield from self._of(SYSTEM_LOG, "out", self._system)
        logs = primary(console_logs(self._console))
        for log in logs:
            if log.writer not in self._writers:
                self._writers.append(log.writer)
            name = "user_logs/{}.txt".format(log.name)
            for stream, path in (("out", log.out), ("err", log.err)):
                if path is not None:
                    yield from self._of(name, stream, path)

    def rest(self) -> Iterator[tuple[str, str, str]]:
        """What is left when the run has ended."""
        yield from self.new_parts(False)
        for path, follower in self._streams.items():
            text = follower.rest()
            if text:
                yield self._name, "err" if path.endswith(".err") else "out", text

    def _of(self, name: str, stream: str, path: str) -> Iterator[tuple[str, str, str]]:
        follower = self._streams.get(path)
        if follower is None:
            follower = self._streams[path] = LogFollower(path)
        for text in follower.new_text():
            self._name = name
            yield name, stream, text
