"""What one case may take at most: time of the processor, time, memory. More is a hang or a blow-up."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS = 2.0
"""Of the processor, which other programs do not use up; the usual case takes a hundredth of one."""
_WAITED = 30.0
"""Seconds of waiting, for what never comes."""
_MEGABYTES = 256
"""By which the peak of the memory may grow."""


class TooMuch(BaseException):
    """Not an Exception: code that goes on after any of those must not go on after this."""


@contextmanager
def limited(seconds: float = SECONDS, megabytes: int = _MEGABYTES) -> Iterator[None]:
    """Raises `TooMuch` where the case takes more. For the main thread alone."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooMuch(f"it takes more than {seconds if number == signal.SIGPROF else _WAITED:g} s")

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    handlers = signal.signal(signal.SIGPROF, stop), signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, _WAITED)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGPROF, handlers[0])
        signal.signal(signal.SIGALRM, handlers[1])
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10
    if grown > megabytes:
        raise TooMuch(f"it takes {grown} MB of memory more")


@contextmanager
def capped(megabytes: int = 2048) -> Iterator[None]:
    """Memory beyond what there is now and so much more is refused: one blow-up must not take the machine."""
    with open("/proc/self/statm", encoding="ascii") as file:
        now = int(file.read().split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (now + (megabytes << 20), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
