"""What a kind of foreign run must offer: to find its runs in a folder, and to open one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol

if TYPE_CHECKING:
    from runstore.sources.foreign.folder import Folder
    from runstore.sources.foreign.reader import ForeignReader


class Place(NamedTuple):
    """Where one run is. ``key`` is unique and stays: an absolute path, and for a run inside a file ``#`` and its id.

    ``logs``: files of output beside the run, which are taken for its own.
    """

    kind: str
    key: str
    experiment: str
    name: str
    logs: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The file or folder that the key names."""
        return split_key(self.key)[0]

    @property
    def id(self) -> str:
        """The id of the run inside its file; empty where it is all of it."""
        return split_key(self.key)[1]


def split_key(key: str) -> tuple[str, str]:
    """The file or folder that a key names, and the id of the run inside it, empty where it is all of it.

    Names of folders may hold ``#``, too: the longest beginning that is there is the path.
    """
    path = key
    while "#" in path and not os.path.lexists(path):
        path = path.rpartition("#")[0]
    return path, key[len(path) + 1 :]


class Found(NamedTuple):
    """What a kind has found in one folder.

    ``taken``: names of files that belong to these runs, so that no later kind looks at them. ``closed``: folders below
    that must not be entered, None for all of them. ``watched``: files whose change may mean other runs, such as a
    database; the folder itself always is. ``problem``: in what else there may be runs, and why it cannot be read;
    ``busy``: perhaps only now.
    """

    places: list[Place]
    taken: frozenset[str] = frozenset()
    closed: frozenset[str] | None = frozenset()
    watched: tuple[str, ...] = ()
    problem: str = ""
    busy: bool = False


class Kind(Protocol):
    """One format. Stateless."""

    name: ClassVar[str]
    title: ClassVar[str]
    """For people: ``TensorBoard event files``."""
    flush: ClassVar[float]
    """Seconds between two writes of a usual writer that has something to write."""

    def find(self, folder: Folder) -> Found | None:
        """The runs in this folder, told by heads of files and names alone; None for none."""
        ...

    def open(self, place: Place, keep: bool = True) -> ForeignReader:
        """A reader, not yet refreshed. ``keep``: whether it keeps points, or statistics of them only."""
        ...
