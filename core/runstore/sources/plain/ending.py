"""How a program ended, as the end of its output tells it."""

from __future__ import annotations

import re
from typing import NamedTuple

from runstore.printed.lines import text_of
from runstore.reading.failure import traceback_line
from runstore.records import status

TAIL = 16 << 10
"""Bytes at the end of output that tell."""
_LAST = 4
"""Lines behind a traceback that are still its end."""
_CANCELED = re.compile(
    r"(?:slurmstepd|srun): error: \*\*\* (?:JOB|STEP) \S+ (?:ON \S+ )?CANCELLED AT \S+"
    r"(?: DUE TO (?P<why>[A-Z ]+?))? \*\*\*"
)
_OUT_OF_MEMORY = re.compile(r"(?:slurmstepd|srun): error: .*(?:oom[-_ ]kill|out of memory|memory limit)", re.I)
_EXITED = re.compile(
    r"srun: error: \S+: tasks?[^:]*: "
    r"(?:Exited with exit code (?P<code>[0-9]{1,3})|(?P<signal>Killed|Terminated|Segmentation fault|Aborted))"
)
_CRASHED = re.compile(
    r"^(?:Killed|Terminated|Segmentation fault|Aborted|Bus error|Floating point exception)(?: \(core dumped\))?$"
    r"|: line [0-9]+: +[0-9]+ (?:Killed|Aborted|Segmentation fault)\b"
)
_SIGNALS = {"Killed": "SIGKILL", "Terminated": "SIGTERM", "Segmentation fault": "SIGSEGV", "Aborted": "SIGABRT"}


class Ending(NamedTuple):
    """The final ``status``, and the record of the exit: what code, signal and error are known."""

    status: str
    exit: dict[str, object]


def ending_of(tail: bytes) -> Ending | None:
    """How a program has ended whose output ends with ``tail``; None where nothing says that it has."""
    lines = [text_of(line).rstrip() for line in re.split(rb"[\r\n]+", tail)]
    lines = [line for line in lines if line.strip()]
    for line in reversed(lines[-20:]):
        canceled = _CANCELED.search(line)
        if canceled is not None:
            why = (canceled["why"] or "").lower()
            final = status.FAILED if "failure" in why or "memory" in why else status.CANCELED
            return _ending(final, f"canceled by Slurm: {why}" if why else "canceled in Slurm")
        if _OUT_OF_MEMORY.search(line):
            return _ending(status.FAILED, "out of memory: " + line.strip())
        exited = _EXITED.search(line)
        if exited is not None:
            return _ending(
                status.FAILED,
                traceback_line(lines) or line.strip(),
                int(exited["code"]) if exited["code"] else None,
                _SIGNALS.get(exited["signal"] or ""),
            )
    if lines and _CRASHED.search(lines[-1]):
        return _ending(status.FAILED, lines[-1].strip())
    error = traceback_line(lines)
    if error is not None and any(error in line for line in lines[-_LAST:]):
        return _ending(status.FAILED, error)
    return None


def _ending(final: str, error: str, code: int | None = None, signal: str | None = None) -> Ending:
    return Ending(final, {"code": code, "signal": signal, "error": error[:2000]})
