"""Processes of this host whose end is told at once, by pidfd (Linux 5.3 and later)."""

from __future__ import annotations

import os
import select
from collections.abc import Iterable, Mapping
from typing import Any

from runstore.records.identity import process_alive

_MOST = 200


class Deaths:
    """Attends to the processes of some runs, and registers them with a `select.poll` object."""

    def __init__(self, poll: select.poll) -> None:
        self._poll = poll
        self._open = getattr(os, "pidfd_open", None)
        self._descriptors: dict[tuple[str, int, object], int] = {}
        self._runs: dict[int, str] = {}
        self._done: set[tuple[str, int, object]] = set()

    def attend(self, processes: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        """From now on attend to just these processes, given by the run folder they belong to."""
        wanted: dict[tuple[str, int, object], dict[str, Any]] = {}
        for folder, identities in processes.items():
            for identity in identities:
                pid = identity.get("pid")
                if type(pid) is int and pid > 0 and len(wanted) < _MOST:
                    start = identity.get("pid_start")
                    wanted[folder, pid, start if isinstance(start, int) else None] = dict(identity)
        self._done &= wanted.keys()
        for key in self._descriptors.keys() - wanted.keys():
            self._close(key)
        for key in wanted.keys() - self._descriptors.keys() - self._done:
            self._add(key, wanted[key])

    def ended(self, descriptor: int) -> str | None:
        """The run to which the process behind a readable descriptor belonged; it is attended to no more."""
        folder = self._runs.get(descriptor)
        for key, each in list(self._descriptors.items()):
            if each == descriptor:
                self._close(key)
                self._done.add(key)
        return folder

    def close(self) -> None:
        """Attend to none."""
        for key in list(self._descriptors):
            self._close(key)

    def _add(self, key: tuple[str, int, object], identity: dict[str, Any]) -> None:
        if self._open is None or not process_alive(identity):
            return
        try:
            descriptor = self._open(key[1])
        except (OSError, OverflowError):
            return
        if not process_alive(identity):  # the pid may have gone to another process before it was opened
            os.close(descriptor)
            return
        self._descriptors[key] = descriptor
        self._runs[descriptor] = key[0]
        self._poll.register(descriptor, select.POLLIN)

    def _close(self, key: tuple[str, int, object]) -> None:
        descriptor = self._descriptors.pop(key)
        del self._runs[descriptor]
        self._poll.unregister(descriptor)
        os.close(descriptor)
