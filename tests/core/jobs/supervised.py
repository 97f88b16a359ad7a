"""Commands supervised for the tests: started as a person would start them, and what is on disk afterwards."""

from __future__ import annotations

import glob
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

PYTHON = sys.executable
SLEEP = "import time\nprint('ready', flush=True)\ntime.sleep(600)\n"
"""A script to be ended."""
RUN = [PYTHON, "-m", "runs_tui", "run"]


class Store:
    """A run store in which commands of one test are recorded, and the folder in which they work."""

    def __init__(self, folder: str) -> None:
        self.root = os.path.join(folder, "store")
        self.work = os.path.join(folder, "work")
        os.mkdir(self.work)
        self.processes: list[subprocess.Popen[bytes]] = []

    def environment(self, **more: str) -> dict[str, str]:
        return {**os.environ, "RUNSTORE_ROOT": self.root, **more}

    def script(self, text: str, name: str = "train.py") -> str:
        with open(os.path.join(self.work, name), "w", encoding="utf-8") as file:
            file.write(text)
        return name

    def start(self, *command: str, options: tuple[str, ...] = (), **more: Any) -> subprocess.Popen[bytes]:
        environment = self.environment(**more.pop("env", {}))
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
        process = subprocess.Popen([*RUN, *options, *command], cwd=self.work, env=environment, **streams)
        self.processes.append(process)
        return process

    def run(self, *command: str, options: tuple[str, ...] = (), stdin: bytes | None = None, **more: Any) -> Ended:
        """Run to the end."""
        if stdin is not None:
            more["stdin"] = subprocess.PIPE
        process = self.start(*command, options=options, **more)
        out, err = process.communicate(stdin, timeout=300)
        return Ended(process.returncode, out, err.decode("utf-8", "replace") if err else "")

    def folders(self) -> list[str]:
        return sorted(os.path.dirname(path) for path in glob.glob(os.path.join(self.root, "*", "*", "run.json")))

    def folder(self) -> str:
        """The folder of the only run."""
        (folder,) = self.folders()
        return folder

    def manifest(self) -> dict[str, Any]:
        with open(os.path.join(self.folder(), "run.json"), encoding="utf-8") as file:
            manifest: dict[str, Any] = json.load(file)
        return manifest

    def files(self) -> list[tuple[str, int]]:
        """Name and size of each file kept with the only run."""
        top = os.path.join(self.folder(), "files")
        paths = [os.path.join(parent, name) for parent, _, names in os.walk(top) for name in names]
        return sorted((os.path.relpath(path, top), os.path.getsize(path)) for path in paths)

    def console(self, stream: str = "out") -> bytes:
        """The captured output of the only run, of all its attempts."""
        logs = sorted(glob.glob(os.path.join(self.folder(), "console", f"*.{stream}")), key=os.path.getmtime)
        content = b""
        for log in logs:
            with open(log, "rb") as file:
                content += file.read()
        return content

    def wait_for_output(self, text: bytes) -> None:
        wait_until(lambda: bool(self.folders()) and text in self.console(), f"{text!r} in the output")

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.communicate()


class Ended:
    """The exit code and what was shown."""

    def __init__(self, code: int, out: bytes | None, err: str) -> None:
        self.code = code
        self.out = out or b""
        self.err = err


def wait_until(condition: Callable[[], object], what: str, timeout: float = 30.0) -> None:
    """Look again and again until ``condition`` holds."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout:g} s: {what}"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[0] != b"Z"
    except OSError:
        return False
