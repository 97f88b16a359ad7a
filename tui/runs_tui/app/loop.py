"""The loop of the app: nobody waits at the end for threads that read.

One that reads from a mount that does not answer may stay in that call for minutes, and so would ``q``: asyncio and the
interpreter wait for the threads of a pool.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any


class AppLoop(asyncio.SelectorEventLoop):
    """Gives what is done beside, by `asyncio.to_thread` or a worker of Textual, a thread that ends with the app."""

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """As of every loop; without an executor on a daemon thread of its own."""
        if executor is not None:
            return super().run_in_executor(executor, func, *args)
        done: Future[Any] = Future()
        threading.Thread(target=_work, args=(done, func, args), name="beside", daemon=True).start()
        return asyncio.wrap_future(done, loop=self)


def _work(done: Future[Any], func: Callable[..., Any], args: tuple[Any, ...]) -> None:
    if not done.set_running_or_notify_cancel():
        return
    try:
        result = func(*args)
    except BaseException as error:
        done.set_exception(error)
    else:
        done.set_result(result)
