"""Asking runs to end."""

from __future__ import annotations

import time

from runs_tui.actions import Refused, refusing
from runs_tui.actions.rights import may_end
from runs_tui.model.states import WAITING
from runstore.reading.row import RunRow

_DONE = {
    "supervised": "asked to end; what has not ended after its grace time is killed",
    "interrupted": "canceled, and its cell interrupted; the notebook goes on",
    "ended": "canceled; its process goes on",
    "noted": "asked to end; its process cannot be reached from here",
    "SIGINT": "interrupted, as by ctrl+c; asked again it gets SIGTERM",
    "SIGTERM": "ended by SIGTERM",
    "SIGKILL": "killed",
}


def check(row: RunRow) -> None:
    """Raise `Refused` for a run that has ended, whose process is gone, or that is another's."""
    if row.source:
        may_end(row)
    word = row.state.word
    if row.state.text == "cancel requested":
        raise Refused("it was asked to end already")
    if word in ("completed", "failed", "canceled", "ended"):
        raise Refused(f"it has ended already ({word})")
    if word == "dead":
        raise Refused("its process is gone already")
    may_end(row)


def manner(row: RunRow) -> str:
    """How it will be done, in a few words."""
    if row.state.word in WAITING:
        return "leaves the queue"
    if row.type in ("azureml.scriptrun", "runstore.command"):
        return "politely first, then by force"
    return "interrupted, as by ctrl+c"


def cancel(row: RunRow) -> str:
    """Ask one run to end; what was done, in a few words."""
    from runstore.runs.cancel import request_cancel

    check(row)
    with refusing():
        try:
            done = request_cancel(row.key)
        except ValueError as error:
            raise Refused(f"its record cannot be read: {error}") from error
        return _cancel_waiting(row) if done == "waiting" else _DONE[done]


def _cancel_waiting(row: RunRow) -> str:
    """See to the end of a run that was to begin later: the starter of the queue ends it, or nobody is to run it."""
    from runstore.exceptions import AzureMLException
    from runstore.jobs.submit import queue_files
    from runstore.jobs.submit.starter import ensure_queue

    if row.state.word not in ("queued", "not started"):
        return "asked to end before it begins"
    queue = queue_files.queue_of(row.root, row.key)
    if queue is None:
        from runstore.writing.edit import write_edit

        write_edit(row.key, {"kind": "end", "value": "Canceled", "time": time.time()})
        return "canceled: it was in no queue"
    if queue != queue_files.queue_folder(row.root):
        return "asked to end; who works on its queue, on another host or for another user, takes it out"
    try:
        ensure_queue(row.root)
    except (OSError, AzureMLException):
        pass  # the request is on disk: whoever works on the queue next finds it
    return "taken out of the queue"
