"""The runs that this process owns and has not ended: every `Run` object of one of them is as good as the first."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runstore.runs.run import Run

_owned: dict[str, Run] = {}


def keep(run: Run) -> None:
    """``run`` has begun with this process as its owner."""
    _owned[run._folder] = run


def release(run: Run) -> None:
    """``run`` has ended."""
    _owned.pop(run._folder, None)


def owned(folder: str) -> Run | None:
    """The run in ``folder`` if this process owns it; a forked child owns nothing of its parent."""
    run = _owned.get(folder)
    return run if run is not None and run._session.pid == os.getpid() else None


def all_owned() -> list[Run]:
    """All of them, the newest first."""
    return [run for run in reversed(list(_owned.values())) if run._session.pid == os.getpid()]
