"""Whether the process that writes an event file still lives, by what the name of the file tells of it."""

from __future__ import annotations

import os
import re
from functools import cache

from runstore.records.identity import boot_id, host_name, pid_namespace, process_alive, process_start

_NAME = re.compile(r"tfevents\.(\d{9,11})\.")
_PROCESS = re.compile(r"(\d{1,9})\.\d+(?:\D|$)")
_CLOCKS = 60.0
"""Seconds by which clocks and what they are compared with may differ."""


def has_ended(path: str) -> bool:
    """Whether the writer is known to be gone: a process of this machine, as ``tfevents.<time>.<host>.<pid>.<n>``.

    False where that cannot be known. A process in another container of the same name is not seen from here, so that
    a file that grows afterwards proves the opposite.
    """
    name = os.path.basename(path)
    begun = _NAME.search(name)
    rest = name[begun.end() :] if begun else ""
    host = host_name() + "."
    process = _PROCESS.match(rest, len(host)) if rest.startswith(host) else None
    if begun is None or process is None:
        return False
    created, pid = float(begun[1]), int(process[1])
    booted = _booted()
    if booted and created < booted - _CLOCKS:
        return True
    if process_alive({"pid": pid, "boot": boot_id(), "pid_ns": pid_namespace(), "host": host_name()}) is False:
        return True
    ticks = process_start(pid)
    return bool(booted and ticks) and booted + (ticks or 0) / os.sysconf("SC_CLK_TCK") > created + _CLOCKS


@cache
def _booted() -> float:
    """When this machine was started, unix seconds; 0 when that is not known."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            return next((float(line.split()[1]) for line in file if line.startswith("btime ")), 0.0)
    except (OSError, ValueError):
        return 0.0
