"""The points of one run in a database: fetched in order of writing, sorted into one block for each metric."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sqlite3 import Connection

    from runstore.reading.arrays import Array

_HIGHEST = 1.7976931348623157e308
"""What a database holds in the place of infinity."""
_SPREAD = 6
"""To look a row up by an index takes as long as to pass over so many."""
COLUMNS = "key, CASE WHEN is_nan THEN NULL ELSE ifnull(value, '') END, timestamp, step"
"""What is fetched of a point: its name, its value, NULL for NaN, its time in milliseconds and its step."""


_CHUNK = 1_000
"""Rows that are taken from the database at a time: so few stay in the processor's cache until they are arrays."""


class Points(NamedTuple):
    """Points in order of writing: i8 steps, f8 unix seconds, f8 values, and the number of the name of each.

    ``names``: the numbers of the names. ``bad``: how many rows were left out, since they hold no numbers.
    """

    names: dict[object, int]
    which: Array
    steps: Array
    times: Array
    values: Array
    bad: int


class Fetched(NamedTuple):
    """All points of one run up to row ``upto`` that were not there before. ``more``: whether there are others."""

    points: Points
    upto: int
    more: bool = False


def fetch(connection: Connection, index: str, run_id: str, after: int, newest: int, most: int) -> Fetched:
    """The run's next points after a row, up to the ``newest`` or ``most`` of them.

    ``index``: the name, quoted, of the index of rows by run; empty when there is none.
    """
    how, run = (f"INDEXED BY {index}", "run_uuid") if index else ("NOT INDEXED", "+run_uuid")
    query = f"SELECT rowid FROM metrics {how} WHERE {run} = ? AND rowid > ? ORDER BY rowid LIMIT 1 OFFSET ?"
    found = connection.execute(query, (run_id, after, most - 1)).fetchone()
    end = newest if found is None else found[0]
    if found is not None and end - after <= _SPREAD * most:
        how, run = "NOT INDEXED", "+run_uuid"
    query = f"SELECT {COLUMNS} FROM metrics {how} WHERE {run} = ? AND rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?"
    connection.text_factory = bytes
    cursor = connection.execute(query, (run_id, after, end, most))
    return Fetched(points_of(iter(lambda: cursor.fetchmany(_CHUNK), [])), end, found is not None)


def points_of(chunks: Iterable[list[tuple[Any, ...]]]) -> Points:
    """Rows of `COLUMNS` as arrays."""
    import numpy as np

    names: dict[object, int] = {}
    empty = np.empty(0, np.int64)
    found: list[tuple[Array, ...]] = [(empty, empty, empty.astype(np.float64), empty.astype(np.float64))]
    bad = 0
    for rows in chunks:
        try:
            found.append(_columns(rows, names))
        except (TypeError, ValueError, OverflowError):
            points = [row for row in rows if _is_point(row)]
            bad += len(rows) - len(points)
            if points:
                found.append(_columns(points, names))
    which, steps, times, values = (np.concatenate(pieces) for pieces in zip(*found, strict=True))
    return Points(names, which, steps, times, values, bad)


def _columns(rows: list[tuple[Any, ...]], names: dict[object, int]) -> tuple[Array, ...]:
    """The number of the name, step, time and value of each row."""
    import numpy as np

    given, values, times, steps = zip(*rows, strict=True)
    numbers = np.array(values, np.float64)  # None becomes NaN
    numbers[numbers >= _HIGHEST] = np.inf
    numbers[numbers <= -_HIGHEST] = -np.inf
    found = np.array(steps, np.int64), np.array(times, np.float64) / 1000, numbers
    for name in dict.fromkeys(given):
        names.setdefault(name, len(names))
    return np.fromiter(map(names.__getitem__, given), np.int64, len(given)), *found


def by_name(points: Points) -> Iterator[tuple[str, Array, Array, Array]]:
    """(name, steps, times, values) of each metric."""
    import numpy as np

    order = np.argsort(points.which, kind="stable")
    ends = np.cumsum(np.bincount(points.which, minlength=len(points.names)))
    steps, times, values = (each[order] for each in (points.steps, points.times, points.values))
    start = 0
    for name, end in zip(points.names, ends.tolist(), strict=True):
        yield _text(name), steps[start:end], times[start:end], values[start:end]
        start = end


def _text(name: object) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)


def _is_point(row: tuple[Any, ...]) -> bool:
    _, value, time, step = row
    return isinstance(value, (int, float, type(None))) and isinstance(time, (int, float)) and isinstance(step, int)
