"""What is printed is followed between two readings of the run, and logs look as they were looked at last."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from textual.pilot import Pilot

from runstore.records.console import encode_entry
from tests.tui.output_host import OutputHost, PrintedRun

SIZE = (80, 24)
PACE = 0.2


async def wait_for_line(pilot: Pilot[None], line: str, seconds: float = 5.0) -> bool:
    """Whether it is the last line of the log, at the latest after so many seconds."""
    app = pilot.app
    assert isinstance(app, OutputHost)
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if app.log_lines[-1:] == [line]:
            return True
        await pilot.pause(0.02)
    return False


@pytest.mark.feature("output", 80, "a log that grows is seen within a quarter of a second, whatever else is read", "G")
async def test_a_log_that_grows_is_looked_at_between_two_readings_of_the_run(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path, r0_out=b"one\n" * 100)
    app = OutputHost(run)
    async with app.run_test(size=SIZE) as pilot:
        run.write(b"two\n")
        app.refresh_run()
        assert await wait_for_line(pilot, "two")
        for word in ("three", "four", "five"):
            run.write(word.encode() + b"\n")
            assert await wait_for_line(pilot, word), "nobody says that it has grown"
        await pilot.press("k")
        run.write(b"six\n")
        assert not await wait_for_line(pilot, "six", 2 * PACE), "it is not followed"


async def test_a_screen_that_is_held_still_stays_as_it_is(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path, r0_out=b"one\n")
    app = OutputHost(run)
    async with app.run_test(size=SIZE) as pilot:
        run.write(b"two\n")
        app.refresh_run()
        assert await wait_for_line(pilot, "two")
        app.is_paused = True
        run.write(b"three\n")
        assert not await wait_for_line(pilot, "three", 2 * PACE)
        app.is_paused = False
        assert await wait_for_line(pilot, "three")


@pytest.mark.feature("output", 81, "folding and times stay as they were chosen, for each run store", "w T")
async def test_the_look_is_kept_for_each_store(tmp_path: Path) -> None:
    logs = {name: PrintedRun(tmp_path / name, r0_out=b"x" * 100 + b"\n") for name in ("one", "other")}
    for run in logs.values():
        Path(f"{run.path()}.idx").write_bytes(encode_entry(time.time() - 86_400 * 3, 0))
    seen = []
    for name, keys in (("one", "wT"), ("one", ""), ("other", ""), ("one", "wTT"), ("one", "")):
        app = OutputHost(logs[name])
        async with app.run_test(size=SIZE) as pilot:
            await pilot.press(*keys)
            await pilot.pause()
            seen.append((len(app.log_lines), ":" in app.log_lines[0]))
    assert seen == [(2, True), (2, True), (1, False), (1, False), (1, False)]


async def test_of_today_the_day_is_not_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    now = time.time() // 86_400 * 86_400 + 3600 * 12 + 61
    monkeypatch.setattr(time, "time", lambda: now + 60)
    run = PrintedRun(tmp_path, r0_out=b"one\n")
    Path(f"{run.path()}.idx").write_bytes(encode_entry(now, 0))
    app = OutputHost(run)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("T")
        await pilot.pause()
        assert app.log_lines == ["12:01:01 one"]
        app.view.begin_at(now - 86_400)
        app.view.show_clock(app.view.clock)
        await pilot.pause()
        assert app.log_lines == [f"{time.strftime('%m-%d', time.gmtime(now))} 12:01:01 one"]
