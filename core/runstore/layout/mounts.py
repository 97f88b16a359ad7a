"""What kind of file system a path lies on: some answers of ours depend on it (watching, heartbeats, writing)."""

from __future__ import annotations

import os

_NETWORK = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "lustre",
    "beegfs",
    "gpfs",
    "ceph",
    "glusterfs",
    "9p",
    "afs",
    "pvfs2",
}


def _unescape(field: str) -> str:
    """A field of mountinfo, in which space, tab, newline and backslash are octal escapes (man 5 proc)."""
    if "\\" not in field:
        return field
    for escape, char in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        field = field.replace(escape, char)
    return field


def filesystem_type(path: str) -> str:
    """The type of the mount that holds ``path``, such as ``ext4`` or ``nfs4``; empty where that cannot be told."""
    best, kind = "", ""
    real = os.path.realpath(path)
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as mounts:
            for line in mounts:
                left, _, right = line.partition(" - ")
                point = _unescape(left.split()[4])
                inside = real == point or real.startswith(point.rstrip("/") + "/")
                if inside and len(point) >= len(best):
                    best, kind = point, right.split()[0]
    except (OSError, IndexError, NameError):  # NameError: there is no `open` any more in an interpreter that ends
        return ""
    return kind


def is_network(path: str) -> bool:
    """Whether other hosts may write behind ``path``, so that inotify sees nothing of it and caches may be stale."""
    kind = filesystem_type(path)
    return kind in _NETWORK or kind.startswith("fuse.")


def free_bytes(path: str) -> int | None:
    """Bytes that an ordinary user can still write there; None where that cannot be told."""
    try:
        stat = os.statvfs(path)
    except (OSError, AttributeError):
        return None
    return stat.f_bavail * stat.f_frsize
