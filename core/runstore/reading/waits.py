"""Many small waits for a server, at the same time."""

from __future__ import annotations

import threading
from typing import Callable, Sequence, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_THREADS = 16


def all_at_once(work: Callable[[T], R], things: Sequence[T]) -> list[R]:
    """What ``work``, which must not raise, gives for each thing.

    The threads are none that the interpreter waits for at its end: a mount may never answer.
    """
    results: list[R | None] = [None] * len(things)
    places = iter(range(len(things)))

    def take_turns() -> None:
        for place in places:  # each thread gets other ones: a step of this iterator cannot be divided
            results[place] = work(things[place])

    threads = [threading.Thread(target=take_turns, daemon=True) for _ in range(min(_THREADS, len(things)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results  # type: ignore[return-value]  # each place was taken
