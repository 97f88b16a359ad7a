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
    from typing import Any, BinaryIO, Callable, Iterator


_BLOCK = 1 << 20


def take_snapshot(root: str, folder: str) -> str:
    """Store a snapshot of ``folder`` in ``root`` and return its id; the same content is stored once.

    Ignored files, links to folders, virtual environments and run stores are left out. Raises `SnapshotException` for
    a home folder or ``/``, over 300 MB or 2,000 files, limits that can be raised (`Limits`), and when a file cannot be
    read or the copy not be written.
    """
    files, total = _files_and_bytes(folder)
    try:
        return _store(RootPaths(root).snapshots, files, sha256_for(total))
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


def _files_and_bytes(folder: str) -> tuple[list[tuple[str, str]], int]:
    """(relative name, path) of the files that belong to a snapshot, sorted, and their bytes together."""
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


def _store(snapshots: str, files: list[tuple[str, str]], sha256: Callable[[], Any]) -> str:
    """Copy the files into a folder named by what is in it, unless it is there; returns the name."""
    snapshot_id = _id_of(files, sha256)
    if is_there(os.path.join(snapshots, snapshot_id)):
        return snapshot_id
    temporary = os.path.join(snapshots, ".new-" + os.urandom(6).hex())
    target = ""
    try:
        os.makedirs(temporary)
        # Somebody may have saved a file since: the name is that of the copies.
        snapshot_id = _id_of(files, sha256, temporary)
        target = os.path.join(snapshots, snapshot_id)
        os.rename(temporary, target)
    except OSError:
        import shutil  # only here: it costs 4 ms to import

        shutil.rmtree(temporary, ignore_errors=True)
        if not target or not is_there(target):  # else it was there, or somebody has stored the same meanwhile
            raise
    return snapshot_id


def _id_of(files: list[tuple[str, str]], sha256: Callable[[], Any], into: str | None = None) -> str:
    """32 hex digits of a hash over the names, contents and execute permissions.

    ``into``: a folder to which the files are copied on the way, with their permissions.
    """
    digest = sha256()
    for relative, path in files:
        try:
            source = open(path, "rb")  # noqa: SIM115 - closed below; only what is gone already is left out
        except FileNotFoundError:
            continue  # deleted since it was listed
        digest.update(relative.encode("utf-8", "surrogateescape") + b"\0")
        content = sha256()
        with source as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & stat.S_IXUSR:
                digest.update(b"x")
            if into is None:
                for block in _blocks(file):
                    content.update(block)
            else:
                copy = os.path.join(into, *relative.split("/"))
                os.makedirs(os.path.dirname(copy), exist_ok=True)
                with open(copy, "wb") as target:
                    for block in _blocks(file):
                        content.update(block)
                        target.write(block)
                os.chmod(copy, mode)
        digest.update(content.digest())
    return str(digest.hexdigest())[:32]


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while True:
        block = file.read(_BLOCK)
        if not block:
            return
        yield block


def is_there(target: str) -> bool:
    """Whether it is stored, and now counts as young: an old one that no run has may be removed."""
    try:
        os.utime(target)
    except OSError:
        return os.path.isdir(target)  # another user's
    return True


def _never_inside(folder: str) -> bool:
    """A virtual environment or a run store is no source code."""
    return os.path.exists(os.path.join(folder, "pyvenv.cfg")) or os.path.isdir(os.path.join(folder, CONTROL))
