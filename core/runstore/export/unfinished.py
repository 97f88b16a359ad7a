"""What an export makes beside its place until it is whole, and what one that was killed has left of that."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

_PREFIX = ".runs-tui-export-"
"""What is only ours: a folder of exports may be any folder of a person."""


def beside(path: str) -> str:
    """Where to make what is then put at ``path``: there no other program expects anything."""
    return os.path.join(os.path.dirname(path), _PREFIX + os.urandom(6).hex())


def remove(path: str) -> None:
    """Remove the file or folder that may be there."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path, ignore_errors=True)
    elif os.path.lexists(path):
        os.unlink(path)


@contextmanager
def exporting(folder: str) -> Iterator[None]:
    """First remove what killed exports have left in the folders of ``folder``, unless another export goes on there.

    Each holds a lock on the folder for that; where its file system has none, nothing is removed. Raises OSError.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if _lock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB):
            for path in _left_in(folder):
                remove(path)
        _lock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how)
    except OSError:
        return False
    return True


def _left_in(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        below = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    for each in below:
        try:
            names = os.listdir(each)
        except OSError:  # another's
            continue
        yield from (os.path.join(each, name) for name in names if name.startswith(_PREFIX))
