"""How large a snapshot may be, and which part of a folder makes it too large."""

from __future__ import annotations

import os

from runstore.exceptions import SnapshotException
from runstore.layout.printable import printable

MOST_BYTES = 300 * 1000 * 1000
MOST_FILES = 2000
BYTES_VARIABLE = "RUNSTORE_SNAPSHOT_MAX_MB"
FILES_VARIABLE = "RUNSTORE_SNAPSHOT_MAX_FILES"
AZURE_VARIABLE = "AML_SNAPSHOT_NO_FILE_LIMIT"
_GIVE_UP_AT = 50000
"""So many files are looked at to tell which part is the largest."""
_MOST_NAMED = 3


class Limits:
    """300 MB and 2,000 files, or what RUNSTORE_SNAPSHOT_MAX_MB and RUNSTORE_SNAPSHOT_MAX_FILES say.

    With more than 300 MB allowed, or AML_SNAPSHOT_NO_FILE_LIMIT set, the number of files is not limited.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        megabytes = _number(BYTES_VARIABLE)
        files = _number(FILES_VARIABLE)
        self._most_bytes = MOST_BYTES if megabytes is None else int(megabytes * 1e6)
        if files is not None:
            self._most_files = int(files)
        elif self._most_bytes > MOST_BYTES or os.environ.get(AZURE_VARIABLE, "").lower() in ("true", "1"):
            self._most_files = 1 << 62
        else:
            self._most_files = MOST_FILES
        self._files = 0
        self._bytes = 0
        self._parts: dict[str, list[int]] = {}

    @property
    def total(self) -> int:
        """Bytes of all files that were counted."""
        return self._bytes

    def add(self, relative: str, size: int) -> None:
        """Count a file; raises `SnapshotException` when there are so many that nobody wants to count on."""
        part, slash, _ = relative.partition("/")
        counted = self._parts.setdefault(part + slash, [0, 0])
        counted[0] += size
        counted[1] += 1
        self._files += 1
        self._bytes += size
        if self._files >= _GIVE_UP_AT:
            self.check()

    def check(self) -> None:
        """Raise `SnapshotException` when what was counted is too much; it names the largest parts."""
        if self._bytes <= self._most_bytes and self._files <= self._most_files:
            return
        too_large = self._bytes > self._most_bytes
        largest = sorted(self._parts.items(), key=lambda each: each[1][0 if too_large else 1], reverse=True)
        named = ", ".join(
            "{} ({}, {:,} file{})".format(printable(name, 60), _size(size), count, "" if count == 1 else "s")
            for name, (size, count) in largest[:_MOST_NAMED]
        )
        allowed = _size(self._most_bytes) if too_large else "{:,} files".format(self._most_files)
        raise SnapshotException(
            "no snapshot of {}: it holds more than {}, most in {}; list what is no source code in .amlignore, or raise "
            "the limit with {}".format(
                printable(self._folder, 300), allowed, named, BYTES_VARIABLE if too_large else FILES_VARIABLE
            )
        )


def _number(variable: str) -> float | None:
    text = os.environ.get(variable, "")
    return float(text) if text.replace(".", "", 1).isdecimal() else None


def _size(number: int) -> str:
    return "{:,.0f} MB".format(number / 1e6) if number >= 1e6 else "{:,.0f} kB".format(number / 1e3)
