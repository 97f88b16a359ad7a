"""Writes ``.wandb`` files record by record, for what the real SDK cannot be made to write in a test."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping

HEADER = b":W&B\xe1\xbe\x00"
BLOCK = 1 << 15
WHOLE, FIRST, MIDDLE, LAST = 1, 2, 3, 4


def varint(value: int) -> bytes:
    """A number as protocol buffers have it."""
    value &= (1 << 64) - 1
    found = bytearray()
    while value >= 0x80:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def field(number: int, value: bytes | str | int) -> bytes:
    """One field: a number, or anything with a length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(content)) + content


def item(key: Iterable[str] | str, value: str) -> bytes:
    """The content of an item: a key, or the parts of one, and JSON."""
    parts = field(1, key) if isinstance(key, str) else b"".join(field(2, part) for part in key)
    return parts + field(16, value)


def history(row: Mapping[str, str], step: int | None = None, time: float | None = None, number: int = 1) -> bytes:
    """A record of one row; values are JSON."""
    own = {"_step": str(step)} if step is not None else {}
    own |= {"_timestamp": repr(time)} if time is not None else {}
    items = b"".join(field(1, item((key,), value)) for key, value in {**row, **own}.items())
    return field(1, number) + field(2, items)


def record(kind: int, content: bytes) -> bytes:
    """A record of any kind."""
    return field(1, 1) + field(kind, content)


def log(records: Iterable[bytes]) -> bytes:
    """The content of a file with these records."""
    written = bytearray(HEADER)
    for data in records:
        kind = FIRST
        while True:
            room = BLOCK - len(written) % BLOCK
            if room < 7:
                written += bytes(room)
                room = BLOCK
            piece, data = data[: room - 7], data[room - 7 :]
            if not data:
                kind = WHOLE if kind == FIRST else LAST
            written += struct.pack("<IHB", zlib.crc32(bytes([kind]) + piece), len(piece), kind) + piece
            if not data:
                break
            kind = MIDDLE
    return bytes(written)
