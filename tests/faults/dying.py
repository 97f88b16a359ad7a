"""How the victims of these tests die: by SIGKILL, at each call to the system that a piece of work makes, or anywhere.

For a child process (`tests.faults.acknowledged.start`): each victim is forked from it, so that a thousand of them cost
seconds. It must not have started a thread before.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

_CALLS = frozenset(
    "open write writev pwrite close flush __exit__ rename replace link symlink unlink remove mkdir rmdir truncate "
    "ftruncate utime chmod sendfile copy_file_range ioctl".split()
)
"""The functions in C before and after which a victim may die: those that make or change files."""

Prepare = Callable[[int], Any]
"""Called in the victim with its number; what it returns is handed on to the work."""
Work = Callable[[Any], object]


def at_each_call(prepare: Prepare, work: Work, most: int, after: Prepare | None = None) -> tuple[int, int]:
    """Kill a victim before and after each call to the system that ``work`` makes, or ``most`` times, evenly spread.

    ``after`` is called in a process of its own once a victim is dead. Returns (places to die, victims).
    """
    places = _places(prepare, work)
    _look(after, 0)
    if places > most:
        for number in range(most):
            place = 1 + number * places // most
            _forked(partial(_die_at, place, prepare, work))
            _look(after, place)
        return places, most
    place, killed = 1, True
    while killed:  # up to one that comes to its end: each may make a few calls more than the one before
        killed = _forked(partial(_die_at, place, prepare, work))
        _look(after, place)
        place += killed
    return place - 1, place - 1


def at_any_time(prepare: Prepare, work: Work, count: int, after: Prepare | None = None) -> int:
    """Kill ``count`` victims at random moments of ``work``; returns how many were killed before its end."""
    length = _length(prepare, work)
    _look(after, -1)
    killed = 0
    for number in range(count):
        reader, writer = os.pipe()
        seconds = random.uniform(0, length)
        died = _forked(partial(_live, number, prepare, work, writer), partial(_wait, reader, writer, seconds))
        length *= 1.02 if died else 0.9  # as fast as the machine is now: about one of six comes to its end
        killed += died
        os.close(reader)
        _look(after, number)
    return killed


def _live(number: int, prepare: Prepare, work: Work, began: int) -> None:
    prepared = prepare(number)
    os.write(began, b"!")
    work(prepared)


def _wait(reader: int, writer: int, seconds: float) -> None:
    """Wait until the victim has begun, then so many seconds."""
    os.close(writer)  # so that the end of a victim that fails before it begins is seen
    if os.read(reader, 1):
        time.sleep(seconds)


def _places(prepare: Prepare, work: Work) -> int:
    """How many places to die there are."""
    reader, writer = os.pipe()

    def count() -> None:
        prepared = prepare(0)
        seen = _watched(work, prepared, 0)
        os.write(writer, str(seen).encode())

    _forked(count)
    os.close(writer)
    with open(reader, "rb") as file:
        return int(file.read())


def _length(prepare: Prepare, work: Work) -> float:
    """How long the work of a victim takes that nobody kills, in seconds."""
    reader, writer = os.pipe()

    def measure() -> None:
        prepared = prepare(-1)
        began = time.monotonic()
        work(prepared)
        os.write(writer, str(time.monotonic() - began).encode())

    _forked(measure)
    os.close(writer)
    with open(reader, "rb") as file:
        return float(file.read())


def _look(after: Prepare | None, number: int) -> None:
    if after is not None:
        _forked(partial(after, number))


def _die_at(place: int, prepare: Prepare, work: Work) -> None:
    _watched(work, prepare(place), place)


def _watched(work: Work, prepared: Any, place: int) -> int:
    """Do the work, and die at the given place, if any; how many places there were."""
    seen = 0

    def profile(frame: Any, event: str, function: Any) -> None:
        nonlocal seen
        if (
            event.startswith("c_")
            and getattr(function, "__name__", "") in _CALLS
            and not frame.f_globals["__name__"].startswith("importlib")
        ):
            seen += 1
            if seen == place:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(profile)
    try:
        work(prepared)
    finally:
        sys.setprofile(None)
    return seen


def _forked(work: Callable[[], object], before_kill: Callable[[], object] | None = None) -> bool:
    """Do ``work`` in a forked process, and kill that after ``before_kill``; whether it was killed.

    Raises RuntimeError where it ended otherwise.
    """
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    if before_kill is not None:
        before_kill()
        os.kill(pid, signal.SIGKILL)
    returned = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if returned not in (0, -signal.SIGKILL):
        raise RuntimeError("a victim ended with {} by itself".format(returned))
    return returned != 0
