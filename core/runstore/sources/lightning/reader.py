"""One run of Lightning's CSVLogger."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

from runstore.reading.growing import GONE, REPLACED
from runstore.sources.foreign.kind import Place
from runstore.sources.foreign.reader import ForeignReader
from runstore.sources.tables import Cells, GrowingTable, numbers_of, steps_of

METRICS = "metrics.csv"
HPARAMS = "hparams.yaml"
_STEP = "step"


class LightningReader(ForeignReader):
    """Its rows have no time: a point has that of the write with which it came, or of the last one before."""

    def __init__(self, place: Place, keep: bool, flush: float) -> None:
        super().__init__(place, keep, flush)
        self._hparams = os.path.join(os.path.dirname(place.key), HPARAMS)
        self._begin()

    def _begin(self) -> None:
        self._table = GrowingTable(os.path.realpath(self.place.key))
        self._hparams_stamp = (0, 0)

    def _paths(self) -> Iterable[str]:
        return self.place.key, self._hparams

    def beside(self) -> tuple[str, ...]:
        """The parameters, too."""
        return *self.place.logs, self._hparams

    def _read(self, stop: float | None) -> bool:
        changed = self._read_hparams()
        state = self._table.look()
        if state == REPLACED:
            self._restart()
            self._read_hparams()
            state = self._table.look()
            changed = True
        self.waiting = False
        if state != GONE:
            for columns in self._table.blocks(self._is_over):
                self._take(columns)
                changed = True
                if stop is not None and time.monotonic() >= stop:
                    self.waiting = True
                    break
        self._warn(self.place.key, self._table.problem)
        return changed

    def _take(self, columns: list[Cells]) -> None:
        import numpy as np

        names = self._table.names
        steps = steps_of(columns[names.index(_STEP)]) if _STEP in names else None
        for name, cells in zip(names, columns, strict=True):
            if name == _STEP or not name:
                continue
            rows, values = numbers_of(cells)
            times = np.full(len(values), self._table.modified)
            self.numbers.add(name, None if steps is None else steps[rows], times, values)

    def _read_hparams(self) -> bool:
        try:
            stat = os.stat(self._hparams)
        except OSError:
            return False
        stamp = stat.st_mtime_ns, stat.st_size
        if stamp == self._hparams_stamp:
            return False
        self._hparams_stamp = stamp
        self._set(params=self._parameters(self._hparams))
        return True

    def _files_folder(self) -> str:
        return os.path.dirname(self.place.key)
