"""Which log is shown, what is said where there is none, and another run in the same pane."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from textual.pilot import Pilot

from runstore.layout.paths import RunPaths
from runstore.writing.create import create_run
from runstore.writing.owner import RunOwner
from tests.tui.output_host import OutputHost, PrintedRun


async def settle(pilot: Pilot[None]) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.pause()


async def said(run: PrintedRun) -> str:
    app = OutputHost(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        return " ".join(line.strip() for line in app.log_lines if line)


async def test_a_session_in_a_script_is_told_how_to_keep_its_output(tmp_path: Path) -> None:
    words = await said(PrintedRun(tmp_path))
    assert "No output was captured for this run." in words
    assert "with experiment.start_logging() as run:" in words
    assert "runs-tui run -- python train.py" in words


@pytest.mark.parametrize(
    ("status", "engine", "words"),
    [
        ("Queued", "local", "No output yet: the run is queued."),
        ("Running", "local", "Nothing was printed so far."),
        ("Completed", "local", "Nothing was printed."),
    ],
)
async def test_why_there_is_nothing(tmp_path: Path, status: str, engine: str, words: str) -> None:
    run = PrintedRun(tmp_path)
    run.folder = create_run(str(tmp_path), "other")
    owner = RunOwner(run.folder)
    owner.begin_attempt(engine=engine)
    owner.update(status=status)
    assert await said(run) == words


async def test_an_empty_log_points_to_the_others(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path, r0_out=b"")
    Path(RunPaths(run.folder).system_log).write_bytes(b"started\n")
    assert await said(run) == "Nothing was printed so far. There is one other log: o chooses."


async def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path, r0_out=b"text\n")
    app = OutputHost(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        run.path().unlink()
        run.path().mkdir()
        app.view.look_again()
        await settle(pilot)
        assert "not a regular file" in app.header


async def test_the_stream_that_was_used_is_shown(tmp_path: Path) -> None:
    app = OutputHost(PrintedRun(tmp_path, r0_out=b"", r0_err=b"INFO all goes to stderr\n"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.log_lines == ["INFO all goes to stderr"]
        assert "std_log stderr" in app.header


async def test_the_lowest_rank_that_printed_is_shown_and_its_newest_attempt(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path, r0_out=b"", r1_out=b"rank one\n")
    app = OutputHost(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.log_lines == ["rank one"]
        run.write(b"rank zero\n")
        app.refresh_run()
        await settle(pilot)
        assert app.log_lines == ["rank zero"]
        # A second attempt of the same rank is a log of its own.
        os.utime(run.path(), (1, 1))
        (run.console / "0-ffffffff.out").write_bytes(b"again\n")
        app.refresh_run()
        await settle(pilot)
        assert app.log_lines == ["again"]
        assert "following" in app.header


async def test_another_run_starts_afresh_but_keeps_the_search(tmp_path: Path) -> None:
    lines = b"".join(b"line %d\n" % number for number in range(100))
    one, other = PrintedRun(tmp_path, r0_out=lines), PrintedRun(tmp_path, r0_out=b"other line\n", r1_out=b"x\n")
    app = OutputHost(one)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"line", "enter", "g")
        await settle(pilot)
        assert "100 matches" in app.header
        app.open_run(other)
        app.refresh_run()
        await settle(pilot)
        assert app.log_lines == ["other line"]
        assert "following" in app.header
        assert "1 match" in app.header
        await pilot.press("o", "G", "enter")
        await settle(pilot)
        assert app.log_lines == ["x"]
        app.open_run(one)
        app.refresh_run()
        await settle(pilot)
        assert app.log_lines[-1] == "line 99"


async def test_a_search_through_a_large_log_reports_when_it_is_done(tmp_path: Path) -> None:
    block = b"nothing to see here\n" * 50_000
    run = PrintedRun(tmp_path, r0_out=b"needle\n" + block * 60)
    app = OutputHost(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"needle", "enter")
        await settle(pilot)
        assert app.log_lines[0] == "needle"
        assert "1 of 1 match" in app.header
        assert "3 000 001 lines" in app.header
        await pilot.press("slash", *"/no such (thing|word)/", "enter")
        await pilot.press("escape")
        await settle(pilot)
        assert "0 matches" in app.header
        assert "searching" not in app.header


def record(number: int, level: str = "INFO", **fields: object) -> bytes:
    made = {"time": 0.0, "level": level, "logger": "train", "message": f"message {number}", **fields}
    return json.dumps(made).encode() + b"\n"


def colour_of(word: str, app: OutputHost, row: int) -> object:
    """The colour in which a word stands in a row of the log."""
    return next(style and style.color for text, style, _ in app.view.render_line(row) if text.strip() == word)


@pytest.mark.feature("output", 18, "records of logging as a log of its own, coloured by level", "o")
async def test_records_of_logging_are_a_log_to_choose_and_follow(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path, r0_out=b"printed\n", r0_log=record(1), r1_log=record(2))
    app = OutputHost(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.log_lines == ["printed"]
        await pilot.press("o")
        assert [line.strip("▸ ").split()[0] for line in app.log_lines[1:]] == ["std_log", "logging", "logging_1"]
        await pilot.press("down", "enter")
        await settle(pilot)
        assert [line[14:] for line in app.log_lines] == [" INFO     train  message 1"]
        run.write(record(3, "WARNING", message="two\nlines"), "r0_log")
        app.refresh_run()
        await settle(pilot)
        assert [line[15:] for line in app.log_lines if line[0].isdigit()] == [
            "INFO     train  message 1",
            "WARNING  train  two",
        ]
        assert app.log_lines[2] == "lines"
        assert colour_of("INFO", app, 0) != colour_of("WARNING", app, 1)


async def test_moving_and_searching_among_records_of_several_lines(tmp_path: Path) -> None:
    records = b"".join(record(number, traceback="Traceback:\n  a\n  b\n") for number in range(40))
    app = OutputHost(PrintedRun(tmp_path, r0_log=records + record(40, "ERROR", message="the last\nneedle")))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        height = app.view.size.height
        assert app.log_lines[-2:][0].endswith("ERROR    train  the last")
        await pilot.press("g")
        assert app.log_lines[0].endswith("message 0")
        rows = [*app.log_lines]
        for _ in range(3):
            await pilot.press("j")
        assert app.log_lines[: height - 3] == rows[3:]
        await pilot.press("k", "k", "k", "G")
        assert app.log_lines[-1] == "needle"
        await pilot.press("g", "slash", *"needle", "enter")
        await settle(pilot)
        assert "1 of 1 match" in app.header
        assert app.log_lines[-1] == "needle"
        await pilot.press("g", "e")
        await settle(pilot)
        assert any(line.endswith("the last") for line in app.log_lines)


async def test_a_match_deep_in_a_long_record_is_brought_to_the_screen(tmp_path: Path) -> None:
    traceback = "".join(f"  frame {number}\n" for number in range(100))
    app = OutputHost(PrintedRun(tmp_path, r0_log=record(1) + record(2, "ERROR", traceback=traceback) + record(3)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("g", "slash", *"frame 50", "enter")
        await settle(pilot)
        assert "  frame 50" in app.log_lines
        await pilot.press("w", "G", "slash", *"frame 50", "enter")
        await settle(pilot)
        assert "  frame 50" in app.log_lines
        await pilot.press("g", "e")
        await settle(pilot)
        assert any("ERROR" in line for line in app.log_lines)


async def test_what_was_logged_is_shown_where_nothing_was_printed(tmp_path: Path) -> None:
    app = OutputHost(PrintedRun(tmp_path, r0_log=record(1)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.log_lines[0].endswith("message 1")
        assert "logging" in app.header
