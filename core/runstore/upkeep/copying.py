"""Folders copied file by file, each file read back and compared with what was read first."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Collection

from runstore.exceptions import WorkspaceException
from runstore.layout.printable import printable

_BLOCK = 1 << 20


class CopyFailed(WorkspaceException):
    """A file could not be copied, or its copy is not the same."""


def copy_folder(source: str, target: str, live: bool = False, without: Collection[str] = ()) -> None:
    """Make ``target`` a copy of the folder ``source``; the caller renames it into place, and removes it on error.

    Regular files keep their content, times, holes and whether they can be executed, and are read back from the disk
    after they were written. Links are copied as links; pipes, sockets and devices are left out. ``live``: files may
    grow meanwhile, and may go; what was there at the moment is copied. ``without``: paths in ``source`` that are left
    out. Raises `CopyFailed`.
    """
    try:
        os.mkdir(target)
        with os.scandir(source) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        raise _failure(error, source) from error
    for entry in entries:
        place = os.path.join(target, entry.name)
        try:
            if entry.path in without:
                continue
            if entry.is_symlink():
                os.symlink(os.readlink(entry.path), place)
            elif entry.is_dir(follow_symlinks=False):
                copy_folder(entry.path, place, live, without)
            elif entry.is_file(follow_symlinks=False):
                _copy_file(entry.path, place, live)
        except FileNotFoundError as error:
            if not live:
                raise _failure(error, entry.path) from error
        except OSError as error:
            raise _failure(error, entry.path) from error
    _sync(target)


def _copy_file(source: str, target: str, live: bool) -> None:
    with open(source, "rb") as reading, open(target, "xb") as writing:
        facts = os.fstat(reading.fileno())
        has_holes = facts.st_blocks * 512 < facts.st_size
        digest = hashlib.sha256()
        left = facts.st_size
        while left and (block := reading.read(min(_BLOCK, left))):
            digest.update(block)
            left -= len(block)
            if has_holes and not block.strip(b"\0"):
                writing.seek(len(block), os.SEEK_CUR)
            else:
                writing.write(block)
        writing.truncate()
        writing.flush()
        if facts.st_mode & stat.S_IXUSR:
            mode = os.fstat(writing.fileno()).st_mode
            os.fchmod(writing.fileno(), mode | (mode & 0o444) >> 2)
        os.fsync(writing.fileno())
        after = os.fstat(reading.fileno())
        if not live and (after.st_size, after.st_mtime_ns) != (facts.st_size, facts.st_mtime_ns):
            raise CopyFailed(f"{printable(source, 300)} was changed while it was copied")
    os.utime(target, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    if _digest_on_disk(target) != digest.digest():
        raise CopyFailed(f"the copy of {printable(source, 300)} does not hold what was written to it")


def _digest_on_disk(path: str) -> bytes:
    """The hash of a file as the disk has it: what the system keeps of it in memory is given up first."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.digest()


def _sync(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some mounts cannot do this for folders
    finally:
        os.close(descriptor)


def _failure(error: OSError, path: str) -> CopyFailed:
    return CopyFailed(f"{printable(error.filename or path, 300)}: {error.strerror or error}")
