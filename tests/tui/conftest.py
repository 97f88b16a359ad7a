"""The pilot of these tests waits only for what is yet to happen.

After each key Textual's own waits twice for 20 ms in which the process has hardly worked, whatever is left to do. That
is most of the time of a test that presses keys.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from time import process_time

import pytest
import textual.app
import textual.pilot
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

WINDOW = 0.02
"""Seconds for which Textual waits at least."""
LOOK = 0.003
BUSY = 0.0005
"""Seconds between two looks, and of work in between that no thread at rest does."""


async def wait_until_calm(min_sleep: float = WINDOW, max_sleep: float = 1.0) -> None:
    """Wait as Textual does, but not for the rest of a window in which nothing can happen any more."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    calm = 0
    while (waited := loop.time() - begun) < max_sleep:
        if waited >= min_sleep and calm >= 2 and (waited >= WINDOW or nothing_is_due(begun + WINDOW)):
            return
        worked = process_time()
        await asyncio.sleep(LOOK)
        calm = calm + 1 if process_time() - worked < BUSY else 0


def nothing_is_due(until: float) -> bool:
    """Whether the loop has nothing to do before that time, and no thread does anything for it."""
    loop = asyncio.get_running_loop()
    threads = loop._default_executor
    return not (
        loop._ready
        or any(handle.when() < until and not handle.cancelled() for handle in loop._scheduled)
        or any(thread.name.startswith("to the end") for thread in threading.enumerate())
        or (
            threads is not None
            and (threads._work_queue.qsize() or threads._idle_semaphore._value < len(threads._threads))
        )
    )


@pytest.fixture(autouse=True, scope="session")
def quick_pilot() -> Iterator[None]:
    """In place of Textual's waiting for each app and pilot of a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(textual.app, "wait_for_idle", wait_until_calm)
        patch.setattr(textual.pilot, "wait_for_idle", wait_until_calm)
        yield


@pytest.fixture(autouse=True, scope="session")
def styles_parsed_once() -> Iterator[None]:
    """Each app of a test would parse the same style sheets anew, which is a tenth of what a short test costs."""
    parse = Stylesheet._parse_rules
    parsed: dict[tuple[object, ...], list[RuleSet]] = {}

    def parse_once(sheet: Stylesheet, css: str, *place: object, **options: object) -> list[RuleSet]:
        key = (css, place, frozenset(options.items()), frozenset(sheet._variables.items()))
        if key not in parsed:
            parsed[key] = parse(sheet, css, *place, **options)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        yield
