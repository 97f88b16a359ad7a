"""The output of commands that go on: whether anybody reads it."""

from __future__ import annotations

import os
import sys
import time


def closed_within(seconds: float) -> bool:
    """Wait so long, but no longer than somebody reads stdout; whether nobody does any more."""
    import select

    poll = select.poll()
    try:
        poll.register(sys.stdout.fileno(), 0)
    except (OSError, ValueError):
        time.sleep(seconds)
        return False
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(seconds * 1000))


def forget_stdout() -> None:
    """Nobody reads any more: what is still to be written, as Python does when it ends, goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
