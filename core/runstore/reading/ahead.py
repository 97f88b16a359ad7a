"""Many small files read one after the other: the disk is told early which ones come next."""

from __future__ import annotations

import os
from collections import deque
from typing import Iterable, Iterator

from runstore.reading.growing import open_regular

_AHEAD = 128


def told_ahead(folders: Iterable[str], name: str) -> Iterator[str]:
    """``folders`` in turn, while the files ``name`` in the next ones are on their way into memory.

    A folder in which it cannot be opened is handed out all the same.
    """
    waiting: deque[str] = deque()
    for folder in folders:
        _tell(f"{folder}/{name}")
        waiting.append(folder)
        if len(waiting) > _AHEAD:
            yield waiting.popleft()
    yield from waiting


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
