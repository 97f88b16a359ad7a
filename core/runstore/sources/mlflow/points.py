"""The points of one run in a database: fetched in order of writing, sorted into one block for each metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlite3 import Connection

    from runstore.reading.arrays import Array

_HIGHEST = 1.7976931348623157e308
"""What a database holds in the place of infinity."""
_SPREAD = 6
"""To look a row up by an index takes as long as to pass over so many."""
_NO_LIMIT = (1 << 63) - 1


def fetch(connection: Connection, index: str, run_id: str, after: int, most: int) -> list[tuple[Any, ...]]:
    """(rowid, name as bytes, value, milliseconds, step, whether it is NaN) of the run's next points.

    ``index``: the name, quoted, of the index of rows by run; empty when there is none.
    """
    end = _NO_LIMIT
    how = "NOT INDEXED"
    if index:
        how = f"INDEXED BY {index}"
        query = f"SELECT rowid FROM metrics {how} WHERE run_uuid = ? AND rowid > ? ORDER BY rowid LIMIT 1 OFFSET ?"
        found = connection.execute(query, (run_id, after, most - 1)).fetchone()
        if found is not None and found[0] - after <= _SPREAD * most:
            how, end = "NOT INDEXED", found[0]
    run = "run_uuid" if how.startswith("INDEXED") else "+run_uuid"
    query = (
        f"SELECT rowid, key, value, timestamp, step, is_nan FROM metrics {how}"
        f" WHERE {run} = ? AND rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?"
    )
    connection.text_factory = bytes
    return connection.execute(query, (run_id, after, end, most)).fetchall()


def group(rows: list[tuple[Any, ...]]) -> tuple[list[tuple[str, Array, Array, Array]], int]:
    """(name, i8 steps, f8 unix seconds, f8 values) of each metric in rows of `fetch`.

    And how many rows were left out, since they hold no numbers.
    """
    import numpy as np

    given = len(rows)
    try:
        names, steps, times, values = _columns(rows)
    except (TypeError, ValueError, OverflowError):
        rows = [row for row in rows if _is_point(row)]
        if not rows:
            return [], given
        names, steps, times, values = _columns(rows)
    codes = {name: code for code, name in enumerate(dict.fromkeys(names))}
    which = np.fromiter(map(codes.__getitem__, names), np.int64, len(names))
    order = np.argsort(which, kind="stable")
    ends = np.cumsum(np.bincount(which, minlength=len(codes)))
    steps, times, values = steps[order], times[order], values[order]
    blocks, start = [], 0
    for name, end in zip(codes, ends.tolist(), strict=True):
        blocks.append((_text(name), steps[start:end], times[start:end], values[start:end]))
        start = end
    return blocks, given - len(rows)


def _columns(rows: list[tuple[Any, ...]]) -> tuple[tuple[object, ...], Array, Array, Array]:
    import numpy as np

    _, names, values, times, steps, are_nan = zip(*rows, strict=True)
    numbers = np.array(values, np.float64)
    numbers[numbers >= _HIGHEST] = np.inf
    numbers[numbers <= -_HIGHEST] = -np.inf
    if any(are_nan):
        numbers[np.array(are_nan, np.bool_)] = np.nan
    return names, np.array(steps, np.int64), np.array(times, np.float64) / 1000, numbers


def _text(name: object) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)


def _is_point(row: tuple[Any, ...]) -> bool:
    _, _, value, time, step, _ = row
    return isinstance(value, (int, float)) and isinstance(time, (int, float)) and isinstance(step, int)
