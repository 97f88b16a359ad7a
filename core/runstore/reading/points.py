"""All points of a run: a folder of file sets, one for each writing process."""

from __future__ import annotations

import time
from operator import attrgetter, itemgetter
from typing import Any, Iterator

from runstore.reading.assembly import Assembly
from runstore.reading.folder import FolderListing
from runstore.reading.series_data import MetricStat, Series, pack_trend
from runstore.reading.statistics import ColumnStatistics
from runstore.reading.trends import BUCKETS
from runstore.reading.writer_points import Column, WriterPoints
from runstore.records.points import NO_STEP, SCHEMA_SUFFIX, WIDTHS
from runstore.series import natural_key

_SLICE = 16 << 20
_GAPS_KEPT = 64
_first_seq, _last_seq, _moment = attrgetter("first_seq"), attrgetter("last_seq"), itemgetter(0, 1)


class Points:
    """The points in ``points/`` or ``resources/`` of a run. Not thread-safe: the reader's lock covers every call."""

    def __init__(self, folder: str, fresh: bool = False) -> None:
        self._listing = FolderListing(folder, fresh)
        self._fresh = fresh
        self._writers: dict[str, WriterPoints] = {}
        self._columns: dict[str, list[Column]] = {}
        self._statistics: dict[str, MetricStat] = {}
        self._stale: set[str] = set()
        self._assemblies: dict[tuple[str, int], Assembly] = {}
        self._generation = 0
        self._names: list[str] = []
        self._named: set[str] = set()

    # ---- reading

    def refresh(self, seconds: float | None = None) -> bool:
        """Read what is new, for about so many ``seconds`` at most; whether anything was."""
        self._list()
        stop = None if seconds is None else time.monotonic() + seconds
        changed = False
        for writer in self._writers.values():
            if writer.look():
                self._forget(writer)
                writer.look()
                changed = True
        for writer in self._writers.values():
            while True:
                found, done = writer.consume(_SLICE)
                for file, position in found:
                    self._stale.update(file.schemas[position].keys)
                changed |= bool(found or done)
                if not done or not writer.waiting or (stop is not None and time.monotonic() >= stop):
                    break
        return changed

    @property
    def waiting(self) -> bool:
        """Whether `refresh` stopped before the end."""
        return any(writer.waiting for writer in self._writers.values())

    def _list(self) -> None:
        for name in self._listing.names():
            if name.endswith(SCHEMA_SUFFIX):
                self._writer(name[: -len(SCHEMA_SUFFIX)])
            elif name.endswith(".rows"):
                writer, _, width = name[: -len(".rows")].rpartition(".")
                if writer and width.isascii() and width.isdigit() and len(width) < 4 and int(width) in WIDTHS:
                    self._writer(writer).add_width(int(width))

    def _writer(self, name: str) -> WriterPoints:
        writer = self._writers.get(name)
        if writer is None:
            writer = self._writers[name] = WriterPoints(self._listing.folder, name, self._fresh, self._found)
        return writer

    def _found(self, name: str, column: Column) -> None:
        self._columns.setdefault(name, []).append(column)

    def _forget(self, writer: WriterPoints) -> None:
        """A file of the writer was cut or replaced: all that came from it goes, to be read again."""
        for name in list(self._columns):
            kept = [column for column in self._columns[name] if column.writer is not writer]
            if len(kept) < len(self._columns[name]):
                self._stale.add(name)
                self._columns[name] = kept
                if not kept:
                    del self._columns[name]
        self._named, self._names = set(), []
        self._assemblies.clear()
        self._generation += 1
        writer.reset()

    # ---- what is known

    def names(self) -> list[str]:
        """The metrics that have points, in natural order."""
        # A metric that has points keeps them: only the others are looked at again.
        others = [name for name in self._columns if name not in self._named]
        found = [name for name in others if any(map(_count, self._columns[name]))]
        if found:
            self._named.update(found)
            self._names = sorted(self._named, key=natural_key)
        return self._names

    def ranks(self, name: str) -> list[int]:
        """The ranks that logged a metric, ascending."""
        return sorted({column.writer.rank for column in self._columns.get(name, ()) if _count(column)})

    def statistics(self) -> dict[str, MetricStat]:
        """Statistics of each metric's lowest rank; a new dictionary when something has changed."""
        if self._stale:
            known = dict(self._statistics)
            for name in self._stale:
                statistics = self._summed_up(name)
                if statistics is None:
                    known.pop(name, None)
                else:
                    known[name] = statistics
            self._statistics = known
            self._stale = set()
        return self._statistics

    def _summed_up(self, name: str) -> MetricStat | None:
        columns = self._of_rank(name, None)
        parts = [(column, column.rows.statistics.column(*column[2:])) for column in columns]
        if not parts:
            return None
        first, last = _ends(parts) if len(parts) > 1 else (parts[0][1], parts[0][1])
        numbers = [part for _, part in parts if part.min == part.min] or [parts[0][1]]
        return MetricStat(
            n=sum(part.n for _, part in parts),
            first=first.first,
            last=last.last,
            min=min(part.min for part in numbers),
            max=max(part.max for part in numbers),
            step=None if last.step == NO_STEP else last.step,
            time=last.last_time,
            trend=pack_trend(_course(columns)),
        )

    def _of_rank(self, name: str, rank: int | None) -> list[Column]:
        """The columns with values of a metric that belong to ``rank``, by default the lowest; writer by writer."""
        columns = [column for column in self._columns.get(name, ()) if _count(column)]
        if columns and rank is None:
            rank = min(column.writer.rank for column in columns)
        chosen = [column for column in columns if column.writer.rank == rank]
        return sorted(chosen, key=lambda column: (column.writer.started, column.writer.name))

    # ---- points

    def load(self, names: list[str] | None = None) -> None:
        """Bring the points of the metrics ``names`` (all by default) into memory, in one go over the files."""
        wanted: dict[int, tuple[Column, dict[int, set[int]]]] = {}
        for name in self._columns if names is None else names:
            for column in self._columns.get(name, ()):
                _, positions = wanted.setdefault(id(column.rows), (column, {}))
                positions.setdefault(column.position, set()).add(column.column)
        for column, positions in wanted.values():
            column.rows.load(positions)

    def unload(self) -> None:
        """Give up all points in memory; they are read anew where they are asked for. Statistics stay."""
        self._assemblies.clear()
        self._generation += 1
        for columns in self._columns.values():
            for column in columns:
                column.rows.unload()

    def series(self, name: str, rank: int | None = None) -> Series | None:
        """The points of a metric of one rank (the lowest by default), all attempts; None when there are none."""
        columns = self._of_rank(name, rank)
        if not columns:
            return None
        self.load([name])
        rank = columns[0].writer.rank
        assembly = self._assemblies.get((name, rank))
        if assembly is None or not assembly.covers(columns):
            self._generation += 1
            assembly = self._assemblies[name, rank] = Assembly(columns, self._generation)
        return assembly.series(name, rank)

    def of_all_ranks(self, name: str) -> list[Column]:
        """The loaded columns of a metric of all ranks."""
        self.load([name])
        return [column for column in self._columns.get(name, ()) if _count(column)]

    # ---- signs of life

    @property
    def last_time(self) -> float:
        """When the newest point was written, by its writer's clock."""
        return max((times[-1] for times in self._recent() if times), default=0.0)

    def median_gap(self) -> float | None:
        """Seconds between two points, the middle one of the last 64 of the busiest writer; None when there is none."""
        gaps = [
            sorted(later - earlier for earlier, later in zip(times, times[1:]))
            for times in (times[-_GAPS_KEPT - 1 :] for times in self._recent())
            if len(times) > 1
        ]
        return min((each[len(each) // 2] for each in gaps), default=None)

    def seconds_a_step(self) -> float | None:
        """How long a step takes, over the present attempt; None when that cannot be told."""
        newest, pace = 0.0, None
        for name in self._columns:
            for column in self._of_rank(name, None)[-1:]:
                part = column.rows.statistics.column(*column[2:])
                steps = part.step - part.first_step
                if part.last_time > newest and part.first_step != NO_STEP and steps > 0:
                    newest, pace = part.last_time, (part.last_time - part.first_time) / steps
        return pace

    def _recent(self) -> list[list[float]]:
        return [writer.recent_times() for writer in self._writers.values()]

    def processes(self) -> Iterator[tuple[str, dict[str, Any], int]]:
        """(writer, identity, attempt) of each writing process, newest first."""
        for writer in sorted(self._writers.values(), key=lambda each: each.started, reverse=True):
            if writer.identity is not None:
                yield writer.name, writer.identity, writer.attempt

    def problems(self) -> Iterator[tuple[str, str]]:
        """(file, what could not be read in it)."""
        if self._listing.problem():
            yield self._listing.folder, self._listing.problem()
        for writer in self._writers.values():
            yield from writer.problems()


def _ends(parts: list[tuple[Column, ColumnStatistics]]) -> tuple[ColumnStatistics, ColumnStatistics]:
    """The parts with the first and the last value: by seq inside a writer, whose clock may step back, across writers
    by time."""
    writers: dict[str, list[ColumnStatistics]] = {}
    for column, part in parts:
        writers.setdefault(column.writer.name, []).append(part)
    first, last = [], []
    for name, own in writers.items():
        begin, end = min(own, key=_first_seq), max(own, key=_last_seq)
        first.append((begin.first_time, name, begin))
        last.append((max(part.last_time for part in own), name, end))
    return min(first, key=_moment)[2], max(last, key=_moment)[2]


def _count(column: Column) -> int:
    return column.rows.statistics.count(column.position)


def _course(columns: list[Column]) -> list[float]:
    """A few values along the way of a metric, writer after writer."""
    if len(columns) == 1:
        return [value for _, value in columns[0].rows.statistics.trends.column(*columns[0][2:])]
    course: list[float] = []
    writers = {column.writer.name: column.writer for column in columns}
    for writer in writers.values():
        numbered = [
            each
            for column in columns
            if column.writer is writer
            for each in column.rows.statistics.trends.column(*column[2:])
        ]
        numbered.sort(key=lambda each: each[0])
        course.extend(value for _, value in numbered)
    every = -(-len(course) // BUCKETS) or 1
    return course[::-1][::every][::-1]
