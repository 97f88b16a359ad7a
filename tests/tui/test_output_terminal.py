"""The Output tab of the whole app on a real terminal: what of a log reaches it, and what a hostile one does."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.terminal.app import PtyApp
from tests.terminal.sequences import control_sequences
from tests.tui.output_host import PrintedRun

FRIENDLY = b"\x1b[1;31mred\x1b[0m \x1b[3;4;7;9;38;2;1;2;3;48;5;200mall\x1b[0m\n"
HOSTILE = [
    b"\x1b]0;OWNED\x07title",
    b"\x1b]52;c;T1dORUQ=\x07clipboard",
    b"\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\",
    b"\x1b[2J\x1b[H\x1b[3Jclear",
    b"\x1b[?1049l\x1b[?1000h\x1b[?2004hmodes",
    b"\x1b[6n\x1b[c\x1b[>c\x1b]11;?\x07answers",
    b"\x1bP1$r0m\x1b\\\x1b_app\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\strings",
    b"\x1bc\x1b7\x1b8\x1b#8\x1b(0escapes",
    b"\x1b[5;10r\x1b[10L\x1b[10Mregions",
    b"\x9b31m\xc2\x9b31m\xc2\x9d0;OWNED\xc2\x9c eight bits",
    b"\x0e\x0f\x05\x07\x7f\x0b\x0ccontrols",
    "\u202eright to left\u2066\u200b\ufeff".encode(),
    b"\x1b[999999999999C\x1b[999999999Xfar",
    b"never ended \x1b]0;OWNED",
    b"\x1b[31",
]


@contextmanager
def output_of(root: Path, cols: int = 80, rows: int = 24) -> Iterator[PtyApp]:
    """The app with the output of the newest run open."""
    with PtyApp([sys.executable, "-m", "runs_tui", str(root)], cols=cols, rows=rows, env=dict(os.environ)) as app:
        app.wait_for("running")
        app.press("t")
        app.wait_for("[3")
        app.wait_for("following")
        app.wait_quiet()
        yield app


def rows_of(app: PtyApp) -> list[str]:
    """The rows of the log."""
    return [line.rstrip() for line in app.lines()[3:-1]]


@pytest.mark.feature("output", 19, "of what a run prints only text and colours reach the terminal", "")
def test_of_a_hostile_log_only_text_and_colours_reach_the_terminal(tmp_path: Path) -> None:
    PrintedRun(tmp_path / "friendly", r0_out=FRIENDLY * 10)
    with output_of(tmp_path / "friendly") as app:
        app.press("g", "w", "G")
        app.wait_quiet()
        usual = set(control_sequences(app.raw))
    PrintedRun(tmp_path / "hostile", r0_out=b"\n".join(HOSTILE))
    with output_of(tmp_path / "hostile", rows=40) as app:
        app.press("g", "w", "G")
        app.wait_quiet()
        assert set(control_sequences(app.raw)) <= usual
        assert b"T1dORUQ" not in app.raw
        text = app.text()
        for words in ("title", "clipboard", "link", "clear", "modes", "answers", "strings", "escapes", "regions"):
            assert words in text
        assert "eight bits" in text
        assert "never ended 0;OWNED" in text
        assert app.title != "OWNED"


def test_colours_and_styles_are_those_of_the_program(tmp_path: Path) -> None:
    PrintedRun(tmp_path, r0_out=FRIENDLY + b"\x1b[32mgreen\nstill green\x1b[0m plain\n")
    with output_of(tmp_path) as app:
        cells = app.cells()[3]
        assert (cells[0].char, cells[0].fg, cells[0].bold) == ("r", "red", True)
        assert cells[3].fg == "default"
        assert (cells[4].fg, cells[4].bg) == ("#010203", "#ff00d7")
        assert cells[4].italic
        assert cells[4].underline
        assert cells[4].strike
        assert cells[4].reverse
        assert app.cells()[5][0].fg == "green"
        assert app.cells()[5][12].fg == "default"


def test_a_line_of_ten_megabytes_full_of_control_sequences(tmp_path: Path) -> None:
    piece = b"\x1b[31mred\x1b[2J\x1b]0;title\x07\x1b["
    PrintedRun(tmp_path, r0_out=b"before\n" + piece * (10_000_000 // len(piece)) + b"\nafter\n")
    with output_of(tmp_path) as app:
        assert rows_of(app)[0] == "before"
        assert rows_of(app)[1].startswith("redred")
        assert rows_of(app)[2] == "after"
        app.press("w")
        app.wait_for("MB more, not shown")
        app.press("/")
        app.type_text("before")
        app.press("enter")
        app.wait_for("1 of 1 match")


def test_an_idle_log_costs_no_bytes_and_a_moving_bar_few(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path, r0_out=b"".join(b"line %d\n" % number for number in range(100)) + b"\r 1%|  |")
    with output_of(tmp_path, cols=200, rows=50) as app:
        app.wait_quiet(1.0)
        before = app.bytes_out
        app.wait_quiet(1.0)
        assert app.bytes_out == before
        run.write(b"\r 2%|  |")
        app.wait_for("2%|")
        app.wait_quiet()
        assert app.bytes_out - before < 1000


@pytest.mark.parametrize(("cols", "rows"), [(20, 5), (10, 3), (300, 80)])
def test_any_size_of_terminal(tmp_path: Path, cols: int, rows: int) -> None:
    PrintedRun(tmp_path, r0_out=FRIENDLY + "界界界\n".encode() * 50 + b"the end\n")
    with output_of(tmp_path) as app:
        app.resize(cols, rows)
        app.wait_quiet()
        for key in ("w", "k", "g", "l", "h", "G", "o", "j", "enter", "e", "n"):
            app.press(key)
        app.wait_quiet()
        app.resize(80, 24)
        app.wait_for("the end")


def test_keys_that_arrive_all_at_once_are_not_taken_for_commands(tmp_path: Path) -> None:
    PrintedRun(tmp_path, r0_out=b"".join(b"line %d\n" % number for number in range(100)))
    with output_of(tmp_path) as app:
        app.send(b"/line 42X\x7f\r")
        app.wait_for("1 of 1 match")
        app.send(b"/q\x1b")
        app.wait_quiet()
        assert "1 of 1 match" in app.text()


@pytest.mark.feature("output", 20, "a log that is cut, replaced or deleted while it is shown", "")
def test_the_log_is_cut_replaced_and_deleted_while_it_is_shown(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path, r0_out=b"first\n" * 50)
    with output_of(tmp_path) as app:
        assert "first" in app.text()
        run.path().write_bytes(b"second\n")
        app.wait_for("second")
        assert "first" not in app.text()
        (tmp_path / "third").write_bytes(b"third\n" * 3)
        os.replace(tmp_path / "third", run.path())
        app.wait_for("third")
        assert "second" not in app.text()
        shutil.rmtree(run.folder)
        app.wait_for(lambda app: "running" not in app.text())
        app.press("k", "G", "w", "q")
        app.wait_for(" runs ")


def test_a_log_that_appears_later_is_followed_at_once(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path)
    with output_of(tmp_path) as app:
        app.wait_for("No output")
        run.write(b"hello\n")
        app.wait_for("hello")
        app.wait_for("following")


PAGER = """#!/bin/sh
printf 'pager of %s\\n' "$*"
read answer
exit ${answer:-0}
"""


@pytest.mark.feature("output", 12, "the log in the pager or the editor, and back", "v V")
def test_the_log_in_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "less"
    program.write_text(PAGER)
    program.chmod(0o755)
    monkeypatch.setenv("PAGER", f"{program} -R")
    monkeypatch.setenv("VISUAL", str(tmp_path / "none"))
    run = PrintedRun(tmp_path / "store", r0_out=b"".join(b"line %d\n" % number for number in range(100)))
    with output_of(tmp_path / "store") as app:
        app.press("v")
        app.wait_for(lambda app: f"-R +100 {run.path()}" in "".join(line.rstrip() for line in app.lines()))
        assert "following" not in app.text()
        app.press("3", "enter")
        app.wait_for("less ended with 3")
        app.wait_for(lambda app: rows_of(app)[-1].startswith("line 99"))
        app.press("V")
        app.wait_for("No such file")
        run.write(b"line 100\n")
        app.wait_for("line 100")


def test_the_pager_is_stopped_together_with_the_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "less"
    program.write_text(PAGER)
    program.chmod(0o755)
    monkeypatch.setenv("PAGER", str(program))
    PrintedRun(tmp_path / "store", r0_out=b"a line\n")
    with PtyApp(["bash", "--norc", "-i"], env={**os.environ, "PS1": "$ "}) as app:
        app.wait_for("$")
        app.send(f"{sys.executable} -m runs_tui {tmp_path / 'store'}\r".encode())
        app.wait_for("running")
        app.press("t")
        app.wait_for("following")
        app.press("v")
        app.wait_for("pager of")
        app.press("ctrl+z")
        app.wait_for("Stopped")
        app.wait_for(lambda app: app.text().rstrip().endswith("\n$"))  # what is typed before, the shell may drop
        app.wait_quiet(0.3)
        app.send(b"fg\r")
        app.wait_quiet(0.3)
        app.press("3", "enter")
        app.wait_for("less ended with 3")
        app.press("Q")
        app.wait_for(lambda app: app.text().rstrip().endswith("\n$"))
        app.send(b"exit\r")
