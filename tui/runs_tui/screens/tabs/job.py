"""Work that a pane leaves to a thread, so that the screen never waits for a disk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from textual.timer import Timer
from textual.widget import Widget

T = TypeVar("T")


class Job(Generic[T]):
    """One thing at a time. Asked for again while it is done, it is done once more after that, not twice.

    Asked for patiently, it rests nine times as long as it took: what is large and changes all the time costs a tenth
    of the processor at most.
    """

    def __init__(self, host: Widget, prepare: Callable[[], Callable[[], T] | None], done: Callable[[T], None]) -> None:
        """``prepare``, on the app's thread, gives what a thread is to do now; ``done`` gets its result."""
        self._host = host
        self._prepare = prepare
        self._done = done
        self._wanted = self._wanted_later = self._working = False
        self._rest_until = 0.0
        self._alarm: Timer | None = None

    def ask(self, *, patient: bool = False) -> None:
        """Do it, as soon as the pane is there and the thread is free, and, when ``patient``, has rested."""
        if patient and (self._working or time.monotonic() < self._rest_until):
            self._wanted_later = True
            self._set_alarm()
            return
        self._wanted = True
        if not self._working and self._host.is_mounted:
            self._working = True
            self._host.run_worker(self._work())

    def _set_alarm(self) -> None:
        """Ask when the rest is over, if it was asked for patiently."""
        if self._wanted_later and not self._working and self._alarm is None:
            self._alarm = self._host.set_timer(max(self._rest_until - time.monotonic(), 0.001), self._ring)

    def _ring(self) -> None:
        self._alarm = None
        if self._wanted_later:
            self.ask(patient=True)

    def begin(self) -> None:
        """The pane is there now."""
        if self._wanted:
            self.ask()

    async def _work(self) -> None:
        try:
            while self._wanted:
                self._wanted = self._wanted_later = False
                work = self._prepare()
                if work is not None:
                    begun = time.monotonic()
                    result = await asyncio.to_thread(work)
                    now = time.monotonic()
                    self._rest_until = now + 9 * (now - begun)
                    self._done(result)
        finally:
            self._working = False
            self._set_alarm()
