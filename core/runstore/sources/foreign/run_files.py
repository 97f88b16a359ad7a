"""What lies in the folder of a foreign run."""

from __future__ import annotations

import os
import threading
from abc import abstractmethod
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from runstore.reading.growing import read_small
from runstore.sources.foreign import files

if TYPE_CHECKING:
    from runstore.sources.foreign.kind import Place

_LARGEST = 64 << 20
SHOWN = 10_000
"""Files that are listed for people."""


class RunFiles:
    """The files of the run at ``place``, by their names in its folder."""

    place: Place
    _lock: threading.RLock

    def _files_folder(self) -> str:
        """The folder whose files are the run's; a run that is one file in it has none beside itself."""
        return self.place.path

    @property
    def files_folder(self) -> str:
        """Where its files are; of a run that is one file, that."""
        return self._files_folder()

    def files(self) -> list[str]:
        """The names of what lies in the run's folder, sorted; of very many the first ones, and a warning tells so."""
        names = sorted(islice(self.all_files(), SHOWN + 1))
        left_out = len(names) > SHOWN
        with self._lock:
            self._warn("files", f"there are more than {SHOWN}: the others are not listed" if left_out else "")
        return names[:SHOWN]

    @abstractmethod
    def _warn(self, path: str, why: str) -> None:
        """Tell what is wrong with a file; empty when nothing is any more."""

    def all_files(self) -> Iterator[str]:
        """All of them, folder by folder."""
        top = self._files_folder()
        return iter(()) if self._is_elsewhere(top) else files.names_below(top)

    def _is_elsewhere(self, top: str) -> bool:
        """Whether a folder of the run is a link. The run itself may be one: that is what the person has opened."""
        return top != self.place.path and os.path.islink(top)

    def file_path(self, name: str) -> str:
        """Where one of them is."""
        return os.path.join(self._files_folder(), name)

    def path_inside(self, name: str) -> str:
        """Where it is, links followed; raises ValueError for a name that leads out of the run's folder."""
        top = self._files_folder()
        path = os.path.join(top, name)
        if self._is_elsewhere(top) or files.leads_away(path, top):
            raise ValueError("it leads out of the run's folder")
        return os.path.realpath(path)

    def artifact(self, name: str) -> bytes:
        """A file below the run's folder; raises ValueError for a name that leads elsewhere, OSError as `open`."""
        return read_small(self.path_inside(name), _LARGEST)

    def _parameters(self, path: str, separator: str = ".") -> dict[str, Any]:
        """The parameters in a file of the run, as `read_parameters`; of one that cannot be read none, which is told."""
        from runstore.sources.parameters import read_parameters

        try:
            found = read_parameters(path, separator)
        except FileNotFoundError:  # it is being replaced
            found = {}
        except (OSError, ValueError) as error:
            self._warn(path, getattr(error, "strerror", None) or str(error))
            return {}
        self._warn(path, "")
        return found
