"""Which runs that ask for attention have been looked at; kept for each root between sessions."""

from __future__ import annotations

import hashlib
import json
import os
import time

from runs_tui.model.states import ALARMS
from runstore.layout.roots import state_folder
from runstore.reading.row import RunRow

_OLD = 86_400.0
"""Seconds before the first look at a root from which on its failures count as known."""
_KEPT = 5_000


class Seen:
    """The (id, state) pairs of one root that a person has opened.

    What failed more than a day before this person first opened the root counts as seen, so that an old store
    does not greet with a wall of marks. Never raises: a state folder that cannot be written only forgets.
    """

    def __init__(self, root: str) -> None:
        name = hashlib.sha256(root.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        self._path = os.path.join(state_folder(), "seen", f"{name}.json")
        self._seen: dict[str, None] = {}
        self._since = time.time() - _OLD
        try:
            with open(self._path, encoding="utf-8") as file:
                kept = json.load(file)
            self._since = float(kept["since"])
            self._seen = dict.fromkeys(str(item) for item in kept["seen"])
        except (OSError, ValueError, TypeError, KeyError):
            self._save()

    def asks(self, row: RunRow) -> bool:
        """Whether this run asks for attention and has not been opened in this state."""
        word = row.state.word
        if word not in ALARMS or f"{row.id} {word}" in self._seen:
            return False
        return (row.ended or row.active or row.created or 0.0) >= self._since

    def open(self, row: RunRow) -> bool:
        """Note that this run was looked at; true when that is news."""
        if not self.asks(row):
            return False
        self._seen[f"{row.id} {row.state.word}"] = None
        self._save()
        return True

    def _save(self) -> None:
        temporary = f"{self._path}.{os.getpid()}"
        try:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            with open(temporary, "w", encoding="utf-8") as file:
                json.dump({"v": 1, "since": self._since, "seen": list(self._seen)[-_KEPT:]}, file)
            os.replace(temporary, self._path)
        except OSError:
            pass
