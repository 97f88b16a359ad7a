"""Tables of numbers in CSV or TSV files, a row for each step or epoch."""

from __future__ import annotations

from typing import ClassVar

from runstore.printed.names import STEPS, sort_of
from runstore.sources.foreign.folder import Folder
from runstore.sources.foreign.kind import Found, Place
from runstore.sources.plain.csv_reader import CsvReader, cells_of, delimiter_of
from runstore.sources.plain.naming import places_of
from runstore.sources.tables import number_of

_ENDS = (".csv", ".tsv")
_HEAD = 16 << 10
_COUNTED = frozenset(STEPS) | {"global_step", "steps", "round", "trial"}


class CsvFiles:
    """One run for each file that has a column of steps or epochs and columns of numbers, or only columns of metrics."""

    name: ClassVar[str] = "csv"
    title: ClassVar[str] = "CSV table"
    flush: ClassVar[float] = 120.0

    def find(self, folder: Folder) -> Found | None:
        """The runs in this folder."""
        names = [
            name for name in sorted(folder.files) if name.lower().endswith(_ENDS) and _is_log(folder.head(name, _HEAD))
        ]
        return Found(places_of(self.name, folder, names), frozenset(names)) if names else None

    def open(self, place: Place, keep: bool = True) -> CsvReader:
        """A reader of the run."""
        return CsvReader(place, keep, self.flush)


def _is_log(head: bytes) -> bool:
    lines = head.split(b"\n")
    if b"\0" in head or len(lines) < 2:
        return False
    names = cells_of(lines[0].decode("utf-8", "replace"))
    words = [name.lower() for name in names]
    if len(names) < 2 or not all(names) or any(number_of(name.encode()) is not None for name in names):
        return False
    counted = any(word in _COUNTED for word in words)
    metrics = sum(sort_of(name) == "metric" for name in names)
    if not counted and (not metrics or metrics + 2 < len(names)):
        return False
    if not lines[1].strip() or len(lines) == 2:
        return metrics > 0
    row = cells_of(lines[1].decode("utf-8", "replace"), delimiter_of(lines[0].decode("utf-8", "replace")))
    numbers = sum(number_of(cell.encode()) is not None for cell in row)
    return len(row) == len(names) and numbers >= (2 if counted else 1)
