"""Lightning's CSVLogger: a folder with ``metrics.csv`` and, of the Trainer, ``hparams.yaml``."""

from __future__ import annotations

import os
from typing import ClassVar

from runstore.sources.foreign.folder import Folder
from runstore.sources.foreign.kind import Found, Place
from runstore.sources.lightning.reader import HPARAMS, METRICS, LightningReader

_STEP = "step"
_LONGEST = 64 << 10


class Lightning:
    """One run for each ``metrics.csv`` that has a column ``step``."""

    name: ClassVar[str] = "lightning"
    title: ClassVar[str] = "Lightning CSV log"
    flush: ClassVar[float] = 120.0  # every 100 rows

    def find(self, folder: Folder) -> Found | None:
        """The run in this folder."""
        if METRICS not in folder.files:
            return None
        path = os.path.join(folder.path, METRICS)
        first, end, _ = folder.head(METRICS, _LONGEST).partition(b"\n")
        if not end and len(first) < _LONGEST:  # just being made
            return Found([], watched=(path,))
        if _STEP not in first.decode("utf-8", "replace").strip("\r\ufeff").split(","):
            return None
        experiment, name = folder.named()
        place = Place(self.name, path, experiment, name)
        return Found([place], frozenset((METRICS, HPARAMS)))

    def open(self, place: Place, keep: bool = True) -> LightningReader:
        """A reader of the run."""
        return LightningReader(place, keep, self.flush)
