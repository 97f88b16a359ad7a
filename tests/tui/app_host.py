"""The app on a real store, driven by Textual's pilot."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from runs_tui.app import RunsApp
from runs_tui.model.feed import start_feed
from runs_tui.model.snapshot import Snapshot


@asynccontextmanager
async def app_on(
    root: Path | str, size: tuple[int, int] = (80, 24), runs: int = 6
) -> AsyncIterator[tuple[RunsApp, Pilot[None]]]:
    """The app on a store, once its list is on the screen."""
    feed = start_feed([str(root)])
    app = RunsApp(feed)
    try:
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: complete(feed.latest, runs))
            await pilot.pause()
            yield app, pilot
    finally:
        feed.close()


def complete(snapshot: Snapshot, runs: int) -> bool:
    """Whether so many runs are listed, each read whole."""
    read = all(row.metrics or row.children or not row.started or row.state.word == "dead" for row in snapshot.rows)
    return not snapshot.loading and snapshot.total == runs and read


async def until(pilot: Pilot[None], condition: object, seconds: float = 30.0) -> None:
    """Wait until the condition holds."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        await pilot.pause(0.02)


def screen_text(app: RunsApp) -> str:
    """What is on the screen."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())
