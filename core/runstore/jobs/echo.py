"""What the command writes, shown on our own stdout or stderr at the speed at which it is taken."""

from __future__ import annotations

import os
import stat

PENDING_LIMIT = 1 << 18
"""Bytes that may wait to be shown; beyond it the command is not read from, as with any slow terminal or pipe."""


class Echo:
    """One of our own output streams. It never blocks where that can be had, and a closed one only ends the showing."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = _own_description(descriptor)
        self.closed = False
        self._pending = bytearray()

    @property
    def pending(self) -> bool:
        """Whether something waits for the stream to take it."""
        return bool(self._pending)

    @property
    def full(self) -> bool:
        """Whether so much waits that no more should be read."""
        return len(self._pending) >= PENDING_LIMIT

    def show(self, data: bytes) -> None:
        """Write ``data``, now as far as possible."""
        if self.closed:
            return
        if self._pending:
            self._pending += data
            return
        taken = self._write(data)
        if taken < len(data):
            self._pending += memoryview(data)[taken:]

    def resume(self) -> None:
        """Write what waits, as far as possible."""
        taken = self._write(self._pending)
        del self._pending[:taken]

    def _write(self, data: bytes | bytearray) -> int:
        try:
            return os.write(self.descriptor, data)
        except BlockingIOError:
            return 0
        except OSError:  # EPIPE, EIO: the reader or the terminal has gone; ENOSPC: the file cannot take it
            self.closed = True
            return len(data)


def _own_description(descriptor: int) -> int:
    """A non-blocking descriptor for the same terminal or pipe; ``descriptor`` itself where that cannot be had.

    O_NONBLOCK belongs to the open file, which is shared with the shell and with the command's neighbours: it must not
    be set on ``descriptor`` itself. A regular file never blocks, and opened anew it would be written from its start.
    """
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISFIFO(mode) or os.isatty(descriptor):
            return os.open(f"/proc/self/fd/{descriptor}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:
        pass
    return descriptor
