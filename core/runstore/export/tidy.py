"""The points of runs as tidy data, in pieces: long, a line for each value, or wide, a line for each step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from runstore.export.whole import read_whole
from runstore.reading.reader import Reader
from runstore.reading.row import RunRow
from runstore.reading.series_data import Series
from runstore.records.points import NO_STEP

Steps = NDArray[np.int64]
Times = NDArray[np.float64]
Mask = NDArray[np.bool_]

_AT_ONCE = 4_000_000
"""About so many points are in memory at a time (24 bytes each), where one metric has no more by itself."""
PIECE = 250_000
"""Lines of one piece at most."""


class Values(NamedTuple):
    """Values of one metric, one for each line of a piece: i8 or f8; ``present`` says where there is one (None: all)."""

    values: NDArray[Any]
    present: Mask | None


class Piece(NamedTuple):
    """Some lines of one run, at most `PIECE`. Steps are i8, -2^63 where there is none; times f8, unix seconds.

    ``metrics``: the values by the name of their metric; in the long form there is one.
    """

    row: RunRow
    steps: Steps
    times: Times
    metrics: dict[str, Values]


def long_pieces(
    rows: Iterable[RunRow],
    wanted: Callable[[str], bool] = lambda name: True,
    read: Callable[[RunRow], Reader] = read_whole,
) -> Iterator[Piece]:
    """All points of the ``wanted`` metrics, run by run, metric by metric, in order; of each metric's lowest rank.

    ``read`` gives a reader that has read all of the run.
    """
    for row in rows:
        for series in _series_of(read(row), wanted):
            for start in range(0, len(series.steps), PIECE):
                part = slice(start, start + PIECE)
                values = Values(series.exact[part], None)
                yield Piece(row, series.steps[part], series.times[part], {series.name: values})


def wide_pieces(
    rows: Iterable[RunRow],
    wanted: Callable[[str], bool] = lambda name: True,
    read: Callable[[RunRow], Reader] = read_whole,
) -> Iterator[Piece]:
    """The same with a line for each step of a run, where a metric has the value that it was given last at that step.

    What was logged without a step has lines of its own, one for each time. All points of one run are in memory.
    """
    for row in rows:
        with_step: list[Series] = []
        without: list[Series] = []
        for series in _series_of(read(row), wanted, at_once=None):
            missing = series.steps == NO_STEP
            for kept, among in ((~missing, with_step), (missing, without)):
                if kept.any():
                    among.append(_masked(series, kept))
        for some, by_step in ((with_step, True), (without, False)):
            if some:
                yield from _aligned(row, some, by_step)


def _series_of(reader: Reader, wanted: Callable[[str], bool], at_once: int | None = _AT_ONCE) -> Iterator[Series]:
    """The series of a run; no more than ``at_once`` points of several are kept in memory."""
    sizes = {name: reader.metrics[name].n for name in reader.names() if wanted(name)}
    for group in _groups(sizes, at_once):
        reader.load(group)
        for name in group:
            yield reader.series(name)
        reader.unload()


def _groups(sizes: Mapping[str, int], at_once: int | None) -> Iterator[list[str]]:
    """The names in groups of about ``at_once`` points; None: all in one."""
    group: list[str] = []
    points = 0
    for name, size in sizes.items():
        if group and at_once is not None and points + size > at_once:
            yield group
            group, points = [], 0
        group.append(name)
        points += size
    if group:
        yield group


def _masked(series: Series, kept: Mask) -> Series:
    if kept.all():
        return series
    return series._replace(
        steps=series.steps[kept], times=series.times[kept], values=series.values[kept], exact=series.exact[kept]
    )


def _aligned(row: RunRow, some: list[Series], by_step: bool) -> Iterator[Piece]:
    """Several series beside each other, a line for each step, or each time, that one of them has."""
    places: NDArray[Any] = np.unique(np.concatenate([each.steps if by_step else each.times for each in some]))
    times = np.full(len(places), -np.inf)
    columns: list[tuple[str, NDArray[Any], Mask]] = []
    for each in some:
        at = np.searchsorted(places, each.steps if by_step else each.times)
        values, present = np.zeros(len(places), each.exact.dtype), np.zeros(len(places), np.bool_)
        values[at] = each.exact  # of several at one place the last stays
        present[at] = True
        np.maximum.at(times, at, each.times)
        columns.append((each.name, values, present))
    steps = places if by_step else np.full(len(places), NO_STEP, np.int64)
    for start in range(0, len(places), PIECE):
        part = slice(start, start + PIECE)
        metrics = {name: Values(values[part], present[part]) for name, values, present in columns}
        yield Piece(row, steps[part], times[part], metrics)
