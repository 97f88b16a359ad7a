"""The processes of a command: all descendants, also those that left its session; their exits and their ending."""

from __future__ import annotations

import os
import signal
from typing import NamedTuple

import psutil

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


def become_subreaper() -> bool:
    """Let orphaned descendants become children of this process, so that none is lost; false where that cannot be."""
    return _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def end_with_parent(parent: int) -> None:
    """Have this process killed when its parent ends; exits at once when it is not a child of ``parent`` any more."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _prctl(option: int, value: int) -> bool:
    """man 2 prctl."""
    try:
        import ctypes

        return bool(ctypes.CDLL(None).prctl(option, value, 0, 0, 0) == 0)
    except (ImportError, OSError, AttributeError):
        return False


class Ended(NamedTuple):
    """How a child has ended: ``returned`` an exit code, or minus the signal's number.

    ``seconds`` of CPU that it has used, with those of the children it has waited for: they are ours now.
    """

    returned: int
    seconds: float


def reap() -> dict[int, Ended]:
    """Collect the children that have ended, by their pids."""
    ended: dict[int, Ended] = {}
    while True:
        try:
            pid, wait_status, used = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        ended[pid] = Ended(os.waitstatus_to_exitcode(wait_status), used.ru_utime + used.ru_stime)


def is_child(pid: int) -> bool:
    """Whether it is a child of this process, living or not yet collected."""
    try:
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def descendants(without: int = 0) -> list[psutil.Process]:
    """All living processes of the command: those below this one, except that of the pid ``without``; no zombies."""
    found = []
    for process in below(psutil.Process())[0]:
        try:
            if process.pid != without and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            pass
    return found


def below(top: psutil.Process) -> tuple[list[psutil.Process], list[psutil.Process]]:
    """All processes below ``top``, those of other runs apart: queues that were started there, what belongs to them."""
    found = top.children(recursive=True)
    own = _command_line(os.getpid())
    queues = [process for process in found if _is_queue(command := _command_line(process.pid)) and command != own]
    others = {process.pid for process in queues}
    for queue in queues:
        try:
            others.update(process.pid for process in queue.children(recursive=True))
        except psutil.Error:
            pass
    return (
        [process for process in found if process.pid not in others],
        [process for process in found if process.pid in others],
    )


def _is_queue(command: list[bytes]) -> bool:
    """Whether it is that of a queue process; what one forks keeps it, and each has an argument that no other has."""
    return command[1:3] == [b"-m", b"runstore.jobs.queue"]


def _command_line(pid: int) -> list[bytes]:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read(8192).split(b"\0")
    except OSError:
        return []


def in_session(processes: list[psutil.Process], session: int) -> list[psutil.Process]:
    """Those of the processes that are still in the session."""
    found = []
    for process in processes:
        try:
            if os.getsid(process.pid) == session:
                found.append(process)
        except OSError:
            pass
    return found


def send(processes: list[psutil.Process], number: int) -> None:
    """Send a signal to each process. psutil sees to it that none goes to another that has got the same pid."""
    for process in processes:
        try:
            process.send_signal(number)
            if number == signal.SIGTERM:
                process.send_signal(signal.SIGCONT)  # a stopped process would not hear of it
        except (psutil.Error, OSError):
            pass


def describe(processes: list[psutil.Process], limit: int = 3) -> str:
    """``python (pid 12), tee (pid 13) and 2 more``."""
    names = []
    for process in processes[:limit]:
        try:
            names.append(f"{process.name()} (pid {process.pid})")
        except psutil.Error:
            names.append(f"pid {process.pid}")
    more = len(processes) - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")
