"""The samples of a run's machine: CPU, memory, GPU."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Protocol

from runstore.reading.series_data import MetricStat, Series

if TYPE_CHECKING:
    from runstore.reading.points import Points


class Samples(Protocol):
    """What was sampled of a machine, read like metrics."""

    def refresh(self) -> bool:
        """Read what is new; whether anything was."""
        ...

    def names(self) -> list[str]:
        """What was sampled, in natural order."""
        ...

    @property
    def metrics(self) -> dict[str, MetricStat]:
        """Statistics of each kind of sample."""
        ...

    def series(self, name: str, rank: int | None = None) -> Series:
        """The samples of one kind; raises KeyError for none."""
        ...


class ResourceReader:
    """The samples of a run's machine, read like points."""

    def __init__(self, folder: str, fresh: bool, lock: threading.RLock) -> None:
        self._folder = folder
        self._fresh = fresh
        self._lock = lock
        self._points: Points | None = None

    def refresh(self) -> bool:
        """Read what is new; whether anything was."""
        with self._lock:
            if self._points is None and has_files(self._folder):
                from runstore.reading.points import Points

                self._points = Points(self._folder, self._fresh)
            return self._points is not None and self._points.refresh()

    def names(self) -> list[str]:
        """What was sampled, in natural order."""
        with self._lock:
            return list(self._points.names()) if self._points is not None else []

    @property
    def metrics(self) -> dict[str, MetricStat]:
        """Statistics of each kind of sample."""
        with self._lock:
            return self._points.statistics() if self._points is not None else {}

    def series(self, name: str, rank: int | None = None) -> Series:
        """The samples of one kind; raises KeyError for none."""
        with self._lock:
            series = self._points.series(name, rank) if self._points is not None else None
        if series is None:
            raise KeyError(name)
        return series


def has_files(folder: str) -> bool:
    """Whether anything is in the folder."""
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is not None
    except OSError:
        return False
