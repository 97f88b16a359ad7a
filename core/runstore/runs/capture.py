"""Output of a ``with run:`` block: what Python prints is kept in ``console/`` and still shown."""

from __future__ import annotations

import os
import sys
import threading

from runstore.writing.console import ConsoleWriter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_lock = threading.RLock()
"""Held by the thread that keeps what it prints; a forked child has another one."""


class OutputCapture:
    """Puts a tee before `sys.stdout` and `sys.stderr`; prints of C libraries and children are not seen."""

    def __init__(self, folder: str, writer: str) -> None:
        self._writers = {stream: ConsoleWriter(folder, writer, stream) for stream in ("out", "err")}
        self._tees: dict[str, Tee] = {}

    def start(self) -> None:
        """Begin to keep what is printed."""
        for name, writer in (("stdout", self._writers["out"]), ("stderr", self._writers["err"])):
            tee = self._tees[name] = Tee(getattr(sys, name), writer)
            setattr(sys, name, tee)

    def stop(self) -> list[str]:
        """Put the streams back, where nobody else has replaced them meanwhile; returns what was not kept, in words."""
        for name, tee in self._tees.items():
            if getattr(sys, name) is tee:
                setattr(sys, name, tee.stream)
        with _lock:  # nobody is in the middle of it
            for tee in self._tees.values():
                tee.kept = None
        for writer in self._writers.values():
            writer.close()
        self._tees = {}
        return [text for writer in self._writers.values() for text in writer.remarks()]


class Tee:
    """A text stream that also keeps what is written; everything else is the original stream's."""

    def __init__(self, stream: Any, kept: ConsoleWriter) -> None:
        self.stream = stream
        self.kept: ConsoleWriter | None = kept

    def write(self, text: str) -> int:
        """Write to the original stream, then keep."""
        written = self.stream.write(text) if self.stream is not None else len(text)
        if self.kept is not None and text:
            with _lock:
                if self.kept is not None:
                    self.kept.write(text.encode("utf-8", "replace"))
        return int(written) if written is not None else len(text)

    def writelines(self, lines: Any) -> None:
        """Write each line."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Flush the original stream; what is kept is in its file already."""
        if self.stream is not None:
            self.stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def _after_fork() -> None:
    global _lock
    _lock = threading.RLock()  # another thread may have held it


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
