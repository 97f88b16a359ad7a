"""Which folders of a root may be runs."""

from __future__ import annotations

import os
from stat import S_ISDIR

from runstore.layout.paths import iter_experiments
from runstore.reading.folder import FolderListing


class RunFolders:
    """The folders in the experiment folders of ``root``, listed again only where something has changed."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._listings: dict[str, FolderListing] = {}
        self._names: dict[str, list[str]] = {}

    @property
    def experiments(self) -> list[str]:
        """The experiment folders, sorted."""
        return list(self._listings)

    def changed(self) -> set[str] | None:
        """All that is there now, hidden ones left out; None when nothing has changed since the last call."""
        experiments = list(iter_experiments(self.root))
        same = experiments == self.experiments
        if not same:
            known = self._listings
            self._listings = {folder: known.get(folder, FolderListing(folder)) for folder in experiments}
        names = {folder: listing.names() for folder, listing in self._listings.items()}
        same = same and all(names[folder] is self._names.get(folder) for folder in names)
        self._names = names
        if same:
            return None
        return {os.path.join(folder, name) for folder, listed in names.items() for name in listed if name[0] != "."}


def is_folder(path: str) -> bool:
    """Whether it is a folder itself. Links are not followed: nothing outside the root is listed."""
    try:
        return S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False
