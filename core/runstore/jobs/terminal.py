"""The user's own terminal: lent to the command while it runs, and always given back as it was.

It is lent only when stdin and stdout both are it. In ``runs-tui run ... | less`` the keys are the pager's: there the
command inherits stdin as it is, and ctrl+c and ctrl+z come as signals.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
import termios
from typing import Any

from runstore.jobs.ptys import Size

_STDIN, _STDOUT, _STDERR = range(3)


class Terminal:
    """The terminal that we are used from, if there is one, and the window size of whichever stream has one."""

    def __init__(self) -> None:
        self.is_tty = os.isatty(_STDIN) and os.isatty(_STDOUT)
        self.taken = False
        self._saved: list[Any] | None = None

    def attributes(self) -> list[Any] | None:
        """The settings for a terminal like this one; None without a terminal."""
        try:
            return termios.tcgetattr(_STDIN) if self.is_tty else None
        except termios.error:
            return None

    def size(self) -> Size:
        """The window size of the first of stdout, stdin, stderr that is a terminal, else COLUMNS x LINES or 80x24."""
        for descriptor in (_STDOUT, _STDIN, _STDERR):
            try:
                rows, columns, width, height = struct.unpack(
                    "4H", fcntl.ioctl(descriptor, termios.TIOCGWINSZ, b"\0" * 8)
                )
            except OSError:
                continue
            if rows and columns:
                return rows, columns, width, height
        columns, rows = shutil.get_terminal_size()
        return min(rows, 0xFFFF), min(columns, 0xFFFF), 0, 0

    def take(self) -> bool:
        """Pass every key on as it is typed, if this process is in the foreground; true when that has just begun.

        Output processing stays on: the bytes of the command come with bare newlines.
        """
        if self.taken or not self.is_tty or not self._in_foreground():
            return False
        try:
            self._saved = termios.tcgetattr(_STDIN)
            iflag, oflag, cflag, lflag, ispeed, ospeed, characters = termios.tcgetattr(_STDIN)
            iflag &= ~(termios.BRKINT | termios.ICRNL | termios.INLCR | termios.IGNCR | termios.ISTRIP | termios.IXON)
            lflag &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
            characters[termios.VMIN], characters[termios.VTIME] = 1, 0
            termios.tcsetattr(_STDIN, termios.TCSANOW, [iflag, oflag, cflag, lflag, ispeed, ospeed, characters])
        except termios.error:
            self.is_tty = False
            return False
        self.taken = True
        return True

    def give_back(self) -> None:
        """Set the terminal as it was; harmless when it was not taken."""
        if not self.taken:
            return
        self.taken = False
        if self._saved is not None and self._in_foreground():
            try:
                termios.tcsetattr(_STDIN, termios.TCSANOW, self._saved)
            except termios.error:
                pass

    def lose(self) -> None:
        """The terminal has gone: nothing is read from it any more."""
        self.is_tty = self.taken = False

    @staticmethod
    def _in_foreground() -> bool:
        """Whether this process may set the terminal; in the background that would stop it (SIGTTOU)."""
        try:
            return os.tcgetpgrp(_STDIN) == os.getpgrp()
        except OSError:
            return True  # a terminal without job control
