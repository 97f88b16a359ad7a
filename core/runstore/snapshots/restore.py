"""A snapshot's files, brought back into a folder or as one zip file."""

from __future__ import annotations

import os
import shutil

from runstore.exceptions import SnapshotException
from runstore.layout.names import encode_name
from runstore.layout.paths import RootPaths
from runstore.layout.printable import printable


def snapshot_folder(root: str, snapshot_id: str) -> str:
    """Where the snapshot's files lie; raises `SnapshotException` when there is none with this id."""
    folder = os.path.join(RootPaths(root).snapshots, snapshot_id)
    if not snapshot_id.isalnum() or not os.path.isdir(folder):
        raise SnapshotException("no snapshot {!r} in {}".format(printable(snapshot_id, 100), root))
    return folder


def copy_snapshot(root: str, snapshot_id: str, folder: str) -> None:
    """Copy the snapshot's files into ``folder``, which is made if need be; files of the same names are replaced.

    No snapshot that was taken holds links: one that was put there is left out.
    Raises `SnapshotException` when there is no such snapshot, and OSError.
    """
    source = snapshot_folder(root, snapshot_id)
    for parent, _, names in os.walk(source):
        target = os.path.normpath(os.path.join(folder, os.path.relpath(parent, source)))
        os.makedirs(target, exist_ok=True)
        for name in names:
            file = os.path.join(parent, name)
            if not os.path.islink(file):
                shutil.copy2(file, os.path.join(target, name))


def zip_snapshot(root: str, snapshot_id: str, folder: str) -> str:
    """Write the snapshot as ``<folder>/<id>.zip`` and return that file's absolute path.

    Names in a zip file are UTF-8: one that is not is percent-encoded there, as names of runs are in the store.
    Raises `SnapshotException` when there is no such snapshot, and OSError.
    """
    from zipfile import ZIP_DEFLATED, ZipFile

    source = snapshot_folder(root, snapshot_id)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(os.path.abspath(folder), snapshot_id + ".zip")
    temporary = path + ".tmp-" + os.urandom(4).hex()
    try:
        with ZipFile(temporary, "w", ZIP_DEFLATED, strict_timestamps=False) as archive:
            for parent, _, names in os.walk(source):
                for name in sorted(names):
                    file = os.path.join(parent, name)
                    if os.path.islink(file):
                        continue
                    archive.write(file, "/".join(map(_as_utf8, os.path.relpath(file, source).split(os.sep))))
        os.replace(temporary, path)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise
    return path


def _as_utf8(name: str) -> str:
    try:
        name.encode()
    except UnicodeEncodeError:  # bytes of another encoding
        return encode_name(name)
    return name
