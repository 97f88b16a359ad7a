"""The names in a folder, listed again only when the folder has changed."""

from __future__ import annotations

import os
import time

_YOUNG, _YOUNG_FRESH = 2.0, 60.0
"""Seconds for which a folder's stamp is not trusted: another change may bear the same one. On a network mount they are
more: what is listed there may be older than the stamp."""


class FolderListing:
    """One folder. Nothing raises; after a failure the names known so far stay."""

    def __init__(self, folder: str, fresh: bool = False) -> None:
        """``fresh`` is for network mounts."""
        self.folder = folder
        self._young = _YOUNG_FRESH if fresh else _YOUNG
        self._names: list[str] = []
        self._stamp = (0, 0)
        self._settled = False
        self._problem = ""

    def names(self, stat: os.stat_result | None = None) -> list[str]:
        """The names in it, in no order: the same list object as long as nothing changes. ``stat`` spares a call."""
        try:
            stat = stat or os.stat(self.folder)
            stamp = stat.st_ino, stat.st_ctime_ns  # unlike mtime, nobody can set it back
            if stamp != self._stamp or not self._settled:
                self._settled = abs(time.time() - stat.st_ctime) > self._young
                names = os.listdir(self.folder)
                if names != self._names:
                    self._names = names
                self._stamp = stamp
            self._problem = ""
        except FileNotFoundError:
            self._problem = ""  # not made yet, or the run is gone, which is said elsewhere
        except OSError as error:
            self._problem = error.strerror or str(error)
        return self._names

    def problem(self) -> str:
        """Why it cannot be listed; empty when it can."""
        return self._problem
