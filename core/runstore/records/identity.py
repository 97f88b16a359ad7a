"""Which process on which machine: enough to tell later, from the same host, whether it still lives."""

from __future__ import annotations

import errno
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_fixed: dict[str, str] = {}


def _read(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read().decode("ascii", "replace").strip()
    except OSError:
        return ""


def host_name() -> str:
    """This machine's name."""
    return os.uname().nodename


def boot_id() -> str:
    """The kernel's id of this boot; it is the same inside containers. Empty where there is none."""
    if "boot" not in _fixed:
        _fixed["boot"] = _read("/proc/sys/kernel/random/boot_id")
    return _fixed["boot"]


def pid_namespace() -> str:
    """The id of this process's pid namespace, such as ``pid:[4026531836]``; empty where there is none."""
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""


def _stat_fields(pid: int) -> list[str] | None:
    """Fields 3 and on of ``/proc/<pid>/stat`` (man 5 proc); None when there is no such process to be seen."""
    try:
        with open("/proc/{}/stat".format(pid), "rb") as file:
            content = file.read()
    except (OSError, NameError):  # NameError: there is no `open` any more in an interpreter that ends
        return None
    return content[content.rfind(b")") + 2 :].decode("ascii", "replace").split()


def process_start(pid: int) -> int | None:
    """Start time of a process in clock ticks since boot; with the pid it is unique in this boot."""
    fields = _stat_fields(pid)
    try:
        return int(fields[19]) if fields else None
    except (IndexError, ValueError):
        return None


def identity_of(pid: int | None = None) -> dict[str, Any]:
    """The identity of process ``pid`` of this host (this process by default)."""
    pid = os.getpid() if pid is None else pid
    return {
        "host": host_name(),
        "pid": pid,
        "pid_ns": pid_namespace(),
        "boot": boot_id(),
        "pid_start": process_start(pid),
    }


def is_same_host(identity: dict[str, Any]) -> bool:
    """Whether pids of ``identity`` mean the same here: same boot and same pid namespace."""
    if identity.get("boot") or boot_id():
        return identity.get("boot") == boot_id() and identity.get("pid_ns") == pid_namespace()
    return identity.get("host") == host_name()


def was_before_restart(identity: dict[str, Any]) -> bool:
    """Whether it is a process of a machine of this name in another boot: very likely of this one before a restart."""
    boot = identity.get("boot")
    return bool(boot and boot_id()) and boot != boot_id() and identity.get("host") == host_name()


def process_alive(identity: dict[str, Any]) -> bool | None:
    """Whether the process still lives (a zombie does not); None when that cannot be known from this host."""
    pid = identity.get("pid")
    if type(pid) is not int or pid <= 0 or not is_same_host(identity):
        return None
    fields = _stat_fields(pid)
    if fields is not None and len(fields) > 19:
        if fields[0] in ("Z", "X", "x"):
            return False
        start = identity.get("pid_start")
        return start is None or str(start) == fields[19]
    try:
        os.kill(pid, 0)
    except OSError as error:
        return error.errno == errno.EPERM
    except OverflowError:
        return False
    return True
