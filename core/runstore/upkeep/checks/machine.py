"""What the machine below a store may lack: space, watches, a file system that tells of changes, a right clock."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator

from runstore.layout.mounts import filesystem_type, is_network
from runstore.layout.paths import RootPaths
from runstore.upkeep.checks.finding import Finding
from runstore.watching.hints import try_to_watch

_LITTLE_SPACE = 1 << 30
_FEW_INODES = 10_000
_SKEW = 5.0
_SSHFS = "new runs and edits are seen up to 20 s late, unless it is mounted with 'sshfs -o dir_cache=no'"


def check_machine(root: str) -> Iterator[Finding]:
    """What is found of the file system of ``root`` and of this host."""
    try:
        usage, system = shutil.disk_usage(root), os.statvfs(root)
    except OSError as error:
        yield Finding("error", "unreadable", root, error.strerror or str(error))
        return
    if usage.free < _LITTLE_SPACE:
        yield Finding(
            "warning",
            "little space",
            root,
            f"{usage.free >> 20} MiB are free",
            "'runs-tui du' shows what takes it, 'runs-tui gc' clears up",
        )
    if system.f_files and system.f_favail < _FEW_INODES:
        yield Finding(
            "warning", "few inodes", root, f"only {system.f_favail} more files can be made on its file system"
        )
    if is_network(root):
        yield Finding(
            "note",
            "network mount",
            root,
            f"on {filesystem_type(root)}: what other hosts write is looked for "
            "once a second, because no change is told",
            _SSHFS if filesystem_type(root) == "fuse.sshfs" else "",
        )
    refused = _watching_refused(root)
    if refused:
        yield Finding(
            "warning",
            "no watches",
            root,
            f"the monitor cannot watch folders, and sees changes later: the system has no more {refused} for this user",
            f"end other programs that watch folders, or raise fs.inotify.max_user_{refused}",
        )
    skew = _clock_skew(RootPaths(root).control)
    if abs(skew) > _SKEW:
        yield Finding(
            "warning",
            "clock skew",
            root,
            f"the clock of its file system is {abs(skew):.0f} s "
            f"{'ahead of' if skew > 0 else 'behind'} this host's: ages are off by as much",
            "set the clocks by NTP",
        )


def _watching_refused(folder: str) -> str:
    """What is used up that is needed to watch a folder, as Linux calls it; empty where nothing is."""
    try:
        try_to_watch(folder)
    except OSError as error:
        return {errno.EMFILE: "instances", errno.ENOSPC: "watches"}.get(error.errno or 0, "")
    return ""


def _clock_skew(folder: str) -> float:
    """Seconds by which the file system's clock is ahead of ours; 0 where it cannot be asked."""
    try:
        before = time.time()
        with tempfile.NamedTemporaryFile(prefix=".tmp-", dir=folder) as file:
            stamped = os.fstat(file.fileno()).st_mtime
        after = time.time()
    except OSError:
        return 0.0
    return stamped - after if stamped > after else min(stamped - before, 0.0)
