"""The table of states: what is recorded and what lives, in words and in Azure ML's."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from runstore.reading.liveness import ALIVE, GONE, LOST, UNRESPONSIVE, Life
from runstore.reading.run import RunReader
from runstore.reading.states import WORDS, age, reader_state, state_of
from runstore.records.manifest import new_manifest
from runstore.writing.create import create_run
from runstore.writing.owner import RunOwner
from runstore.writing.writer import RunWriter

DEAD, FAR = Life(GONE), Life(LOST, 90.0)
ENDED = [{"end": 5.0, "exit": {"signal": "SIGTERM"}}]
BEGUN: list[dict[str, Any]] = [{"end": None}]


@pytest.mark.parametrize(
    ("recorded", "attempts", "life", "word", "glyph", "text", "status"),
    [
        ("NotStarted", [], DEAD, "not started", "◌", "not started", "NotStarted"),
        ("Queued", [], DEAD, "queued", "◌", "queued", "Queued"),
        ("Preparing", BEGUN, ALIVE, "preparing", "◌", "preparing", "Preparing"),
        ("Starting", BEGUN, DEAD, "dead", "☠", "dead", "Failed"),
        ("Queued", ENDED, DEAD, "preempted", "◌", "preempted", "Queued"),
        ("Running", BEGUN, ALIVE, "running", "●", "running", "Running"),
        ("Running", BEGUN, Life(UNRESPONSIVE, 16.0), "unresponsive", "◑", "unresponsive 16s", "NotResponding"),
        ("Running", BEGUN, FAR, "lost", "☠", "lost 1m", "NotResponding"),
        ("Running", BEGUN, DEAD, "dead", "☠", "dead", "Failed"),
        ("Paused", BEGUN, ALIVE, "running", "●", "running", "Paused"),
        ("Whatever", BEGUN, DEAD, "dead", "☠", "dead", "Failed"),
        (None, [], DEAD, "dead", "☠", "dead", "Failed"),
        ("Finalizing", BEGUN, ALIVE, "finalizing", "◍", "finalizing", "Finalizing"),
        ("Finalizing", BEGUN, DEAD, "dead", "☠", "dead", "Failed"),
        ("Completed", ENDED, DEAD, "completed", "✓", "completed", "Completed"),
        ("Failed", ENDED, DEAD, "failed", "✗", "failed exit 1", "Failed"),
        ("CancelRequested", BEGUN, ALIVE, "finalizing", "◍", "cancel requested", "CancelRequested"),
        ("Canceled", ENDED, DEAD, "canceled", "■", "canceled", "Canceled"),
        ("Running", [{"end": None, "engine": "kernel"}], DEAD, "ended", "○", "ended", "Completed"),
    ],
)
def test_the_table(
    recorded: str | None, attempts: list[Any], life: Life, word: str, glyph: str, text: str, status: str
) -> None:
    state = state_of(new_manifest(status=recorded, attempts=attempts), life, "exit 1")
    assert (state.word, state.glyph, state.text, state.status) == (word, glyph, text, status)
    assert state.word in WORDS
    assert state.ascii.isascii()


def test_stalled_is_told_with_its_time() -> None:
    state = state_of(new_manifest(status="Running", attempts=BEGUN), ALIVE, quiet=700.0)
    assert (state.word, state.glyph, state.text, state.status) == ("stalled", "◐", "stalled 11m", "Running")


@pytest.mark.parametrize(("seconds", "text"), [(-1, "0s"), (59.9, "59s"), (60, "1m"), (7300, "2h"), (86400 * 3, "3d")])
def test_ages(seconds: float, text: str) -> None:
    assert age(seconds) == text


def test_a_live_run_is_not_called_stalled_before_its_points_are_read(tmp_path: Path) -> None:
    folder = create_run(str(tmp_path), "exp", status="Running", started=time.time() - 3600)
    owner = RunOwner(folder)
    owner.begin_attempt()
    owner.update()
    writer = RunWriter(folder)
    writer.log("x", 1.0)
    reader = RunReader(folder)
    reader.refresh_manifest()
    assert reader_state(reader).word == "running"
    reader.refresh()
    assert reader_state(reader).word == "running"
    writer.close()
