"""Points of some metrics taken out of what a writer has written."""

from __future__ import annotations

import os
from collections.abc import Collection
from struct import Struct

from runstore.layout.ids import new_writer_name
from runstore.records.points import SCHEMA_SUFFIX, decode_schema, row_size, rows_file_name

_SCHEMA = Struct("<I")


def writers_in(folder: str) -> frozenset[str]:
    """The writers that have written into a ``points/`` folder."""
    try:
        names = os.listdir(folder)
    except OSError:
        return frozenset()
    return frozenset(name[: -len(SCHEMA_SUFFIX)] for name in names if name.endswith(SCHEMA_SUFFIX))


def logged_names(folder: str, writers: Collection[str]) -> set[str]:
    """The metrics that these writers have logged."""
    names: set[str] = set()
    for writer in writers:
        for _, keys in _schemas(os.path.join(folder, writer + SCHEMA_SUFFIX))[1]:
            names.update(keys)
    return names


def take_back(folder: str, writer: str, names: Collection[str]) -> str:
    """Remove the points of ``names`` from a writer that has logged one metric a row and is closed.

    What is left goes to files of another writer, whose name is returned; the old ones are emptied, which readers see as
    files that begin anew. Where nothing is left the name is the old one.
    """
    path = os.path.join(folder, writer + SCHEMA_SUFFIX)
    rows = os.path.join(folder, rows_file_name(writer, 1))
    header, schemas = _schemas(path)
    kept = {number for (number, line), keys in schemas if not set(keys) & set(names)}
    other = writer
    if kept:
        other = new_writer_name(0)
        size = row_size(1)
        with open(rows, "rb") as file:
            content = file.read()
        starts = range(0, len(content) - len(content) % size, size)
        left = b"".join(content[at : at + size] for at in starts if _SCHEMA.unpack_from(content, at)[0] in kept)
        lines = b"".join(line for (number, line), _ in schemas if number in kept)
        _write(os.path.join(folder, rows_file_name(other, 1)), left)
        _write(os.path.join(folder, other + SCHEMA_SUFFIX), header + lines)
    for each in (rows, path):
        os.truncate(each, 0)
    return other


def _schemas(path: str) -> tuple[bytes, list[tuple[tuple[int, bytes], tuple[str, ...]]]]:
    """The header line of a schema file, and of each schema its number, its line and its names."""
    try:
        with open(path, "rb") as file:
            lines = file.read().splitlines(keepends=True)
    except OSError:
        return b"", []
    found = []
    for line in lines[1:]:
        try:
            schema = decode_schema(line)
        except ValueError:
            continue
        found.append(((schema.id, line), schema.keys))
    return lines[0] if lines else b"", found


def _write(path: str, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)
