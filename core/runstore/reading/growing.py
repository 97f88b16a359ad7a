"""One append-only file, followed by its size: what has been read, what is new. Nothing here raises for the file."""

from __future__ import annotations

import os
from stat import S_ISREG

SAME, GROWN, REPLACED, GONE = "same", "grown", "replaced", "gone"
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_BLOCK = 16 << 10
"""Bytes of a small file that are read without asking first how many there are."""


def open_regular(path: str) -> int:
    """A descriptor to read the regular file at ``path``; raises OSError, also for a link, a pipe or a folder."""
    descriptor = os.open(path, _FLAGS)
    if not S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(22, "not a regular file", path)
    return descriptor


def read_range(path: str, start: int, size: int) -> bytes:
    """Up to ``size`` bytes from ``start``; fewer at the end of the file. Raises OSError."""
    descriptor = open_regular(path)
    try:
        data = os.pread(descriptor, size, start)
        while 0 < len(data) < size:
            more = os.pread(descriptor, size - len(data), start + len(data))
            if not more:
                break
            data += more
        return data
    finally:
        os.close(descriptor)


def read_small(path: str, limit: int) -> bytes:
    """The whole file; raises OSError, also when it is larger than ``limit`` bytes."""
    descriptor = open_regular(path)
    try:
        first = min(limit + 1, _BLOCK)
        data = os.pread(descriptor, first, 0)
        if len(data) < first:
            return data
        size = os.fstat(descriptor).st_size
        if size > limit:
            raise OSError(27, "larger than {} bytes".format(limit), path)
        return os.pread(descriptor, size, 0)
    finally:
        os.close(descriptor)


class GrowingFile:
    """Follows one file. ``offset`` bytes of it are read, ``size`` bytes are there; ``problem`` says what is wrong.

    ``fresh`` is for network mounts: there only an open file tells its true size.
    """

    __slots__ = ("_inode", "fresh", "mtime", "offset", "path", "problem", "size")

    def __init__(self, path: str, fresh: bool = False) -> None:
        self.path = path
        self.fresh = fresh
        self.offset = 0
        self.size = 0
        self.mtime = 0.0
        self.problem = ""
        self._inode = 0

    def look(self) -> str:
        """Find out how large the file is now. After `REPLACED`, ``offset`` is 0: read all of it again."""
        try:
            stat = self._stat()
        except FileNotFoundError:
            if self._inode:
                self.problem = "the file is gone"
            return GONE
        except OSError as error:
            self.problem = error.strerror or str(error)
            return SAME
        self.problem = ""
        if not S_ISREG(stat.st_mode):
            self.problem = "not a regular file"
            return SAME
        before, known, self._inode, self.size = self.size, self._inode, stat.st_ino, stat.st_size
        self.mtime = stat.st_mtime
        if self.size < self.offset or (known and known != self._inode):
            self.offset = 0
            return REPLACED
        return GROWN if self.size != before else SAME

    def read(self, start: int, size: int) -> bytes:
        """Up to ``size`` bytes from ``start`` (not moving ``offset``), empty with ``problem`` set on failure."""
        try:
            return read_range(self.path, start, size)
        except OSError as error:
            self.problem = error.strerror or str(error)
            return b""

    def _stat(self) -> os.stat_result:
        if not self.fresh:
            return os.lstat(self.path)
        descriptor = os.open(self.path, _FLAGS)
        try:
            return os.fstat(descriptor)
        finally:
            os.close(descriptor)
