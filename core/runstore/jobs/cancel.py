"""Cancel requests: edits of others that appear in the run folder while the command runs."""

from __future__ import annotations

import os

from runstore.layout.sharing import is_shared
from runstore.records.edits import decode_edit, is_edit_file


class CancelWatch:
    """Looks for a new cancel edit. A listing is current also on network mounts, where watching is not.

    In a root that a group shares anybody of it may write an edit; only those of the run's own user end it.
    """

    def __init__(self, folder: str, ignore_present: bool = False) -> None:
        """``ignore_present``: requests that are there already were meant for an earlier attempt."""
        self._folder = folder
        self._common = is_shared(folder)
        self._seen = set(self._edits()) if ignore_present else set()

    def requested(self) -> str | None:
        """Who asked for the end, as ``user@host``, once it has been asked for since the last call."""
        for name in self._edits():
            if name in self._seen:
                continue
            self._seen.add(name)
            try:
                path = os.path.join(self._folder, name)
                if self._common and os.stat(path).st_uid not in (0, os.geteuid()):
                    continue
                with open(path, "rb") as file:
                    edit = decode_edit(file.read())
            except (OSError, ValueError):
                continue
            if any(change.get("kind") == "cancel" for change in edit["changes"]):
                return f"{edit.get('user') or 'somebody'}@{edit.get('host') or 'unknown'}"
        return None

    def _edits(self) -> list[str]:
        try:
            return sorted(name for name in os.listdir(self._folder) if is_edit_file(name))
        except OSError:
            return []
