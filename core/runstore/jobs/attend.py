"""Attendance on a running command: what it writes, what is typed, signals for it, requests to cancel it, its end."""

from __future__ import annotations

import math
import os
import signal
import time
from collections.abc import Callable

from runstore.jobs.cancel import CancelWatch
from runstore.jobs.ending import Ending
from runstore.jobs.processes import Ended, is_child
from runstore.jobs.relay import Relay
from runstore.jobs.session import Session
from runstore.jobs.signals import MESSAGES, STOPPING, SignalInbox, name_of
from runstore.jobs.terminal import Terminal

CANCEL_INTERVAL = 1.0
TICK, TICK_WHILE_ENDING = 0.5, 0.05
_STOP_FOLLOWS, _END_FOLLOWS = 1.0, 10.0
"""Seconds within which a stop, or the end, of the command is taken for the answer to ctrl+z, or ctrl+c."""


class Attendant:
    """Stays with one command from its start until nothing of it is left to wait for."""

    def __init__(
        self,
        session: Session,
        relay: Relay,
        terminal: Terminal,
        inbox: SignalInbox,
        ending: Ending,
        cancel_watch: CancelWatch,
        log: Callable[[str], None],
        on_cancel: Callable[[], None],
        reap: Callable[[], dict[int, Ended]],
        on_tick: Callable[[], None],
        time_limit: float | None = None,
    ) -> None:
        """``reap`` collects the children of ours that have ended. ``on_tick`` is called now and then.

        ``time_limit``: seconds from now after which the command is canceled.
        """
        self.returned: int | None = None
        """The exit code, or minus the signal, that the main process has ended with."""
        self.canceled_by: str | None = None
        self._session = session
        self._relay = relay
        self._terminal = terminal
        self._inbox = inbox
        self._ending = ending
        self._cancel_watch = cancel_watch
        self._log = log
        self._on_cancel = on_cancel
        self._reap = reap
        self._on_tick = on_tick
        self._time_limit = time_limit
        self._limit_at = math.inf if time_limit is None else time.monotonic() + time_limit
        self._end_asked_until = 0.0
        self._stop_asked = -_STOP_FOLLOWS

    def run(self) -> None:
        """Move bytes, pass signals on and look after the processes until all of the command has ended."""
        self._terminal.take()
        next_tick = next_look = 0.0
        while True:
            was_ending = self._ending.under_way
            signals, keys = self._relay.turn(next_tick - time.monotonic(), self._session.fileno())
            for number in signals:
                self._on_signal(number)
            self._on_keys(keys)
            self._on_report()
            now = time.monotonic()
            if now < next_tick and signal.SIGCHLD not in signals and self._ending.under_way == was_ending:
                continue
            next_tick = now + (TICK_WHILE_ENDING if self._ending.under_way else TICK)
            self._terminal.take()
            self._relay.recheck()
            self._on_tick()
            if self._ending.under_way and self._ending.step():
                break
            if now >= next_look:  # only now: what has ended is not canceled any more
                next_look = now + CANCEL_INTERVAL
                self._look_for_cancel()
        self._relay.drain()

    def _on_signal(self, number: int) -> None:
        if number == signal.SIGCHLD:
            self._on_children(self._reap())
        elif number == signal.SIGWINCH:
            self._relay.resize(self._terminal.size())
        elif number == signal.SIGTSTP:
            self._stop_asked = time.monotonic()
            self._pass_on(number)
        elif number in STOPPING:
            self._pass_on(number)
            self._told(name_of(number), math.inf)
        elif number in MESSAGES and self.returned is None:
            try:
                os.kill(self._session.pid, number)
            except OSError:  # it has ended, and its session has still to say so
                pass

    def _on_children(self, ended: dict[int, Ended]) -> None:
        """The command is a child of ours once the holder of its session was killed."""
        command = ended.get(self._session.pid)
        returned = command.returned if command else None
        if returned is None and self._session.holder in ended:
            while self.returned is None and self._session.fileno() >= 0:  # what the holder had still to say
                self._on_report()
            if not is_child(self._session.pid):  # it was killed between learning of the command's end and telling it
                returned = -signal.SIGKILL
        if returned is not None and self.returned is None:
            self._main_ended(returned)

    def _on_keys(self, keys: frozenset[str]) -> None:
        """The command's terminal has acted on the keys already; this is what they mean for us."""
        if keys & {"intr", "quit"}:
            self._told("a key", time.monotonic() + _END_FOLLOWS)  # programs use it for other things too
        if "susp" in keys:
            self._stop_asked = time.monotonic()

    def _on_report(self) -> None:
        report = self._session.report()
        if report is None:
            return
        if report.returned is not None:
            self._main_ended(report.returned)
        elif report.stopped and time.monotonic() - self._stop_asked < _STOP_FOLLOWS:
            self._suspend()

    def _main_ended(self, returned: int) -> None:
        self.returned = returned
        asked = self.canceled_by is not None or time.monotonic() < self._end_asked_until
        self._ending.main_ended(returned, asked)

    def _pass_on(self, number: int) -> None:
        """Give a signal to the command: what a key would send to its foreground group, others to its own."""
        if self.returned is not None:
            return
        by_key = number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP)
        group = self._relay.foreground_group() if by_key else 0
        try:
            os.killpg(group or self._session.pid, number)
        except OSError:
            pass

    def _told(self, by: str, until: float) -> None:
        """Somebody wants the end: the command decides how, but what it leaves behind is ended if it ends ``until``."""
        self._end_asked_until = max(self._end_asked_until, until)
        self._log(f"{by} passed on" if self.returned is None else f"{by}: ending what is left")
        if self.returned is not None:
            self._ending.ask()

    def _look_for_cancel(self) -> None:
        by = self._cancel_watch.requested()
        # Of a command that has failed the rest is ended anyway, and it stays a failure.
        if by is None and time.monotonic() >= self._limit_at and self.returned in (None, 0):
            by = f"its time limit of {self._time_limit:g} s"
        if by is not None and self.canceled_by is None:
            self.canceled_by = by
            self._log(f"to be canceled by {by}")
            self._on_cancel()
            self._ending.ask()

    def _suspend(self) -> None:
        """The command was stopped by ctrl+z: stop too, so that the shell has its terminal; go on together."""
        self._terminal.give_back()
        self._inbox.suspend()
        self._terminal.take()
        self._relay.resize(self._terminal.size())
        try:
            os.killpg(self._session.pid, signal.SIGCONT)
        except OSError:
            pass
