"""Why a run failed: a few words for its state, and the line that tells most."""

from __future__ import annotations

import re
import signal
from typing import Any

from runstore.layout.printable import printable

TRACEBACK = "Traceback (most recent call last)"
"""How each traceback of Python begins."""
_OUT_OF_MEMORY = re.compile(
    r"CUDA out of memory|CUDA error: out of memory|cudaErrorMemoryAllocation|CUBLAS_STATUS_ALLOC_FAILED"
    r"|\b(?:torch\.)?(?:cuda\.)?OutOfMemoryError|HIP out of memory"
)
_HOST_MEMORY = re.compile(r"^(?:[\w.]+\.)?(?:_Array)?MemoryError\b")
_EXCEPTION = re.compile(r"(?:[A-Za-z_]\w*\.)*([A-Z]\w{2,60})(?::|$)")
_LONGEST = 500


def error_line(exit_record: dict[str, Any] | None, lines: list[str]) -> str | None:
    """The line that says what went wrong, safe to show: the recorded error, else the last one of a traceback.

    ``lines`` is the end of the output. None when neither tells.
    """
    recorded = _recorded((exit_record or {}).get("error"))
    line = recorded or traceback_line(lines)
    return printable(line, _LONGEST) if line else None


def traceback_line(lines: list[str]) -> str | None:
    """The last line of the last Python traceback in ``lines``; a prefix such as ``[rank0]:`` may stand before each."""
    for start in range(len(lines) - 1, -1, -1):
        at = lines[start].find(TRACEBACK)
        if at < 0:
            continue
        prefix = lines[start][:at].rstrip()
        for line in lines[start + 1 :]:
            text = line[len(prefix) :] if prefix and line.startswith(prefix) else line
            text = text[1:] if prefix and text.startswith(" ") else text
            if text.strip() and not text.startswith((" ", "\t", "|")):
                return text.strip()
        return None
    return None


def reason(exit_record: dict[str, Any] | None, error: str | None) -> str:
    """Why it failed in a few words: ``CUDA OOM``, ``SIGKILL``, ``exit 1``, the name of an exception; or nothing."""
    record = exit_record or {}
    if error and _OUT_OF_MEMORY.search(error):
        return "CUDA OOM"
    name = signal_name(record.get("signal"))
    code = record.get("code")
    if not name and type(code) is int and code < 0:
        name = signal_name(-code)
    if name:
        return name
    if error and _HOST_MEMORY.match(error):
        return "out of memory"
    if type(code) is int and code:
        return "exit {}".format(code)
    exception = _EXCEPTION.match(error or "")
    return exception.group(1) if exception else ""


def signal_name(value: Any) -> str:
    """``SIGKILL`` for 9, ``"9"``, ``"KILL"`` or itself; empty for what is no signal."""
    if isinstance(value, str):
        text = value.upper()
        if not text.isdecimal():
            text = text if text.startswith("SIG") else "SIG" + text
            return text if text in signal.Signals.__members__ else ""
        value = int(text[:4])
    if type(value) is not int or value <= 0:
        return ""
    try:
        return signal.Signals(value).name
    except ValueError:
        return "signal {}".format(value) if value < 128 else ""


def _recorded(error: Any) -> str:
    """The telling line of an error record: a text, or a dict as Azure ML has it."""
    if isinstance(error, dict) and isinstance(error.get("error"), dict):
        error = error["error"]
    if isinstance(error, dict):
        debug = error.get("debugInfo")
        if isinstance(debug, dict) and isinstance(debug.get("type"), str):
            message = debug.get("message")
            lines = message.strip().splitlines() if isinstance(message, str) else []
            return ": ".join([debug["type"], *lines[:1]])
        error = error.get("message")
    if not isinstance(error, str) or not error.strip():
        return ""
    lines = error.strip().splitlines()
    return traceback_line(lines) or (lines[-1] if len(lines) > 1 and TRACEBACK in error else lines[0])
