"""The processes of one terminal: a session leader and whatever it started."""

import contextlib
import glob
import os
import signal
import time
from collections.abc import Mapping, Sequence

import psutil

_CHANGE_FOLDER = ["/bin/sh", "-c", 'cd "$0" && exec "$@"']


class Session:
    """A program started as the leader of a new session, with the terminal at ``tty`` as its own."""

    def __init__(
        self, argv: Sequence[str], tty: str, env: Mapping[str, str], cwd: str | os.PathLike[str] | None
    ) -> None:
        if cwd is not None:
            argv = [*_CHANGE_FOLDER, os.fspath(cwd), *argv]
        # A session leader that opens a terminal owns it; no Python runs between fork and exec.
        self.pid = os.posix_spawnp(
            argv[0],
            list(argv),
            env,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, tty, os.O_RDWR, 0),
                (os.POSIX_SPAWN_DUP2, 0, 1),
                (os.POSIX_SPAWN_DUP2, 0, 2),
            ],
            setsid=True,
            setsigdef=[signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM],
        )
        self.exit_code: int | None = None
        self._cpu = 0.0

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while the program runs."""
        if self.exit_code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.exit_code = os.waitstatus_to_exitcode(status)
        return self.exit_code

    def wait(self, timeout: float) -> int | None:
        """The exit code once the program has ended; None after ``timeout`` seconds."""
        deadline = time.monotonic() + timeout
        while self.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        return self.exit_code

    def cpu_seconds(self) -> float:
        """User and system time of all processes so far; after the end, the last value asked for."""
        seconds = 0.0
        for process in self._family():
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                seconds += times.user + times.system + times.children_user + times.children_system
        self._cpu = max(self._cpu, seconds)
        return self._cpu

    def waited_seconds(self) -> float:
        """How long the program's threads have been ready and had no processor (Linux; elsewhere always 0)."""
        waited = 0
        for path in glob.iglob(f"/proc/{self.pid}/task/*/schedstat"):
            with contextlib.suppress(OSError, ValueError, IndexError), open(path) as file:
                waited += int(file.read().split()[1])
        return waited / 1e9

    def rss(self) -> int:
        """Resident memory of all processes, in bytes; what they share is counted for each."""
        total = 0
        for process in self._family():
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
        return total

    def end(self, timeout: float) -> list[str]:
        """Hangs up and terminates all processes; the commands of those that had to be killed at last."""
        family = self._family()
        for process in self._members():
            for number in (signal.SIGHUP, signal.SIGTERM):
                with contextlib.suppress(psutil.Error):
                    process.send_signal(number)
        deadline = time.monotonic() + timeout
        while (left := self._running(family)) and time.monotonic() < deadline:
            time.sleep(0.02)
        names = [f"{process.pid} {_command(process)}" for process in left]
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        self.wait(timeout)
        return names

    def _family(self) -> list[psutil.Process]:
        try:
            leader = psutil.Process(self.pid)
            return [leader, *leader.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _members(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if os.getsid(process.pid) == self.pid and _runs(process):
                    found.append(process)
        return found

    def _running(self, family: list[psutil.Process]) -> list[psutil.Process]:
        """Those of the session, and of the program's descendants in other sessions, that still run."""
        self.poll()
        return [process for process in {each.pid: each for each in self._members() + family}.values() if _runs(process)]


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return "?"
