"""Signals of the supervisor, received as bytes on a descriptor, so that one loop waits for them and everything else."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""Requests to end, passed on to the command; the supervisor itself stays to record what happens."""
MESSAGES = (signal.SIGUSR1, signal.SIGUSR2)
"""Signals that mean what the command says they mean (save a checkpoint ...), passed on too."""
_OWN = (signal.SIGCHLD, signal.SIGWINCH, signal.SIGTSTP, signal.SIGCONT)


class SignalInbox:
    """While entered, keeps signals from acting on this process. What was ignored at the start (nohup) stays ignored."""

    def __init__(self) -> None:
        self._reader, self._writer = -1, -1
        self._previous_wakeup = -1
        self._previous: dict[int, object] = {}

    def __enter__(self) -> SignalInbox:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)
        self._previous_wakeup = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        for number in (*STOPPING, *MESSAGES, *_OWN):
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._previous[number] = signal.signal(number, _received)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler if callable(handler) or isinstance(handler, int) else signal.SIG_DFL)
        signal.set_wakeup_fd(self._previous_wakeup)
        os.close(self._reader)
        os.close(self._writer)

    def fileno(self) -> int:
        """The descriptor that is readable when a signal has come."""
        return self._reader

    def take(self) -> list[int]:
        """The signals that have come since the last call, in order."""
        try:
            return list(os.read(self._reader, 4096))
        except BlockingIOError:
            return []

    def stopping(self) -> bool:
        """Whether one of the signals that have come since the last call asks to end."""
        return any(number in STOPPING for number in self.take())

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """While entered, requests to end raise KeyboardInterrupt, one that has just come does so at once."""
        numbers = [number for number in STOPPING if number in self._previous]
        previous = {number: signal.signal(number, signal.default_int_handler) for number in numbers}
        try:
            if self.stopping():
                raise KeyboardInterrupt
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def suspend(self) -> None:
        """Stop this process and the others of its job as ctrl+z does; returns when the shell lets it go on."""
        previous = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        try:
            os.kill(0, signal.SIGTSTP)
        finally:
            signal.signal(signal.SIGTSTP, previous)


def name_of(number: int) -> str:
    """``SIGTERM`` and so on; ``signal 42`` for one without a name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _received(number: int, frame: FrameType | None) -> None:
    """The wake-up descriptor has told the loop already."""
