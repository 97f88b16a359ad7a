"""A run store with a finished and a live run, for tests that look at it from tmux or over ssh."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

BIN = Path(sys.executable).parent

TRAINING = """
import itertools, sys, time
from runstore import Run
run = Run.get_context()
for step in itertools.count() if sys.argv[1] == "live" else range(20):
    run.log_metrics({"loss": 1 / (step + 1), "acc": step / (step + 9)}, step=step)
    print("step", step, flush=True)
    time.sleep(0.05)
"""


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """The root of the store; its live run ends with the test."""
    store, script = tmp_path / "store", tmp_path / "train.py"
    script.write_text(TRAINING)
    run = [BIN / "runs-tui", "run", "-q", "--root", store, "--experiment", "system"]
    subprocess.run([*run, "--name", "finished-run", "--", sys.executable, script, "short"], check=True)
    command = [*run, "--name", "live-run", "--", sys.executable, script, "live"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as live:
        try:
            yield store
        finally:
            live.terminate()


class Tmux:
    """One tmux server of its own with one session, which runs a shell command."""

    def __init__(self, command: str, cols: int, rows: int) -> None:
        self.name = f"runs-tui-test-{id(self)}"
        self("-f", "/dev/null", "new-session", "-d", "-s", "main", "-x", str(cols), "-y", str(rows), command)

    def __call__(self, *arguments: str) -> str:
        command = ["tmux", "-L", self.name, *arguments]
        # The environment is given: the C library's may hold COLUMNS and LINES, left there by readline.
        return subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ)).stdout

    def text(self) -> str:
        """What the pane shows."""
        return self("capture-pane", "-p", "-t", "main")

    def wait_for(self, text: str, timeout: float = 15.0) -> None:
        """Wait until the pane shows ``text``; raises `AssertionError` with the pane when it does not."""
        deadline = time.monotonic() + timeout
        while text not in self.text():
            assert time.monotonic() < deadline, f"no {text!r} in\n{self.text()}"
            time.sleep(0.05)


@pytest.fixture
def tmux() -> Iterator[Callable[[str, int, int], Tmux]]:
    """Starts a shell command in tmux, at a number of columns and rows; it is gone after the test."""
    assert shutil.which("tmux"), "these tests need tmux: make test-system installs it"
    made: list[Tmux] = []

    def start(command: str, cols: int, rows: int) -> Tmux:
        made.append(Tmux(command, cols, rows))
        return made[-1]

    yield start
    for server in made:
        subprocess.run(["tmux", "-L", server.name, "kill-server"], check=False, capture_output=True)


def processes_with(text: str) -> list[psutil.Process]:
    """The running processes whose command line holds ``text``."""
    return [
        process
        for process in psutil.process_iter(["cmdline", "status"])
        if text in " ".join(process.info["cmdline"] or []) and process.info["status"] != psutil.STATUS_ZOMBIE
    ]
