"""Every key of the Output tab, at 80x24, on a real run."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.output_host import OutputHost, PrintedRun

ROWS = 23  # of 24, one is the line above the log
LINES = b"".join(b"line %d\n" % number for number in range(1, 101))


def host(root: Path, **logs: bytes) -> OutputHost:
    return OutputHost(PrintedRun(root, **logs))


async def settle(pilot: Pilot[None]) -> None:
    """Wait until the threads of searches have reported and all is drawn."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.pause()


def numbers(app: OutputHost) -> list[int]:
    return [int(line.split()[-1]) for line in app.log_lines]


@pytest.mark.feature("output", 13, "opens at the end and follows it; moving up pauses", "G")
async def test_it_opens_at_the_end_and_follows(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path, r0_out=LINES)
    app = OutputHost(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert numbers(app) == list(range(101 - ROWS, 101))
        assert app.header == "std_log  following  100 lines"
        run.write(b"line 101\nline 10")
        app.refresh_run()
        await settle(pilot)
        assert numbers(app) == [*range(103 - ROWS, 102), 10]
        run.write(b"2\n")
        app.refresh_run()
        await settle(pilot)
        assert numbers(app)[-2:] == [101, 102]
        assert "102 lines" in app.header


MOVES = [
    ("k", 77, 99),
    ("up", 77, 99),
    ("b", 56, 78),
    ("pageup", 56, 78),
    ("ctrl+u", 67, 89),
    ("g", 1, 23),
    ("home", 1, 23),
]


@pytest.mark.parametrize(("key", "first", "last"), MOVES)
async def test_moving_up_pauses_and_stands_still(tmp_path: Path, key: str, first: int, last: int) -> None:
    run = PrintedRun(tmp_path, r0_out=LINES)
    app = OutputHost(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        await settle(pilot)
        assert numbers(app) == list(range(first, last + 1))
        assert f"paused at {last}" in app.header
        run.write(LINES)
        app.refresh_run()
        await settle(pilot)
        assert numbers(app) == list(range(first, last + 1))
        assert "200 lines" in app.header


@pytest.mark.parametrize(("key", "top"), [("j", 2), ("down", 2), ("space", 23), ("pagedown", 23), ("ctrl+d", 12)])
async def test_moving_down(tmp_path: Path, key: str, top: int) -> None:
    app = host(tmp_path, r0_out=LINES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g", key)
        await settle(pilot)
        assert numbers(app) == list(range(top, top + ROWS))
        assert "paused" in app.header


@pytest.mark.parametrize("key", ["G", "F", "end"])
async def test_back_to_the_end(tmp_path: Path, key: str) -> None:
    run = PrintedRun(tmp_path, r0_out=LINES)
    app = OutputHost(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g", key)
        run.write(b"line 101\n")
        app.refresh_run()
        await settle(pilot)
        assert numbers(app)[-1] == 101
        assert "following" in app.header


async def test_down_from_the_end_follows_again(tmp_path: Path) -> None:
    app = host(tmp_path, r0_out=LINES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("k", "j")
        await settle(pilot)
        assert numbers(app)[-1] == 100
        assert "paused" in app.header
        await pilot.press("j")
        await settle(pilot)
        assert "following" in app.header


@pytest.mark.feature("output", 16, "long lines folded, or looked at sideways", "w h l")
async def test_sideways_and_wrap(tmp_path: Path) -> None:
    long = "".join(f"<{number:03}>" for number in range(40))
    app = host(tmp_path, r0_out=f"short\n{long}\n".encode())
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.log_lines == ["short", long[:79] + "›"]
        await pilot.press("l")
        await settle(pilot)
        assert app.log_lines == ["", long[40:119] + "›"]
        assert "from column 41" in app.header
        await pilot.press("right", "right", "right", "right")
        assert app.log_lines == ["", long[120:]]
        await pilot.press("h", "left")
        assert app.log_lines == ["", long[40:119] + "›"]
        await pilot.press("w")
        await settle(pilot)
        assert app.log_lines == ["short", long[:80], long[80:160], long[160:]]
        assert "wrapped" in app.header
        await pilot.press("w")
        assert app.log_lines == ["short", long[:79] + "›"]


async def test_wrapped_rows_are_scrolled_one_by_one(tmp_path: Path) -> None:
    content = b"".join(b"%02d" % number * 100 + b"\n" for number in range(20))
    app = host(tmp_path, r0_out=content)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("w", "g")
        assert app.log_lines[0] == "00" * 40
        await pilot.press("j", "j")
        assert app.log_lines[:2] == ["00" * 20, "01" * 40]
        await pilot.press("k")
        assert app.log_lines[:2] == ["00" * 40, "00" * 20]
        await pilot.press("G")
        assert app.log_lines[-2:] == ["19" * 40, "19" * 20]
        assert len(app.log_lines) == ROWS


@pytest.mark.feature("output", 14, "search in both directions, with position and count", "/ n N")
async def test_search(tmp_path: Path) -> None:
    app = host(tmp_path, r0_out=LINES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"line 5", "enter")
        await settle(pilot)
        # Nothing below the last page: the nearest match above it.
        assert 59 in numbers(app)
        assert "/line 5" in app.header
        assert "11 of 11 matches" in app.header
        assert "paused" in app.header
        await pilot.press("n")
        await settle(pilot)
        assert "no match below" in app.header
        await pilot.press("N")
        await settle(pilot)
        assert "10 of 11 matches" in app.header
        for _ in range(9):
            await pilot.press("N")
        await settle(pilot)
        assert 5 in numbers(app)
        assert "1 of 11 matches" in app.header
        await pilot.press("N")
        await settle(pilot)
        assert "no match above" in app.header
        await pilot.press("n")
        await settle(pilot)
        assert "2 of 11 matches" in app.header


async def test_search_counts_what_is_written_meanwhile(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path, r0_out=LINES)
    app = OutputHost(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"/LINE.*9$/", "enter")
        await settle(pilot)
        assert "0 matches" in app.header
        await pilot.press("slash", *"/line.*9$/", "enter")
        await settle(pilot)
        assert "10 matches" in app.header
        run.write(LINES)
        app.refresh_run()
        await settle(pilot)
        assert "20 matches" in app.header


async def test_a_match_out_of_sight_is_brought_into_sight(tmp_path: Path) -> None:
    app = host(tmp_path, r0_out=b"x" * 200 + b"needle\n")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"needle", "enter")
        await settle(pilot)
        assert "needle" in app.log_lines[0]


async def test_a_wrong_expression_is_said_and_can_be_corrected(tmp_path: Path) -> None:
    app = host(tmp_path, r0_out=LINES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"/(line/", "enter")
        await settle(pilot)
        assert app.focused is not app.pane
        await pilot.press("ctrl+c", *"line 7", "enter")
        await settle(pilot)
        assert app.focused is app.pane
        assert "11 matches" in app.header


async def test_escape_leaves_the_prompt_and_ctrl_c_forgets_the_search(tmp_path: Path) -> None:
    app = host(tmp_path, r0_out=LINES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"line", "escape")
        await settle(pilot)
        assert app.focused is app.pane
        assert "/" not in app.header
        await pilot.press("n")
        await settle(pilot)
        assert "nothing to look for" in app.header
        await pilot.press("slash", *"line 9", "enter")
        await settle(pilot)
        assert "/line 9" in app.header
        await pilot.press("ctrl+c")
        await settle(pilot)
        assert "/line 9" not in app.header


@pytest.mark.feature("output", 15, "the next and the previous error or traceback", "e E")
async def test_errors_one_after_the_other(tmp_path: Path) -> None:
    traceback = b"Traceback (most recent call last):\n  File 'x.py', line 1\nValueError: bad\n"
    app = host(tmp_path, r0_out=LINES + traceback + LINES + b"ERROR: worker died\n" + LINES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e")
        await settle(pilot)
        assert "no error below" in app.header
        await pilot.press("E")
        await settle(pilot)
        assert "ERROR: worker died" in app.log_lines
        assert "paused" in app.header
        await pilot.press("E")
        await settle(pilot)
        assert "Traceback (most recent call last):" in app.log_lines
        await pilot.press("E")
        await settle(pilot)
        assert "no error above" in app.header
        await pilot.press("e")
        await settle(pilot)
        assert "ERROR: worker died" in app.log_lines


@pytest.mark.feature("output", 17, "choose among the logs of all ranks, streams and attempts", "o")
async def test_the_list_of_logs(tmp_path: Path) -> None:
    app = host(tmp_path, r0_out=b"zero\n", r0_err=b"zero's errors\n", r1_out=b"one\n", r3_out=b"three\n")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.log_lines == ["zero"]
        assert app.header.startswith("std_log ▾  rank 0 of 3")
        await pilot.press("o")
        await settle(pilot)
        shown = app.log_lines
        assert [line.strip().split("  ")[0] for line in shown] == [
            "which log",
            "▸ std_log",
            "std_log stderr",
            "std_log_1",
            "std_log_3",
        ]
        await pilot.press("j", "enter")
        await settle(pilot)
        assert app.log_lines == ["zero's errors"]
        await pilot.press("o", "G", "enter")
        await settle(pilot)
        assert app.log_lines == ["three"]
        assert "rank 3 of 3" in app.header
        await pilot.press("o", "g", "escape")
        await settle(pilot)
        assert app.log_lines == ["three"]
        app.refresh_run()
        await settle(pilot)
        assert app.log_lines == ["three"]


async def test_one_log_only(tmp_path: Path) -> None:
    app = host(tmp_path, r0_out=b"zero\n")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("o")
        await settle(pilot)
        assert "there is no other log" in app.header
        assert app.log_lines == ["zero"]
