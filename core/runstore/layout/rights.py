"""What this user may do to a run, asked before it is tried, so that a person is told why not.

The file system has the last word; in a root that a group shares, `runstore.layout.sharing` says what it allows.
"""

from __future__ import annotations

import os

from runstore.layout.paths import RootPaths
from runstore.layout.sharing import is_shared

_UNSHARED = "the run store {} is {}'s, who has not shared it with you (runs-tui init --group shares one)"


def user_of(path: str) -> str:
    """The name of the user whose file or folder this is, the number where it has no name; raises OSError."""
    number = os.stat(path).st_uid
    try:
        import pwd

        return pwd.getpwuid(number).pw_name
    except (ImportError, KeyError):
        return str(number)


def is_own(path: str) -> bool:
    """Whether this user may do with it as its owner does; raises OSError."""
    return os.geteuid() in (0, os.stat(path).st_uid)


def is_anothers(folder: str) -> bool:
    """Whether it is a folder of another user in a root that a group shares.

    Elsewhere a number may mean another person than it says, as on a mount of another machine: there who can write may.
    """
    return is_shared(folder) and not is_own(folder)


def why_not_look(root: str) -> str:
    """Why the runs of ``root``, which exists, cannot be read; empty when they can."""
    if os.access(root, os.R_OK | os.X_OK):
        return ""
    try:
        owner = user_of(root)
    except OSError as error:
        return "the run store {} cannot be read: {}".format(root, error.strerror)
    if is_shared(root):
        return "the run store {} is for the group {}".format(root, _group_of(root))
    return _UNSHARED.format(root, owner)


def why_not_change(run_folder: str) -> str:
    """Why nothing may be noted on the run (tags, a note, a name, archived); empty when it may be."""
    if not os.path.isdir(run_folder):
        return "it was deleted"
    if _writable(run_folder):
        return ""
    if _read_only(run_folder):
        return "its run store is read-only here"
    if is_own(run_folder):
        return "its folder is write-protected: chmod u+w {}".format(run_folder)
    return "it is a run of {0}, and its store lets only {0} change it".format(user_of(run_folder))


def why_not_end(run_folder: str) -> str:
    """Why its end may not be asked for: only its own user may do that; empty when it may be."""
    why = why_not_change(run_folder)
    if not why and is_anothers(run_folder):
        why = "it is a run of {0}: only {0} may cancel it".format(user_of(run_folder))
    return why


def why_not_delete(folder: str) -> str:
    """Why the run, or the experiment, in ``folder`` may not be moved to the trash; empty when it may be."""
    above = os.path.dirname(folder)
    if not os.path.isdir(folder):
        return "it was deleted"
    if is_anothers(folder):
        return "it is {0}'s: only {0} may delete it".format(user_of(folder))
    if not _writable(folder) or not _writable(above):
        return "its run store is {} here".format("read-only" if _read_only(above) else "write-protected")
    return ""


def why_not_add(root: str) -> str:
    """Why no run may be made in ``root``, which exists; empty when one may be."""
    if _writable(root) and _writable(RootPaths(root).control):
        return ""
    if _read_only(root):
        return "the run store {} is read-only here".format(root)
    if is_own(root):
        return "the run store {0} is write-protected: chmod u+w {0}".format(root)
    return _UNSHARED.format(root, user_of(root))


def _group_of(path: str) -> str:
    number = os.stat(path).st_gid
    try:
        import grp

        return grp.getgrgid(number).gr_name
    except (ImportError, KeyError):
        return str(number)


def _writable(folder: str) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)


def _read_only(folder: str) -> bool:
    try:
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except (OSError, AttributeError):
        return False
