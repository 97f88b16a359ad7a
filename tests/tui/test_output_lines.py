"""What is done with lines of the Output tab: filter, fold, times, selection, marks, other programs."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from textual.events import Key
from textual.pilot import Pilot

from runs_tui.model.log_text import Replaced, write_text
from runs_tui.screens.tabs import MomentAsked
from runs_tui.widgets.log_lane import LogLane
from runs_tui.widgets.log_view import LogView
from runstore.reading.text import ShownText, TextFile
from runstore.records.console import INDEX_SUFFIX, encode_entry
from tests.tui.output_host import OutputHost, PrintedRun

LINES = b"".join(b"line %d\n" % number for number in range(1, 101))
TRACEBACK = b'Traceback (most recent call last):\n  File "x.py", line 1\n    f()\nValueError: bad\n'
CHAINED = (
    b'Traceback (most recent call last):\n  File "x.py", line 1\nKeyError: 1\n\n'
    b"During handling of the above exception, another exception occurred:\n\n" + TRACEBACK
)


async def settle(pilot: Pilot[None]) -> None:
    """Wait until the threads have reported and all is drawn."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.pause()


def timed(run: PrintedRun, *entries: tuple[float, int]) -> None:
    """Say when the bytes from these offsets on were printed."""
    Path(f"{run.path()}{INDEX_SUFFIX}").write_bytes(b"".join(encode_entry(*entry) for entry in entries))


