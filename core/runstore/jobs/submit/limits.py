"""How many submitted runs may be at work at once."""

from __future__ import annotations

import glob
import os

from runstore.exceptions import UserErrorException
from runstore.layout.paths import RootPaths
from runstore.layout.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VARIABLE = "RUNSTORE_MAX_RUNS"
_FILE = "limit"
_MOST_BY_DEFAULT = 8


def limit_of(root: str, content: dict[str, Any]) -> int:
    """The limit that holds when the run of a queue file is to begin, at least 1.

    What RUNSTORE_MAX_RUNS said where it was submitted, else the number in the file ``ROOT/.runstore/queue/limit``,
    else `default_limit`.
    """
    return _number(content.get("limit")) or _number(_of_folder(root)) or default_limit()


def default_limit() -> int:
    """Half of the processors that this process may use, 2 to 8; 1 where trainings would have to share a GPU."""
    if glob.glob("/dev/nvidia[0-9]*"):
        return 1
    try:
        processors = len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        processors = os.cpu_count() or 1
    return max(2, min(processors // 2, _MOST_BY_DEFAULT))


def limit_from_environment() -> int | None:
    """What RUNSTORE_MAX_RUNS says; None when it is not set. Raises `UserErrorException` when it is no number."""
    text = os.environ.get(VARIABLE)
    if not text:
        return None
    number = _number(text)
    if not number:
        raise UserErrorException("{}={!r}: give a number of runs, 1 or more".format(VARIABLE, printable(text, 50)))
    return number


def _of_folder(root: str) -> str:
    try:
        with open(os.path.join(RootPaths(root).queue, _FILE), encoding="ascii") as file:
            return file.read(32)
    except (OSError, ValueError):
        return ""


def _number(value: Any) -> int:
    text = str(value).strip() if value is not None else ""
    return int(text) if text.isdigit() and text.isascii() and len(text) < 9 else 0
