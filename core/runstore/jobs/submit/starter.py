"""Seeing to it that the queue of a root is worked on, by one process that belongs to nobody's session."""

from __future__ import annotations

import os

from runstore.exceptions import ExperimentExecutionException
from runstore.jobs.submit import queue_files
from runstore.jobs.submit.interpreter import own_interpreter


def has_work(root: str) -> bool:
    """Whether a process is needed for the queue: a run waits, or was left by a process that is no more.

    While runs that have begun are at work and none waits, there is none.
    """
    return bool(queue_files.waiting(root)) or any(map(_is_left, queue_files.running(root)))


def ensure_queue(root: str) -> bool:
    """Start the process that takes runs from the queue, unless nothing waits or it runs; true when it was started.

    Cheap where nothing waits: one listing. Raises OSError or `ExperimentExecutionException` when it cannot be started.
    """
    if not has_work(root):
        return False
    folder = queue_files.queue_folder(root)
    path = os.path.join(folder, queue_files.LOCK)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    # The lock is taken here and handed over, so that of many who ask at once only one starts a process.
    lock = queue_files.lock(path)
    if lock is None:
        return False
    try:
        # The last argument tells this process and what it forks from all others.
        command = [own_interpreter(), "-m", "runstore.jobs.queue", root, str(lock), os.urandom(6).hex()]
        _start(command, lock, os.path.join(folder, queue_files.LOG))
    finally:
        os.close(lock)
    return True


def keep_queue_going(root: str) -> None:
    """`ensure_queue` for who only looks on, a list or the app: what cannot be started is left as it is."""
    try:
        ensure_queue(root)
    except (OSError, ExperimentExecutionException):
        pass


def _is_left(path: str) -> bool:
    """Whether a file was taken from the queue by a process that is no more."""
    try:
        lock = queue_files.lock(path)
    except OSError:
        return False
    if lock is None:
        return False
    os.close(lock)
    return True


def _start(command: list[str], descriptor: int, log: str) -> None:
    """Start a process that outlives this one, its terminal and its session, and is no child of it either."""
    import subprocess

    with open(log, "ab") as errors:
        # A shell in between ends at once, so that nobody here has a child to wait for.
        subprocess.run(
            ["/bin/sh", "-c", '"$@" &', "sh", *command],
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=errors,
            cwd="/",
            env=_environment(),
            pass_fds=(descriptor,),
            start_new_session=True,
            check=False,
        )


def _environment() -> dict[str, str]:
    """Ours, without what names a run around us or leads Python elsewhere; each run brings the environment it had."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("RUNSTORE_RUN_", "RUNSTORE_ATTEMPT", "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP"))
    }
