"""The files of ``./logs`` of a run that lives in this process, copied into the run while they grow."""

from __future__ import annotations

import os
import threading
import time

from runstore.writing.artifacts import artifact_file
from runstore.writing.outputs import LARGEST, files_outside_stores

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runstore.writing.outputs import Listing

_SHARE = 50
"""A look that took t seconds is not repeated within so many times t."""
_MOST = 32 << 20
"""Bytes copied in one look; the rest comes with the next ones."""


class LiveLogs:
    """Call `look` now and then; what it has not seen at the end is for `collect_outputs`. It never raises."""

    def __init__(self, run_folder: str, source: str, name: str, before: Listing) -> None:
        """``before``: how the files under ``source`` stood at the start; those that stay so are not the run's."""
        self._run_folder = run_folder
        self._source = source
        self._name = name
        self._before = before
        self._kept: dict[str, int] = {}
        """How many bytes of each file are in the run."""
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._closed = False
        self._not_before = 0.0

    def look(self) -> None:
        """Copy what files have grown by, those of this process's own run only."""
        if os.getpid() != self._pid or time.monotonic() < self._not_before:
            return
        with self._lock:
            if self._closed or not os.path.isdir(self._run_folder):  # a deleted run is not brought back
                return
            started = time.monotonic()
            left = _MOST
            for relative, path in files_outside_stores(self._source):
                try:
                    left -= self._grown(relative, path, left)
                except (OSError, ValueError):
                    continue  # it is told of at the end
            ended = time.monotonic()
            self._not_before = ended + _SHARE * (ended - started)

    def close(self) -> None:
        """Copy nothing any more."""
        with self._lock:
            self._closed = True

    def _grown(self, relative: str, path: str, most: int) -> int:
        """Bring the copy up to ``most`` bytes further; returns how many bytes were copied."""
        stat = os.stat(path)
        kept = self._kept.get(relative, 0)
        if self._before.get(relative) == (stat.st_mtime_ns, stat.st_size) or stat.st_size > LARGEST:
            return 0
        if stat.st_size == kept or most <= 0:
            return 0
        if stat.st_size < kept:  # begun anew
            kept = 0
        target = artifact_file(self._run_folder, "{}/{}".format(self._name, relative))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(path, "rb") as source, open(target, "r+b" if kept else "wb") as copy:
            source.seek(kept)
            data = source.read(min(stat.st_size - kept, most))
            copy.seek(kept)
            copy.write(data)
        self._kept[relative] = kept + len(data)
        return len(data)
