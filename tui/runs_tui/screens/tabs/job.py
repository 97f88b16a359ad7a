"""Work that a pane leaves to a thread, so that the screen never waits for a disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from textual.widget import Widget

T = TypeVar("T")


class Job(Generic[T]):
    """One thing at a time. Asked for again while it is done, it is done once more after that, not twice."""

    def __init__(self, host: Widget, prepare: Callable[[], Callable[[], T] | None], done: Callable[[T], None]) -> None:
        """``prepare``, on the app's thread, gives what a thread is to do now; ``done`` gets its result."""
        self._host = host
        self._prepare = prepare
        self._done = done
        self._wanted = self._working = False

    def ask(self) -> None:
        """Do it, as soon as the pane is there and the thread is free."""
        self._wanted = True
        if not self._working and self._host.is_mounted:
            self._working = True
            self._host.run_worker(self._work())

    def begin(self) -> None:
        """The pane is there now."""
        if self._wanted:
            self.ask()

    async def _work(self) -> None:
        try:
            while self._wanted:
                self._wanted = False
                work = self._prepare()
                if work is not None:
                    self._done(await asyncio.to_thread(work))
        finally:
            self._working = False
