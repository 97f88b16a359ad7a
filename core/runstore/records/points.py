"""Scalar points: fixed-width binary rows and the schema lines that name their columns.

Row, little-endian: ``<u4 schema><u4 seq><i8 step><8-byte value[width]><f8 time>``. Decoding of whole files is in
`runstore.records.rows` (NumPy); this module is standard library only, for the writing way.
"""

from __future__ import annotations

import json
from functools import lru_cache
from struct import Struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

WIDTHS = (1, 2, 3, 4, 6, 8, 12, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256, 384, 508)
"""The width classes: a row of the widest is 4,088 bytes, under one page."""
WIDEST = WIDTHS[-1]
NO_STEP = -(2**63)
"""The step of a point that was logged without one."""
TYPES = "fib"
"""Kinds of values: float (f8), integer (i8), boolean (i8, 0 or 1)."""
SCHEMA_SUFFIX = ".schema.jsonl"
FORMAT_VERSION = 1

_CLASS_OF = [0] * (WIDEST + 1)
for _width in reversed(WIDTHS):
    _CLASS_OF[: _width + 1] = [_width] * (_width + 1)
_NAN = float("nan")
_to_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def width_class(count: int) -> int:
    """The smallest width class that holds ``count`` values (1 to 508)."""
    return _CLASS_OF[count]


def row_size(width: int) -> int:
    """Bytes of a row of ``width`` values."""
    return 24 + 8 * width


@lru_cache(maxsize=512)
def row_struct(types: str, width: int) -> Struct:
    """The packer of a row: schema, seq, step, one value for each of ``types``, NaN up to ``width``, time."""
    values = "".join("d" if kind == "f" else "q" for kind in types)
    return Struct("<IIq" + values + "d" * (width - len(types)) + "d")


def padding(types: str, width: int) -> tuple[float, ...]:
    """The values that fill a row up to its width."""
    return (_NAN,) * (width - len(types))


def rows_file_name(writer: str, width: int) -> str:
    """``<w>.<width>.rows``."""
    return "{}.{}.rows".format(writer, width)


class Schema:
    """What the values of a row are: ``keys[i]`` names value i, ``types[i]`` is its kind (one of `TYPES`)."""

    __slots__ = ("id", "keys", "types", "width")

    def __init__(self, id: int, width: int, keys: tuple[str, ...], types: str) -> None:
        self.id = id
        self.width = width
        self.keys = keys
        self.types = types

    def __repr__(self) -> str:
        return "Schema(id={}, width={}, keys={}, types={!r})".format(self.id, self.width, self.keys, self.types)


def encode_schema(schema: Schema, descriptions: dict[str, str] | None = None) -> bytes:
    """The schema line, with its newline."""
    keys = ",".join(map(_to_json, schema.keys))  # text by text: half of what it costs to encode an object
    line = '{{"id":{},"w":{},"keys":[{}],"types":"{}"'.format(schema.id, schema.width, keys, schema.types)
    if descriptions:
        line += ',"desc":' + _to_json(descriptions)
    return (line + "}\n").encode("utf-8", "replace")


def decode_schema(line: bytes) -> Schema:
    """The schema of a line; raises `ValueError` for anything that is not a valid one."""
    try:
        content: dict[str, Any] = json.loads(line)
        number, width, keys, types = content["id"], content["w"], content["keys"], content["types"]
        valid = (
            type(number) is int
            and 0 < number < 2**32
            and width in WIDTHS
            and 0 < len(keys) <= width
            and isinstance(types, str)
            and len(types) == len(keys)
            and not types.strip(TYPES)
            and all(isinstance(key, str) for key in keys)
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError("not a schema line: {}".format(error)) from None
    if not valid:
        raise ValueError("not a schema line: id, width, keys and types do not fit together")
    return Schema(number, width, tuple(keys), types)


def encode_header(
    writer: str, rank: int, world: int, attempt: int, started: float, identity: dict[str, object]
) -> bytes:
    """Line 0 of a schema file: which process writes this file set."""
    line = {"v": FORMAT_VERSION, "writer": writer, "rank": rank, "world": world, "attempt": attempt}
    return json.dumps({**line, **identity, "t0": started}, separators=(",", ":")).encode("ascii") + b"\n"
