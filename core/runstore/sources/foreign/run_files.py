"""What lies in the folder of a foreign run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from runstore.reading.growing import read_small
from runstore.sources.foreign import files

if TYPE_CHECKING:
    from runstore.sources.foreign.kind import Place

_LARGEST = 64 << 20


class RunFiles:
    """The files of the run at ``place``, by their names in its folder."""

    place: Place

    def _files_folder(self) -> str:
        """The folder whose files are the run's; a run that is one file in it has none beside itself."""
        return self.place.path

    @property
    def files_folder(self) -> str:
        """Where its files are; of a run that is one file, that."""
        return self._files_folder()

    def files(self) -> list[str]:
        """The names of what lies in the run's folder, sorted."""
        top = self._files_folder()
        return files.names_below(top) if not self._leads_away(top) else []

    def _leads_away(self, top: str) -> bool:
        """Whether a folder of the run is a link. The run itself may be one: that is what the person has opened."""
        return top != self.place.path and os.path.islink(top)

    def file_path(self, name: str) -> str:
        """Where one of them is."""
        return os.path.join(self._files_folder(), name)

    def artifact(self, name: str) -> bytes:
        """A file below the run's folder; raises ValueError for a name that leads elsewhere, OSError as `open`."""
        top = self._files_folder()
        path = os.path.realpath(os.path.join(top, name))
        if self._leads_away(top) or not path.startswith(os.path.realpath(top) + os.sep):
            raise ValueError("it leads out of the run's folder")
        return read_small(path, _LARGEST)
