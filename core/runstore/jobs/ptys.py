"""A pseudo terminal through which a command writes, and which leaves its bytes as they are."""

from __future__ import annotations

import fcntl
import os
import struct
import termios
from typing import Any

READ_SIZE = 1 << 16
_OFLAG, _LFLAG, _CC = 1, 3, 6

Size = tuple[int, int, int, int]
"""Rows, columns, width and height in pixels (0 where unknown)."""


class Pty:
    """One pseudo terminal: the command has the slave, we read and write the master, which never blocks.

    Output processing is off, so that no newline is turned into two characters; input is handled as on any terminal,
    except that ctrl+c does not throw away what was written and not yet read (NOFLSH).
    """

    def __init__(self, size: Size, attributes: list[Any] | None = None) -> None:
        self.master, self.slave = os.openpty()
        os.set_blocking(self.master, False)
        attributes = attributes or termios.tcgetattr(self.slave)
        attributes[_OFLAG] &= ~termios.OPOST
        attributes[_LFLAG] |= termios.NOFLSH
        termios.tcsetattr(self.slave, termios.TCSANOW, attributes)
        self.resize(size)

    def resize(self, size: Size) -> None:
        """Set the window size; the kernel tells the foreground processes (SIGWINCH) when it differs."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("4H", *size))

    def close_slave(self) -> None:
        """Let go of the slave once the command has it: from then on the end of the output can be seen."""
        if self.slave >= 0:
            os.close(self.slave)
            self.slave = -1

    def read(self) -> bytes | None:
        """What the command wrote, empty when there is nothing now, None when nobody holds the slave any more."""
        try:
            return os.read(self.master, READ_SIZE) or None
        except BlockingIOError:
            return b""
        except OSError:  # EIO
            return None

    def write(self, data: bytes) -> int:
        """Give the command input; returns how many bytes the line took."""
        try:
            return os.write(self.master, data)
        except BlockingIOError:
            return 0
        except OSError:
            return len(data)  # nobody there to read it

    def signals_for(self, data: bytes) -> frozenset[str]:
        """Which of ``intr``, ``quit`` and ``susp`` the line makes of input ``data``, as it is set now."""
        try:
            attributes = termios.tcgetattr(self.master)
        except termios.error:
            return frozenset()
        if not attributes[_LFLAG] & termios.ISIG:
            return frozenset()
        characters = attributes[_CC]
        of_index = {"intr": termios.VINTR, "quit": termios.VQUIT, "susp": termios.VSUSP}
        return frozenset(name for name, index in of_index.items() if bytes(characters[index]) in data)

    def foreground_group(self) -> int:
        """The process group that has the terminal; 0 when there is none."""
        try:
            return max(os.tcgetpgrp(self.master), 0)
        except OSError:
            return 0

    def close(self) -> None:
        """Close both ends; whoever still holds the slave gets a hangup."""
        self.close_slave()
        if self.master >= 0:
            os.close(self.master)
            self.master = -1
