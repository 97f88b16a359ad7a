"""A terminal that takes nothing (ctrl+s, a copy mode, a connection that stands still) holds up the screen alone."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from runstore.reading.catalog import list_rows
from tests.terminal import PtyApp
from tests.tui.stores import log, make_run, some_runs
from tests.tui.test_terminal_app import opened


@pytest.fixture
def store(tmp_path: Path) -> Path:
    some_runs(tmp_path)
    make_run(tmp_path, name="live-1", status="Running", steps=3, created=time.time())
    return tmp_path


def tags(store: Path) -> dict[str, object]:
    """The tags of the live run on disk."""
    (row,) = [row for row in list_rows(str(store), cache=False) if row.name == "live-1"]
    return dict(row.tags)


def full_frames(app: PtyApp, count: int) -> None:
    """Ask for the whole screen so many times, one after the other."""
    for _ in range(count):
        app.press("ctrl+l")
        time.sleep(0.02)


@pytest.mark.feature(
    "runs", 71, "go on while the terminal is held; the newest state is drawn afterwards", "ctrl+s of the terminal"
)
def test_keys_are_taken_and_frames_are_dropped(store: Path) -> None:
    with opened(store, cols=160, rows=45) as app:
        app.wait_for("live-1")
        full_frames(app, 1)
        app.wait_quiet(0.3)
        before, began = app.rss(), app.bytes_out
        full_frames(app, 1)
        app.wait_quiet(0.3)
        frame = app.bytes_out - began
        app.hold()
        full_frames(app, 80)
        (folder,) = [row.key for row in list_rows(str(store), cache=False) if row.name == "live-1"]
        for start in range(0, 4000, 100):
            log(folder, 100, start=start)
        app.press("g", "a", "t")
        time.sleep(0.5)
        app.type_text("while=held")
        app.press("enter")
        deadline = time.monotonic() + 10
        while tags(store) != {"while": "held"}:
            assert time.monotonic() < deadline, "the app does not take keys"
            time.sleep(0.1)
        assert app.rss() - before < 8 << 20
        app.press("G")
        began = app.bytes_out
        app.release()
        app.wait_for("▸ sweep-0.40")
        app.wait_for("3 999")
        app.wait_quiet(0.4)
        assert app.bytes_out - began < 20 * frame, "of 80 frames that were missed few are shown late"


def test_a_held_terminal_does_not_keep_it_from_ending(store: Path) -> None:
    with opened(store) as app:
        app.hold()
        full_frames(app, 60)
        os.kill(app.pid, signal.SIGTERM)
        deadline = time.monotonic() + 20
        while app.exit_code is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert app.exit_code == 128 + signal.SIGTERM
