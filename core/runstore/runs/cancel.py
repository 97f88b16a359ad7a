"""Asking a run of another process to end, and finding out that somebody has asked."""

from __future__ import annotations

import os
import signal
import time

from runstore.exceptions import UserErrorException
from runstore.layout.paths import RunPaths
from runstore.layout.printable import printable
from runstore.layout.rights import why_not_end
from runstore.records import status
from runstore.records.edits import decode_edit, is_edit_file
from runstore.records.identity import process_alive
from runstore.records.manifest import decode_manifest, moment_in
from runstore.writing.edit import write_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SUPERVISED = "supervised"
"""The run's supervisor sees the request within a second and ends the command: politely, then by force."""
WAITING = "waiting"
"""It has not begun: whoever would start it ends it instead."""
INTERRUPTED = "interrupted"
"""A run of a notebook has ended, and the cell that was writing to it was interrupted; the kernel goes on."""
ENDED = "ended"
"""The run has ended; its process, of a notebook or of its parent run, goes on undisturbed."""
NOTED = "noted"
"""It has no supervisor, and its process cannot be reached from this host: the request is recorded."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
"""What a script without a supervisor gets for the first, the second and each further request."""
_AT_WORK = 60.0
"""Seconds since it last wrote within which a run of a notebook is taken for what the running cell is about."""


def request_cancel(folder: str) -> str:
    """Ask the run in ``folder`` to end, and say what was done: one of the words above, or the name of a signal.

    The request is on disk before anybody is told, so that the end it leads to is known for a cancel. A run that has
    ended is left alone: the caller looks first. Raises `UserErrorException` when this user may not ask for it, OSError
    when the request cannot be written, `ValueError` when its run.json cannot be read.
    """
    paths = RunPaths(folder)
    with open(paths.manifest, "rb") as file:
        manifest = decode_manifest(file.read())
    refused = why_not_end(folder)
    if refused:
        raise UserErrorException("run {} cannot be canceled: {}".format(printable(manifest["id"], 200), refused))
    attempts = manifest["attempts"]
    last = attempts[-1] if attempts and isinstance(attempts[-1], dict) else {}
    start, engine, owner = last.get("start"), last.get("engine"), last.get("owner")
    earlier = requests(folder, start if isinstance(start, (int, float)) else 0.0)
    now = moment_in(manifest, time.time())
    request: dict[str, Any] = {"kind": "cancel", "time": now}
    if manifest["status"] in status.WAITING or not last:
        write_edit(folder, request)
        return WAITING
    if isinstance(last.get("child"), dict) or engine not in (None, "kernel"):
        write_edit(folder, request)
        return SUPERVISED
    if not isinstance(owner, dict) or not process_alive(owner):
        write_edit(folder, request)
        return NOTED
    if manifest["parent"] or engine == "kernel":  # the process is for more than this run
        write_edit(folder, request, {"kind": "end", "value": status.CANCELED, "time": now})
        cell = not manifest["parent"] and now - _last_write(paths) < _AT_WORK
        return INTERRUPTED if cell and _signal(owner, signal.SIGINT) else ENDED
    write_edit(folder, request)
    step = min(earlier, len(SIGNALS) - 1)
    if step == 0 and _ignores_interrupts(owner["pid"]):  # as in the background of a script
        step = 1
    return SIGNALS[step].name if _signal(owner, SIGNALS[step]) else NOTED


def cancel_requested(folder: str, since: float = 0.0) -> bool:
    """Whether somebody has asked the run in ``folder`` to end; see `requests`."""
    return requests(folder, since) > 0


def requests(folder: str, since: float = 0.0) -> int:
    """How many times somebody has asked the run in ``folder`` to end, at ``since`` (unix seconds) or later.

    Of requests that the run's owner has not folded into run.json yet.
    """
    count = 0
    try:
        names = [name for name in os.listdir(folder) if is_edit_file(name)]
    except OSError:
        return 0
    for name in names:
        try:
            with open(os.path.join(folder, name), "rb") as file:
                edit = decode_edit(file.read())
        except (OSError, ValueError):
            continue
        for change in edit["changes"]:
            moment = change.get("time", edit.get("time"))
            if change.get("kind") == "cancel" and isinstance(moment, (int, float)) and moment >= since:
                count += 1
                break
    return count


def _signal(identity: dict[str, Any], number: int) -> bool:
    """Send a signal to another process of this host, if it is still the one that is meant."""
    pid = identity["pid"]
    if pid == os.getpid() or not process_alive(identity):
        return False
    try:
        os.kill(pid, number)
    except OSError:
        return False
    return True


def _last_write(paths: RunPaths) -> float:
    """When a point, a record or output came last."""
    newest = 0.0
    for folder in (paths.points, paths.records, paths.console):
        try:
            with os.scandir(folder) as entries:
                newest = max([newest, *(entry.stat().st_mtime for entry in entries)])
        except OSError:
            continue
    return newest


def _ignores_interrupts(pid: int) -> bool:
    try:
        with open("/proc/{}/status".format(pid), encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith("SigIgn:"):
                    return bool(int(line.split()[1], 16) >> (signal.SIGINT - 1) & 1)
    except (OSError, ValueError, IndexError):
        pass
    return False
