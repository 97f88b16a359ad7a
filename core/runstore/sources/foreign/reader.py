"""`ForeignReader`: one run that another tool writes, read as a run of ours is."""

from __future__ import annotations

import copy
import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from runstore.reading.consoles import ConsoleLog, RecordsLog
from runstore.reading.growing import read_small
from runstore.reading.liveness import ALIVE
from runstore.reading.series_data import MetricStat, Series
from runstore.reading.states import State, ended_state, growing_state, state_of
from runstore.records import status
from runstore.records.manifest import new_manifest
from runstore.sources.foreign.numbers import Numbers
from runstore.sources.foreign.samples import MachineSamples

if TYPE_CHECKING:
    from runstore.reading.events import DataPlace
    from runstore.sources.foreign.kind import Place

_LARGEST = 64 << 20
_MOST_FILES = 10_000
_MOST_RECORDS = 200_000
_LEAST_SILENCE = 30.0
"""Seconds without a write after which no run is called growing any more."""
_FLUSHES = 1.5
"""... or so many times as long as its writer usually takes, if that is longer."""


class ForeignReader(ABC):
    """Thread-safe. A kind of runs implements `_begin`, `_read` and `_paths`, which are called with the lock held.

    They may raise OSError and ValueError: it is told as a warning, and what was read stays. What they fill is
    ``numbers``, ``samples`` (of the machine), ``logs``, and by `_set` and `_record` the rest. ``ended``: it is known
    that the run is not written any more, though nothing tells how it ended. No reader holds a lock, a connection or
    an open file from one call to the next: it can be copied.
    """

    def __init__(self, place: Place, keep: bool, flush: float) -> None:
        """``keep``: whether points are kept. ``flush``: seconds between two writes of a usual writer."""
        self.place = place
        self.gone = False
        self.waiting = False
        self.ended = False
        self.numbers = Numbers(keep)
        self.samples = Numbers()
        self.logs: list[ConsoleLog] = []
        self.last_write = 0.0
        self._usual = max(_LEAST_SILENCE, _FLUSHES * flush)
        self._lock = threading.RLock()
        self._begun = False
        self._generation = 0
        self._recorded: list[dict[str, Any]] = []
        self._left_out = 0
        self._problems: dict[str, str] = {}
        self._beside: list[ConsoleLog] = []
        self._manifest = self._empty()

    def _empty(self) -> dict[str, Any]:
        place = self.place
        return new_manifest(
            metrics={}, id=place.name, experiment=place.experiment, display_name=place.name, status=status.RUNNING
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> ForeignReader:
        """One that reads on by itself from here; points so far are shared."""
        with self._lock:
            other = object.__new__(type(self))
            memo[id(self)] = other
            for name, value in self.__dict__.items():
                other.__dict__[name] = threading.RLock() if name == "_lock" else copy.deepcopy(value, memo)
            return other

    # ---- what a kind implements

    @abstractmethod
    def _begin(self) -> None:
        """Forget what was read; the base has emptied what it keeps."""

    @abstractmethod
    def _read(self, stop: float | None) -> bool:
        """Take in what is new, until about ``time.monotonic() == stop``; whether there was anything.

        Sets ``waiting`` when something is left.
        """

    @abstractmethod
    def _paths(self) -> Iterable[str]:
        """The files and folders whose stat tells that there is something new."""

    def _files_folder(self) -> str:
        """The folder whose files are the run's; a run that is one file in it has none beside itself."""
        return self.place.path

    # ---- what a kind calls

    def _restart(self) -> None:
        """A file was cut or replaced: all is read anew from here on."""
        self._begun = True
        self._generation += 1
        self.numbers.clear()
        self.samples.clear()
        self.logs, self._recorded, self._left_out = [], [], 0
        self._problems = {}
        self._manifest = self._empty()
        self.waiting = self.ended = False
        self._begin()

    def _set(self, **fields: Any) -> None:
        """Set fields of the manifest; None takes back what was set."""
        empty = self._empty()
        new = {name: empty[name] if value is None else value for name, value in fields.items()}
        if any(self._manifest[name] != value for name, value in new.items()):
            self._manifest = {**self._manifest, **new}

    def _record(self, kind: str, name: str, value: object, step: int | None, time: float) -> None:
        """Keep a record of data: a list, row, table or image."""
        if len(self._recorded) >= _MOST_RECORDS:
            self._left_out += 1
            return
        record = {"kind": kind, "name": name, "value": value, "time": time, "writer": "0", "rank": 0}
        record["seq"] = len(self._recorded)
        if step is not None:
            record["step"] = step
        self._recorded.append(record)

    def _warn(self, path: str, why: str) -> None:
        """Tell what is wrong with a file; empty when nothing is any more."""
        if why:
            self._problems[path] = why
        else:
            self._problems.pop(path, None)

    # ---- reading

    def refresh(self, seconds: float | None = None) -> bool:
        """Read what is new, for about so many ``seconds``; whether anything was."""
        with self._lock:
            before = self._manifest, dict(self._problems), self.gone, self.last_write, self.logs, self._beside
            stop = None if seconds is None else time.monotonic() + seconds
            changed = False
            self.gone = not os.path.lexists(self.place.path)
            if not self.gone:
                try:
                    if not self._begun:
                        self._restart()
                    changed = self._read(stop)
                    self._warn("", "")
                except Exception as error:  # whatever a file holds, it must not break the list
                    self.waiting = False
                    told = isinstance(error, (OSError, ValueError))
                    self._warn("", str(error) if told else f"{type(error).__name__}: {error}")
                self._look_beside()
                self.last_write = max([self.last_write, *(self._written())])
            after = self._manifest, dict(self._problems), self.gone, self.last_write, self.logs, self._beside
            return changed or before != after

    def _written(self) -> Iterable[float]:
        for path in (*self._paths(), *self.place.logs):
            try:
                stat = os.stat(path)
            except OSError:
                continue
            yield stat.st_mtime

    def _look_beside(self) -> None:
        """The output that lies beside the run."""
        found = []
        for path in self.place.logs:
            try:
                stat = os.stat(path)
            except OSError:
                continue
            found.append(ConsoleLog(os.path.basename(path), "0", 0, path, None, (stat.st_size, stat.st_mtime)))
        self._beside = sorted(found, key=lambda log: log.modified)

    def signature(self) -> tuple[tuple[str, int, int, int], ...]:
        """What the files look like from outside: another one after each change."""
        with self._lock:
            paths = [self.place.path, *self._paths(), *self.place.logs] if self._begun else [self.place.path]
        found = []
        for path in dict.fromkeys(paths):
            try:
                stat = os.stat(path)
            except OSError:
                found.append((path, 0, 0, 0))
            else:
                found.append((path, stat.st_ino, stat.st_size, stat.st_mtime_ns))
        return tuple(found)

    def refresh_manifest(self) -> bool:
        """As `refresh`: in foreign files facts and numbers are one."""
        return self.refresh()

    def refresh_facts(self) -> bool:
        """As `refresh`."""
        return self.refresh()

    # ---- facts

    @property
    def source(self) -> str:
        """The kind of the run."""
        return self.place.kind

    @property
    def folder(self) -> str:
        """The key of the run."""
        return self.place.key

    @property
    def id(self) -> str:
        """The run's id."""
        return self._manifest["id"] or self.place.name

    @property
    def experiment(self) -> str:
        """The name of its experiment."""
        return self._manifest["experiment"] or self.place.experiment

    @property
    def manifest(self) -> dict[str, Any]:
        """What is known beside numbers and output; a new dictionary after each change."""
        return self._manifest

    @property
    def warnings(self) -> list[str]:
        """What could not be read, each with its file."""
        with self._lock:
            said = [f"{os.path.basename(path)}: {why}" if path else why for path, why in self._problems.items()]
            if self._left_out:
                said.append(f"{self._left_out} records are left out: {_MOST_RECORDS} are shown")
            return said

    def state(self, reason: str = "") -> State:
        """How it stands: as recorded, else by how long its files have been silent."""
        with self._lock:
            if self._manifest["status"] in (*status.TERMINAL, *status.WAITING):
                return state_of(self._manifest, ALIVE, reason)
            if self.ended or self.gone:
                return ended_state()
            return growing_state(max(time.time() - self.last_write, 0.0), self._usual)

    @property
    def last_activity(self) -> float:
        """When it last wrote something, unix seconds."""
        with self._lock:
            return max(self.numbers.last_time, self._manifest["ended"] or 0.0) or self.last_write

    def seconds_a_step(self) -> float | None:
        """How long a step takes; None when that cannot be told."""
        with self._lock:
            return self.numbers.seconds_a_step()

    def changes(self) -> list[dict[str, Any]]:
        """The records that are no data."""
        with self._lock:
            return [record for record in self._recorded if record["kind"] == "alert"]

    def records(self, kind: str | None = None) -> list[dict[str, Any]]:
        """What was recorded beside points, in the order in which it was read."""
        with self._lock:
            return [record for record in self._recorded if kind in (None, record["kind"])]

    def data_after(self, place: DataPlace, seconds: float | None = None) -> list[tuple[str, int, list[dict[str, Any]]]]:
        """(writer, rank, its lists, rows, images ... that have come after ``place``), each handed out once."""
        with self._lock:
            generation, taken = place.taken
            place.replaced = taken > 0 and generation != self._generation
            place.waiting = False
            new = [record for record in self._recorded[taken:] if record["kind"] != "alert"]
            place.taken = self._generation, len(self._recorded)
            return [("0", 0, new)]

    # ---- output and files

    def consoles(self) -> list[ConsoleLog]:
        """What it printed, and what lies beside it."""
        with self._lock:
            return [*self.logs, *self._beside]

    def record_logs(self) -> list[RecordsLog]:
        """None: what other tools log of Python's logging is in their output."""
        return []

    @property
    def system_log(self) -> str:
        """None."""
        return ""

    @property
    def logs_folder(self) -> str:
        """None."""
        return ""

    @property
    def files_folder(self) -> str:
        """Where its files are; of a run that is one file, that."""
        return self._files_folder()

    def files(self) -> list[str]:
        """The names of what lies in the run's folder, sorted."""
        found: list[str] = []
        top = self._files_folder()
        for folder, below, names in os.walk(top):
            below.sort()
            found += (os.path.relpath(os.path.join(folder, name), top) for name in names)
            if len(found) >= _MOST_FILES:
                break
        return sorted(found)[:_MOST_FILES]

    def file_path(self, name: str) -> str:
        """Where one of them is."""
        return os.path.join(self._files_folder(), name)

    def artifact(self, name: str) -> bytes:
        """A file below the run's folder; raises ValueError for a name that leads elsewhere, OSError as `open`."""
        top = self._files_folder()
        path = os.path.realpath(os.path.join(top, name))
        if not path.startswith(os.path.realpath(top) + os.sep):
            raise ValueError("it leads out of the run's folder")
        return read_small(path, _LARGEST)

    # ---- metrics

    @property
    def metrics(self) -> dict[str, MetricStat]:
        """Statistics of each metric."""
        with self._lock:
            return self.numbers.statistics()

    def names(self) -> list[str]:
        """The metrics that have points, in natural order."""
        with self._lock:
            return list(self.numbers.names())

    def ranks(self, name: str) -> list[int]:
        """Rank 0 for a metric that there is."""
        with self._lock:
            return [0] if name in self.numbers.statistics() else []

    def series(self, name: str, rank: int | None = None) -> Series:
        """The points of a metric; raises KeyError for none."""
        with self._lock:
            self.load([name])
            series = self.numbers.series(name) if not rank else None
            if series is None:
                raise KeyError(name)
            return series

    def load(self, names: list[str] | None = None) -> None:
        """Keep points from now on; what was read without keeping them is read again."""
        with self._lock:
            if not self.numbers.keep:
                self.numbers.keep = True
                self._begun = False
                self.refresh()

    def unload(self) -> None:
        """Give up the points; statistics stay."""
        with self._lock:
            self.numbers.drop_points()

    @property
    def resources(self) -> MachineSamples:
        """The samples of its machine."""
        return MachineSamples(self.samples, self._lock)
