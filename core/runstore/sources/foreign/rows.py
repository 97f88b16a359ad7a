"""What the readers of runs in databases have in common, whatever the tables."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from runstore.sources.foreign import sqlite
from runstore.sources.foreign.catalog import Catalog
from runstore.sources.foreign.reader import ForeignReader

Rows = TypeVar("Rows", bound=Catalog[Any])
_TIMES = ("started", "ended")


class RowsReader(ForeignReader, Generic[Rows]):
    """Takes in a run's new rows, when the catalog of the database says that there are some."""

    @abstractmethod
    def _catalog(self) -> Rows:
        """What is known of the database."""

    @abstractmethod
    def _read_rows(self, catalog: Rows, run: Any, stop: float | None) -> bool:
        """As `_read`, for the run as the catalog, which was just refreshed, has it. May raise `sqlite.Busy`."""

    def _paths(self) -> Iterable[str]:
        return sqlite.beside(self.place.path)

    def _written(self) -> Iterable[float]:
        """The database is that of many runs: only the rows tell when this one wrote, by its own clock."""
        now = max(super()._written(), default=0.0)
        told = self.numbers.last_time, self.samples.last_time, *(self._manifest[each] or 0.0 for each in _TIMES)
        return [min(max(told), now)]

    def _read(self, stop: float | None) -> bool:
        catalog = self._catalog()
        try:
            catalog.refresh()
            run = catalog.runs.get(self.place.id)
            if run is None:
                self.gone = True
                return False
            return self._read_rows(catalog, run, stop)
        except sqlite.Busy:
            self.waiting = True
            return False
