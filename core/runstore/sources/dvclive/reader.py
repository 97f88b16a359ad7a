"""One run of DVCLive."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Iterator

from runstore.reading.growing import GONE, REPLACED
from runstore.sources.foreign.kind import Place
from runstore.sources.foreign.numbers import Numbers
from runstore.sources.foreign.reader import ForeignReader
from runstore.sources.tables import Cells, GrowingTable, numbers_of, steps_of

METRICS = os.path.join("plots", "metrics")
IMAGES = os.path.join("plots", "images")
SUMMARY, PARAMS = "metrics.json", "params.yaml"
_SUFFIX = ".tsv"
_MOST = 20_000
_STEP, _TIMESTAMP = "step", "timestamp"
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp")
_SYSTEM = "system/"
_SAMPLES = (  # as DVCLive calls what it samples, as it is called here, and by what its numbers are multiplied
    (re.compile(r"system/cpu/usage \(%\)\Z"), "host_cpu_percent", 1.0),
    (re.compile(r"system/ram/usage \(%\)\Z"), "host_memory_percent", 1.0),
    (re.compile(r"system/vram/usage \(GB\)/(\d+)\Z"), r"gpu\1_memory_mb", 1000.0),
)


class DvcLiveReader(ForeignReader):
    """A point without a timestamp of its own has the time of the write with which it came."""

    def __init__(self, place: Place, keep: bool, flush: float) -> None:
        super().__init__(place, keep, flush)
        self._begin()

    def _begin(self) -> None:
        self._tables: dict[str, GrowingTable] = {}
        self._folders: tuple[tuple[str, int], ...] = ()
        self._pictures: set[str] = set()
        self._stamps: dict[str, tuple[int, int]] = {}
        self._summary: dict[str, float] = {}
        self._left: list[str] = []

    def _paths(self) -> Iterable[str]:
        yield os.path.join(self.place.key, SUMMARY)
        yield os.path.join(self.place.key, PARAMS)
        yield from (path for path, _ in self._folders)
        yield from (table.path for table in self._tables.values())

    def _read(self, stop: float | None) -> bool:
        changed = self._read_params() | self._look_around() | self._read_summary()
        names = self._left or list(self._tables)
        for number, name in enumerate(names):
            changed |= self._read_table(name)
            if stop is not None and time.monotonic() >= stop:
                self._left = names[number + 1 :]
                break
        else:
            self._left = []
        self.waiting = bool(self._left)
        return changed

    def _look_around(self) -> bool:
        """Find new tables and pictures, where a folder has changed."""
        folders = tuple(_folders(os.path.join(self.place.key, "plots")))
        if folders == self._folders:
            return False
        self._folders = folders
        top = os.path.join(self.place.key, METRICS)
        for path, name in tables(top):
            if name not in self._tables and len(self._tables) < _MOST:
                self._tables[name] = GrowingTable(path, "\t")
                if name in self._summary:
                    self.numbers.clear([name])
                self._left += [name] if self._left else []
        images = os.path.join(self.place.key, IMAGES)
        for path in _files(images, _PICTURES):
            if path not in self._pictures:
                self._pictures.add(path)
                artifact = os.path.relpath(path, self.place.key)
                name, step = _named(os.path.relpath(path, images))
                self._record("image", name, artifact, step, _modified(path))
        return True

    def _read_table(self, name: str) -> bool:
        table = self._tables[name]
        state = table.look()
        if state == GONE:
            return False
        numbers, shown, factor = self._where(name)
        changed = state == REPLACED
        if changed:
            numbers.clear([shown])
        for columns in table.blocks(self._is_over):
            changed = True
            _take(numbers, shown, factor, table, columns)
        self._warn(table.path, table.problem)
        return changed

    def _where(self, name: str) -> tuple[Numbers, str, float]:
        """Where a table's numbers go, under which name, and by what they are multiplied."""
        if not name.startswith(_SYSTEM):
            return self.numbers, name, 1.0
        for pattern, ours, factor in _SAMPLES:
            match = pattern.match(name)
            if match:
                return self.samples, match.expand(ours), factor
        return self.samples, name[len(_SYSTEM) :], 1.0

    def _read_params(self) -> bool:
        path = os.path.join(self.place.key, PARAMS)
        if not self._is_new(path):
            return False
        self._set(params=self._parameters(path))
        return True

    def _read_summary(self) -> bool:
        """The numbers that have no table: they were logged without one, and only the last of each is there."""
        path = os.path.join(self.place.key, SUMMARY)
        if not self._is_new(path):
            return False
        said = self._parameters(path, "/")
        numbers = {name: float(value) for name, value in said.items() if isinstance(value, (int, float))}
        step = numbers.pop(_STEP, None)
        new = {name: value for name, value in numbers.items() if name not in self._tables}
        changed = {name: value for name, value in new.items() if self._summary.get(name) != value}
        self._summary = new
        self.numbers.add_row(None if step is None else int(step), _modified(path), changed)
        return bool(changed)

    def _is_new(self, path: str) -> bool:
        """Whether the file is there, and another one than before."""
        try:
            stat = os.stat(path)
        except OSError:
            return False
        stamp = stat.st_mtime_ns, stat.st_size
        known, self._stamps[path] = self._stamps.get(path), stamp
        return stamp != known


def _take(numbers: Numbers, name: str, factor: float, table: GrowingTable, columns: list[Cells]) -> None:
    import numpy as np

    held = dict(zip(table.names, columns, strict=True))
    values = [cells for column, cells in held.items() if column not in (_STEP, _TIMESTAMP)]
    if not values:
        return
    rows, found = numbers_of(values[-1])
    times = np.full(len(rows), table.modified)
    if _TIMESTAMP in held:
        stamps = steps_of(held[_TIMESTAMP])[rows]  # milliseconds
        times = np.where(stamps > 0, stamps / 1000, times)
    with np.errstate(over="ignore"):
        found = found * factor
    numbers.add(name, steps_of(held[_STEP])[rows] if _STEP in held else None, times, found)


def tables(top: str) -> Iterator[tuple[str, str]]:
    """(path, name of the metric) of each table below ``top``, in order."""
    for path in _files(top, (_SUFFIX,)):
        yield path, os.path.relpath(path, top)[: -len(_SUFFIX)].replace(os.sep, "/")


def _files(top: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    if os.path.islink(top):  # it may lead out of the run's folder
        return
    for folder, below, names in os.walk(top):
        below.sort()
        yield from (os.path.join(folder, name) for name in sorted(names) if name.lower().endswith(suffixes))


def _folders(top: str) -> Iterator[tuple[str, int]]:
    """(path, time of its last change in ns) of each folder."""
    for folder, _, _ in os.walk(top):
        try:
            yield folder, os.stat(folder).st_mtime_ns
        except OSError:
            continue


def _named(path: str) -> tuple[str, int | None]:
    """The name and step of a picture: of one that is kept for each step, ``name/12.png``."""
    folder, name = os.path.split(path)
    stem = os.path.splitext(name)[0]
    if folder and stem.isdecimal() and len(stem) < 18:
        return folder.replace(os.sep, "/"), int(stem)
    return path.replace(os.sep, "/"), None


def _modified(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0
