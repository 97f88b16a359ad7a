"""Waiting for a run of any process to end."""

from __future__ import annotations

import time

from runstore.reading.reader import Reader
from runstore.reading.states import State

_INTERVAL = 0.25
_GONE = frozenset(("dead", "lost", "ended", "silent"))
_OVER = _GONE | {"completed", "failed", "canceled"}
"""Words of states after which nothing is to be expected; a preempted run comes back."""


def wait_for_end(reader: Reader, timeout: float | None = None) -> State | None:
    """The state in which the run ended or was left by its processes; None after ``timeout`` seconds.

    A run that is deleted meanwhile has the state that was seen last.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    while True:
        reader.refresh_manifest()
        state = reader.state()
        if state.word in _GONE:
            reader.refresh()  # other processes that log into the run are known by their points only
            state = reader.state()
        if reader.gone or state.word in _OVER:
            return state
        left = _INTERVAL if deadline is None else min(deadline - time.monotonic(), _INTERVAL)
        if left <= 0:
            return None
        time.sleep(left)
