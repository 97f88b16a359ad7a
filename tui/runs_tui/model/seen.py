"""Which runs that ask for attention have been looked at; kept for each root between sessions."""

from __future__ import annotations

import time

from runs_tui.model.kept import Kept
from runs_tui.model.states import ALARMS
from runstore.reading.row import RunRow

_OLD = 86_400.0
"""Seconds before the first look at a root from which on its failures count as known."""
_KEPT = 5_000


class Seen:
    """The (id, state) pairs of one root that a person has opened.

    What failed more than a day before this person first opened the root counts as seen, so that an old store
    does not greet with a wall of marks.
    """

    def __init__(self, root: str) -> None:
        self._kept = Kept(root, "seen")
        self._seen: dict[str, None] = {}
        self._since = time.time() - _OLD
        if not self._load():
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
        self._load()
        self._seen[f"{row.id} {row.state.word}"] = None
        self._save()
        return True

    def _load(self) -> bool:
        """Take what the file says, and keep what is known beside it: another monitor may have changed it.

        Whether it says anything.
        """
        kept = self._kept.read()
        try:
            since, seen = float(kept["since"]), dict.fromkeys(str(item) for item in kept["seen"])
        except (ValueError, TypeError, KeyError):
            return False
        self._since, self._seen = since, seen | self._seen
        return True

    def _save(self) -> None:
        self._kept.write({"since": self._since, "seen": list(self._seen)[-_KEPT:]})
