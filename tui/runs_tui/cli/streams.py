"""The standard streams of the command line, made such that no command has to expect anything of them."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from runs_tui.plain import write_what_it_can

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def prepare_streams(environ: Mapping[str, str]) -> None:
    """Once, before a command: none is closed, a full stderr is no error, every character can be read and written."""
    _open_closed_streams()
    _never_refuse_messages()
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    for stream in (sys.stdout, sys.stderr):
        write_what_it_can(stream, environ)


def _open_closed_streams() -> None:
    """Let /dev/null take the place of stdin, stdout and stderr where they are closed.

    Else other files get their numbers, and every command must expect to have none of them.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the least free number: just this one
            mode = "w" if number else "r"
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", errors="replace", closefd=False))


class _Messages(io.FileIO):
    """What cannot be written to it is lost, as on /dev/null."""

    def write(self, data: ReadableBuffer, /) -> int:
        """Write what can be written; the length of all."""
        try:
            return super().write(data) or len(memoryview(data))
        except OSError:
            return len(memoryview(data))


def _never_refuse_messages() -> None:
    """Let no message end a command: a training must begin though its log is on a full disk."""
    told = sys.stderr
    if not isinstance(told, io.TextIOWrapper) or told is not sys.__stderr__:
        return  # a program that calls this one has put its own there
    told.flush()
    raw = _Messages(told.fileno(), "w", closefd=False)
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=told.encoding, errors=told.errors, line_buffering=True
    )
