"""Files of output: ``.log``, ``.out``, what Slurm writes, and other text with metrics in it."""

from __future__ import annotations

import os
from typing import ClassVar

from runstore.printed.lines import OutputLines
from runstore.printed.scraper import Scraper
from runstore.sources.foreign.folder import Folder
from runstore.sources.foreign.kind import Found, Place
from runstore.sources.plain.log_reader import ERRORS, LogReader
from runstore.sources.plain.naming import places_of

_ENDS, _PERHAPS = (".log", ".out"), (".txt", ".err", ".stdout", ".stderr")
_HEAD, _LONG_HEAD = 512, 16 << 10


class LogFiles:
    """One run for each file; a file ``x.err`` beside ``x.out`` belongs to that."""

    name: ClassVar[str] = "log"
    title: ClassVar[str] = "Output file"
    flush: ClassVar[float] = 60.0

    def find(self, folder: Folder) -> Found | None:
        """The runs in this folder."""
        names = [
            name
            for name in sorted(folder.files)
            if (name.lower().endswith(_ENDS) and _is_text(folder.head(name, _HEAD)))
            or (name.lower().endswith(_PERHAPS) and _has_metrics(folder.head(name, _LONG_HEAD)))
        ]
        stems = {os.path.splitext(name)[0] for name in names if name.lower().endswith(_ENDS)}
        beside = frozenset(stem + ERRORS for stem in stems) & folder.files.keys()
        names = [name for name in names if name not in beside]
        if not names:
            return None
        return Found(places_of(self.name, folder, names), frozenset(names) | beside)

    def open(self, place: Place, keep: bool = True) -> LogReader:
        """A reader of the run."""
        return LogReader(place, keep, self.flush)


def _is_text(head: bytes) -> bool:
    """Whether a file with this head may be output: no binary file, and not empty."""
    return bool(head) and b"\0" not in head and len(head.translate(None, _ODD)) >= 0.9 * len(head)


def _has_metrics(head: bytes) -> bool:
    if not _is_text(head):
        return False
    scraper = Scraper()
    return any(scraper.read(line) for line in OutputLines().feed(head + b"\n"))


_ODD = bytes(code for code in range(32) if code not in b"\t\n\r\b\x1b\f")
