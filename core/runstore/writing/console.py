"""Captured output, appended as raw bytes with an index of times, and kept from growing without end."""

from __future__ import annotations

import os
import time

from runstore.layout.paths import RunPaths
from runstore.records.console import GAP_SUFFIX, INDEX_SUFFIX, console_file_name, encode_entry, encode_gap
from runstore.writing.streams import Streams, warn_once

DEFAULT_CAP = 2 << 30
INDEX_INTERVAL = 1.0
_BLOCK = 4096
_LAST = 1 << 20
_PUNCH_HOLE_KEEP_SIZE = 0x03
MARK = b"\n[output left out from here: the log is over its size limit]\n"


class ConsoleWriter:
    """One stream (``out`` or ``err``) of one writer. Never raises for an I/O reason; counts what it drops in bytes.

    Above ``cap`` bytes the head and the tail stay. Where the file system can (fallocate on ext4, XFS, btrfs, tmpfs,
    NFS 4.2), the middle gives its blocks back while all offsets stay as they were: it starts with `MARK`, then reads
    as zeros, and ``<w>.out.gap`` says where it lies. Elsewhere the file ends at ``cap``, and the last megabyte follows
    when the writer is closed.
    """

    def __init__(self, folder: str, writer: str, stream: str = "out", cap: int = DEFAULT_CAP) -> None:
        self.path = os.path.join(RunPaths(folder).console, console_file_name(writer, stream))
        self.dropped = 0
        self._size = 0
        self._streams = Streams(warn_once())
        self._next_entry = 0.0
        self._next_cut = cap
        self._step = max(cap // 32, _BLOCK)
        self._tail = cap // 2
        # The head is shorter by one step, so that with a step in hand the whole stays under the cap.
        self._gap_start = self._gap_end = max(cap // 2 - self._step, 0) // _BLOCK * _BLOCK
        self._last: bytearray | None = None

    def write(self, data: bytes) -> None:
        """Append captured bytes."""
        if self._last is not None:
            self._hold_back(data)
            return
        now = time.time()
        if now >= self._next_entry or now < self._next_entry - 2 * INDEX_INTERVAL:
            self._streams.append(self.path + INDEX_SUFFIX, encode_entry(now, self._size), 16)
            self._next_entry = now + INDEX_INTERVAL
        self._append(data)
        if self._size >= self._next_cut:
            self._cut()

    def close(self) -> None:
        """Write what waits and close."""
        self._streams.retry(at_once=True)
        if self._last:
            last, self._last = bytes(self._last), None
            self.dropped -= len(last)
            self._append(last)
        if self._streams.waiting:
            self.dropped += self._size - self._written()
        self._streams.close()

    def remarks(self) -> list[str]:
        """What a person should know of it after `close`: whether bytes were not kept."""
        if not self.dropped:
            return []
        return ["{:,} bytes of the output were not kept (console/{})".format(self.dropped, os.path.basename(self.path))]

    def _append(self, data: bytes) -> None:
        lost = self._streams.dropped
        self._streams.append(self.path, data)
        if self._streams.dropped > lost:
            self.dropped += len(data)
        else:
            self._size += len(data)

    def _cut(self) -> None:
        """Give back the blocks between the head and the tail, or end the file here."""
        end = (self._size - self._tail) // _BLOCK * _BLOCK
        self._next_cut = self._size + self._step
        if self._streams.waiting or end <= self._gap_end:
            return
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CLOEXEC)
            try:
                _punch(descriptor, self._gap_end, end - self._gap_end)
                if self._gap_end == self._gap_start:
                    os.pwrite(descriptor, MARK, self._gap_start)
            finally:
                os.close(descriptor)
            self.dropped += end - self._gap_end
            self._gap_end = end
            self._tell_gap()
        except OSError:
            self._append(MARK)
            self._last = bytearray()

    def _tell_gap(self) -> None:
        descriptor = os.open(self.path + GAP_SUFFIX, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            os.pwrite(descriptor, encode_gap(self._gap_start + len(MARK), self._gap_end), 0)
        finally:
            os.close(descriptor)

    def _hold_back(self, data: bytes) -> None:
        """Past the end of a file that cannot have a gap: only the last megabyte is kept, in memory."""
        assert self._last is not None
        self.dropped += len(data)
        self._last += data
        if len(self._last) > 2 * _LAST:
            del self._last[:-_LAST]

    def _written(self) -> int:
        try:
            return os.stat(self.path).st_size
        except OSError:
            return 0


def _punch(descriptor: int, start: int, length: int) -> None:
    """Make a hole in a file; raises OSError where that is not possible."""
    import ctypes

    try:
        fallocate = ctypes.CDLL(None, use_errno=True).fallocate64
    except (OSError, AttributeError):
        raise OSError(95, "no fallocate") from None
    if fallocate(descriptor, _PUNCH_HOLE_KEEP_SIZE, ctypes.c_int64(start), ctypes.c_int64(length)) != 0:
        raise OSError(ctypes.get_errno(), "fallocate")
