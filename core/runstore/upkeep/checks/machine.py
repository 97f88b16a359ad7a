"""What the machine below a store may lack: space, watches, a file system that tells of changes, a right clock."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator

from runstore.layout.mounts import filesystem_type, is_network
from runstore.layout.paths import RootPaths
from runstore.upkeep.checks.finding import Finding
from runstore.watching.hints import MOST_WATCHES

_LITTLE_SPACE = 1 << 30
_FEW_INODES = 10_000
_SKEW = 5.0
_INSTANCES = "/proc/sys/fs/inotify/max_user_instances"


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
        )
    instances = _number_in(_INSTANCES)
    if instances is not None and instances < 2 * MOST_WATCHES:
        yield Finding(
            "warning",
            "few watches",
            _INSTANCES,
            f"a user may have {instances} inotify instances, the monitor "
            f"takes up to {MOST_WATCHES}: changes may be seen later",
            "raise fs.inotify.max_user_instances",
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


def _number_in(path: str) -> int | None:
    try:
        with open(path, encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return None


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
