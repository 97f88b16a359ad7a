"""The logs of a run to choose from, and why there may be none."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from runs_tui.model.deleted import DELETED
from runs_tui.model.states import LIVE
from runstore.reading.consoles import ConsoleLog
from runstore.reading.reader import Reader
from runstore.reading.row import RunRow
from runstore.reading.text import LogRecords, TextFile
from runstore.records.status import WAITING

_MOST_FILES = 200
_STDERR = " stderr"


@dataclass(frozen=True, slots=True)
class Log:
    """One file of output. ``rank`` is None for the log that is no process's; ``form``: how the file is read."""

    name: str
    path: str
    rank: int | None = None
    form: type[TextFile] = TextFile


def logs_of(reader: Reader) -> list[Log]:
    """Every log of a run: what each rank and attempt printed and logged, lowest rank first, then the system log."""
    found: list[Log] = []
    for log in reader.consoles():
        if log.out is not None:
            found.append(Log(log.name, log.out, log.rank))
        if log.err is not None:
            found.append(Log(log.name + _STDERR, log.err, log.rank))
    found += [Log(each.name, each.path, each.rank, LogRecords) for each in reader.record_logs()]
    found.sort(key=lambda log: log.rank or 0)
    if reader.system_log and _size(reader.system_log):
        found.append(Log("system log", reader.system_log))
    return found


def other_stream(log: Log, logs: Sequence[Log]) -> Log | None:
    """stderr of the process whose stdout ``log`` is, and the other way round; None where they are one log."""
    name = log.name.removesuffix(_STDERR) if log.name.endswith(_STDERR) else log.name + _STDERR
    return next((each for each in logs if each.name == name), None)


def files_of(reader: Reader) -> list[Log]:
    """The files that the run has under ``logs/``, by name; not more than fit a list to choose from."""
    top = reader.logs_folder
    found: list[Log] = []
    if not top:
        return found
    for folder, below, names in os.walk(top):
        below.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                found.append(Log("logs/" + os.path.relpath(path, top), path))
        if len(found) >= _MOST_FILES:
            break
    return found[:_MOST_FILES]


def first_choice(consoles: Sequence[ConsoleLog], logs: Sequence[Log]) -> Log | None:
    """The log to show first: of the lowest rank that printed anything its newest, else what was logged."""
    printed = [log for log in consoles if log.size] or list(consoles)
    lowest = [log for log in printed if log.rank == printed[0].rank]
    for log in reversed(lowest):
        paths = [path for path in (log.out, log.err) if path is not None]
        chosen = next((path for path in paths if _size(path)), paths[0])
        return next((each for each in logs if each.path == chosen), None)
    logged = [log for log in logs if log.form is LogRecords]
    return next((log for log in reversed(logged) if log.rank == logged[0].rank), None)


def why_empty(reader: Reader, row: RunRow, others: int, problem: str) -> tuple[str, ...]:
    """What to tell a person who sees no output. ``others``: how many logs there are beside the one shown."""
    if problem:
        return (f"The log cannot be read: {problem}.",)
    if reader.gone:
        return (DELETED,)
    if row.status in WAITING:
        return (f"No output yet: the run is {row.state.text}.",)
    more = (f"There {'is one other log' if others == 1 else f'are {others} other logs'}: o chooses.",) if others else ()
    if reader.consoles() or _is_supervised(reader):
        return ("Nothing was printed so far." if row.state.word in LIVE else "Nothing was printed.", *more)
    return (
        "No output was captured for this run.",
        "",
        "A run started inside a script keeps what is printed in its with block:",
        "    with experiment.start_logging() as run:",
        "Everything a script prints is kept, colours and progress bars too, by:",
        "    runs-tui run -- python train.py",
        *(("", *more) if more else ()),
    )


def _is_supervised(reader: Reader) -> bool:
    attempts = reader.manifest["attempts"]
    last = attempts[-1] if attempts else None
    return isinstance(last, dict) and last.get("engine") not in (None, "kernel")


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