@pytest.mark.feature("output", 1, "keep only the lines that match, or those that do not", "&")
async def test_only_lines_that_match(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path, r0_out=LINES)
    app = OutputHost(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("&", *"line 9", "enter")
        await settle(pilot)
        assert app.log_lines == ["line 9", *(f"line {number}" for number in range(90, 100))]
        assert "&line 9 11" in app.header
        assert "following" in app.header
        run.write(b"line 9 again\nline 8 again\n")
        app.refresh_run()
        await settle(pilot)
        assert app.log_lines[-2:] == ["line 99", "line 9 again"]
        await pilot.press("&", "ctrl+u", *"!/[1-9]$/", "enter")
        await settle(pilot)
        assert app.log_lines == [*(f"line {number}0" for number in range(1, 11)), "line 9 again", "line 8 again"]
        await pilot.press("escape")
        await settle(pilot)
        assert len(app.log_lines) == 23
        assert "&" not in app.header


async def test_leaving_the_filter_stays_at_the_line(tmp_path: Path) -> None:
    app = OutputHost(PrintedRun(tmp_path, r0_out=LINES))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("&", *"line 5", "enter", "s", "s")
        await settle(pilot)
        await pilot.press("&", "ctrl+u", "enter")
        await settle(pilot)
        assert "line 59" in app.log_lines
        assert "line 60" in app.log_lines


async def test_search_among_the_lines_that_are_kept(tmp_path: Path) -> None:
    app = OutputHost(PrintedRun(tmp_path, r0_out=LINES))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("&", *"line 5", "enter", "slash", "7", "enter")
        await settle(pilot)
        assert "1 of 1 match" in app.header
        assert app.log_lines[0] == "line 5"


async def test_a_wrong_filter_is_said(tmp_path: Path) -> None:
    app = OutputHost(PrintedRun(tmp_path, r0_out=LINES))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("&", *"!/(/", "enter")
        await settle(pilot)
        assert app.focused is not app.pane
        assert len(app.log_lines) >= 20


@pytest.mark.feature("output", 2, "tracebacks as one line, opened and closed", "enter")
async def test_tracebacks_are_folded(tmp_path: Path) -> None:
    app = OutputHost(PrintedRun(tmp_path, r0_out=b"one\n" + CHAINED + b"two\n" + TRACEBACK))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        opened = TRACEBACK.decode().splitlines()
        folded = "ValueError: bad  … traceback of 10 lines: enter"
        # The one with which the output ends is what the run died of.
        assert app.log_lines == ["one", folded, "two", *opened]
        await pilot.press("enter")
        await settle(pilot)
        assert app.log_lines == ["one", *CHAINED.decode().splitlines(), "two", *opened]
        await pilot.press("enter")
        await settle(pilot)
        assert app.log_lines[:3] == ["one", folded, "two"]


async def test_nothing_to_open_is_said(tmp_path: Path) -> None:
    app = OutputHost(PrintedRun(tmp_path, r0_out=LINES))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await settle(pilot)
        assert "no traceback here" in app.header


@pytest.mark.feature("output", 3, "progress bars drawn over each other in their last state", "")
async def test_bars_that_move_the_cursor_up_are_one_line_each(tmp_path: Path) -> None:
    bars = b"".join(b"\router %2d%%\n\rinner %2d%%\x1b[A" % (number, number) for number in range(60))
    run = PrintedRun(tmp_path, r0_out=b"before\n" + bars)
    app = OutputHost(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.log_lines == ["before", "outer 59%", "inner 59%"]
        run.write(b"\router 60%\n\rinner 60%\x1b[A")
        app.refresh_run()
        await settle(pilot)
        assert app.log_lines == ["before", "outer 60%", "inner 60%"]
        run.write(b"\n\n" + LINES)
        app.refresh_run()
        await settle(pilot)
        assert app.log_lines[-1] == "line 100"
        await pilot.press("slash", *"inner 12", "enter")
        await settle(pilot)
        assert "no match" in app.header
        await pilot.press("slash", *"inner 60", "enter")
        await settle(pilot)
        assert app.log_lines[:4] == ["before", "outer 60%", "inner 60%", "line 1"]
        await pilot.press("&", *"inner", "enter")
        await settle(pilot)
        assert app.log_lines == ["outer 60%", "inner 60%"]


@pytest.mark.feature("output", 4, "when each line was printed: time of day, or since the start", "T")
async def test_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    run = PrintedRun(tmp_path, r0_out=b"one\ntwo\nthree\n")
    timed(run, (1_700_000_000.0, 0), (1_700_000_060.0, 8))
    app = OutputHost(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("T")
        await settle(pilot)
        assert app.log_lines == ["11-14 22:13:20 one", "11-14 22:13:20 two", "11-14 22:14:20 three"]
        app.view.begin_at(1_700_000_000.0 - 3600)
        await pilot.press("T")
        await settle(pilot)
        assert app.log_lines == ["  +1:00:00 one", "  +1:00:00 two", "  +1:01:00 three"]
        await pilot.press("T")
        await settle(pilot)
        assert app.log_lines == ["one", "two", "three"]


async def test_no_times_are_said(tmp_path: Path) -> None:
    app = OutputHost(PrintedRun(tmp_path, r0_out=b"one\n"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("T")
        await settle(pilot)
        assert "no times were kept" in app.header
        await pilot.press("=")
        await settle(pilot)
        assert "no times were kept" in app.header


class Linked(OutputHost):
    """Takes note of moments that are asked for."""

    asked: float | None = None

    def on_moment_asked(self, event: MomentAsked) -> None:
        self.asked = event.time


@pytest.mark.feature("output", 5, "from a line to the charts at its time, and back", "=")
async def test_the_time_of_a_line_and_the_line_of_a_time(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path, r0_out=LINES)
    timed(run, *((1000.0 + number, LINES.index(b"line %d\n" % number)) for number in range(1, 101)))
    app = Linked(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("=")
        await settle(pilot)
        assert app.asked == 1100.0
        app.pane.show_moment(1042.5)
        await settle(pilot)
        assert "line 42" in app.log_lines
        assert "paused" in app.header
        await pilot.press("=")
        await settle(pilot)
        assert app.asked == 1042.0


@pytest.mark.feature("output", 6, "select lines and copy them, over ssh too", "s y")
async def test_select_and_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = OutputHost(PrintedRun(tmp_path, r0_out=LINES + b"\x1b[31mred\x1b[0m end\n"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("y")
        await settle(pilot)
        assert app.clipboard == "red end"
        assert "copied 1 line" in app.header
        await pilot.press("s", "k", "k")
        await settle(pilot)
        assert "selecting" in app.header
        await pilot.press("y")
        await settle(pilot)
        assert app.clipboard == "line 99\nline 100\nred end"
        assert "copied 3 lines" in app.header
        assert "selecting" not in app.header
        await pilot.press("s", "g", "escape", "y")
        await settle(pilot)
        assert app.clipboard == "line 1"


async def test_too_much_to_copy_is_said(tmp_path: Path) -> None:
    app = OutputHost(PrintedRun(tmp_path, r0_out=b"".join(b"%05d\n" % number for number in range(20_000))))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g", "s", "G", "y")
        await settle(pilot)
        assert app.clipboard.splitlines()[0] == "00000"
        assert len(app.clipboard) < 75_000
        assert "no more fit" in app.header


@pytest.mark.feature("output", 7, "mark lines and come back to them", "m '")
async def test_marks(tmp_path: Path) -> None:
    app = OutputHost(PrintedRun(tmp_path, r0_out=LINES))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("'")
        await settle(pilot)
        assert "no marks yet" in app.header
        await pilot.press("m", "g", "m")
        await settle(pilot)
        assert app.log_lines[:2] == ["◆ line 1", "  line 2"]
        await pilot.press("'", "'")
        await settle(pilot)
        assert "◆ line 100" in app.log_lines
        await pilot.press("'")
        await settle(pilot)
        assert app.log_lines[0] == "◆ line 1"
        await pilot.press("'")
        await pilot.press("m")
        await settle(pilot)
        assert "  line 100" in app.log_lines


@pytest.mark.feature("output", 8, "write the log, or what is kept or selected of it, into a file", "W")
async def test_write_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    content = b"one\n" + TRACEBACK + b" 10%\r100%\n\x1b[31mred\x1b[0m\n"
    app = OutputHost(PrintedRun(tmp_path / "store", r0_out=content))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("W", "enter")
        await settle(pilot)
        assert "wrote" in app.header
        written = tmp_path / "brave-fox-1-std_log.txt"
        assert written.read_text() == "one\n" + TRACEBACK.decode() + "100%\nred\n"
        await pilot.press("W", "enter")
        await settle(pilot)
        assert app.focused is not app.pane  # it exists
        await pilot.press("escape", "&", *"re", "enter", "W", "ctrl+u", *"kept.txt", "enter")
        await settle(pilot)
        assert (tmp_path / "kept.txt").read_text() == "Traceback (most recent call last):\nred\n"
        await pilot.press("W", "ctrl+u", *"no/such/folder", "enter")
        await settle(pilot)
        assert "cannot write" in app.header


async def test_a_log_that_is_left_is_written_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    app = OutputHost(PrintedRun(tmp_path / "store", r0_out=b"\x1b[31mred\x1b[0m line of a log\n" * 40_000))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("W", "ctrl+u", *"out.txt")
        app.post_message(Key("enter", "\r"))  # the pilot would wait until it is written
        while not (tmp_path / "out.txt").exists():
            await asyncio.sleep(0.001)
        app.open_run(PrintedRun(tmp_path / "store", r0_out=b"another\n"))
        app.refresh_run()
        await settle(pilot)
        assert app.log_lines == ["another"]
        assert (tmp_path / "out.txt").read_text() == "red line of a log\n" * 40_000
        assert "wrote" in app.header


@pytest.mark.parametrize("change", ["replaced", "cut"])
def test_a_log_that_is_another_one_is_not_written(tmp_path: Path, change: str) -> None:
    path = tmp_path / "log"
    path.write_text("one\ntwo\nthree\n" * 100)
    file = TextFile(str(path))
    text = ShownText(file).still()
    last = text.last()
    assert last is not None
    file.hold()
    if change == "replaced":
        path.unlink()
    path.write_text("other\n")
    file.refresh()
    with pytest.raises(Replaced):
        write_text(str(tmp_path / "out"), text, 0, last)
    assert not (tmp_path / "out").exists()
    file.release()
    file.close()


def test_a_file_that_is_held_is_closed_when_nobody_holds_it_any_more(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("one\ntwo\n")
    file = TextFile(str(tmp_path / "log"))
    file.hold()
    file.hold()
    file.close()
    file.release()
    assert write_text(str(tmp_path / "out"), ShownText(file).still(), 0, 4) == 8
    file.release()
    assert file.read(0, 8) == b""


@pytest.mark.feature("output", 21, "files that the run has under logs/", "o")
async def test_files_under_logs_can_be_chosen(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path, r0_out=b"printed\n")
    logs = Path(run.folder) / "files" / "logs" / "deep"
    logs.mkdir(parents=True)
    (logs / "train.log").write_text("of a file\n")
    app = OutputHost(run)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("o", "j", "enter")
        await settle(pilot)
        assert app.log_lines == ["of a file"]
        assert "logs/deep/train.log" in app.header
        app.refresh_run()
        await settle(pilot)
        assert app.log_lines == ["of a file"]


LEVELS = [
    (b"2026-11-26 12:00:00 WARNING slow\n", "WARNING", "warn"),
    (b"ERROR:root:no\n", "ERROR", "bad"),
    (b"12:00 [INFO] yes\n", "INFO", "live"),
    (b"torch.cuda.OutOfMemoryError: CUDA out of memory\n", "torch.cuda.OutOfMemoryError", "bad"),
    (b"no INFORMATION here\n", None, ""),
    (b"\x1b[35mINFO own colour\x1b[0m\n", None, ""),
]


@pytest.mark.feature("output", 9, "levels of logging in colour where the output has none", "")
@pytest.mark.parametrize(("line", "word", "ink"), LEVELS)
async def test_levels_have_colours(tmp_path: Path, line: bytes, word: str | None, ink: str) -> None:
    app = OutputHost(PrintedRun(tmp_path, r0_out=line))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        styles = {text: style for text, style, _ in app.view.render_line(0) if style and style.color}
        if word is None:
            assert not any(text in ("INFO", "INFORMATION") for text in styles)
        else:
            assert styles[word] == getattr(app.view.ink, ink)


@pytest.mark.feature("output", 11, "stdout and stderr below each other, at the same time", "|")
async def test_lanes(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path, r0_out=LINES, r0_err=b"".join(b"error %d\n" % number for number in range(1, 101)))
    for name, word in (("r0_out", b"line"), ("r0_err", b"error")):
        content = run.path(name).read_bytes()
        entries = [(float(number), content.index(b"%b %d\n" % (word, number))) for number in range(1, 101)]
        Path(f"{run.path(name)}{INDEX_SUFFIX}").write_bytes(b"".join(encode_entry(*entry) for entry in entries))
    app = OutputHost(run)
    async with app.run_test(size=(80, 24)) as pilot:
        lane = app.query_one(LogLane)
        await pilot.press("|")
        await settle(pilot)
        views = list(app.query(LogView))
        shown = [[view.render_line(y).text.strip() for y in range(view.size.height)] for view in views]
        assert [each[-1] for each in shown] == ["line 100", "error 100"]
        await pilot.press("slash", *"line 40", "enter")
        await settle(pilot)
        below = [views[1].render_line(y).text.strip() for y in range(views[1].size.height)]
        assert "error 40" in below
        run.write(b"error 101\n", "r0_err")
        await pilot.press("G")
        app.refresh_run()
        await settle(pilot)
        assert views[1].render_line(views[1].size.height - 1).text.strip() == "error 101"
        await pilot.press("|")
        await settle(pilot)
        assert not lane.display
        assert app.view.size.height == 23


async def test_one_log_of_both_streams_has_no_lanes(tmp_path: Path) -> None:
    app = OutputHost(PrintedRun(tmp_path, r0_out=LINES))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("|")
        await settle(pilot)
        assert "one log" in app.header
