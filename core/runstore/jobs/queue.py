"""The process that works on the queue of one root: ``python -m runstore.jobs.queue ROOT [LOCK MARK]``.

It forks a supervisor for the run that waits longest whenever fewer runs are at work than the limit allows, and ends
when none waits; the supervisors go on by themselves. One process at a time does so, by a lock that whoever starts it
hands over (the descriptor LOCK). MARK tells one such process from another in lists of processes.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from typing import Any, NoReturn

from runstore.jobs import submitted
from runstore.jobs.attempt import still_lives
from runstore.jobs.cancel import CancelWatch
from runstore.jobs.signals import MESSAGES, STOPPING, name_of
from runstore.jobs.submit import queue_files
from runstore.jobs.submit.limits import limit_of
from runstore.layout.paths import RunPaths
from runstore.records import status
from runstore.writing.owner import RunOwner
from runstore.writing.working_folder import finish_work

_TURN = 0.25
"""Seconds between two looks for what nobody tells: new runs, and ends of runs that another queue process started."""
_LOOK_FOR_CANCEL = 1.0


class Queue:
    """The queue of one root."""

    def __init__(self, root: str, lock: int) -> None:
        """``lock``: the descriptor that keeps other processes from this queue."""
        self._root = root
        self._lock = lock
        self._started: dict[str, int] = {}
        """The pids of the supervisors that were started here and have not ended, by the files that they run."""
        self._waiting: dict[str, dict[str, Any]] = {}
        """What is in the files that wait; it does not change while they do."""
        self._next_look = 0.0

    def turn(self) -> bool:
        """Do all that can be done now; false when nothing is left to do or to watch."""
        self._see_ends()
        self._put_back()
        self._read_waiting()
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + _LOOK_FOR_CANCEL
            self._drop_canceled()
        while self._waiting and self._has_room():
            path = next(iter(self._waiting))
            self._start(path, self._waiting.pop(path))
        return bool(self._waiting) or any(not _has_begun(path) for path in self._started)

    def _see_ends(self) -> None:
        """Collect supervisors that have ended; one that ended before its run began has failed at that."""
        for path, pid in list(self._started.items()):
            ended, wait_status = os.waitpid(pid, os.WNOHANG)
            if not ended:
                continue
            del self._started[path]
            content = queue_files.read(path)
            if content is not None and content.get("begun"):
                continue  # killed: the file has no lock any more
            if content is not None:
                returned = os.waitstatus_to_exitcode(wait_status)
                how = f"was ended by {name_of(-returned)}" if returned < 0 else f"ended with exit code {returned}"
                _finish(self._root, content, status.FAILED, f"its supervisor {how}; console/system.log may tell why")
            _unlink(path)

    def _put_back(self) -> None:
        """Files without a lock are left from supervisors that were killed: what has not begun waits again."""
        for path in queue_files.running(self._root):
            if path in self._started:
                continue
            try:
                lock = queue_files.lock(path)
            except OSError:
                continue
            if lock is None:
                continue
            content = queue_files.read(path)
            if content is None or (content.get("begun") and self._is_over(content)):
                _unlink(path)
            elif not content.get("begun"):
                os.rename(path, os.path.join(os.path.dirname(os.path.dirname(path)), os.path.basename(path)))
            os.close(lock)

    def _is_over(self, content: dict[str, Any]) -> bool:
        """Whether nothing of a run is at work whose supervisor was killed; if so, what its script left is kept."""
        try:
            owner = RunOwner(queue_files.run_folder_of(self._root, content) or "")
        except (OSError, ValueError):
            return True
        if still_lives(owner.folder, owner.manifest):
            return False
        finish_work(owner.folder)
        return True

    def _read_waiting(self) -> None:
        known, self._waiting = self._waiting, {}
        for path in queue_files.waiting(self._root):
            content = known.get(path) or queue_files.read(path)
            if content is None or queue_files.run_folder_of(self._root, content) is None:
                _unlink(path)
            else:
                self._waiting[path] = content

    def _drop_canceled(self) -> None:
        """Take from the queue what nobody wants any more: runs that are to be canceled, or were deleted."""
        for path, content in list(self._waiting.items()):
            folder = queue_files.run_folder_of(self._root, content) or ""
            by = CancelWatch(folder).requested()
            if by is None and os.path.isfile(RunPaths(folder).manifest):
                continue
            del self._waiting[path]
            _unlink(path)
            _finish(self._root, content, status.CANCELED, f"canceled by {by}")

    def _has_room(self) -> bool:
        """Whether one more run may be at work.

        A run that has submitted one of these does not count: it may wait for it, and they would wait for each other.
        """
        at_work = [content for path in queue_files.running(self._root) if (content := queue_files.read(path))]
        known = (*at_work, *self._waiting.values())
        submitters = {content.get(key) for content in known for key in ("parent", "submitted_by")}
        first = next(iter(self._waiting.values()))
        return sum(content.get("id") not in submitters for content in at_work) < limit_of(self._root, first)

    def _start(self, path: str, content: dict[str, Any]) -> None:
        """Take a file from the queue and start its supervisor, which gets the lock on it."""
        folder, name = os.path.split(path)
        taken = os.path.join(folder, queue_files.RUNNING, name)
        try:
            lock = queue_files.lock(path)
        except OSError:
            return
        if lock is None:  # somebody looks at it just now
            return
        try:
            os.rename(path, taken)
            pid = os.fork()
            if pid == 0:
                self._supervise(taken, lock, content)
            self._started[taken] = pid
        except OSError as error:
            _unlink(taken)
            _finish(self._root, content, status.FAILED, f"its supervisor cannot be started: {error.strerror}")
        finally:
            os.close(lock)

    def _supervise(self, taken: str, lock: int, content: dict[str, Any]) -> NoReturn:
        """The supervisor's life, in a forked process: it must not return into the code of its parent."""
        code = 1
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(self._lock)
            self._redirect(content)
            submitted.run_taken(self._root, taken, lock)
            code = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)

    def _redirect(self, content: dict[str, Any]) -> None:
        """What we ourselves may print, such as a traceback, goes to the system log of the run."""
        folder = queue_files.run_folder_of(self._root, content) or ""
        log = os.open(RunPaths(folder).system_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.close(log)


def _has_begun(path: str) -> bool:
    content = queue_files.read(path)
    return content is None or bool(content.get("begun"))


def _finish(root: str, content: dict[str, Any], final: str, error: str) -> None:
    """End a run that has never begun."""
    folder = queue_files.run_folder_of(root, content) if content.get("run") else None
    if folder is None:
        return
    try:
        owner = RunOwner(folder)
    except (OSError, ValueError):
        return
    if owner.manifest["status"] not in status.TERMINAL:
        owner.finish(final, {"code": None, "signal": None, "error": error})


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass


def _work(root: str, lock: int | None) -> None:
    """Work until nothing is left, also in the moment in which the lock was let go."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    path = os.path.join(queue_files.queue_folder(root), queue_files.LOCK)
    queue_files.remove_unfinished(root)
    while lock is not None:
        queue = Queue(root, lock)
        while queue.turn():
            select.select([reader], [], [], _TURN)
            try:
                os.read(reader, 4096)
            except BlockingIOError:
                pass
        os.close(lock)
        lock = queue_files.lock(path) if queue_files.waiting(root) else None


def main() -> None:
    """Work on the queue of the root that the command line names."""
    root = sys.argv[1]
    for number in (*STOPPING, *MESSAGES):  # a shell has started us in the background, perhaps under nohup
        signal.signal(number, signal.SIG_DFL)
    if len(sys.argv) > 2:
        lock: int | None = int(sys.argv[2])
        os.set_inheritable(int(sys.argv[2]), False)
    else:
        lock = queue_files.lock(os.path.join(queue_files.queue_folder(root), queue_files.LOCK))
    _work(root, lock)


if __name__ == "__main__":
    main()
