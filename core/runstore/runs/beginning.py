"""What begins late, with its first record: by one thread, and before a fork, so that all its processes log into it."""

from __future__ import annotations

import os
import threading
import weakref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

lock = threading.RLock()
"""Held by who begins something; whoever has waited for it looks anew. A forked child has another one."""
_late: weakref.WeakSet[Any] = weakref.WeakSet()


def expect(late: Any) -> None:
    """``late`` has not begun: its ``_begin_now()`` is called before the process forks, unless nobody has it by then."""
    _late.add(late)


def forget(late: Any) -> None:
    """``late`` has begun, or never will."""
    _late.discard(late)


def _before_fork() -> None:
    with lock:
        for late in list(_late):
            _late.discard(late)
            try:
                late._begin_now()
            except Exception:  # said by its first record, and a fork never fails because of it
                pass


def _after_fork() -> None:
    global lock
    lock = threading.RLock()  # another thread may have held it


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_child=_after_fork)
