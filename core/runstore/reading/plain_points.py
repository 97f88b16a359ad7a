"""Points read with the standard library alone: slower, for a script's interpreter that has no NumPy."""

from __future__ import annotations

import json
import os
from struct import Struct
from typing import Iterator, NamedTuple

from runstore.reading.consoles import rank_of
from runstore.reading.growing import read_range
from runstore.records.points import SCHEMA_SUFFIX, WIDTHS, Schema, decode_schema, row_size, row_struct

_START = Struct("<I")
_BLOCK = 4 << 20


class LoggedValues(NamedTuple):
    """Values of one metric of one writer, as they lie in one schema: in order, each with its seq, step and time."""

    name: str
    writer: str
    rank: int
    seqs: list[int]
    steps: list[int]
    times: list[float]
    values: list[float | int | bool]


def logged_values(folder: str, name: str | None = None) -> Iterator[LoggedValues]:
    """What lies in a ``points/`` folder, of the metric ``name`` or of all; what cannot be read is passed over."""
    widths: dict[str, list[int]] = {}
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    for file in names:
        writer, _, digits = file[: -len(".rows")].rpartition(".")
        if file.endswith(".rows") and writer and digits.isdigit() and digits.isascii() and int(digits) in WIDTHS:
            widths.setdefault(writer, []).append(int(digits))
    for writer, its_widths in widths.items():
        rank, schemas = _schemas(os.path.join(folder, writer + SCHEMA_SUFFIX), rank_of(writer))
        for width in its_widths:
            wanted = {each.id: each for each in schemas if each.width == width and name in (None, *each.keys)}
            if wanted:
                path = os.path.join(folder, "{}.{}.rows".format(writer, width))
                yield from _of_file(path, width, wanted, writer, rank, name)


def _schemas(path: str, rank: int) -> tuple[int, list[Schema]]:
    """The writer's rank, which line 0 says, and its schemas."""
    found: dict[int, Schema] = {}
    try:
        content = read_range(path, 0, os.stat(path).st_size)
    except OSError:
        return rank, []
    for index, line in enumerate(content.split(b"\n")[:-1]):
        try:
            header = json.loads(line) if index == 0 else None
            if isinstance(header, dict) and "keys" not in header:
                said = header.get("rank")
                rank = said if type(said) is int and 0 <= said < 2**31 else rank
                continue
            schema = decode_schema(line)
        except (ValueError, RecursionError):
            continue
        found.setdefault(schema.id, schema)
    return rank, list(found.values())


def _of_file(
    path: str, width: int, schemas: dict[int, Schema], writer: str, rank: int, name: str | None
) -> Iterator[LoggedValues]:
    size = row_size(width)
    unpack = {number: row_struct(schema.types, width).unpack_from for number, schema in schemas.items()}
    rows: dict[int, list[tuple[float, ...]]] = {number: [] for number in schemas}
    for block in _blocks(path, size):
        for offset in range(0, len(block), size):
            (number,) = _START.unpack_from(block, offset)
            if number in unpack:
                row = unpack[number](block, offset)
                if row[-1]:  # a time of 0 is a hole that a crash of the machine has left
                    rows[number].append(row)
    for number, schema in schemas.items():
        if not rows[number]:
            continue
        columns: list[list[int]] = [list(column) for column in zip(*rows[number])]
        times: list[float] = columns[-1]  # type: ignore[assignment]  # rows hold both kinds of numbers
        for index, key in enumerate(schema.keys):
            if name in (None, key):
                values: list[float | int | bool] = columns[3 + index]  # type: ignore[assignment]
                if schema.types[index] == "b":
                    values = [bool(value) for value in values]
                yield LoggedValues(key, writer, rank, columns[1], columns[2], times, values)


def _blocks(path: str, size: int) -> Iterator[bytes]:
    """The whole rows of a file, many at a time."""
    start, length = 0, _BLOCK // size * size
    while True:
        try:
            block = read_range(path, start, length)
        except OSError:
            return
        block = block[: len(block) // size * size]
        if not block:
            return
        yield block
        start += len(block)
