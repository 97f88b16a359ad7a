"""Reads TensorBoard's event files, as a check on what we write: records, checksums, the fields that we use."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any


def crc32c(data: bytes) -> int:
    """CRC-32C bit by bit."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def unmasked(value: int) -> int:
    """The checksum under the mask."""
    rotated = (value - 0xA282EAD8) & 0xFFFFFFFF
    return ((rotated >> 17) | (rotated << 15)) & 0xFFFFFFFF


def records(path: Path) -> list[bytes]:
    """The records of a file, their checksums checked."""
    data, found, position = path.read_bytes(), [], 0
    while position < len(data):
        length, length_sum = struct.unpack_from("<QI", data, position)
        assert unmasked(length_sum) == crc32c(data[position : position + 8])
        record = data[position + 12 : position + 12 + length]
        (record_sum,) = struct.unpack_from("<I", data, position + 12 + length)
        assert unmasked(record_sum) == crc32c(record)
        found.append(record)
        position += 16 + length
    return found


def fields(message: bytes) -> dict[int, Any]:
    """The fields of a protocol buffer by number; of several with one number the last."""
    found: dict[int, Any] = {}
    position = 0

    def varint() -> int:
        nonlocal position
        value = shift = 0
        while True:
            byte = message[position]
            position += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while position < len(message):
        key = varint()
        if key & 7 == 0:
            found[key >> 3] = varint()
        elif key & 7 == 1:
            (found[key >> 3],) = struct.unpack_from("<d", message, position)
            position += 8
        elif key & 7 == 2:
            size = varint()
            found[key >> 3] = message[position : position + size]
            position += size
        elif key & 7 == 5:
            (found[key >> 3],) = struct.unpack_from("<f", message, position)
            position += 4
        else:
            raise AssertionError(key)
    return found


def scalars(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """Tag -> points (step, value) of the one event file in ``folder``."""
    (path,) = folder.glob("events.out.tfevents.*")
    first, *events = [fields(record) for record in records(path)]
    assert first[3] == b"brain.Event:2"
    found: dict[str, list[tuple[int, float]]] = {}
    for event in events:
        value = fields(fields(event[5])[1])
        found.setdefault(value[1].decode(), []).append((event.get(2, 0), value[2]))
    return found
