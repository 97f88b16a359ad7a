"""Take a snapshot of a folder, or say why not."""

from __future__ import annotations

import os
import stat

from runstore.exceptions import SnapshotException
from runstore.layout.paths import CONTROL, RootPaths
from runstore.layout.printable import printable
from runstore.snapshots.digest import sha256_for
from runstore.snapshots.ignore import IgnoreRules
from runstore.snapshots.limits import Limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator


_BLOCK = 1 << 20


def snapshot_files(folder: str) -> list[tuple[str, str]]:
    """(relative name, path) of the files that belong to a snapshot of ``folder``, sorted.

    Ignored files, links to folders, virtual environments and run stores are left out. Raises `SnapshotException` for
    a home folder or ``/``, and over 300 MB or 2,000 files, limits that can be raised (`Limits`).
    """
    return _files_and_bytes(folder)[0]


def _files_and_bytes(folder: str) -> tuple[list[tuple[str, str]], int]:
    top = os.path.realpath(folder)
    if not os.path.isdir(top):
        raise SnapshotException("snapshot: {} is not a folder".format(printable(folder, 300)))
    if top in ("/", os.path.realpath(os.path.expanduser("~"))):
        raise SnapshotException("no snapshot is taken of {}: put the script into a folder of its own".format(top))
    limits = Limits(top)
    found: list[tuple[str, str]] = []
    for relative, path, size in _walk(top):
        limits.add(relative, size)
        found.append((relative, path))
    limits.check()
    return found, limits.total


def take_snapshot(root: str, folder: str) -> str:
    """Store a snapshot of ``folder`` in ``root`` and return its id; the same content is stored once.

    Raises `SnapshotException`, see `snapshot_files`; also when a file cannot be read or the copy not be written.
    """
    files, total = _files_and_bytes(folder)
    try:
        snapshot_id = _id_of(files, sha256_for(total))
        _store(RootPaths(root).snapshots, snapshot_id, files)
    except OSError as error:
        place = str(error.filename or root)
        own = os.path.realpath(place).startswith(os.path.realpath(folder) + os.sep) and not place.startswith(root)
        raise SnapshotException(
            "no snapshot of {}: {}: {}{}".format(
                printable(folder, 300),
                printable(place, 300),
                error.strerror or error,
                "; what cannot be read may be listed in .amlignore" if own else "",
            )
        ) from error
    return snapshot_id


def _walk(top: str) -> Iterator[tuple[str, str, int]]:
    """(relative name, path, bytes) of the files that are not left out."""
    rules = IgnoreRules.of_folder(top)
    for parent, folders, names in os.walk(top):
        inside = "" if parent == top else os.path.relpath(parent, top).replace(os.sep, "/") + "/"
        folders[:] = sorted(
            name
            for name in folders
            if not rules.ignores(inside + name, True) and not _never_inside(os.path.join(parent, name))
        )
        for name in sorted(names):
            path = os.path.join(parent, name)
            if rules.ignores(inside + name, False):
                continue
            try:
                facts = os.stat(path)
            except OSError:
                continue  # a link to nothing, or deleted just now
            if stat.S_ISREG(facts.st_mode):
                yield inside + name, path, facts.st_size


def _id_of(files: list[tuple[str, str]], sha256: Callable[[], Any]) -> str:
    """32 hex digits of a hash over the names, contents and execute permissions."""
    digest = sha256()
    for relative, path in files:
        digest.update(relative.encode("utf-8", "surrogateescape") + b"\0")
        content = sha256()
        with open(path, "rb") as file:
            if os.fstat(file.fileno()).st_mode & stat.S_IXUSR:
                digest.update(b"x")
            while True:
                block = file.read(_BLOCK)
                if not block:
                    break
                content.update(block)
        digest.update(content.digest())
    return str(digest.hexdigest())[:32]


def _store(snapshots: str, snapshot_id: str, files: list[tuple[str, str]]) -> None:
    """Copy the files into the snapshot's folder, unless it is there."""
    target = os.path.join(snapshots, snapshot_id)
    if _is_there(target):
        return
    temporary = os.path.join(snapshots, ".new-" + os.urandom(6).hex())
    try:
        os.makedirs(temporary)
        for relative, path in files:
            copy = os.path.join(temporary, *relative.split("/"))
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            _copy(path, copy)
        os.rename(temporary, target)
    except OSError:
        import shutil  # only here: it costs 4 ms to import

        shutil.rmtree(temporary, ignore_errors=True)
        if not os.path.isdir(target):  # else somebody has stored the same meanwhile
            raise


def _copy(path: str, copy: str) -> None:
    """Copy a file with its permissions."""
    with open(path, "rb") as source, open(copy, "wb") as target:
        while True:
            block = source.read(_BLOCK)
            if not block:
                break
            target.write(block)
        os.chmod(copy, stat.S_IMODE(os.fstat(source.fileno()).st_mode))


def _is_there(target: str) -> bool:
    """Whether it is stored, and now counts as young: an old one that no run has may be removed."""
    try:
        os.utime(target)
    except OSError:
        return os.path.isdir(target)  # another user's
    return True


def _never_inside(folder: str) -> bool:
    """A virtual environment or a run store is no source code."""
    return os.path.exists(os.path.join(folder, "pyvenv.cfg")) or os.path.isdir(os.path.join(folder, CONTROL))
