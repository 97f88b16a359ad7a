"""Tidy data as Apache Parquet, by pyarrow where it is installed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO, Any

import numpy as np

from runstore.export.columns import Columns
from runstore.export.tidy import Piece, Values
from runstore.reading.row import RunRow
from runstore.records.points import NO_STEP

_GROUP = 1_000_000
"""Lines that are gathered before they are written, as one row group."""


class NoParquet(ImportError):
    """pyarrow is not installed; the text says what to install."""


def write_parquet(file: IO[bytes], columns: Columns, rows: Sequence[RunRow], pieces: Iterable[Piece]) -> None:
    """Write a Parquet file, compressed by zstd, in groups of about a million lines.

    A parameter's column is of integers, floats or booleans where all ``rows`` that have it agree, else of text. Times
    are unix seconds. Raises `NoParquet`.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise NoParquet(
            "Parquet needs pyarrow, which is not installed here: pip install pyarrow, or export .csv or .jsonl"
        ) from error
    types = [pa.string()] * 3 + [_type(pa, [row.params.get(name) for row in rows]) for name in columns.params]
    types += [pa.int64(), pa.float64()]
    types += [pa.string(), pa.float64()] if columns.metrics is None else [pa.float64()] * len(columns.metrics)
    schema = pa.schema(list(zip(columns.names, types, strict=True)))
    waiting: list[Any] = []
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for piece in pieces:
            waiting.append(pa.record_batch(_arrays(pa, types, columns, piece), schema=schema))
            if sum(batch.num_rows for batch in waiting) >= _GROUP:
                writer.write_table(pa.Table.from_batches(waiting))
                waiting = []
        if waiting:
            writer.write_table(pa.Table.from_batches(waiting))


def _arrays(pa: Any, types: list[Any], columns: Columns, piece: Piece) -> list[Any]:
    count = len(piece.steps)
    arrays = [
        pa.repeat(pa.scalar(_cell(pa, value, type_), type_), count)
        for value, type_ in zip(columns.of_run(piece.row), types, strict=False)
    ]
    arrays += [pa.array(piece.steps, mask=piece.steps == NO_STEP), pa.array(piece.times)]
    if columns.metrics is None:
        ((name, column),) = piece.metrics.items()
        return [*arrays, pa.repeat(pa.scalar(_text(name)), count), _floats(pa, column, count)]
    return [*arrays, *(_floats(pa, piece.metrics.get(name), count) for name in columns.metrics)]


def _floats(pa: Any, column: Values | None, count: int) -> Any:
    if column is None:
        return pa.nulls(count, pa.float64())
    missing = None if column.present is None else ~column.present
    return pa.array(column.values.astype(np.float64), mask=missing)


def _type(pa: Any, values: Iterable[Any]) -> Any:
    """The type that holds all values as they are."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return pa.bool_()
    if kinds == {int} and all(-(2**63) <= value < 2**63 for value in values if value is not None):
        return pa.int64()
    return pa.float64() if kinds and kinds <= {int, float} else pa.string()


def _cell(pa: Any, value: Any, type_: Any) -> Any:
    if value is None:
        return None
    if type_ == pa.string():
        return _text(value)
    return float(value) if type_ == pa.float64() else value


def _text(value: Any) -> str:
    """Text that UTF-8 can hold."""
    return str(value).encode("utf-8", "replace").decode("utf-8")
