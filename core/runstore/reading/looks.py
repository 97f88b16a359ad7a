"""What a list reads of each run folder first, of many as they stand on the disk."""

from __future__ import annotations

import os
from collections import deque
from itertools import islice
from stat import S_ISDIR
from typing import Iterable, Iterator, NamedTuple

from runstore.layout.paths import MANIFEST
from runstore.reading.growing import open_regular, read_small
from runstore.reading.manifest import LARGEST
from runstore.reading.waits import all_at_once
from runstore.records.edits import is_edit_file

_AHEAD = 128
_TOGETHER = 64


class Look(NamedTuple):
    """``stat`` is that of the folder, from before the rest was read; None where there is none, or nobody can tell
    now (``out_of_reach``), as where a mount is broken.

    ``manifest`` is the content of ``run.json``, None where it cannot be read or somebody has edited the run since.
    """

    folder: str
    stat: os.stat_result | None
    manifest: bytes | None
    out_of_reach: bool = False


def look_at(folder: str) -> Look:
    """Look at one. Links are not followed: nothing outside the root is listed."""
    try:
        stat = os.lstat(folder)
    except OSError as error:
        return Look(folder, None, None, not isinstance(error, (FileNotFoundError, NotADirectoryError)))
    if not S_ISDIR(stat.st_mode):
        return Look(folder, None, None)
    try:
        edited = any(map(is_edit_file, os.listdir(folder)))
        return Look(folder, stat, None if edited else read_small(f"{folder}/{MANIFEST}", LARGEST))
    except OSError:
        return Look(folder, stat, None)


def looks(folders: Iterable[str], network: bool) -> Iterator[list[Look]]:
    """At all of them in their order: one by one, or on a network mount as many as are looked at together."""
    return _together(folders) if network else ([look] for look in _one_by_one(folders))


def _together(folders: Iterable[str]) -> Iterator[list[Look]]:
    """Each look is a few times the way to the server and back."""
    left = iter(folders)
    while some := list(islice(left, _TOGETHER)):
        yield all_at_once(look_at, some)


def _one_by_one(folders: Iterable[str]) -> Iterator[Look]:
    """The disk is told early which files come next."""
    waiting: deque[str] = deque()
    for folder in folders:
        _tell(f"{folder}/{MANIFEST}")
        waiting.append(folder)
        if len(waiting) > _AHEAD:
            yield look_at(waiting.popleft())
    yield from map(look_at, waiting)


def _tell(path: str) -> None:
    try:
        descriptor = open_regular(path)
    except OSError:
        return
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_WILLNEED)
    except (OSError, AttributeError):  # not on every system
        pass
    finally:
        os.close(descriptor)
