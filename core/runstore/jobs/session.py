"""A session of its own for a command, held by a process that does nothing but start it and wait for it.

The holder is what a shell is on a terminal: the leader of the session, whose end would hang up all that the command
has left in the background. So it stays until the supervisor ends it, or dies itself. As with a shell, the command has
a process group of its own in the foreground, and ctrl+z stops it.
"""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable
from struct import Struct
from typing import NamedTuple, NoReturn

from runstore.jobs.processes import end_with_parent, is_child
from runstore.jobs.program import NOT_EXECUTABLE, CommandError, error_of_start, find_program
from runstore.jobs.ptys import Pty
from runstore.jobs.signals import MESSAGES, STOPPING

_REPORT = Struct("<ii")
_STARTED, _REFUSED, _STOPPED, _ENDED = range(4)
_DEFAULT = (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGTTOU)  # Python, or we, ignore them


class Report(NamedTuple):
    """What has happened to the command: ``stopped``, or the exit code, or minus the signal, that it ended with."""

    stopped: bool
    returned: int | None


class Session:
    """The session with its command, whose process and process group is ``pid``."""

    def __init__(
        self, arguments: list[str], environment: dict[str, str], out: Pty, err: Pty | None, own_stdin: bool
    ) -> None:
        """Start the command on the terminal ``out``, its stderr on ``err`` if that is to be told apart.

        With ``own_stdin`` it inherits our standard input. Call it before any thread is started: it forks. Raises
        `CommandError`.
        """
        program = find_program(arguments[0])
        self._reader, writer = os.pipe()
        supervisor = os.getpid()
        self.holder = os.fork()
        if self.holder == 0:

            def execute() -> None:
                files = (None if own_stdin else out.slave, out.slave, (err or out).slave)
                for descriptor, source in enumerate(files):
                    if source is not None:
                        os.dup2(source, descriptor)
                try:
                    os.execve(program, arguments, environment)
                except OSError as error:
                    if error.errno != errno.ENOEXEC:
                        raise
                os.execve("/bin/sh", ["/bin/sh", program, *arguments[1:]], environment)  # as POSIX has it

            _hold(supervisor, writer, out.slave, execute)
        os.close(writer)
        kind, value = self._read()
        if kind != _STARTED:
            self.close()
            raise (
                error_of_start(arguments[0], value)
                if kind == _REFUSED
                else CommandError(NOT_EXECUTABLE, "the session ended")
            )
        self.pid = value
        os.set_blocking(self._reader, False)

    def fileno(self) -> int:
        """The descriptor that is readable when there is a report."""
        return self._reader

    def report(self) -> Report | None:
        """What has happened since the last call, if anything."""
        if self._reader < 0:
            return None
        try:
            kind, value = self._read()
        except BlockingIOError:
            return None
        if kind < 0:  # somebody has killed the holder: the command is a child of ours now
            os.close(self._reader)
            self._reader = -1
        if kind == _STOPPED:
            return Report(True, None)
        return Report(False, os.waitstatus_to_exitcode(value)) if kind == _ENDED else None

    def close(self) -> None:
        """End the holder, and with it the session."""
        if self._reader >= 0:
            os.close(self._reader)
            self._reader = -1
        if is_child(self.holder):  # else it was killed and collected: its pid may be that of a stranger
            os.kill(self.holder, signal.SIGKILL)
            os.waitpid(self.holder, 0)

    def _read(self) -> tuple[int, int]:
        content = os.read(self._reader, _REPORT.size)
        kind, value = _REPORT.unpack(content) if len(content) == _REPORT.size else (-1, 0)
        return kind, value


def _hold(supervisor: int, writer: int, terminal: int, execute: Callable[[], None]) -> NoReturn:
    """The holder's life, in a forked process: it must not return into the code of its parent."""
    try:
        _reset_signals()
        end_with_parent(supervisor)
        os.setsid()
        # The first terminal that a session leader opens becomes the session's.
        os.close(os.open(os.ttyname(terminal), os.O_RDWR))
        refused_reader, refused_writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            _begin(terminal, refused_writer, execute)
        for number in (*STOPPING, *MESSAGES):  # what is meant for the whole job must not end the session under it
            signal.signal(number, signal.SIG_IGN)
        os.close(refused_writer)
        refused = os.read(refused_reader, 4)
        if refused:
            os.write(writer, _REPORT.pack(_REFUSED, int.from_bytes(refused, "little")))
            os._exit(0)
        os.write(writer, _REPORT.pack(_STARTED, pid))
        _close_all_but(writer)  # above all the master: its end hangs the terminal up when the supervisor is killed
        while True:
            _, wait_status = os.waitpid(pid, os.WUNTRACED)
            stopped = os.WIFSTOPPED(wait_status)
            os.write(writer, _REPORT.pack(_STOPPED if stopped else _ENDED, 0 if stopped else wait_status))
            if not stopped:
                break
        while True:
            signal.pause()
    finally:
        os._exit(1)


def _begin(terminal: int, refused: int, execute: Callable[[], None]) -> NoReturn:
    """The command's process up to the moment when it is the command: in the foreground of the terminal."""
    number = errno.EIO
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(terminal, os.getpid())
        for each in _DEFAULT:
            signal.signal(each, signal.SIG_DFL)
        execute()
    except OSError as error:
        number = error.errno or errno.EIO
    finally:
        os.write(refused, number.to_bytes(4, "little"))
        os._exit(126)


def _reset_signals() -> None:
    """Undo what the supervisor has set for itself; what was ignored before stays ignored (nohup)."""
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)


def _close_all_but(kept: int) -> None:
    for name in os.listdir("/proc/self/fd"):
        if int(name) != kept:
            try:
                os.close(int(name))
            except OSError:  # that of the listing itself
                pass
