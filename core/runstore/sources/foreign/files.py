"""The files of a foreign run as they look from outside. What cannot be looked at is as if it were not there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from stat import S_ISREG

from runstore.layout.paths import CONTROL
from runstore.reading.consoles import ConsoleLog

Signature = tuple[tuple[str, int, int, int], ...]
"""Path, inode, bytes and time of the last write of each of some files."""


def size_of(path: str) -> int:
    """Bytes of a regular file; 0 for anything else."""
    stat = _stat(path)
    return stat.st_size if stat is not None and S_ISREG(stat.st_mode) else 0


def written(paths: Iterable[str]) -> Iterator[float]:
    """When each of them was last written, unix seconds."""
    return (stat.st_mtime for path in paths if (stat := _stat(path)) is not None)


def signature(paths: Iterable[str]) -> Signature:
    """Another one after each change."""
    stats = ((path, _stat(path)) for path in dict.fromkeys(paths))
    return tuple(
        (path, stat.st_ino, stat.st_size, stat.st_mtime_ns) if stat else (path, 0, 0, 0) for path, stat in stats
    )


def outputs(paths: Iterable[str]) -> list[ConsoleLog]:
    """Files of output, the newest last."""
    stats = ((path, _stat(path)) for path in paths)
    found = [
        ConsoleLog(os.path.basename(path), "0", 0, path, None, (stat.st_size, stat.st_mtime))
        for path, stat in stats
        if stat is not None
    ]
    return sorted(found, key=lambda log: log.modified)


def names_below(top: str) -> Iterator[str]:
    """The names of the files in a folder and in those below, folder by folder; a run store of ours is passed over."""
    for folder, below, names in os.walk(top):
        if CONTROL in below:
            below.clear()
            continue
        below.sort()
        yield from sorted(os.path.relpath(os.path.join(folder, name), top) for name in names)


def leads_away(path: str, top: str) -> bool:
    """Whether what is at ``path``, links followed, lies outside the folder ``top``."""
    return not os.path.realpath(path).startswith(os.path.join(os.path.realpath(top), ""))


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except OSError:
        return None
