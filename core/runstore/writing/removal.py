"""Deleting for good, so that the space is given back: also what its owner may not enter, and told when some stays."""

from __future__ import annotations

import os
import stat

from runstore.layout.paths import NEW_PREFIX


def take_away(folder: str) -> bool:
    """Delete a folder that readers may be in: it disappears at once and whole, then its files go; whether all did.

    What is left, where not all can be deleted or this process is killed, bears a name by which it is known as a
    leftover. Raises OSError where it cannot be renamed.
    """
    gone = os.path.join(os.path.dirname(folder), NEW_PREFIX + os.urandom(6).hex())
    os.rename(folder, gone)
    return delete(gone)


def delete(path: str) -> bool:
    """Delete a file, a link, or a folder with all that is in it, even where its owner may not enter; never raises.

    Returns whether all of it is gone.
    """
    from shutil import rmtree  # only here: it costs 4 ms to import

    if not os.path.isdir(path) or os.path.islink(path):
        try:
            os.unlink(path)
        except OSError:
            pass
        return not os.path.lexists(path)
    try:
        rmtree(path, ignore_errors=True)
        if os.path.lexists(path):
            let_in(path)
            for parent, folders, _ in os.walk(path):
                for name in folders:
                    let_in(os.path.join(parent, name))
            rmtree(path, ignore_errors=True)
    except RecursionError:  # thousands of folders in each other, before Python 3.13
        pass
    return not os.path.lexists(path)


def let_in(folder: str) -> None:
    """Let its owner enter, read and change the folder, if it is one; never raises."""
    try:
        mode = os.lstat(folder).st_mode
        if stat.S_ISDIR(mode) and mode & 0o700 != 0o700:
            os.chmod(folder, stat.S_IMODE(mode) | 0o700)
    except OSError:
        pass
