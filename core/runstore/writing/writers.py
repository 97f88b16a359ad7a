"""The writers of this process, for what happens to all of them: a fork, and the end of the process."""

from __future__ import annotations

import atexit
import os
import weakref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from runstore.writing.writer import RunWriter

_writers: weakref.WeakSet[RunWriter] = weakref.WeakSet()


def keep(writer: RunWriter) -> None:
    """From now on ``writer`` is one of them, as long as anybody has it."""
    _writers.add(writer)


def _close_all() -> None:
    """At the end of the process: what still waits gets its last try, and what is lost is told."""
    _each(lambda writer: writer.close(), "at exit")


def _after_fork() -> None:
    """In a forked child."""
    _each(lambda writer: writer.after_fork(), "after fork")


def _each(do: Callable[[RunWriter], None], when: str) -> None:
    for writer in list(_writers):
        try:
            do(writer)
        except Exception as error:  # never into the training
            writer.warn("{}: {}".format(when, error))


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
