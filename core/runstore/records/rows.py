"""Rows of points decoded with NumPy, whole files at a time; the format is described in `runstore.records.points`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np


@lru_cache(maxsize=None)
def row_dtype(width: int) -> np.dtype[Any]:
    """The type of one row of ``width`` values: schema, seq, step, value[width], time; 24 + 8 * width bytes."""
    return np.dtype([("schema", "<u4"), ("seq", "<u4"), ("step", "<i8"), ("value", "<f8", (width,)), ("time", "<f8")])


def decode_rows(buffer: bytes, width: int) -> np.ndarray[Any, np.dtype[Any]]:
    """The rows in ``buffer`` that count, as a structured array; a torn tail is left out.

    A row counts when its schema and its time are not 0: blocks of zeros, which a crash of the machine can leave, do
    not. Integers and booleans are in ``value`` as the bits of 8-byte integers: see `integers`.
    """
    dtype = row_dtype(width)
    rows = np.frombuffer(buffer, dtype, count=len(buffer) // dtype.itemsize)
    counts = (rows["schema"] != 0) & (rows["time"] != 0)
    return rows if counts.all() else rows[counts]


def integers(rows: np.ndarray[Any, np.dtype[Any]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The values of ``rows`` read as 8-byte integers, rows x width, without a copy."""
    values: np.ndarray[Any, np.dtype[np.int64]] = rows["value"].view("<i8")
    return values
