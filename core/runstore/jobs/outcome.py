"""What became of a command: the final status, the exit record, the exit code to return."""

from __future__ import annotations

import os
import re
import signal
from typing import Any, NamedTuple

from runstore.jobs.signals import name_of
from runstore.reading.failure import TRACEBACK, signal_name, traceback_line
from runstore.records import status

_TAIL = 1 << 16
_LONGEST_ERROR = 500
_ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|[@-Z\\-_])")
_TELLING = re.compile(r"error|exception|fatal|abort|not found|denied|no such|fail|killed|usage:", re.I)


class Outcome(NamedTuple):
    """``exit`` is the record {code, signal, error}; ``code`` what our own process returns."""

    status: str
    exit: dict[str, Any]
    code: int


def outcome_of(
    returned: int, error: str | None, canceled_by: str | None, details: dict[str, Any] | None = None
) -> Outcome:
    """The outcome of a command that ``returned`` an exit code, or minus the number of the signal that ended it.

    ``error`` is the line that tells why it failed, ``details`` what `error_details` has found.

    Ended by an interrupt (SIGINT, or 130, the code for it) means canceled: that is what ctrl+c is for. Ended by any
    other signal that nobody announced by a cancel request is a failure.
    """
    ending_signal = name_of(-returned) if returned < 0 else None
    code = returned if returned >= 0 else 128 - returned
    record: dict[str, Any] = {"code": returned if returned >= 0 else None, "signal": ending_signal, "error": error}
    if canceled_by is not None:
        return Outcome(status.CANCELED, {**record, "error": f"canceled by {canceled_by}"}, code)
    if code == 128 + signal.SIGINT:
        return Outcome(status.CANCELED, {**record, "error": "interrupted"}, code)
    if ending_signal is not None and error is None:
        record["error"] = f"ended by {ending_signal}"
    if code and details:
        record["details"] = details
    return Outcome(status.FAILED if code else status.COMPLETED, record, code)


def exit_code_of(manifest: dict[str, Any]) -> int:
    """The exit code that stands for the recorded end of a run: its own, 128 + its signal, or 0 or 1 by its status."""
    record = manifest["exit"] if isinstance(manifest["exit"], dict) else {}
    number = _number_of(record.get("signal"))
    if number:
        return 128 + number
    code = record.get("code")
    if type(code) is int and (code or manifest["status"] == status.COMPLETED):
        return code & 0xFF
    return {status.COMPLETED: 0, status.CANCELED: 128 + signal.SIGINT}.get(manifest["status"], 1)


def last_error(paths: list[str], guess: bool = True) -> str | None:
    """The line that tells why a command failed, from the end of its output; None when none does.

    That is what the last Python traceback ends with, else, with ``guess``, the last line if it reads like an error.
    """
    for path in paths:
        lines = _last_lines(path)
        found = traceback_line(lines) or (lines[-1].strip() if guess and lines and _TELLING.search(lines[-1]) else None)
        if found:
            return found[:_LONGEST_ERROR]
    return None


def error_details(paths: list[str]) -> dict[str, Any] | None:
    """The last Python traceback of the output as an error with Azure ML's keys; None when there is none."""
    for path in paths:
        lines = _last_lines(path)
        error = traceback_line(lines)
        if error is None:
            continue
        start = max(index for index, line in enumerate(lines) if TRACEBACK in line)
        end = next((index for index in range(start, len(lines)) if error in lines[index]), len(lines) - 1)
        kind, _, message = error.partition(": ")
        debug = {"type": kind, "message": message, "stackTrace": "\n".join(lines[start : end + 1]) + "\n"}
        text = f"User program failed with {error}"[:_LONGEST_ERROR]
        return {"error": {"code": "UserError", "message": text, "debugInfo": debug}}
    return None


def _last_lines(path: str) -> list[str]:
    text = _ESCAPES.sub("", _tail(path).decode("utf-8", "replace")).replace("\r", "\n")
    return [line for line in text.split("\n") if line.strip()]


def _number_of(name: Any) -> int:
    known = signal_name(name)
    if known in signal.Signals.__members__:
        return signal.Signals[known].value
    return int(known.rpartition(" ")[2]) if known else 0


def _tail(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(size - _TAIL, 0))
            return file.read(_TAIL)
    except OSError:
        return b""
