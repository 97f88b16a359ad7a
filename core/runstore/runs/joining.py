"""The run that processes started from here join when they call `Run.get_context`: it is named in the environment."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runstore.runs.run import Run

VARIABLES = (
    "RUNSTORE_ROOT",
    "RUNSTORE_RUN_ID",
    "RUNSTORE_RUN_DIR",
    "RUNSTORE_RUN_OWNER",
    "RUNSTORE_ATTEMPT",
)
_offered: list[Run] = []
_before: dict[str, str | None] = {}


def offer(run: Run) -> None:
    """Let child processes join ``run``, which this process owns, as ranks; the newest run offered is the one."""
    if not _offered:
        _before.update((name, os.environ.get(name)) for name in VARIABLES)
    _offered.append(run)
    _name(run)


def withdraw(run: Run) -> None:
    """``run`` ends: name the one offered before it, or restore what was there before all of them."""
    if run not in _offered:
        return
    _offered.remove(run)
    if os.environ.get("RUNSTORE_RUN_DIR") != run._folder:
        return
    if _offered:
        _name(_offered[-1])
        return
    for name, value in _before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def offered() -> list[Run]:
    """The runs that are offered and have not ended, the oldest first."""
    return list(_offered)


def _name(run: Run) -> None:
    os.environ["RUNSTORE_ROOT"] = os.path.dirname(os.path.dirname(run._folder))
    os.environ["RUNSTORE_RUN_ID"] = run.id
    os.environ["RUNSTORE_RUN_DIR"] = run._folder
    os.environ["RUNSTORE_RUN_OWNER"] = str(run._session.pid)
    os.environ["RUNSTORE_ATTEMPT"] = str(run._writer.attempt)
