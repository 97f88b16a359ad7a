"""Which folders of a root may be runs."""

from __future__ import annotations

import os

from runstore.layout.paths import iter_experiments
from runstore.reading.folder import FolderListing


class RunFolders:
    """The folders in the experiment folders of ``root``, listed again only where something has changed."""

    def __init__(self, root: str, network: bool = False) -> None:
        self.root = root
        self._network = network
        self._listings: dict[str, FolderListing] = {}
        self._names: dict[str, list[str]] = {}

    @property
    def experiments(self) -> list[str]:
        """The experiment folders, sorted."""
        return list(self._listings)

    def changed(self) -> set[str] | None:
        """All that is there now, hidden ones left out; None when nothing has changed since the last call.

        Raises OSError when the root, which could be read before, is there and cannot be read.
        """
        experiments = list(iter_experiments(self.root))
        if not experiments and self._listings:
            check_readable(self.root)
        same = experiments == self.experiments
        if not same:
            known = self._listings
            self._listings = {folder: known.get(folder, FolderListing(folder, self._network)) for folder in experiments}
        names = {folder: listing.names() for folder, listing in self._listings.items()}
        same = same and all(names[folder] is self._names.get(folder) for folder in names)
        self._names = names
        if same:
            return None
        return {f"{folder}/{name}" for folder, listed in names.items() for name in listed if name[0] != "."}


def check_readable(root: str) -> None:
    """Raises OSError when something is at ``root`` that cannot be read, as where a mount is broken."""
    try:
        os.scandir(root).close()
    except (FileNotFoundError, NotADirectoryError):
        pass
