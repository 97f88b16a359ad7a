"""Scripts submitted for the tests: from this process, as a notebook would, into a store of one test."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

from runstore import Experiment, Run, Workspace
from runstore.jobs.config.environment import Environment
from runstore.jobs.config.script_run_config import ScriptRunConfig
from runstore.jobs.submit.queue_files import running, waiting
from runstore.jobs.submit.starter import keep_queue_going
from runstore.jobs.submit.submission import submit_script
from runstore.records import status
from tests.core.jobs.supervised import alive, wait_until


class Submitter:
    """A store and a source folder; whatever still runs at the end is ended."""

    def __init__(self, folder: str) -> None:
        self.root = os.path.join(folder, "store")
        self.source = os.path.join(folder, "source")
        os.mkdir(self.source)
        self.experiment = Experiment(Workspace(root=self.root), "demo")
        self.runs: list[Run] = []

    def file(self, name: str, text: str) -> str:
        path = os.path.join(self.source, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def config(self, text: str | None = None, arguments: Any = None, **more: Any) -> ScriptRunConfig:
        """A configuration that runs ``text`` with this interpreter."""
        if text is not None:
            self.file("train.py", text)
            more["script"] = "train.py"
        if "environment" not in more:
            more["environment"] = Environment("mine")
            more["environment"].python.user_managed_dependencies = True
        return ScriptRunConfig(self.source, arguments=arguments, **more)

    def submit(self, text: str | None = None, arguments: Any = None, **more: Any) -> Run:
        given = {name: more.pop(name) for name in ("tags", "run_id", "parent", "display_name") if name in more}
        run = submit_script(self.experiment, self.config(text, arguments, **more), **given)
        self.runs.append(run)
        return run

    def end(self) -> None:
        for run in self.runs:
            if run.get_status() not in status.TERMINAL:
                run.cancel()
        deadline = time.monotonic() + 20
        while (waiting(self.root) or running(self.root)) and time.monotonic() < deadline:
            keep_queue_going(self.root)  # a supervisor that was killed has left its place taken
            time.sleep(0.05)


def ended(run: Run, timeout: float = 60.0) -> dict[str, Any]:
    """Wait for the end of a run and return its run.json."""
    wait_for(run, *status.TERMINAL, timeout=timeout)
    return manifest_of(run)


def wait_for(run: Run, *words: str, timeout: float = 60.0) -> None:
    wait_until(lambda: manifest_of(run)["status"] in words, f"{words} for {run.id}", timeout)


def manifest_of(run: Run) -> dict[str, Any]:
    manifest: dict[str, Any] = run._manifest()
    return manifest


def console(run: Run, name: str) -> str:
    """The text of the console files of the run whose names end with ``name``."""
    folder = os.path.join(run._folder, "console")
    text = ""
    for each in sorted(os.listdir(folder)):
        if each.endswith(name):
            with open(os.path.join(folder, each), encoding="utf-8", errors="replace") as file:
                text += file.read()
    return text


def supervisor_of(run: Run) -> int:
    """The pid of the supervisor of a run that has begun."""
    pid: int = manifest_of(run)["attempts"][-1]["owner"]["pid"]
    return pid


def kill(pid: int) -> None:
    """End a process by force, and wait until it is gone."""
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not alive(pid), f"the end of {pid}")


PYTHON = sys.executable
