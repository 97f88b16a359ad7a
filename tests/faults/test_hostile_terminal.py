"""What commands write to a terminal about hostile runs: colours and words, and no command of the runs' own."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.faults.scale import FULL
from tests.terminal import PtyApp, control_sequences
from tests.tui.test_hostile_store import HOSTILE, hostile_run

OURS = {"CSI m", "CSI K", "0x0d"}
"""Colours, and a progress line: to its start, and the rest of the line cleared."""
COMMANDS = (
    "ls",
    "show run-0",
    "compare run-0 run-2",
    "doctor -v",
    "ls --columns run,lr,host,user,tag.x",
    "show run-3",
    "du",
    "plot run-0 -m loss*",
    "tail run-0",
    "tail run-9",
    "gc --dry-run",
    "export --to csv ../exported",
    "rm --yes run-5",
    "undo --list",
    "show \x1b]0;owned\x07",
    "ls state:\x1b[2J>(",
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile") / "store"
    for number, text in enumerate(HOSTILE):
        hostile_run(root, number, text)
    return root


@pytest.mark.parametrize("words", COMMANDS if FULL else COMMANDS[:2])
def test_commands(words: str, store: Path, tmp_path: Path) -> None:
    """Of what they write each control sequence is one of ours, and each bell and backspace is left out."""
    root = shutil.copytree(store, tmp_path / "store", symlinks=True)
    command = [sys.executable, "-m", "runs_tui", *words.split(" "), "--root", str(root)]
    with PtyApp(command, 100, 40, cwd=root) as app:
        assert app.wait(30) == (2 if "\x1b" in words else 0), app.dump()
        written = bytes(app.raw)
    assert written
    assert set(control_sequences(written)) <= OURS
    assert not set(written) & set(b"\x00\x07\x08\x0b\x0c\x0e\x0f\x7f")
    text = written.decode("utf-8", "replace")
    assert not set(text) & {"\x9b", "\x9d", "\u202e", "\u2066"}
