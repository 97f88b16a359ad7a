"""`RunReader`: one run, read while it is written."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Any, Iterator

from runstore.layout.mounts import is_network
from runstore.layout.paths import RunPaths
from runstore.layout.run_files import run_file, run_files
from runstore.reading.artifacts import read_artifact
from runstore.reading.consoles import Console, ConsoleLog, RecordsLog, console_of
from runstore.reading.events import DataPlace, Events
from runstore.reading.liveness import Heartbeats, Life, life_of
from runstore.reading.manifest import ManifestFiles
from runstore.reading.resources import ResourceReader, has_files
from runstore.reading.series_data import MetricStat, Series
from runstore.reading.states import State, quiet_limit, reader_state
from runstore.records.heartbeat import INTERVAL, unwritten_in

if TYPE_CHECKING:
    from runstore.reading.points import Points
    from runstore.reading.writer_points import Column


class RunReader:
    """Thread-safe. Nothing is read before the first `refresh`, and from then on only what is new.

    No damage in the folder makes a method raise: what cannot be read is in `warnings`, and a folder that is deleted
    sets `gone` and leaves what is known.
    """

    source = ""

    def __init__(self, folder: str, network: bool | None = None) -> None:
        """``network``: whether the folder lies on a network mount, if the caller knows."""
        self.folder = folder
        self.gone = False
        self.paths = RunPaths(folder)
        self._fresh = is_network(folder) if network is None else network
        self._lock = threading.RLock()
        self._files = ManifestFiles(folder, self.paths.manifest, self._fresh)
        self._manifest: dict[str, Any] = self._files.merged(None)
        self._events = Events(self.paths.records, self._fresh)
        self._points: Points | None = None
        self._without_numpy = False
        self._resources: ResourceReader | None = None
        self._heartbeats = Heartbeats(self.paths.alive)
        self._console = Console([], [])
        self._unreachable = ""
        self._next_count, self._unwritten = 0.0, 0
        self._looked = False  # whether points and output were looked at, not run.json alone

    # ---- reading

    def refresh(self, seconds: float | None = None) -> bool:
        """Read what is new; whether anything was. ``seconds`` is about how long it may take: see `waiting`."""
        with self._lock:
            try:
                manifest_changed = self._files.refresh()
            except OSError as error:
                return self._put_out_of_reach(error)
            changed = manifest_changed or self.gone
            self.gone, self._unreachable = False, ""
            known = self._events.version
            changed |= self._events.refresh()
            manifest_changed |= self._events.version != known
            points = self._find_points()
            if points is not None:
                changed |= points.refresh(seconds)
            console = console_of(self.paths.console)
            changed |= console != self._console
            self._console = console
            if self._resources is not None:
                changed |= self._resources.refresh()
            if manifest_changed:
                self._manifest = self._files.merged(self._events)
            self._looked = not self.waiting
            return changed

    def refresh_manifest(self) -> bool:
        """Read ``run.json`` and the edits only: enough for the list entry of a run that has ended in order."""
        with self._lock:
            try:
                changed = self._files.refresh()
            except OSError as error:
                return self._put_out_of_reach(error)
            self.gone, self._unreachable = False, ""
            if changed:
                self._manifest = self._files.merged(None)
            return changed

    def refresh_facts(self) -> bool:
        """Read ``run.json``, the edits and, until its owner has ended it, the records: no numbers, no output."""
        with self._lock:
            changed = self.refresh_manifest()
            if self.gone or self._files.ended:
                return changed
            known = self._events.version
            self._events.refresh()
            changed |= self._events.version != known
            self._manifest = self._files.merged(self._events)
            return changed

    @property
    def out_of_reach(self) -> bool:
        """Whether the folder could not be read at the last refresh, though it may be there."""
        return bool(self._unreachable)

    def _put_out_of_reach(self, error: OSError) -> bool:
        """The folder is gone, or cannot be read just now: what is known stays; whether anything has changed."""
        gone = isinstance(error, (FileNotFoundError, NotADirectoryError))
        self._unreachable = "" if gone else error.strerror or str(error)
        changed, self.gone = gone and not self.gone, gone or self.gone
        return changed

    @property
    def waiting(self) -> bool:
        """Whether a `refresh` with little time has left something unread."""
        with self._lock:
            return self._points is not None and self._points.waiting

    @property
    def readable(self) -> bool:
        """Whether ``run.json`` could be read, now or before."""
        return self._files.readable

    @property
    def stamp(self) -> tuple[int, int]:
        """Inode and ctime (ns) of the run folder at the last refresh."""
        return self._files.listed

    def _find_points(self) -> Points | None:
        """The points, once there are any: NumPy is not imported for a run without, and only they need it."""
        if self._points is None and has_files(self.paths.points):
            try:
                from runstore.reading.points import Points
            except ImportError:
                self._without_numpy = True
                return None
            self._points = Points(self.paths.points, self._fresh)
        return self._points

    def _read_points(self) -> Points | None:
        """The points as last refreshed; raises `ImportError` where there are some, but no NumPy to read them."""
        if self._without_numpy:
            raise ImportError("NumPy is needed to read logged numbers, and this interpreter has none")
        return self._points

    # ---- facts

    @property
    def manifest(self) -> dict[str, Any]:
        """``run.json`` with edits and records applied: a new dictionary after each change, not to be changed."""
        return self._manifest

    @property
    def id(self) -> str:
        """The run's id."""
        return self._manifest["id"] or os.path.basename(self.folder)

    @property
    def experiment(self) -> str:
        """The name of its experiment."""
        return self._manifest["experiment"] or os.path.basename(os.path.dirname(self.folder))

    @property
    def warnings(self) -> list[str]:
        """What could not be read, each with its file."""
        with self._lock:
            return ["{}: {}".format(os.path.relpath(path, self.folder), why) for path, why in self._problems()]

    def _problems(self) -> Iterator[tuple[str, str]]:
        if self._unreachable:
            yield self.folder, self._unreachable
        yield from self._files.problems()
        yield from self._events.problems()
        if self._points is not None:
            yield from self._points.problems()

    def records(self, kind: str | None = None) -> list[dict[str, Any]]:
        """What was recorded beside points, of all writers in order of time; ``writer`` and ``rank`` are filled in.

        The first call for data (lists, tables ...) reads the files once more.
        """
        with self._lock:
            found = [*self._events.changes(), *self._events.data()]
        if kind is not None:
            found = [record for record in found if record["kind"] == kind]
        return sorted(found, key=lambda record: (record["time"], record["writer"], record["seq"]))

    def data_after(self, place: DataPlace, seconds: float | None = None) -> list[tuple[str, int, list[dict[str, Any]]]]:
        """(writer, rank, its lists, rows, images ... that have come after ``place``), each handed out once.

        For `runstore.reading.recorded.Recordings`. ``seconds`` is about how long it may take: see `DataPlace`.
        """
        with self._lock:
            return self._events.data_after(place, seconds)

    def columns(self, name: str) -> list[Column]:
        """The loaded columns of a metric, of all ranks and attempts; for `runstore.reading.metrics`."""
        with self._lock:
            points = self._read_points()
            return points.of_all_ranks(name) if points is not None else []

    def changes(self) -> list[dict[str, Any]]:
        """The records that are no data, cheaply: alerts, errors, what was dropped, parameters, tags ..."""
        with self._lock:
            return self._events.changes()

    def unwritten(self) -> int:
        """How many records could not be written, beside those of which `changes` tells.

        Of a run that goes on, what its writers last told: some of it may still wait for space in their memory.
        """
        with self._lock:
            if not self._files.ended:
                now = time.monotonic()
                if now >= self._next_count:  # of 1,000 ranks it takes 10 ms
                    self._next_count, self._unwritten = now + INTERVAL, unwritten_in(self.paths.alive)
                return self._unwritten
            lost = (self._manifest["summary"] or {}).get("dropped")
            return lost if type(lost) is int else 0

    def consoles(self) -> list[ConsoleLog]:
        """The captured output, lowest rank first."""
        return self._console.printed

    def record_logs(self) -> list[RecordsLog]:
        """The records of Python's logging, lowest rank first."""
        return self._console.logged

    @property
    def files_folder(self) -> str:
        """Where its files are kept; some may lie elsewhere, see `runstore.layout.run_files`."""
        return self.paths.files

    def files(self) -> list[str]:
        """The names of all artifacts, sorted; those of uploads under way are left out."""
        return [name for name, _ in run_files(self.folder) if not name.rpartition("/")[2].startswith(".tmp-")]

    def file_path(self, name: str) -> str:
        """Where a file of the run is."""
        return run_file(self.folder, name)

    def artifact(self, name: str) -> bytes:
        """The content of an artifact; raises ValueError for a name that leads elsewhere, OSError as `open`."""
        return read_artifact(self.folder, name)

    @property
    def system_log(self) -> str:
        """The path of the supervisor's log; there may be none."""
        return self.paths.system_log

    @property
    def logs_folder(self) -> str:
        """The path of ``logs/``; there may be none."""
        return os.path.join(self.paths.files, "logs")

    # ---- metrics

    @property
    def metrics(self) -> dict[str, MetricStat]:
        """Statistics of each metric's lowest rank."""
        with self._lock:
            points = self._read_points()
            return points.statistics() if points is not None else {}

    def names(self) -> list[str]:
        """The metrics that have points, in natural order."""
        with self._lock:
            points = self._read_points()
            return list(points.names()) if points is not None else []

    def ranks(self, name: str) -> list[int]:
        """The ranks that logged a metric, ascending."""
        with self._lock:
            points = self._read_points()
            return points.ranks(name) if points is not None else []

    def series(self, name: str, rank: int | None = None) -> Series:
        """The points of a metric of one rank, the lowest by default, all attempts; raises KeyError for none.

        The first call for a metric reads its points from the files; `load` does so for many at once.
        """
        with self._lock:
            points = self._read_points()
            series = points.series(name, rank) if points is not None else None
        if series is None:
            raise KeyError(name)
        return series

    def load(self, names: list[str] | None = None) -> None:
        """Bring the points of ``names``, or of all metrics, into memory in one go over the files."""
        with self._lock:
            if self._points is not None:
                self._points.load(names)

    def unload(self) -> None:
        """Give up the points that `series` and `load` brought into memory; statistics stay."""
        with self._lock:
            if self._points is not None:
                self._points.unload()

    @property
    def resources(self) -> ResourceReader:
        """CPU, memory and GPU samples: read from the first use on, then with each refresh."""
        with self._lock:
            if self._resources is None:
                self._resources = ResourceReader(self.paths.resources, self._fresh, self._lock)
                self._resources.refresh()
            return self._resources

    def seconds_a_step(self) -> float | None:
        """How long a step takes, over the present attempt; None when that cannot be told."""
        with self._lock:
            return self._points.seconds_a_step() if self._points is not None else None

    # ---- life

    @property
    def last_activity(self) -> float:
        """When the newest point, record, output or log line was written, unix seconds; 0 when there was none."""
        with self._lock:
            points = self._points.last_time if self._points is not None else 0.0
            return max(points, self._events.last_time, self._console.last_write)

    def processes(self) -> list[tuple[str, dict[str, Any]]]:
        """(writer or empty, identity) of the owner, its child, and the writers of the newest attempt."""
        with self._lock:
            attempts = self._manifest["attempts"]
            last = attempts[-1] if attempts else {}
            found = [("", last[key]) for key in ("owner", "child") if isinstance(last.get(key), dict)]
            writers = list(self._points.processes()) if self._points is not None else []
            newest = max((attempt for _, _, attempt in writers), default=0)
            return found + [(name, identity) for name, identity, attempt in writers if attempt == newest]

    def state(self, reason: str = "") -> State:
        """How the run stands; ``reason``: why it failed, in a few words."""
        return reader_state(self, reason)

    def life(self) -> Life:
        """Whether the run's processes live, found out now."""
        with self._lock:
            return life_of(self.processes(), self._heartbeats)

    def quiet(self) -> float | None:
        """For how many seconds there was neither point nor output, if that is unusually long for this run.

        None while its points have not been read.
        """
        with self._lock:
            if not self._looked or self._without_numpy:
                return None
            since = max(self.last_activity, self._manifest["started"] or 0.0)
            silence = time.time() - since
            gap = self._points.median_gap() if self._points is not None and silence > quiet_limit(None) else None
            return silence if since and silence > quiet_limit(gap) else None
