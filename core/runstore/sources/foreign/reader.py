"""`ForeignReader`: one run that another tool writes, read as a run of ours is."""

from __future__ import annotations

import copy
import math
import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from runstore.reading.consoles import ConsoleLog, RecordsLog
from runstore.reading.liveness import ALIVE
from runstore.reading.series_data import MetricStat, Series
from runstore.reading.states import State, ended_state, growing_state, state_of
from runstore.records import status
from runstore.records.manifest import new_manifest
from runstore.sources.early import LONG
from runstore.sources.foreign import files
from runstore.sources.foreign.ahead import ReadingAhead
from runstore.sources.foreign.following import Following
from runstore.sources.foreign.numbers import Numbers
from runstore.sources.foreign.records import Records
from runstore.sources.foreign.run_files import RunFiles
from runstore.sources.foreign.samples import MachineSamples

if TYPE_CHECKING:
    from runstore.reading.events import DataPlace
    from runstore.sources.foreign.kind import Place

_LEAST_SILENCE = 30.0
"""Seconds without a write after which no run is called growing any more."""
_WAIT = 0.05
"""Seconds to wait for another process at a time: there are other runs to read."""
_FLUSHES = 1.5
"""... or so many times as long as its writer usually takes, if that is longer."""
_OWN = frozenset(("_lock", "_ahead", "turn", "looked"))
"""What another reader does not take over."""


class ForeignReader(RunFiles, ABC):
    """Thread-safe. A kind of runs implements `_begin`, `_read` and `_paths`, which are called with the lock held.

    They may raise OSError and ValueError: it is told as a warning, and what was read stays. What they fill is
    ``numbers``, ``samples`` (of the machine), ``logs``, and by `_set` and `_record` the rest. ``ended``: it is known
    that the run is not written any more, though nothing tells how it ended. No reader holds a lock, a connection or
    an open file from one call to the next: it can be copied, and handed over to another process.

    ``alone``: it reads everything by itself; else a process of its own may read a long run for it (see `ahead`).
    ``final``: nobody waits for what is still to come: a last line without its end is taken as it is.
    ``turn``: how often it has found something new; ``looked``: when it last tried, of the monotonic clock.
    """

    def __init__(self, place: Place, keep: bool, flush: float) -> None:
        """``keep``: whether points are kept. ``flush``: seconds between two writes of a usual writer."""
        self.place = place
        self.gone = False
        self.waiting = False
        self.ended = False
        self.alone = False
        self.final = False
        self.turn = 0
        self.looked = 0.0
        self.numbers = Numbers(keep)
        self.samples = Numbers()
        self.logs: list[ConsoleLog] = []
        self.last_write = 0.0
        self._usual = max(_LEAST_SILENCE, _FLUSHES * flush)
        self._torn = math.inf
        """When the first of the files was written of which a last line is waited for."""
        self._lock = threading.RLock()
        self._begun = False
        self._ahead: ReadingAhead | Following | None = None
        self._records = Records()
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
            other._lock, other._ahead, other.turn, other.looked = threading.RLock(), None, 0, 0.0
            for name, value in self.__getstate__().items():
                other.__dict__[name] = copy.deepcopy(value, memo)
            return other

    def __getstate__(self) -> dict[str, Any]:
        """What it has become: all that another one needs to go on from here."""
        return {name: value for name, value in self.__dict__.items() if name not in _OWN}

    def follower(self) -> ForeignReader:
        """One that becomes what this one does until this one has read everything, and goes on by itself from there."""
        with self._lock:
            other = copy.deepcopy(self)
            if self.waiting:
                other._ahead = Following(self)
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

    def beside(self) -> tuple[str, ...]:
        """The files that are read though they are not at its place, told before anything is read."""
        return self.place.logs

    def _length(self) -> int:
        """Bytes that are to be read at first, as far as a look tells."""
        return files.size_of(self.place.path) if not self.place.id else 0

    # ---- what a kind calls

    def _restart(self) -> None:
        """A file was cut or replaced: all is read anew from here on."""
        self._begun = True
        self.numbers.clear()
        self.samples.clear()
        self._records.clear()
        self.logs = []
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
        self._records.add(kind, name, value, step, time)

    def _is_over(self, modified: float) -> bool:
        """Whether to take the last line of a file, last written then, as it is: it has no end, but the file is silent.

        Else the line is waited for, and `is_due` tells when that has been long enough.
        """
        if self.final or time.time() - modified >= self._usual:
            return True
        self._torn = min(self._torn, modified)
        return False

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
                    ahead = self._read_ahead(seconds)
                    changed = self._read_here(stop) if ahead is None else ahead
                    self._warn("", "")
                except Exception as error:  # whatever a file holds, it must not break the list
                    self.waiting = False
                    told = isinstance(error, (OSError, ValueError))
                    self._warn("", str(error) if told else f"{type(error).__name__}: {error}")
                self._beside = files.outputs(self.place.logs)
                self.last_write = max([self.last_write, *(self._written())])
            after = self._manifest, dict(self._problems), self.gone, self.last_write, self.logs, self._beside
            changed |= before != after
            self.turn += changed
            self.looked = time.monotonic()
            return changed

    def _read_here(self, stop: float | None) -> bool:
        if not self._begun:
            self._restart()
        if not self.waiting:
            self._torn = math.inf
        return self._read(stop)

    def _read_ahead(self, seconds: float | None) -> bool | None:
        """Become what the reader in another process has become, if there is news of it; None when none reads the run.

        One is started for a long run, unless all of it is wanted now.
        """
        if seconds is None:
            self._stop_ahead()
        elif not (self._begun or self.alone or self._ahead) and self._length() >= LONG:
            self.alone = True  # should it fail
            self._ahead = ReadingAhead.begun(self.place, self.numbers.keep)
        if self._ahead is None or seconds is None:
            return None
        self.waiting = True
        try:
            state = self._ahead.take(min(seconds, _WAIT))
        except Exception:  # however it failed, what it would have read is read here
            self._stop_ahead()
            return None
        self.__dict__.update(state or {})
        if not self.waiting:
            self._stop_ahead()
        return state is not None

    def _stop_ahead(self) -> None:
        if self._ahead is not None:
            self._ahead.close()
            self._ahead = None

    def _known_paths(self) -> Iterable[str]:
        return (*self._paths(), *self.place.logs) if self._begun else ()

    def _written(self) -> Iterable[float]:
        return files.written(self._known_paths() or (self.place.path,))

    def signature(self) -> files.Signature:
        """What the files look like from outside: another one after each change."""
        with self._lock:
            paths = self.place.path, *self._known_paths()
        return files.signature(paths)

    def is_due(self) -> bool:
        """Whether there is something to read though no file has changed: a last line, whose end did not come."""
        return time.time() - self._torn >= self._usual

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
            return said + self._records.warnings

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
            return self._records.alerts()

    def unwritten(self) -> int:
        """None: what other tools lose they do not tell."""
        return 0

    def records(self, kind: str | None = None) -> list[dict[str, Any]]:
        """What was recorded beside points, in the order in which it was read."""
        with self._lock:
            return self._records.of(kind)

    def data_after(self, place: DataPlace, seconds: float | None = None) -> list[tuple[str, int, list[dict[str, Any]]]]:
        """(writer, rank, its lists, rows, images ... that have come after ``place``), each handed out once."""
        with self._lock:
            return [("0", 0, self._records.data_after(place))]

    # ---- output

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
