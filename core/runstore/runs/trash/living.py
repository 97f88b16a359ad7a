"""What lives, or waits for its turn, is not deleted."""

from __future__ import annotations

import os

from runstore.exceptions import UserErrorException
from runstore.layout.mounts import is_network
from runstore.layout.printable import printable
from runstore.records import status
from runstore.runs.trash.entry import manifest_of


class StillRunning(UserErrorException):
    """A run lives, or waits for its turn, and was not deleted; ``force`` deletes it all the same."""


def living(folder: str, network: bool | None = None) -> str:
    """Why the run in ``folder`` must not be deleted: it is ``running``, ``queued`` ...; empty when it may be."""
    from runstore.reading.run import RunReader
    from runstore.reading.states import reader_state

    reader = RunReader(folder, network)
    reader.refresh_manifest()
    if not reader.readable or reader.manifest["status"] in status.TERMINAL:
        return ""
    reader.refresh()
    state = reader_state(reader)
    # A run that was made, but that nobody runs or has queued, waits for nothing.
    gone = state.status in status.TERMINAL or state.word in ("lost", "not started")
    return "" if gone else state.text


def refuse_living(folders: list[str]) -> None:
    """Raise `StillRunning` for the first of these runs that must not be deleted."""
    network = is_network(os.path.dirname(folders[0])) if folders else False
    for folder in folders:
        state = living(folder, network)
        if state:
            raise StillRunning(
                "run {} is {}: cancel it first, or force its deletion".format(
                    printable(manifest_of(folder).get("id") or folder, 200), state
                )
            )
