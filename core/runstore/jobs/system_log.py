"""``console/system.log``: what the supervisor itself has to say about a run, a line each, with its time."""

from __future__ import annotations

import os
import time

from runstore.layout.paths import RunPaths


class SystemLog:
    """Appends lines such as ``2026-03-01T12:00:00Z started, pid 4711``; never raises."""

    def __init__(self, folder: str) -> None:
        self._path = RunPaths(folder).system_log

    def write(self, text: str) -> None:
        """Append one line."""
        line = time.strftime("%Y-%m-%dT%H:%M:%SZ ", time.gmtime()) + text.replace("\n", " ") + "\n"
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
            try:
                os.write(descriptor, line.encode("utf-8", "replace"))
            finally:
                os.close(descriptor)
        except OSError:
            pass
