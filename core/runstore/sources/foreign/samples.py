"""The samples of the machine on which a foreign run is, or was."""

from __future__ import annotations

import threading

from runstore.reading.series_data import MetricStat, Series
from runstore.sources.foreign.numbers import Numbers


class MachineSamples:
    """A `runstore.reading.resources.Samples`, kept up to date by its reader."""

    def __init__(self, numbers: Numbers, lock: threading.RLock) -> None:
        self._numbers = numbers
        self._lock = lock

    def refresh(self) -> bool:
        """Nothing: the reader reads them with the rest."""
        return False

    def names(self) -> list[str]:
        """What was sampled, in natural order."""
        with self._lock:
            return list(self._numbers.names())

    @property
    def metrics(self) -> dict[str, MetricStat]:
        """Statistics of each kind of sample."""
        with self._lock:
            return self._numbers.statistics()

    def series(self, name: str, rank: int | None = None) -> Series:
        """The samples of one kind; raises KeyError for none."""
        with self._lock:
            series = self._numbers.series(name) if not rank else None
        if series is None:
            raise KeyError(name)
        return series
