"""Append-only files of one writer, and what happens when an append fails.

An append is one ``write(2)``. What cannot be written (disk full, quota, folder gone) waits in a bounded buffer and is
tried again in order; what the buffer cannot hold is dropped and counted. Nothing here raises for an I/O reason.
"""

from __future__ import annotations

import errno
import os
import sys
import time

from runstore.layout.mounts import is_network
from runstore.writing.descriptors import open_apart
from runstore.writing.removed import removed_records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    Write = Callable[[int, bytes, int], int]

BUFFER_LIMIT = 4 << 20
"""Bytes that may wait for a file system that refuses them."""
RETRY_INTERVAL = 1.0
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND


def plain_write(fd: int, data: bytes, size: int, write: Callable[[int, bytes], int] = os.write) -> int:
    """`os.write` in the form of `Write`."""
    return write(fd, data)


def append_function(folder: str) -> Write:
    """The function (fd, data, size) -> bytes written, or -1, for a process in which other Python threads may be busy.

    On a local file system it is libc's, called with the GIL held: `os.write` gives the GIL up and, when another thread
    is busy, waits up to 5 ms to get it back. On a network mount a hung server would then stop all threads, so it is
    `os.write` there.
    """
    if sys.platform.startswith("linux") and not is_network(folder):
        try:
            import ctypes

            write: Write = ctypes.PyDLL(None).write
            return write
        except (ImportError, OSError, AttributeError):
            pass
    return plain_write


class Streams:
    """The files that one writer appends to. Not thread-safe: the writer's lock covers every call.

    ``waiting`` is true while anything is in the buffer; then everything must go through `append`, to keep the order.
    """

    def __init__(self, warn: Callable[[str], None]) -> None:
        self.dropped = 0
        self.waiting = False
        self._warn = warn
        self._descriptors: dict[str, int] = {}
        self._buffer: list[tuple[str, int, bytes, int]] = []  # path, row size, data, records in it
        self._buffered = 0
        self._kept = 0  # records in the buffer
        self._next_try = 0.0

    @property
    def unwritten(self) -> int:
        """How many records are not on the disk: those that wait and those that were dropped."""
        return self._kept + self.dropped

    def descriptor(self, path: str) -> int:
        """An open descriptor for ``path``; raises OSError."""
        descriptor = self._descriptors.get(path)
        if descriptor is None:
            try:
                descriptor = open_apart(path, _FLAGS)
            except FileNotFoundError:
                os.mkdir(os.path.dirname(path))  # fails when the run folder is gone: it is not brought back
                descriptor = open_apart(path, _FLAGS)
            self._descriptors[path] = descriptor
        return descriptor

    def append(self, path: str, data: bytes, row_size: int = 1, records: int = 1) -> bool:
        """Append ``data`` to ``path``, after all that waits. False when it has to wait or was dropped.

        ``records`` is how many are lost if it is dropped: 1, or 0 for headers and schemas.
        """
        if self.waiting and not self._retry():
            self._keep(path, row_size, data, records)
            return False
        try:
            self._write(path, row_size, data)
        except OSError as error:
            self._refused(error, path)
            self._keep(path, row_size, data, records)
            return False
        return True

    def attempt(self, path: str, data: bytes) -> bool:
        """Append ``data`` to ``path`` now or not at all; whether it was."""
        try:
            self._write(path, 1, data)
        except OSError:
            return False
        return True

    def mend(self, path: str, data: bytes, row_size: int, written: int) -> None:
        """A write of ``data`` past `append` ended short or failed: put the file right, append the record again."""
        if written > 0:
            self._cut_back(self._descriptors[path], row_size)
        self.append(path, data, row_size)

    def retry(self, at_once: bool = False) -> None:
        """Try again what waits, if it is time or ``at_once``."""
        if at_once:
            self._next_try = 0.0
        if self.waiting:
            self._retry()

    def removed(self) -> int | None:
        """How many records were in files that somebody has removed meanwhile; None where all are there."""
        return removed_records(self._descriptors)

    def close(self) -> None:
        """Close the files; what still waits counts as dropped."""
        self.dropped, self._kept = self.unwritten, 0
        self._buffer = []
        self.waiting = False
        self.abandon()

    def abandon(self) -> None:
        """Close the descriptors only (after a fork: what waits belongs to the parent)."""
        for descriptor in self._descriptors.values():
            try:
                os.close(descriptor)
            except OSError:
                pass
        self._descriptors = {}

    def _write(self, path: str, row_size: int, data: bytes) -> None:
        descriptor = self.descriptor(path)
        written = os.write(descriptor, data)
        if written == len(data):
            return
        # A short write means that the disk is full: take the torn record back, so that whole records only stay.
        if row_size > 1:
            self._cut_back(descriptor, row_size)
        else:
            os.ftruncate(descriptor, max(os.fstat(descriptor).st_size - written, 0))
        raise OSError(28, "No space left on device", path)

    @staticmethod
    def _cut_back(descriptor: int, row_size: int) -> None:
        try:
            size = os.fstat(descriptor).st_size
            os.ftruncate(descriptor, size - size % row_size)
        except OSError:
            pass

    def _keep(self, path: str, row_size: int, data: bytes, records: int) -> None:
        if records and self._buffered + len(data) > BUFFER_LIMIT:
            self.dropped += records
            return
        self._buffer.append((path, row_size, data, records))
        self._buffered += len(data)
        self._kept += records
        self.waiting = True

    def _refused(self, error: OSError, path: str) -> None:
        if error.errno == errno.EBADF:  # the program has closed it; the next try opens it anew
            self._descriptors.clear()
            return
        self._next_try = time.monotonic() + RETRY_INTERVAL
        self._warn(
            "cannot write {}: {}; the program goes on, up to {} MB of records wait in memory and are tried "
            "again".format(path, error.strerror or error, BUFFER_LIMIT >> 20)
        )

    def _retry(self) -> bool:
        """Write what waits, if it is time; true when nothing waits any more."""
        if time.monotonic() < self._next_try:
            return False
        done = 0
        try:
            for path, row_size, data, records in self._buffer:
                self._write(path, row_size, data)
                self._buffered -= len(data)
                self._kept -= records
                done += 1
        except OSError:
            # The folder may have been made anew or the descriptor gone stale (NFS): open again next time.
            self.abandon()
            self._next_try = time.monotonic() + RETRY_INTERVAL
        finally:  # also when ctrl+c comes in between: what is written must not be written again
            del self._buffer[:done]
            self.waiting = bool(self._buffer)
        return not self.waiting


def warn_once() -> Callable[[str], None]:
    """A function that prints its first message to stderr and no other; it never raises."""
    said: list[Any] = []

    def warn(message: str) -> None:
        if said:
            return
        said.append(message)
        try:
            sys.stderr.write("runstore: {}\n".format(message))
            sys.stderr.flush()
        except (OSError, ValueError, AttributeError):
            pass

    return warn
