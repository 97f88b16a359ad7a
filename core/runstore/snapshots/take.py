"""Take a snapshot of a folder, or say why not."""

from __future__ import annotations

import os
import shutil

from runstore.exceptions import SnapshotException
from runstore.layout.paths import CONTROL, RootPaths
from runstore.layout.printable import printable
from runstore.snapshots.ignore import IgnoreRules

MOST_BYTES = 300 * 1000 * 1000
MOST_FILES = 2000
LIMIT_VARIABLE = "RUNSTORE_SNAPSHOT_MAX_MB"


def snapshot_files(folder: str) -> list[tuple[str, str]]:
    """(relative name, path) of the files that belong to a snapshot of ``folder``, sorted.

    Ignored files, links to folders, virtual environments and run stores are left out. Raises `SnapshotException` for
    a home folder or ``/``, and over 300 MB or 2,000 files (RUNSTORE_SNAPSHOT_MAX_MB lifts both limits).
    """
    top = os.path.realpath(folder)
    if not os.path.isdir(top):
        raise SnapshotException("snapshot: {} is not a folder".format(printable(folder, 300)))
    if top in ("/", os.path.realpath(os.path.expanduser("~"))):
        raise SnapshotException("no snapshot is taken of {}".format(top))
    text = os.environ.get(LIMIT_VARIABLE, "")
    most_bytes = int(float(text) * 1e6) if text.replace(".", "", 1).isdigit() else MOST_BYTES
    most_files = MOST_FILES if most_bytes <= MOST_BYTES else 1 << 62
    rules = IgnoreRules.of_folder(top)
    found: list[tuple[str, str]] = []
    total = 0
    for parent, folders, names in os.walk(top):
        inside = "" if parent == top else os.path.relpath(parent, top).replace(os.sep, "/") + "/"
        folders[:] = sorted(
            name
            for name in folders
            if not rules.ignores(inside + name, True) and not _never_inside(os.path.join(parent, name))
        )
        for name in sorted(names):
            path = os.path.join(parent, name)
            if rules.ignores(inside + name, False) or not os.path.isfile(path):
                continue
            found.append((inside + name, path))
            total += os.path.getsize(path)
            if total > most_bytes or len(found) > most_files:
                raise SnapshotException(
                    "no snapshot of {}: over {} MB or {} files; list what is not source code in .amlignore, or set "
                    "{}".format(printable(top, 300), most_bytes // 1000000, MOST_FILES, LIMIT_VARIABLE)
                )
    return found


def take_snapshot(root: str, folder: str) -> str:
    """Store a snapshot of ``folder`` in ``root`` and return its id; the same content is stored once.

    Raises `SnapshotException` (see `snapshot_files`) and OSError.
    """
    from hashlib import sha256

    files = snapshot_files(folder)
    digest = sha256()
    for relative, path in files:
        digest.update(relative.encode("utf-8", "surrogatepass") + b"\0")
        content = sha256()
        with open(path, "rb") as file:
            while True:
                block = file.read(1 << 20)
                if not block:
                    break
                content.update(block)
        digest.update(content.digest())
    snapshot_id = digest.hexdigest()[:32]
    snapshots = RootPaths(root).snapshots
    target = os.path.join(snapshots, snapshot_id)
    if os.path.isdir(target):
        return snapshot_id
    temporary = os.path.join(snapshots, ".new-" + os.urandom(6).hex())
    try:
        os.makedirs(temporary)
        for relative, path in files:
            copy = os.path.join(temporary, *relative.split("/"))
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            shutil.copyfile(path, copy)
            shutil.copymode(path, copy)
        os.rename(temporary, target)
    except OSError:
        shutil.rmtree(temporary, ignore_errors=True)
        if not os.path.isdir(target):
            raise
    return snapshot_id


def _never_inside(folder: str) -> bool:
    """A virtual environment or a run store is no source code."""
    return os.path.exists(os.path.join(folder, "pyvenv.cfg")) or os.path.isdir(os.path.join(folder, CONTROL))
