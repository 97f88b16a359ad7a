"""Rows of one file brought together by schema, without a loop over rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from runstore.reading.arrays import Indices, Rows


def group_rows(rows: Rows) -> tuple[Rows, Indices, Indices]:
    """``rows`` (at least one) sorted by schema, their order inside each kept; the start and the schema of each group.

    The usual case, one schema in all rows, copies nothing. Up to 65,535 schemas a radix sort does it.
    """
    schemas = rows["schema"]
    if (schemas == schemas[0]).all():
        return rows, np.zeros(1, np.int64), schemas[:1].astype(np.int64)
    small = schemas.astype(np.uint16) if schemas.max() < 2**16 else schemas
    rows = rows.take(np.argsort(small, kind="stable"))
    schemas = rows["schema"]
    starts = np.flatnonzero(np.concatenate(([True], schemas[1:] != schemas[:-1])))
    return rows, starts, schemas[starts].astype(np.int64)
