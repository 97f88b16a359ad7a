"""The numbers of one foreign run as they come in: statistics of each metric, and its points where they are kept."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from runstore.reading.series_data import MetricStat, Series, pack_trend
from runstore.records.points import NO_STEP
from runstore.series import natural_key

if TYPE_CHECKING:
    from runstore.reading.arrays import Array
    from runstore.reading.columns import GrowingArray

_GATHERED = 4_096
"""Rows that are gathered before they become arrays."""
_COURSE, _SHOWN = 64, 32
"""Values kept of a metric's course at most, and how many of them a sparkline takes."""


class _Column:
    """One metric. ``course``: every ``stride``-th value from the first on."""

    def __init__(self) -> None:
        self.n = 0
        self.first = self.last = self.low = self.high = math.nan
        self.first_step = self.step = NO_STEP
        self.first_time = self.time = 0.0
        self.course: list[float] = []
        self.stride = 1
        self.arrays: tuple[GrowingArray, GrowingArray, GrowingArray] | None = None
        """Steps, times, values."""

    def take(self, steps: Array, times: Array, values: Array, keep: bool) -> None:
        import numpy as np

        count = len(values)
        if not self.n:
            self.first, self.first_step, self.first_time = float(values[0]), int(steps[0]), float(times[0])
        self.last, self.step, self.time = float(values[-1]), int(steps[-1]), float(times[-1])
        self.low = float(np.fmin(self.low, np.fmin.reduce(values)))
        self.high = float(np.fmax(self.high, np.fmax.reduce(values)))
        while (self.n + count) // self.stride >= _COURSE:
            self.course = self.course[::2]
            self.stride *= 2
        self.course += values[-self.n % self.stride :: self.stride].tolist()
        self.n += count
        if keep:
            if self.arrays is None:
                from runstore.reading.columns import GrowingArray

                self.arrays = GrowingArray("i8", count), GrowingArray("f8", count), GrowingArray("f8", count)
            for array, new in zip(self.arrays, (steps, times, values), strict=True):
                array.append(new)

    def statistics(self) -> MetricStat:
        every = -(-len(self.course) // (_SHOWN - 1)) or 1
        course = self.course[::-1][::every][::-1] if every > 1 else self.course
        return MetricStat(
            n=self.n,
            first=self.first,
            last=self.last,
            min=self.low,
            max=self.high,
            step=None if self.step == NO_STEP else self.step,
            time=self.time,
            trend=pack_trend([*course, self.last] if self.n > 1 else course),
        )

    def copy(self) -> _Column:
        """One that may go on by itself; points so far are shared."""
        other = object.__new__(_Column)
        other.__dict__.update(self.__dict__)
        other.course = list(self.course)
        if self.arrays is not None:
            steps, times, values = self.arrays
            other.arrays = steps.copy(), times.copy(), values.copy()
        return other


class _Rows(NamedTuple):
    """Rows with the same names: their places among all rows, and their values one after the other."""

    numbers: list[int]
    steps: list[int]
    times: list[float]
    values: list[float]


class Numbers:
    """The series of one run, or its system samples, by name. All values are float64.

    ``keep``: whether points are kept; without, there are statistics only. Not thread-safe: the reader's lock covers
    every call.
    """

    def __init__(self, keep: bool = True) -> None:
        self.keep = keep
        self._columns: dict[str, _Column] = {}
        self._gathered: dict[tuple[str, ...], _Rows] = {}
        """Rows by the names in them."""
        self._rows = 0
        self._statistics: dict[str, MetricStat] = {}
        self._stale: set[str] = set()
        self._names: list[str] = []
        self._generation = 0

    def __getstate__(self) -> dict[str, Any]:
        """What it has become: another one may go on from here by itself; points so far are shared."""
        self._settle()
        columns = {name: column.copy() for name, column in self._columns.items()}
        return {**self.__dict__, "_columns": columns, "_gathered": {}, "_stale": set(self._stale)}

    def __deepcopy__(self, memo: dict[int, Any]) -> Numbers:
        other = object.__new__(Numbers)
        other.__dict__.update(self.__getstate__())
        return other

    # ---- taking in

    def add(self, name: str, steps: Array | None, times: Array, values: Array) -> None:
        """Take in a block of points in order of writing: i8, f8 and f8; no ``steps`` where none were given."""
        if not len(values):
            return
        if self._rows:
            self._settle()
        if steps is None:
            import numpy as np

            steps = np.full(len(values), NO_STEP, np.int64)
        self._column(name).take(steps, times, values, self.keep)
        self._stale.add(name)

    def add_row(self, step: int | None, time: float, values: Mapping[str, float]) -> None:
        """Take in one value of each of several metrics; cheap, since many rows are gathered."""
        if not values:
            return
        step = NO_STEP if step is None or not -(1 << 63) <= step < 1 << 63 else step
        names = tuple(values)
        rows = self._gathered.get(names)
        if rows is None:
            rows = self._gathered[names] = _Rows([], [], [], [])
        rows.numbers.append(self._rows)
        rows.steps.append(step)
        rows.times.append(time)
        rows.values.extend(values.values())
        self._rows += 1
        if self._rows >= _GATHERED:
            self._settle()

    def clear(self, names: Iterable[str] | None = None) -> None:
        """Forget these metrics, or all."""
        self._settle()
        for name in list(self._columns) if names is None else names:
            self._columns.pop(name, None)
            self._stale.add(name)
        self._names = []
        self._generation += 1

    def drop_points(self) -> None:
        """Keep statistics only, from now on."""
        self.keep = False
        for column in self._columns.values():
            column.arrays = None
        self._generation += 1

    def _column(self, name: str) -> _Column:
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = _Column()
        return column

    def _settle(self) -> None:
        """Make arrays of what was gathered."""
        if not self._rows:
            return
        import numpy as np

        gathered, self._gathered, self._rows = self._gathered, {}, 0
        found: dict[str, list[tuple[Array, Array, Array, Array]]] = {}
        for names, rows in gathered.items():
            numbers, steps = np.array(rows.numbers, np.int64), np.array(rows.steps, np.int64)
            times = np.array(rows.times, np.float64)
            values = np.array(rows.values, np.float64).reshape(len(steps), len(names))
            for at, name in enumerate(names):
                found.setdefault(name, []).append((numbers, steps, times, values[:, at]))
        for name, pieces in found.items():
            numbers, steps, times, column = pieces[0]
            if len(pieces) > 1:  # in rows with other names beside it
                order = np.argsort(np.concatenate([piece[0] for piece in pieces]))
                steps, times, column = (np.concatenate(each)[order] for each in list(zip(*pieces, strict=True))[1:])
            self._column(name).take(steps, times, column, self.keep)
            self._stale.add(name)

    # ---- giving out

    def names(self) -> list[str]:
        """The metrics that have points, in natural order."""
        self._settle()
        if len(self._names) != len(self._columns):
            self._names = sorted(self._columns, key=natural_key)
        return self._names

    @property
    def points(self) -> int:
        """How many there are, of all metrics."""
        return sum(column.n for column in self._columns.values()) + sum(
            len(rows.values) for rows in self._gathered.values()
        )

    def statistics(self) -> dict[str, MetricStat]:
        """Statistics of each metric; a new dictionary when something has changed."""
        self._settle()
        if self._stale:
            known = dict(self._statistics)
            for name in self._stale:
                column = self._columns.get(name)
                if column is None:
                    known.pop(name, None)
                else:
                    known[name] = column.statistics()
            self._statistics = known
            self._stale = set()
        return self._statistics

    def series(self, name: str) -> Series | None:
        """The points of a metric; None when it has none, or points are not kept."""
        self._settle()
        column = self._columns.get(name)
        if column is None or column.arrays is None:
            return None
        steps, times, values = (array.view for array in column.arrays)
        return Series(name, 0, "f", steps, times, values, values, self._generation)

    def seconds_a_step(self) -> float | None:
        """How long a step takes, by the metric that was logged last; None when that cannot be told."""
        self._settle()
        with_steps = (each for each in self._columns.values() if NO_STEP not in (each.step, each.first_step))
        newest = max(with_steps, key=lambda column: column.time, default=None)
        if newest is None or newest.step <= newest.first_step or newest.time <= newest.first_time:
            return None
        return (newest.time - newest.first_time) / (newest.step - newest.first_step)

    @property
    def last_time(self) -> float:
        """When the newest point was written, by its writer's clock; 0 without points."""
        self._settle()
        return max((column.time for column in self._columns.values()), default=0.0)
