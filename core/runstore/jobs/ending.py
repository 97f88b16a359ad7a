"""How the processes of a command come to their end, the main one and what it leaves behind.

The rules, as a careful shell and a batch system would have them:

- After exit code 0, what is still in its session is part of the run and is waited for, and that is said: a script
  may have started the training in the background. A daemon, which has left the session, is left alone.
- After a failing exit code the run is over: what is still in its session has `PATIENCE` seconds to end by itself, then
  it is ended.
- When a signal has ended the main process it could not clear up: what is left of it in any session is ended in the
  same way. So no worker of a training that was killed keeps a GPU.
- When the end was asked for (cancel, ctrl+c, SIGTERM ...), what is left in any session is ended at once.
- Ending is SIGTERM, and SIGKILL after the grace period, until nothing is left.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import psutil

from runstore.jobs.processes import descendants, describe, in_session, send

PATIENCE = 5.0
ANNOUNCE_AFTER = 2.0
GIVE_UP_AFTER = 10.0
"""Seconds of SIGKILL after which a process is taken for one that cannot be ended (another user's, a hung device)."""


class Ending:
    """Call `step` often once the main process has ended or `ask` was called, until it says that all is over."""

    def __init__(self, session: int, grace: float, say: Callable[[str], None]) -> None:
        """``session`` is the session's id and the pid of its holder."""
        self._session = session
        self._grace = grace
        self._say = say
        self._main_ended: float | None = None
        self._everywhere = False
        self._terminate_at: float | None = None
        self._kill_at: float | None = None
        self._announced = False

    @property
    def under_way(self) -> bool:
        """Whether `step` has something to do."""
        return self._main_ended is not None or self._terminate_at is not None

    def ask(self) -> None:
        """End everything from now on, politely first."""
        self._everywhere = True
        if self._kill_at is None:
            self._terminate_at = time.monotonic()

    def main_ended(self, returned: int, asked: bool) -> None:
        """The main process has ended with an exit code or minus a signal; ``asked``: because somebody wanted that."""
        self._main_ended = time.monotonic()
        # A shell tells of a signal by a code above 128.
        self._everywhere = self._everywhere or returned < 0 or 128 < returned <= 128 + signal.SIGRTMAX
        if asked:
            self.ask()
        elif returned != 0 and self._terminate_at is None:
            self._terminate_at = self._main_ended + PATIENCE

    def step(self) -> bool:
        """Do what is due; true when the main process has ended and nothing is left to wait for."""
        now = time.monotonic()
        everybody = descendants(without=self._session)
        left = everybody if self._everywhere else in_session(everybody, self._session)
        if self._main_ended is not None and not left:
            return True
        if self._kill_at is not None and now >= self._kill_at:
            send(left, signal.SIGKILL)
            if now >= self._kill_at + GIVE_UP_AFTER:
                self._say(f"cannot end {describe(left)}: left as it is")
                return self._main_ended is not None
        elif self._kill_at is None and self._terminate_at is not None and now >= self._terminate_at:
            send(left, signal.SIGTERM)
            self._kill_at = now + self._grace
        self._announce(now, left)
        return False

    def _announce(self, now: float, left: list[psutil.Process]) -> None:
        if self._main_ended is None or self._announced or now < self._main_ended + ANNOUNCE_AFTER:
            return
        self._announced = True
        if self._terminate_at is None:
            self._say(f"the command has ended, {describe(left)} of it goes on and is waited for; ctrl+c ends it")
        else:
            self._say(f"the command has ended; ending what is left of it: {describe(left)}")
