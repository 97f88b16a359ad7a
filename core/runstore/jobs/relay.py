"""The bytes between a command and the world: its output into the record and onto our own streams, keys to it."""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from typing import NamedTuple

from runstore.jobs.echo import Echo
from runstore.jobs.ptys import Pty, Size
from runstore.jobs.signals import SignalInbox
from runstore.jobs.terminal import Terminal
from runstore.writing.console import ConsoleWriter

_STDIN = 0


class Stream:
    """One output stream of the command: its pseudo terminal, where it is recorded, where it is shown, who reads it."""

    def __init__(
        self, pty: Pty, writer: ConsoleWriter, echo: Echo | None, reader: Callable[[bytes], None] | None = None
    ) -> None:
        self._reader = reader
        self.pty = pty
        self.writer = writer
        self.echo = echo
        self.ended = False
        """Whether nobody holds the command's side, as far as known."""

    def pump(self) -> bool:
        """Take what the command has written, one read of it; true when there was something."""
        data = self.pty.read()
        self.ended = data is None
        if not data:
            return False
        self.writer.write(data)
        if self.echo is not None:
            self.echo.show(data)
        if self._reader is not None:
            self._reader(data)
        return True


class Events(NamedTuple):
    """What has come: our signals, in order, and which of intr, quit and susp were typed."""

    signals: list[int]
    keys: frozenset[str]


class Relay:
    """Moves bytes, turn by turn. The terminal of the first stream takes what is typed."""

    def __init__(self, streams: list[Stream], terminal: Terminal, inbox: SignalInbox) -> None:
        self.streams = streams
        self._terminal = terminal
        self._inbox = inbox
        self._typed = b""

    def turn(self, timeout: float, wake: int = -1) -> Events:
        """Wait until something comes, ``timeout`` seconds at most, and move it on.

        It also returns when the descriptor ``wake`` (-1: none) is readable.
        """
        poll = select.poll()
        poll.register(self._inbox.fileno(), select.POLLIN)
        if wake >= 0:
            poll.register(wake, select.POLLIN)
        for stream in self.streams:
            typed = bool(self._typed) and stream is self.streams[0]
            wanted = 0 if stream.ended or (stream.echo and stream.echo.full) else select.POLLIN
            if wanted or typed:
                poll.register(stream.pty.master, wanted | (select.POLLOUT if typed else 0))
            if stream.echo and stream.echo.pending:
                poll.register(stream.echo.descriptor, select.POLLOUT)
        keyboard = self._terminal.taken and not self._typed
        if keyboard:
            poll.register(_STDIN, select.POLLIN)
        ready = dict(poll.poll(max(timeout, 0.0) * 1000))

        for stream in self.streams:
            if stream.echo and stream.echo.descriptor in ready:
                stream.echo.resume()
            if ready.get(stream.pty.master, 0) & ~select.POLLOUT:
                stream.pump()
        # Signals before keys: the command must know a new window size by then.
        if (self._inbox.fileno() in ready or _STDIN in ready) and (signals := self._inbox.take()):
            return Events(signals, frozenset())
        keys = self._read_keys() if keyboard and _STDIN in ready else frozenset[str]()
        if self._typed:
            self._typed = self._typed[self.streams[0].pty.write(self._typed) :]
        return Events([], keys)

    def resize(self, size: Size) -> None:
        """Give the command's terminals a new window size."""
        for stream in self.streams:
            stream.pty.resize(size)

    def foreground_group(self) -> int:
        """The process group in the foreground of the command's terminal; 0 when there is none."""
        return self.streams[0].pty.foreground_group()

    def recheck(self) -> None:
        """Look again at streams that had ended: a process that kept the terminal may have opened it anew."""
        for stream in self.streams:
            if stream.ended:
                stream.pump()

    def drain(self, limit: int = 1000) -> None:
        """Take what is there now into the record, whether or not our own streams keep up; at most ``limit`` reads."""
        for stream in self.streams:
            for _ in range(limit):
                if not stream.pump():
                    break

    def flush(self) -> None:
        """Show what waits to be shown; a signal to stop ends it."""
        for stream in self.streams:
            while stream.echo and stream.echo.pending and not stream.echo.closed:
                poll = select.poll()
                poll.register(self._inbox.fileno(), select.POLLIN)
                poll.register(stream.echo.descriptor, select.POLLOUT)
                ready = dict(poll.poll())
                if stream.echo.descriptor in ready:
                    stream.echo.resume()
                elif self._inbox.stopping():
                    return

    def close(self) -> None:
        """Close the terminals; whoever still holds one gets a hangup."""
        for stream in self.streams:
            stream.pty.close()

    def _read_keys(self) -> frozenset[str]:
        try:
            data = os.read(_STDIN, 4096)
        except OSError:
            data = b""
        if not data:  # the terminal has gone; a hangup signal comes too
            self._terminal.lose()
            return frozenset()
        pty = self.streams[0].pty
        self._typed = data
        return pty.signals_for(data)
