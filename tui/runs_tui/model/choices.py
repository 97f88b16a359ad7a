"""Which runs a person keeps on top of the list, and which out of it; kept for each root between sessions."""

from __future__ import annotations

from collections.abc import Iterable

from runs_tui.model.kept import Kept

_MOST = 20_000
"""Ids of each kind that are kept, the newest ones."""


class Choices:
    """One root's ``pinned`` runs, which stay on top, and ``hidden`` ones, which are left out: their ids.

    A run is never both.
    """

    pinned: frozenset[str]
    hidden: frozenset[str]

    def __init__(self, root: str) -> None:
        self._kept = Kept(root, "choices")
        self._pinned: dict[str, None] = {}
        self._hidden: dict[str, None] = {}
        self._load()

    def pin(self, ids: Iterable[str]) -> None:
        """Pin these runs; if all of them are pinned, let them go."""
        self._load()
        _flip(self._pinned, self._hidden, list(ids))
        self._save()

    def hide(self, ids: Iterable[str]) -> None:
        """Hide these runs; if all of them are hidden, show them again."""
        self._load()
        _flip(self._hidden, self._pinned, list(ids))
        self._save()

    def _load(self) -> None:
        """Take what the file says, if it says anything: another monitor may have changed it."""
        content = self._kept.read()
        if content:
            self._pinned, self._hidden = _ids(content.get("pinned")), _ids(content.get("hidden"))
        self._publish()

    def _publish(self) -> None:
        self.pinned, self.hidden = frozenset(self._pinned), frozenset(self._hidden)

    def _save(self) -> None:
        self._publish()
        self._kept.write({"pinned": list(self._pinned)[-_MOST:], "hidden": list(self._hidden)[-_MOST:]})


def _flip(chosen: dict[str, None], other: dict[str, None], ids: list[str]) -> None:
    """Put ``ids`` among the chosen, out of the other; out of the chosen if they are all there."""
    there = all(each in chosen for each in ids)
    for each in ids:
        other.pop(each, None)
        if there:
            chosen.pop(each, None)
        else:
            chosen[each] = None


def _ids(content: object) -> dict[str, None]:
    """The ids of a file that may hold anything."""
    return dict.fromkeys(each for each in content if isinstance(each, str)) if isinstance(content, list) else {}
