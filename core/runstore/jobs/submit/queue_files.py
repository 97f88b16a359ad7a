"""The files of the queue: each run that waits is one file, each that was taken from the queue another.

``ROOT/.runstore/queue/<uid>/<time in ns>-<random>.json`` waits; names sort in the order of submission. To take it, it
is renamed into ``running/``, where whoever runs it holds a lock on it (flock): a file without one is left from a
process that was killed. A file holds the environment of the run, so only its owner may read it, and one without takes
its place when the run begins. So each user has a queue of their own, and on a network mount each host:
``<uid>@<host>``.
"""

from __future__ import annotations

import json
import os
import time

from runstore.layout.mounts import is_network
from runstore.layout.names import encode_name
from runstore.layout.paths import RootPaths
from runstore.records.identity import host_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

RUNNING = "running"
LOCK = ".lock"
LOG = "queue.log"
"""What went wrong in the process that works on the queue."""
_SUFFIX = ".json"
_NEW = ".new-"
_UNFINISHED = 60.0
"""Seconds after which nobody writes such a file any more."""


def queue_folder(root: str) -> str:
    """Where the files of runs that this user's processes on this host are to run lie; it may not exist yet."""
    name = str(os.getuid())
    if is_network(root):
        name += "@" + encode_name(host_name())
    return os.path.join(RootPaths(root).queue, name)


def put(root: str, content: dict[str, Any]) -> str:
    """Add a run to the end of the queue and return the path of its file; raises OSError.

    ``content`` is read back by `read`: ``id``, ``run`` (its folder below the root), ``parent`` and ``submitted_by``
    (the id of the run whose script has submitted this one; both may be None), ``limit`` (most runs at once when this
    one begins, or None), ``definition`` (with nothing masked), ``environment``.
    """
    folder = queue_folder(root)
    os.makedirs(folder, 0o700, exist_ok=True)
    os.makedirs(os.path.join(folder, RUNNING), exist_ok=True)
    name = "{:020d}-{}{}".format(time.time_ns(), os.urandom(4).hex(), _SUFFIX)
    path = os.path.join(folder, name)
    os.close(_put_at(path, os.path.join(folder, _NEW + name), content))
    return path


def replace(root: str, path: str, content: dict[str, Any]) -> int:
    """Give a file that was taken other content, so that who reads it finds the one or the other, whole.

    Returns the lock on it, as `lock` does: that on the file before guards nothing any more. Raises OSError.
    """
    return _put_at(path, os.path.join(queue_folder(root), _NEW + os.path.basename(path)), content, locked=True)


def _put_at(path: str, temporary: str, content: dict[str, Any], locked: bool = False) -> int:
    """Write a file and rename it to ``path``; returns its descriptor, if ``locked`` with the lock on it."""
    descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        if locked:
            _try_lock(descriptor)
        with open(descriptor, "wb", closefd=False) as file:
            file.write(encode(content))
        os.rename(temporary, path)
    except OSError:
        os.close(descriptor)
        os.unlink(temporary)  # with the part of the environment that it holds
        raise
    return descriptor


def remove_unfinished(root: str) -> None:
    """Remove what `put` has left behind where it was killed: part of an environment."""
    folder = queue_folder(root)
    try:
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            if name.startswith(_NEW) and time.time() - os.stat(path).st_mtime > _UNFINISHED:
                os.unlink(path)
    except OSError:
        pass


def encode(content: dict[str, Any]) -> bytes:
    """The bytes of a file; undecodable bytes of an environment (lone surrogates) survive."""
    return json.dumps(content).encode("ascii") + b"\n"


def read(path: str) -> dict[str, Any] | None:
    """The content of a file of the queue; None when it is gone or is none."""
    try:
        with open(path, "rb") as file:
            content = json.loads(file.read())
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) and isinstance(content.get("run"), str) else None


def run_folder_of(root: str, content: dict[str, Any]) -> str | None:
    """The folder of the run that a file asks for; None when that would not be a run folder of the root."""
    parts = content["run"].split("/")
    if len(parts) != 2 or any(part in ("", ".", "..") or part[0] == "." for part in parts):
        return None
    return os.path.join(root, *parts)


def waiting(root: str) -> list[str]:
    """The paths of the files that wait, first come first."""
    return _files(queue_folder(root))


def running(root: str) -> list[str]:
    """The paths of the files that were taken."""
    return _files(os.path.join(queue_folder(root), RUNNING))


def queues(root: str) -> list[str]:
    """The folders of all queues of the root: of each user and, on a network mount, each host."""
    folder = RootPaths(root).queue
    try:
        return [entry.path for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def queue_of(root: str, run_folder: str) -> str | None:
    """The folder of the queue that holds the run, among those that this user may read; None where there is none."""
    for queue in queues(root):
        for path in (*_files(queue), *_files(os.path.join(queue, RUNNING))):
            content = read(path)
            if content is not None and run_folder_of(root, content) == run_folder:
                return queue
    return None


def _files(folder: str) -> list[str]:
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return [os.path.join(folder, name) for name in sorted(names) if name.endswith(_SUFFIX) and name[0] != "."]


def lock(path: str) -> int | None:
    """Lock a file that exists, for as long as the returned descriptor, or a copy of it, is open; None if it is locked.

    Raises OSError when it cannot be opened. Where the file system has no locks nothing is ever locked by others.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    if _try_lock(descriptor):
        return descriptor
    os.close(descriptor)
    return None


def _try_lock(descriptor: int) -> bool:
    """False when another descriptor has the lock."""
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True
