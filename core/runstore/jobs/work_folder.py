"""The folder that a command works in: what it leaves under ``outputs`` and ``logs``, and who else works there."""

from __future__ import annotations

import fcntl
import os

from runstore.writing.outputs import collect_outputs, listing

COLLECTED = ("outputs", "logs")


class WorkFolder:
    """Remembers how the output folders were at the start, to tell at the end what the command has left there."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._before = {name: listing(self._path(name)) for name in COLLECTED}
        self._descriptor = -1

    def shared(self) -> bool:
        """Whether another supervised command is at work in the folder; known only among processes of ours.

        All hold a shared lock on the folder, and one that is alone could have an exclusive one.
        """
        try:
            if self._descriptor < 0:
                self._descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                alone = True
            except BlockingIOError:
                alone = False
            fcntl.flock(self._descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return False  # no locks on this file system, or a race for it: nothing is known
        return not alone

    def collect(self, run_folder: str) -> list[str]:
        """Keep new and changed files with the run; returns warnings about what could not be kept."""
        warnings: list[str] = []
        for name in COLLECTED:
            warnings += collect_outputs(run_folder, self._path(name), name, self._before[name])
        return warnings

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, name)
