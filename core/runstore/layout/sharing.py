"""A root that a group shares. The file system keeps who may do what, whatever each person's umask is.

Folders in which the group makes things (the root, its experiments, its runs) have the set-group-id and the sticky bit:
anybody of the group may add a file, and only its owner takes it away or replaces it. So everybody may put an edit
beside another's ``run.json``; what is in the folders of a run only its owner writes. A default access control list on
each folder gives new files the group's rights; where the file system has no such lists, a umask of 022 or less does.
"""

from __future__ import annotations

import os
import stat
import struct

from runstore.layout.paths import EXPERIMENT_FILE, RootPaths, iter_experiments, iter_runs

TYPE_CHECKING = False  # typing itself costs 5 ms to import
if TYPE_CHECKING:
    from typing import Iterable

COMMON = 0o3770
"""A folder to which the group adds."""
CONTROL = 0o2770
"""A folder in which the group also replaces what others have written."""
OWNED = 0o2750
"""A folder of one run: the group reads."""
_COMMON_BITS = stat.S_ISGID | stat.S_ISVTX | stat.S_IWGRP
_DEFAULT_ACL, _ACCESS_ACL = "system.posix_acl_default", "system.posix_acl_access"
_USER, _GROUP, _OTHER = 0x01, 0x04, 0x20
_NOBODY = 0xFFFFFFFF
_FULL, _READ = 7, 5  # rwx, r-x


def is_shared(folder: str) -> bool:
    """Whether a group adds to this folder, each its own."""
    try:
        return os.stat(folder).st_mode & _COMMON_BITS == _COMMON_BITS
    except OSError:
        return False


def share_root(root: str, group: int) -> bool:
    """Let the group with this number share ``root``, and all that is in it; nobody else may look in.

    Returns whether the file system takes access control lists, so that no umask matters. Raises OSError, as for files
    of others.
    """
    paths = RootPaths(root)
    lists = _give(root, group, COMMON)
    _give_tree(paths.control, group, CONTROL)
    for folder in (paths.queue, paths.trash, paths.models, paths.snapshots):
        os.makedirs(folder, exist_ok=True)
        _give(folder, group, COMMON if folder in (paths.queue, paths.trash) else CONTROL)
    for experiment in iter_experiments(root):
        _give(experiment, group, COMMON)
        facts = os.path.join(experiment, EXPERIMENT_FILE)
        if os.path.exists(facts):
            _give_file(facts, group, CONTROL)
        _give_tree(os.path.join(experiment, ".numbers"), group, COMMON)
        for run in iter_runs(experiment):
            _give_tree(run, group, OWNED, private=False)
            _give(run, group, COMMON, _READ)
    return lists


def let_pass(folders: Iterable[str], group: int) -> None:
    """Let the group look into these folders, and through them at what is shared below; raises OSError."""
    for folder in folders:
        os.chown(folder, -1, group)
        os.chmod(folder, 0o750)


def closed_on_the_way(root: str, group: int) -> str:
    """The first folder above ``root`` that keeps a member of the group out who has no other rights; else empty."""
    folder, above = root, []
    while os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
        above.append(folder)
    for folder in reversed(above):
        facts = os.stat(folder)
        passable = stat.S_IXGRP if facts.st_gid == group else stat.S_IXOTH
        if not facts.st_mode & passable and not _has_list(folder):
            return folder
    return ""


def admit_group(folder: str) -> None:
    """Let the group work in a new folder as in the one around it, if that is a shared one."""
    parent = os.path.dirname(folder)
    if is_shared(parent):
        try:
            os.chmod(folder, stat.S_IMODE(os.stat(parent).st_mode))
        except PermissionError:
            pass  # another of the group has made it in this very moment, and does the same


def enclose(folder: str) -> None:
    """A new folder in a shared one becomes that of a run: the group adds edits to it, and reads what is below."""
    parent = os.path.dirname(folder)
    if is_shared(parent):
        _give(folder, os.stat(parent).st_gid, COMMON, _READ)


def enclose_all(folder: str) -> None:
    """As `enclose`, of a folder with all that a run has, copied or moved there; raises OSError for files of others."""
    parent = os.path.dirname(folder)
    if is_shared(parent):
        _give_tree(folder, os.stat(parent).st_gid, OWNED, private=False)
        enclose(folder)


def _give(folder: str, group: int, mode: int, inside: int | None = None) -> bool:
    """Give a folder to the group; ``inside``: the group's rights to what is made in it."""
    os.chown(folder, -1, group)
    os.chmod(folder, mode)
    return _set_default(folder, mode >> 3 & _FULL if inside is None else inside)


def _give_tree(top: str, group: int, mode: int, private: bool = True) -> None:
    """Give folders and files to the group; ``private``: what its owner alone may read stays so."""
    for folder, folders, names in os.walk(top):
        if private and folder != top and _is_private(folder):
            folders.clear()
            continue
        _give(folder, group, mode)
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.islink(path) and not (private and _is_private(path)):
                _give_file(path, group, mode)


def _give_file(path: str, group: int, folder_mode: int) -> None:
    """Give a file to the group, which may write it where it may write the folder."""
    own = os.stat(path).st_mode & stat.S_IRWXU
    os.chown(path, -1, group)
    os.chmod(path, own | own >> 3 & folder_mode)


def _is_private(path: str) -> bool:
    return not os.stat(path).st_mode & (stat.S_IRGRP | stat.S_IROTH)


def _has_list(folder: str) -> bool:
    """Whether an access control list says more than the mode does."""
    try:
        return bool(os.getxattr(folder, _ACCESS_ACL))
    except (OSError, AttributeError):
        return False


def _set_default(folder: str, group: int) -> bool:
    """Let files and folders made in ``folder`` be the owner's to write, with these rights of the group."""
    entries = ((_USER, _FULL), (_GROUP, group), (_OTHER, 0))
    value = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", tag, rights, _NOBODY) for tag, rights in entries)
    try:
        os.setxattr(folder, _DEFAULT_ACL, value)
    except (OSError, AttributeError):
        return False
    return True
