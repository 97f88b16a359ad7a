"""What takes time, done beside the app's thread: of several wishes the newest."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

PATIENCE = 0.03
"""Seconds that a key waits for its effect before the app goes on without it: what is ready sooner never flickers."""


class Loader:
    """Does one job at a time on a thread of its own."""

    def __init__(self, done: Callable[[], None]) -> None:
        """``done`` is called on the app's thread after jobs whose end nobody waited for."""
        self._done = done
        self._lock = threading.Lock()
        self._waiting: Callable[[], None] | None = None
        self._busy = False
        self._idle = threading.Event()
        self._left: asyncio.AbstractEventLoop | None = None
        self.trouble = ""
        """What went wrong in the last job."""

    @property
    def busy(self) -> bool:
        """Whether a job is under way or waits."""
        with self._lock:
            return self._busy

    def ask(self, job: Callable[[], None], patience: float = PATIENCE) -> bool:
        """Do this next, in place of what waits; whether it was done at once."""
        with self._lock:
            self._waiting = job
            self._left = None
            self._idle.clear()
            if not self._busy:
                self._busy = True
                threading.Thread(target=self._work, name="charts", daemon=True).start()
        if self._idle.wait(patience):
            return True
        with self._lock:
            if not self._busy:
                return True
            self._left = asyncio.get_running_loop()
        return False

    def _work(self) -> None:
        while True:
            with self._lock:
                job, self._waiting = self._waiting, None
                if job is None:
                    self._busy = False
                    self._idle.set()
                    left = self._left
                    break
            try:
                job()
                self.trouble = ""
            except Exception as error:  # what a file holds must not end the monitor
                self.trouble = f"{type(error).__name__}: {error}"
        if left is not None:
            with suppress(RuntimeError):  # the app has ended meanwhile
                left.call_soon_threadsafe(self._done)
