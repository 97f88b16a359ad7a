"""DVCLive: a folder with a table of each metric below ``plots/metrics/``."""

from __future__ import annotations

import os
from itertools import islice
from typing import ClassVar

from runstore.reading.growing import read_range
from runstore.sources.dvclive.reader import METRICS, PARAMS, SUMMARY, DvcLiveReader, tables
from runstore.sources.foreign.folder import Folder
from runstore.sources.foreign.kind import Found, Place

_LOOKED_AT = 4
_USUAL = "dvclive"
_OWN = frozenset((SUMMARY, PARAMS, "dvc.yaml", "report.html", "report.md", "report.ipynb"))


class DvcLive:
    """One run for each such folder. It is called as the folder that it lies in where it has DVCLive's usual name."""

    name: ClassVar[str] = "dvclive"
    title: ClassVar[str] = "DVCLive"
    flush: ClassVar[float] = 60.0  # at once; a step may take longer

    def find(self, folder: Folder) -> Found | None:
        """The run in this folder."""
        if "plots" not in folder.folders:
            return None
        metrics = os.path.join(folder.path, METRICS)
        if not any(_is_table(path) for path, _ in islice(tables(metrics), _LOOKED_AT)):
            return Found([], watched=(os.path.dirname(metrics), metrics))  # the first one may be to come
        usual = os.path.basename(folder.path) == _USUAL and folder.path != folder.top
        experiment, name = folder.named(os.path.dirname(folder.path) if usual else None)
        return Found([Place(self.name, folder.path, experiment, name)], _OWN, frozenset(("plots",)))

    def open(self, place: Place, keep: bool = True) -> DvcLiveReader:
        """A reader of the run."""
        return DvcLiveReader(place, keep, self.flush)


def _is_table(path: str) -> bool:
    try:
        first = read_range(path, 0, 4096).partition(b"\n")[0]
    except OSError:
        return False
    return b"step" in first.strip().split(b"\t")
