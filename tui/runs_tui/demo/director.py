"""The process behind the demo: starts and ends the trainings by the timetable, and clears up after them.

``python -m runs_tui.demo.director ROOT FOLDER``. It works until its standard input is closed, which happens
however its starter ends; then it ends everything that it started and removes FOLDER. It writes ``ready`` when
what must be done before the app opens is done, ``failed`` when that cannot be done.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from typing import BinaryIO

import psutil

from runs_tui.demo import trainings
from runs_tui.demo.timetable import TIMETABLE, Training
from runstore.jobs.processes import become_subreaper, descendants, reap, send

ERRORS = "errors.txt"
GRACE_SECONDS = 2.0
"""How long the supervisors have to end their commands before all are killed."""


class Director:
    """Carries out the timetable in the run store ``root``; the trainings work in folders in ``folder``."""

    def __init__(self, root: str, folder: str, errors: BinaryIO) -> None:
        self.root = root
        self.folder = folder
        self._errors = errors
        self._began = time.monotonic()
        agenda = [(training.start, self._start, training) for training in TIMETABLE]
        agenda += [(each.killed, self._kill, each) for each in TIMETABLE if each.killed is not None]
        self._agenda = sorted(agenda, key=lambda entry: entry[0])
        self._processes: dict[Training, subprocess.Popen[bytes]] = {}
        self._opened = False

    def run(self, curtain: int) -> None:
        """Work until the file descriptor ``curtain`` is at its end, then end all that was started."""
        try:
            while True:
                now = time.monotonic() - self._began
                while self._agenda and self._agenda[0][0] <= now:
                    _, action, training = self._agenda.pop(0)
                    action(training)
                self._open_when_ready()
                readable, _, _ = select.select([curtain], [], [], self._pause())
                if readable and not os.read(curtain, 4096):
                    return
        finally:
            self.end()

    def _pause(self) -> float | None:
        """Seconds until there may be something to do; None when only the end is left."""
        if not self._opened:
            return 0.02
        return max(0.0, self._began + self._agenda[0][0] - time.monotonic()) if self._agenda else None

    def _open_when_ready(self) -> None:
        if not self._opened:
            codes = [process.poll() for training, process in self._processes.items() if training.opening]
            if None not in codes:
                self._opened = True
                print("failed" if any(codes) else "ready", flush=True)

    def _start(self, training: Training) -> None:
        """Start a training in a folder of its own with a copy of its script, as a person would have it."""
        folder = os.path.join(self.folder, training.name or os.path.splitext(training.script)[0])
        os.makedirs(folder, exist_ok=True)
        script = os.path.join(os.path.dirname(trainings.__file__), training.script)
        shutil.copyfile(script, os.path.join(folder, training.script))
        command = [os.path.basename(sys.executable), training.script, *training.arguments]
        if training.experiment is not None:
            given = ["--experiment", training.experiment, "--name", training.name]
            command = [sys.executable, "-m", "runs_tui", "run", "--quiet", *given, "--", *command]
        self._processes[training] = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(self.root),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
        )

    def _kill(self, training: Training) -> None:
        """``kill -9`` to the supervisor, then to what it ran."""
        supervisor = psutil.Process(self._processes[training].pid)
        send([supervisor, *supervisor.children(recursive=True)], signal.SIGKILL)
        reap()

    def end(self) -> None:
        """End every process that was started and its descendants, politely first; back when they are gone."""
        for process in self._processes.values():
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        while remaining := descendants():
            if time.monotonic() > deadline:
                send(remaining, signal.SIGKILL)
            time.sleep(0.02)
            reap()


def environment(root: str) -> dict[str, str]:
    """The environment of a training: its runs go to ``root``, and it keeps to one core."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("RUNSTORE_", "AZUREML_"))}
    own["RUNSTORE_ROOT"] = root
    own["PATH"] = os.path.dirname(sys.executable) + os.pathsep + own.get("PATH", os.defpath)
    own |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return own


def main() -> None:
    """Direct until the standard input ends or a signal asks for the end."""
    root, folder = sys.argv[1:]
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    become_subreaper()  # what a killed supervisor leaves behind is then ours to end
    try:
        with open(os.path.join(folder, ERRORS), "wb") as errors:
            Director(root, folder, errors).run(sys.stdin.fileno())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
