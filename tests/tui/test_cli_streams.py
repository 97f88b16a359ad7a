"""The command line where a standard stream is closed or full, or the system refuses what no command expects."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tui.cli_runner import told
from tests.tui.stores import make_run


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one run, of which nothing was captured."""
    root = tmp_path_factory.mktemp("streams") / "store"
    make_run(root, name="only")
    return root


def in_shell(line: str, store: Path, code: int = 0) -> str:
    """What a line of bash, in which ``runs-tui`` is the program, says on stderr; it must exit with ``code``."""
    program = f'runs-tui() {{ "{sys.executable}" -m runs_tui "$@"; }}; '
    done = subprocess.run(
        ["bash", "-c", program + line],
        capture_output=True, text=True, timeout=60, env={**os.environ, "RUNSTORE_ROOT": str(store)},
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("line", ["ls >&-", "show last --json >&-", "export last >&-", "du 2>&-", "ls <&- >&- 2>&-"])
def test_a_closed_stream_is_no_trouble(store: Path, line: str) -> None:
    assert in_shell(f"runs-tui {line}", store) == ""


def test_nobody_says_yes_on_a_closed_stdin(store: Path) -> None:
    assert "there is no terminal to ask on: --yes" in in_shell("runs-tui rm last <&-", store, 2)
    assert [run["name"] for run in told("ls", "--root", store)["runs"]] == ["only"]


def test_a_note_is_read_from_a_closed_stdin_as_from_nothing(store: Path) -> None:
    assert in_shell("runs-tui note last - <&-", store) == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has it")
@pytest.mark.parametrize("command", ["ls", "show last --json", "export last", "--help", "--version", "ls --help"])
def test_output_that_cannot_be_written_is_told(store: Path, command: str) -> None:
    said = in_shell(f"runs-tui {command} >/dev/full", store, 2)
    assert said.startswith("runs-tui: ")
    assert said.endswith("No space left on device\n")
    assert said.count("\n") == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has it")
def test_messages_that_cannot_be_written_end_nothing(store: Path, tmp_path: Path) -> None:
    assert in_shell("runs-tui show nobody 2>/dev/full", store, 2) == ""
    root = tmp_path / "other"
    in_shell(f"runs-tui run --id first --resume -- sh -c 'touch {tmp_path}/begun; exit 4' >/dev/full 2>&1", root, 4)
    assert (tmp_path / "begun").exists()
    assert told("show", "first", "--root", root)["run"]["state"] == "failed"
    in_shell(f"cd {tmp_path}; runs-tui submit . --command true --id second 2>/dev/full >told; cat told >&2", root)
    assert (tmp_path / "told").read_text() == "second\n"


@pytest.mark.parametrize("encoding", ["utf-8:strict", "ascii:strict"])
def test_bytes_that_are_no_text_come_in_and_go_out(store: Path, tmp_path: Path, encoding: str) -> None:
    streams = f"export PYTHONIOENCODING={encoding}; cd {tmp_path}; "
    in_shell(streams + r"printf 'a\xe9b' | runs-tui note last - >&2", store)
    note = told("note", "last", "--root", store)["note"]
    assert note.isprintable()
    assert note.strip("ab") != ""
    assert " is ready" in in_shell(streams + r"runs-tui init $'d\xe9' >&2", store)
    assert "copied 1 run to " in in_shell(streams + r"runs-tui cp last $'d\xe9' >&2", store)


def test_a_folder_that_is_gone_is_told(store: Path, tmp_path: Path) -> None:
    said = in_shell(f"mkdir {tmp_path}/gone; cd {tmp_path}/gone; rmdir {tmp_path}/gone; runs-tui ls --root .", store, 2)
    assert said.startswith("runs-tui: the current folder is gone: No such file or directory")


def test_a_reader_that_has_enough_is_no_complaint(store: Path) -> None:
    assert in_shell("runs-tui ls --json | true", store) == ""


def test_ctrl_c_while_the_program_is_still_being_imported(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("import time\nprint('importing', flush=True)\ntime.sleep(60)\n")  # a slow disk
    # What runs in the background of a shell would not be told.
    told_of_it = (
        "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "runpy.run_module('runs_tui', run_name='__main__')"
    )
    with subprocess.Popen(
        [sys.executable, "-c", told_of_it, "ls"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(tmp_path)},
    ) as program:  # fmt: skip
        assert program.stdout is not None
        assert program.stdout.readline() == b"importing\n"
        program.send_signal(signal.SIGINT)
        said = program.communicate(timeout=60)
    assert (program.returncode, said) == (130, (b"", b""))
