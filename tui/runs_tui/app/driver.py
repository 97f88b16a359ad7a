"""The terminal: keys read by a thread that sleeps while nobody types, and nothing on it but what the app draws.

Textual's thread wakes ten times a second, which is half of what an idle monitor costs.
"""

from __future__ import annotations

import os
import signal
import sys
from codecs import getincrementaldecoder
from collections.abc import Callable
from contextlib import suppress
from selectors import EVENT_READ, SelectSelector
from typing import Any

from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size

_TICK = 0.1
_AWAKE = max(0.5, 3 * constants.ESCAPE_DELAY)
"""Seconds after the last input in which the thread looks whether an Esc was a key or the begin of a sequence."""


class PatientDriver(LinuxDriver):
    """Textual's, but for the thread that reads, stops without notice, sizes in quick succession, and what others write.

    Textual draws on standard error. While it does, descriptor 2 leads nowhere: what a library in C says there, such as
    libtiff about a damaged picture of a run, would stand in the middle of the screen, control sequences and all.
    """

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        # All are open as long as the process: a driver is closed, and starts again, each time the app is suspended.
        self._woken, self._waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._terminal = os.dup(2)
        if (usual := sys.__stderr__) is not None:
            self._file = open(self._terminal, "w", encoding=usual.encoding, errors=usual.errors)  # noqa: SIM115

    def start_application_mode(self) -> None:
        """Draw, and nobody else."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
        super().start_application_mode()  # type: ignore[no-untyped-call]
        signal.signal(signal.SIGWINCH, lambda *_: self._in_turn(self._tell_size))

    def _in_turn(self, act: Callable[[], object]) -> None:
        """Do what a signal asks for from the event loop, not in its handler, as Textual does.

        A handler runs in the middle of anything: of the handler of the same signal, or of drawing, which holds the lock
        of the queue to the terminal, for which the handler would wait for ever. But while another program has the
        terminal nothing is drawn, and the loop waits for the end of that program, which may just have been stopped.
        """
        if not self._auto_restart:
            act()
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(act)

    def _tell_size(self) -> None:
        if self._in_band_window_resize:
            return
        size = Size(*self._get_terminal_size())
        self._app.post_message(events.Resize(size, size))

    def stop_application_mode(self) -> None:
        """Give the terminal back, and standard error to all."""
        super().stop_application_mode()
        os.dup2(self._terminal, 2)

    def _sigtstp_application(self, *_: Any) -> None:
        """Give the terminal back, and stop."""
        self._in_turn(super()._sigtstp_application)

    def _sigcont_application(self, *_: Any) -> None:
        """Go on."""
        self._in_turn(self._go_on)

    def _go_on(self) -> None:
        """After SIGSTOP, of which nothing is told, the terminal is first given back as SIGTSTP gives it back.

        Else each time there would be two more threads, one of which takes keys away from the other, and the modes of
        the monitor would be taken for those to restore at its end.
        """
        if self._auto_restart and not self._must_signal_resume:
            self.suspend_application_mode()
            self._must_signal_resume = True
        super()._sigcont_application()

    def disable_input(self) -> None:
        """Stop reading."""
        with suppress(BlockingIOError):  # full: it wakes all the same
            os.write(self._waker, b".")
        super().disable_input()  # waits for the thread

    def run_input_thread(self) -> None:
        """Read until input is disabled."""
        parser, decode = XTermParser(self._debug), getincrementaldecoder("utf-8")("replace").decode
        ticks = 0
        with SelectSelector() as selector:
            selector.register(self._woken, EVENT_READ)
            selector.register(self.fileno, EVENT_READ)
            while not self.exit_event.is_set():
                ready = {key.fd for key, _ in selector.select(_TICK if ticks else None)}
                ticks = max(ticks - 1, 0)
                if self._woken in ready:
                    os.read(self._woken, 64)
                    self.exit_event.wait(_TICK)
                elif self.fileno in ready:
                    ticks = int(_AWAKE / _TICK)
                    data = os.read(self.fileno, 4096)
                    if not data:  # the terminal is gone, and a signal will say so
                        selector.unregister(self.fileno)
                    if text := decode(data):
                        for event in parser.feed(text):
                            self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
