"""Work that changes something: it is done beside, and to its end also where the monitor is left meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def to_the_end(work: Callable[[], T]) -> T:
    """Do this on a thread of its own, for which the process waits before it ends.

    It does not wait for what `asyncio.to_thread` does (see `runs_tui.app.loop`), which only reads.
    """
    from concurrent.futures import ThreadPoolExecutor

    thread = ThreadPoolExecutor(1, "to the end")
    try:
        return await asyncio.get_running_loop().run_in_executor(thread, work)
    finally:
        thread.shutdown(wait=False)
