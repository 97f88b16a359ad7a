"""Whole series written as rows of points, many at a time; the format is described in `runstore.records.points`."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import IO

import numpy as np

from runstore.layout.ids import new_writer_name
from runstore.reading.series_data import Series
from runstore.records.identity import host_name
from runstore.records.points import (
    SCHEMA_SUFFIX,
    WIDEST,
    Schema,
    encode_header,
    encode_schema,
    rows_file_name,
    width_class,
)
from runstore.records.rows import integers, row_dtype

_BLOCK = 1 << 16
"""Rows that are put together at a time."""
_NEVER = 5e-324
"""The time of a point of the very beginning of 1970: 0 means that there is no row."""


def write_points(folder: str, rank: int, started: float, series: Iterable[Series]) -> int:
    """Write the series of one rank as those of one writer into ``folder`` (``points`` or ``resources``).

    Every point keeps its step, its time and its value; series that share all steps and times share rows. Returns how
    many rows there are. Raises OSError.
    """
    groups = list(_groups(series))
    if not groups:
        return 0
    writer = new_writer_name(rank)
    count = 0
    files: dict[int, IO[bytes]] = {}
    with ExitStack() as opened:
        schemas = opened.enter_context(open(os.path.join(folder, writer + SCHEMA_SUFFIX), "xb"))
        # Without a pid: no process of any host is this writer.
        schemas.write(encode_header(writer, rank, 1, 1, started, {"host": host_name()}))
        for number, group in enumerate(groups, 1):
            schema = Schema(
                number,
                width_class(len(group)),
                tuple(each.name for each in group),
                "".join(each.kind for each in group),
            )
            schemas.write(encode_schema(schema))
            if schema.width not in files:
                path = os.path.join(folder, rows_file_name(writer, schema.width))
                files[schema.width] = opened.enter_context(open(path, "xb"))
            for block in _rows(schema, group, count):
                files[schema.width].write(block)
            count += len(group[0].steps)
    return count


def _groups(series: Iterable[Series]) -> Iterator[list[Series]]:
    """The series that were logged together, at most so many as a row holds."""
    together: dict[tuple[int, bytes], list[Series]] = {}
    for each in series:
        if len(each.steps):
            together.setdefault((len(each.steps), _digest(each)), []).append(each)
    for group in together.values():
        for start in range(0, len(group), WIDEST):
            yield group[start : start + WIDEST]


def _digest(series: Series) -> bytes:
    content = hashlib.blake2b(np.ascontiguousarray(series.steps).data, digest_size=16)
    content.update(np.ascontiguousarray(series.times).data)
    return content.digest()


def _rows(schema: Schema, group: list[Series], before: int) -> Iterator[bytes]:
    """The rows of a group in blocks; ``before``: how many rows the writer has already."""
    first = group[0]
    for start in range(0, len(first.steps), _BLOCK):
        part = slice(start, start + _BLOCK)
        count = len(first.steps[part])
        rows = np.empty(count, row_dtype(schema.width))
        rows["schema"] = schema.id
        rows["seq"] = np.arange(before + start + 1, before + start + count + 1)
        rows["step"] = first.steps[part]
        rows["time"] = np.where(first.times[part] == 0, _NEVER, first.times[part])
        rows["value"][:, len(group) :] = np.nan
        whole = integers(rows)
        for column, each in enumerate(group):
            (rows["value"] if each.kind == "f" else whole)[:, column] = each.exact[part]
        yield rows.tobytes()
