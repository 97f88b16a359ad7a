"""``runs-tui tail``, as a person or a script calls it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runstore.layout.paths import RunPaths
from runstore.reading.text import screen_line
from runstore.records.console import INDEX_SUFFIX, encode_entry
from runstore.writing.create import create_run
from runstore.writing.owner import RunOwner
from tests.terminal.app import PtyApp
from tests.terminal.sequences import control_sequences
from tests.tui.cli_runner import called, lines
from tests.tui.output_host import PrintedRun

TUI = [sys.executable, "-m", "runs_tui"]
COLOURED = b"\x1b[31mred\x1b[0m and \x1b[1;38;5;46mgreen\x1b[0m\n"
HOSTILE = b"a\x1b]0;title\x07b\x1b[2J\x1b[?1049hc\x1bcd\x9be\xe2\x80\xaef\x00g\x1b[6n\n"


def environment(root: Path) -> dict[str, str]:
    return {**os.environ, "RUNSTORE_ROOT": str(root)}


def tail(root: Path, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TUI, "tail", *arguments], env=environment(root), capture_output=True, text=True, timeout=timeout, check=False
    )


def start(root: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*TUI, *arguments], env=environment(root), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.feature("commands", 11, "the last lines of a run's output", "tail -n N RUN")
def test_the_last_lines_plain_into_a_pipe(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path, r0_out=b"".join(b"line %d\n" % number for number in range(20)))
    run.write(COLOURED + HOSTILE + b" 10%\r 50%\r100%\nno end")
    done = tail(tmp_path, "last", "-n", "5")
    assert done.stdout.splitlines() == ["line 19", "red and green", "abcd\ufffde\ufffdf\u2400g", "100%", "no end"]
    assert (done.returncode, done.stderr) == (0, "")
    assert len(tail(tmp_path, "last").stdout.splitlines()) == 10
    assert tail(tmp_path, "last", "-n", "0").stdout.splitlines() == ["no end"]


def test_only_text_and_colours_reach_a_terminal(tmp_path: Path) -> None:
    PrintedRun(tmp_path, r0_out=COLOURED + HOSTILE)
    with PtyApp([*TUI, "tail", "last"], env=environment(tmp_path)) as app:
        assert app.wait() == 0
        assert app.lines()[0].startswith("red and green ")
        cells = app.cells()[0]
        assert cells[0].fg == "red"
        assert cells[8].bold
        assert cells[8].fg == "#00ff00"
        assert set(control_sequences(app.raw)) <= {"CSI m", "0x0d"}


def test_json_on_a_terminal_is_the_same_with_escapes(tmp_path: Path) -> None:
    PrintedRun(tmp_path, r0_out="é ✓\n".encode())
    name = "x\x9b2J\u202e.log"
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / name).write_text("epoch 1 loss 0.5\nepoch 2 loss 0.4\n")
    command = [*TUI, "tail", "--json", "--root", str(tmp_path / "logs"), "last"]
    with PtyApp(command, env={"LC_ALL": "C.UTF-8"}, cols=200) as app:
        assert app.wait() == 0
        shown = app.raw.decode()
    assert [json.loads(line)["log"] for line in shown.splitlines()] == [name, name]
    assert not set(shown) & set("\x9b\u202e")


def test_signs_have_their_stand_ins_on_a_terminal_with_ascii_alone(tmp_path: Path) -> None:
    PrintedRun(tmp_path, r0_out="█✓ é 世\n".encode())
    with PtyApp([*TUI, "tail", "last"], env={**environment(tmp_path), "TERM": "linux"}) as app:
        assert app.wait() == 0
        assert app.lines()[0].rstrip() == "#+ e ?"


def test_more_lines_than_there_are_is_all_of_them(tmp_path: Path) -> None:
    PrintedRun(tmp_path, r0_out=b"one\ntwo\n")
    assert tail(tmp_path, "last", "-n", str(10**15)).stdout == "one\ntwo\n"


def test_no_colour_when_it_is_not_wanted(tmp_path: Path) -> None:
    PrintedRun(tmp_path, r0_out=COLOURED)
    with PtyApp([*TUI, "tail", "last"], env={**environment(tmp_path), "NO_COLOR": "1"}) as app:
        assert app.wait() == 0
        assert b"\x1b" not in app.raw
        assert app.lines()[0].startswith("red and green ")


@pytest.mark.feature("commands", 12, "follow the output of runs", "tail -f RUN...")
def test_follow_prints_everything_and_ends_with_the_run(tmp_path: Path) -> None:
    script = "for i in 1 2 3 4 5; do echo step $i; sleep 0.2; done; printf 'the end'; exit 3"
    running = start(tmp_path, "run", "--name", "followed", "--", "bash", "-c", script)
    try:
        assert running.stdout is not None
        assert running.stdout.readline() == "step 1\n"  # the run exists now
        done = tail(tmp_path, "-f", "-n", "100", "followed")
        assert done.stdout.splitlines() == [*(f"step {number}" for number in range(1, 6)), "the end"]
        assert done.stderr.splitlines() == ["followed: ✗ failed exit 3"]
        assert done.returncode == 0
    finally:
        running.communicate(timeout=30)


def test_follow_waits_for_output_until_ctrl_c(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path)
    following = start(tmp_path, "tail", "-f", "last")
    assert following.stdout is not None
    run.write(b"at last\n")
    assert following.stdout.readline() == "at last\n"
    following.send_signal(signal.SIGINT)
    out, err = following.communicate(timeout=30)
    assert (following.returncode, out, err) == (130, "", "")


def test_follow_ends_quietly_when_nobody_reads(tmp_path: Path) -> None:
    PrintedRun(tmp_path, r0_out=b"line\n")
    following = start(tmp_path, "tail", "-f", "last")
    assert following.stdout is not None
    assert following.stderr is not None
    assert following.stdout.readline() == "line\n"
    following.stdout.close()
    assert following.stderr.read() == ""
    assert following.wait(timeout=30) == 0
    following.stderr.close()


def test_a_progress_bar_moves_on_a_terminal(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path, r0_out=b"start\n")
    with PtyApp([*TUI, "tail", "-f", "last"], env=environment(tmp_path)) as app:
        app.wait_for("start")
        run.write(b"\r 10%|#         | " + b"x" * 100)
        app.wait_for("10%|#")
        run.write(b"\r 50%|#####     | " + b"x" * 100)
        app.wait_for("50%|#####")
        assert "10%" not in app.text()
        run.write(b"\r\x1b[2K100%|##########|\nnext\n")
        app.wait_for("next")
        assert [line.rstrip() for line in app.lines()[:4]] == ["start", "100%|##########|", "next", ""]
        app.press("ctrl+c")
        assert app.wait() == 130


def test_several_runs_have_their_names_before_their_lines(tmp_path: Path) -> None:
    for name in ("one", "second"):
        done = start(tmp_path, "run", "--name", name, "--", "echo", f"I am {name}")
        done.communicate(timeout=60)
    done_tail = tail(tmp_path, "-f", "one", "second", "second")
    assert done_tail.stdout.splitlines() == ["one    | I am one", "second | I am second"]
    assert sorted(done_tail.stderr.splitlines()) == ["one: ✓ completed", "second: ✓ completed"]


def test_json_lines(tmp_path: Path) -> None:
    command = ["run", "--name", "mine", "--", "printf", r"\033[31mred\033[0m\n%s\n", "x" * 20_000]
    start(tmp_path, *command).communicate(timeout=60)
    first, second = [json.loads(line) for line in tail(tmp_path, "--json", "mine").stdout.splitlines()]
    assert first["v"] == 1
    assert first["text"] == "red"
    assert first["offset"] == 0
    assert first["run"].startswith("printf_")
    assert first["log"].endswith(".out")
    assert abs(first["time"] - os.stat(tmp_path).st_mtime) < 60
    assert set(second["text"]) == {"x"}
    assert len(second["text"]) + second["cut"] in (20_001, 20_002)  # the terminal's line end included


def test_stderr_of_its_own(tmp_path: Path) -> None:
    PrintedRun(tmp_path, r0_out=b"out\n", r0_err=b"err\n")
    assert tail(tmp_path, "last").stdout == "out\n"
    assert tail(tmp_path, "--stderr", "last").stdout == "err\n"
    PrintedRun(tmp_path, r0_out=b"out\n")
    done = tail(tmp_path, "--stderr", "last")
    assert done.stdout == ""
    assert "no stderr log of its own" in done.stderr


@pytest.mark.parametrize("arguments", [["nobody"], ["last", "-n", "-3"], []])
def test_mistakes_are_answered_without_a_traceback(tmp_path: Path, arguments: list[str]) -> None:
    PrintedRun(tmp_path, r0_out=b"out\n")
    done = tail(tmp_path, *arguments)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_many_lines_of_every_kind_come_through_whole_and_in_order(tmp_path: Path) -> None:
    plain = "".join(f"step {number} loss 0.5\n" for number in range(30_000))
    coloured = "".join(f"\x1b[32mstep\x1b[0m {number}\n" for number in range(1000))
    long = "x" * 300_000 + "\n"
    content = plain + coloured + plain + long + "\x1b[31mred from here\n" + plain + "é\tend"
    PrintedRun(tmp_path, r0_out=content.encode())
    shown = tail(tmp_path, "last", "-n", "1000000").stdout.splitlines()
    expected = [screen_line(line).text for line in content.splitlines()]
    assert [line[:1000] for line in shown] == [line[:1000] for line in expected]
    assert "kB more, not shown" in shown[61_000]


def test_the_records_of_logging(tmp_path: Path) -> None:
    records = [
        json.dumps({"time": 0.0, "level": level, "logger": "train", "message": message}).encode()
        for level, message in (("INFO", "one"), ("WARNING", "two\nlines"))
    ]
    PrintedRun(tmp_path, r0_out=b"printed\n", r0_log=b"\n".join([*records, b""]))
    done = tail(tmp_path, "last", "--logging")
    assert [line[15:] or line for line in done.stdout.splitlines()] == [
        "INFO     train  one",
        "WARNING  train  two",
        "lines",
    ]
    (line,) = tail(tmp_path, "last", "--logging", "-n", "1", "--json").stdout.splitlines()
    assert json.loads(line)["text"].endswith("train  two\nlines")
    PrintedRun(tmp_path, r0_out=b"printed\n")
    assert tail(tmp_path, "last", "--logging").stderr.endswith(": no records of Python's logging\n")
    both = tail(tmp_path, "last", "--logging", "--stderr")
    assert (both.returncode, both.stderr) == (2, "runs-tui: --stderr and --logging are two logs: choose one\n")


@pytest.mark.feature("output", 40, "only some lines of the output: words, /expressions/, !without", "tail --grep")
def test_only_lines_that_match(tmp_path: Path) -> None:
    content = b"".join(b"step %d\n" % number for number in range(100)) + b"Error: no\n"
    PrintedRun(tmp_path, r0_out=content)
    assert lines("tail", "last", "--root", tmp_path, "--grep", "step 9", "-n", "3") == ["step 97", "step 98", "step 99"]
    assert lines("tail", "last", "--root", tmp_path, "--grep", "/^E/") == ["Error: no"]
    assert lines("tail", "last", "--root", tmp_path, "--grep", "!step", "-n", "50") == ["Error: no"]
    assert lines("tail", "last", "--root", tmp_path, "--grep", "nothing") == []
    (line,) = lines("tail", "last", "--root", tmp_path, "--grep", "step 50", "--json")
    assert json.loads(line)["text"] == "step 50"
    assert "is no regular expression" in called("tail", "last", "--root", tmp_path, "--grep", "/(/", code=2).stderr


def test_grep_holds_for_what_is_followed(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path, r0_out=b"no\nyes 1\n")
    following = start(tmp_path, "tail", "-f", "last", "--grep", "yes")
    assert following.stdout is not None
    assert following.stdout.readline() == "yes 1\n"
    run.write(b"no\nyes 2\nno\nyes 3\n")
    assert [following.stdout.readline() for _ in range(2)] == ["yes 2\n", "yes 3\n"]
    following.send_signal(signal.SIGINT)
    following.communicate(timeout=30)


@pytest.mark.feature("output", 41, "the output since a time, or of the last minutes", "tail --since 10m")
def test_output_since(tmp_path: Path) -> None:
    run = PrintedRun(tmp_path, r0_out=b"old\nnew 1\nnew 2\n")
    now = time.time()
    entries = encode_entry(now - 3600, 0) + encode_entry(now - 60, 4)
    Path(f"{run.path()}{INDEX_SUFFIX}").write_bytes(entries)
    assert lines("tail", "last", "--root", tmp_path, "--since", "10m") == ["new 1", "new 2"]
    assert lines("tail", "last", "--root", tmp_path, "--since", "10m", "-n", "1") == ["new 2"]
    assert lines("tail", "last", "--root", tmp_path, "--since", "2h") == ["old", "new 1", "new 2"]
    assert lines("tail", "last", "--root", tmp_path, "--since", "1s") == []
    assert lines("tail", "last", "--root", tmp_path, "--since", "2001-01-01") == ["old", "new 1", "new 2"]
    assert lines("tail", "last", "--root", tmp_path, "--since", "2101-01-01T10:00") == []
    assert "no age or time" in called("tail", "last", "--root", tmp_path, "--since", "soon", code=2).stderr


@pytest.mark.feature("output", 42, "the output of one rank", "tail --rank N")
def test_output_of_a_rank(tmp_path: Path) -> None:
    PrintedRun(tmp_path, r0_out=b"zero\n", r3_out=b"three\n", r3_err=b"of three\n")
    assert lines("tail", "last", "--root", tmp_path, "--rank", "3") == ["three"]
    assert lines("tail", "last", "--root", tmp_path, "--rank", "3", "--stderr") == ["of three"]
    done = called("tail", "last", "--root", tmp_path, "--rank", "1")
    assert (done.stdout, done.stderr.partition(": ")[2]) == (
        "",
        "no captured output of rank 1 (ranks with output: 0, 3)\n",
    )


@pytest.mark.feature(
    "output", 43, "wait for runs that are yet to start, and follow them to their ends", "tail -f RUN..."
)
def test_a_run_that_waits_is_waited_for(tmp_path: Path) -> None:
    folder = create_run(str(tmp_path), "training")
    owner = RunOwner(folder)
    owner.update(status="Queued")
    following = start(tmp_path, "tail", "-f", "last")
    assert following.stdout is not None
    console = Path(RunPaths(folder).console)
    owner.begin_attempt()
    owner.update(status="Running")
    console.mkdir(exist_ok=True)
    (console / "0-1a2b3c4d.out").write_bytes(b"it runs\n")
    assert following.stdout.readline() == "it runs\n"
    owner.update(status="Completed")
    out, err = following.communicate(timeout=30)
    assert (following.returncode, out) == (0, "")
    assert "completed" in err


def test_bars_drawn_over_each_other_are_printed_once(tmp_path: Path) -> None:
    bars = b"".join(b"\router %2d%%\n\rinner %2d%%\x1b[A" % (number, number) for number in range(60))
    run = PrintedRun(tmp_path, r0_out=b"before\n" + bars + b"\n\nafter\n")
    assert lines("tail", "last", "--root", tmp_path) == ["before", "outer 59%", "inner 59%", "after"]
    assert lines("tail", "last", "--root", tmp_path, "-n", "2") == ["outer 59%", "inner 59%", "after"]
    run.write(bars)
    assert lines("tail", "last", "--root", tmp_path)[-3:] == ["after", "outer 59%", "inner 59%"]
