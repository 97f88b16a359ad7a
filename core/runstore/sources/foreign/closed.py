"""A folder in which something cannot be looked at, listed with the reason: else it would seem not to be there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from runstore.reading.states import State, unreadable_state
from runstore.sources.foreign.folder import Folder
from runstore.sources.foreign.kind import Found, Place
from runstore.sources.foreign.reader import ForeignReader


class ClosedFolders:
    """See `runstore.sources.foreign.kind.Kind`."""

    name: ClassVar[str] = "closed"
    title: ClassVar[str] = "a folder that cannot be looked at"
    flush: ClassVar[float] = 0.0

    def find(self, folder: Folder) -> Found | None:
        """The folder itself, if there is something wrong with it."""
        if not folder.problem:
            return None
        return Found([self.place(folder)])

    @classmethod
    def place(cls, folder: Folder, reason: str = "") -> Place:
        """The line that tells of the folder, or the ``reason`` for which something in it cannot be read."""
        return Place(cls.name, f"{folder.path}#{reason}" if reason else folder.path, *folder.named())

    def open(self, place: Place, keep: bool = True) -> ForeignReader:
        """A reader that tells what is wrong."""
        return ClosedReader(place, keep, self.flush)


class ClosedReader(ForeignReader):
    """Has nothing but the reason."""

    def _begin(self) -> None:
        pass

    def _read(self, stop: float | None) -> bool:
        self._warn(self.place.path, self.place.id or Folder(self.place.path, self.place.path).problem)
        return False

    def _paths(self) -> Iterable[str]:
        return (self.place.path,)

    def state(self, reason: str = "") -> State:
        """Unreadable."""
        return unreadable_state()
