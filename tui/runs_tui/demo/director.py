"""The process behind the demo: starts and ends the trainings by the timetable, and clears up after them.

``python -m runs_tui.demo.director ROOT FOLDER``. It works until its standard input is closed, which happens
however its starter ends; then it ends everything that it started and removes FOLDER. It writes a line when what
must be done before the app opens is done or has failed, and is told when the app opens.
"""

from __future__ import annotations

import math
import os
import select
import shutil
import signal
import subprocess
import sys
import time

import psutil

from runs_tui.demo import trainings
from runs_tui.demo.timetable import APP_OPENS, TIMETABLE, Training
from runstore.jobs.processes import become_subreaper, descendants, reap, send

READY, FAILED, OPEN = b"ready\n", b"failed\n", b"open\n"
GRACE_SECONDS = 5.0
"""How long the supervisors have to end their commands before all are killed."""


class Director:
    """Carries out the timetable in the run store ``root``; the trainings work in folders in ``folder``."""

    def __init__(self, root: str, folder: str) -> None:
        self.root = root
        self.folder = folder
        self._began = time.monotonic()
        agenda = [(training.start, self._start, training) for training in TIMETABLE]
        agenda += [(each.killed, self._kill, each) for each in TIMETABLE if each.killed is not None]
        self._agenda = sorted(agenda, key=lambda entry: entry[0])
        self._processes: dict[Training, subprocess.Popen[bytes]] = {}
        self._ready = False
        self._delay: float | None = None
        """By how much the app opened later than `APP_OPENS`; None while it has not opened."""

    def run(self, inlet: int) -> None:
        """Work until the file descriptor ``inlet`` is at its end, then end all that was started."""
        try:
            while True:
                while self._agenda and self._due() <= time.monotonic():
                    _, action, training = self._agenda.pop(0)
                    action(training)
                self._say_when_ready()
                readable, _, _ = select.select([inlet], [], [], self._pause())
                if readable:
                    if not os.read(inlet, 4096):
                        return
                    self._delay = max(0.0, time.monotonic() - self._began - APP_OPENS)
        finally:
            self.end()

    def _due(self) -> float:
        """When the next entry of the agenda is to be done. What a person should see waits for the app."""
        start = self._agenda[0][0]
        if start < APP_OPENS:
            return self._began + start
        return math.inf if self._delay is None else self._began + start + self._delay

    def _pause(self) -> float | None:
        """Seconds until there may be something to do; None when all that can come is a word from the starter."""
        if not self._ready:
            return 0.02
        due = self._due() if self._agenda else math.inf
        return None if due == math.inf else max(0.0, due - time.monotonic())

    def _say_when_ready(self) -> None:
        if not self._ready and self._agenda[0][0] >= APP_OPENS:
            codes = [process.poll() for training, process in self._processes.items() if training.opening]
            if None not in codes:
                self._ready = True
                os.write(sys.stdout.fileno(), FAILED if any(codes) else READY)

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
        Director(root, folder).run(sys.stdin.fileno())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
