"""Which experiments are archived: their runs are left out of lists as archived runs are."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable

from runstore.layout.paths import EXPERIMENT_FILE


class ArchivedExperiments:
    """Reads the file of an experiment again only when it is another one."""

    def __init__(self) -> None:
        self._stamps: dict[str, tuple[int, int] | None] = {}
        self._archived: set[str] = set()

    def __contains__(self, folder: str) -> bool:
        return folder in self._archived

    def __len__(self) -> int:
        return len(self._archived)

    def changed(self, folders: Iterable[str]) -> set[str]:
        """Look at the experiments in ``folders``: those that were archived, or are no longer, since the last call."""
        found: set[str] = set()
        for folder in folders:
            path = os.path.join(folder, EXPERIMENT_FILE)
            try:
                stat = os.stat(path)
                stamp = (stat.st_ino, stat.st_mtime_ns)
            except OSError:
                stamp = None
            if folder in self._stamps and self._stamps[folder] == stamp:
                continue
            self._stamps[folder] = stamp
            if _is_archived(path) != (folder in self._archived):
                self._archived ^= {folder}
                found.add(folder)
        return found


def _is_archived(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            content = json.loads(file.read())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and bool(content.get("archived"))
