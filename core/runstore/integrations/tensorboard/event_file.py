"""TensorBoard's event files, written without TensorFlow: records with checksums, each a small protocol buffer."""

from __future__ import annotations

import os
import time
from struct import pack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any

_POLYNOMIAL = 0x82F63B78  # CRC-32C, bits reversed
_MASK = 0xA282EAD8
_WALL_TIME, _STEP, _FILE_VERSION, _SUMMARY = 1, 2, 3, 5  # fields of Event
_VALUE = 1  # field of Summary
_TAG, _SIMPLE_VALUE = 1, 2  # fields of Summary.Value
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5  # how fields are coded


class EventFile:
    """A new event file in ``folder``, which is made if it is not there."""

    def __init__(self, folder: str) -> None:
        import socket

        os.makedirs(folder, exist_ok=True)
        now = time.time()
        name = "events.out.tfevents.{:010d}.{}.{}".format(int(now), socket.gethostname(), os.urandom(4).hex())
        self._file: IO[bytes] = open(os.path.join(folder, name), "xb")  # noqa: SIM115 - closed by close()
        self._write(_double(_WALL_TIME, now) + _bytes(_FILE_VERSION, b"brain.Event:2"))

    def scalar(self, tag: str, value: float, step: int, seconds: float) -> None:
        """One point: ``value`` of the series ``tag`` at ``step``, logged at ``seconds`` since 1970."""
        entry = _bytes(_TAG, tag.encode("utf-8", "replace")) + _float(_SIMPLE_VALUE, value)
        summary = _bytes(_SUMMARY, _bytes(_VALUE, entry))
        self._write(_double(_WALL_TIME, seconds) + _integer(_STEP, step) + summary)

    def close(self) -> None:
        """Complete the file."""
        self._file.close()

    def __enter__(self) -> EventFile:
        return self

    def __exit__(self, *args: Any) -> None:
        self.close()

    def _write(self, record: bytes) -> None:
        length = pack("<Q", len(record))
        parts = (length, pack("<I", masked_checksum(length)), record, pack("<I", masked_checksum(record)))
        self._file.write(b"".join(parts))


def masked_checksum(data: bytes) -> int:
    """The CRC-32C of ``data`` in the masked form that records hold."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + _MASK) & 0xFFFFFFFF


def _table() -> list[int]:
    entries = []
    for entry in range(256):
        for _ in range(8):
            entry = (entry >> 1) ^ (_POLYNOMIAL if entry & 1 else 0)
        entries.append(entry)
    return entries


_TABLE = _table()


def _varint(value: int) -> bytes:
    value &= 0xFFFFFFFFFFFFFFFF  # negative numbers as 64 bits
    coded = bytearray()
    while value > 0x7F:
        coded.append(value & 0x7F | 0x80)
        value >>= 7
    coded.append(value)
    return bytes(coded)


def _key(field: int, coding: int) -> bytes:
    return _varint(field << 3 | coding)


def _double(field: int, value: float) -> bytes:
    return _key(field, _FIXED64) + pack("<d", value)


def _float(field: int, value: float) -> bytes:
    try:
        packed = pack("<f", value)
    except OverflowError:  # beyond 32 bits
        packed = pack("<f", float("inf") if value > 0 else float("-inf"))
    return _key(field, _FIXED32) + packed


def _integer(field: int, value: int) -> bytes:
    return _key(field, _VARINT) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _key(field, _BYTES) + _varint(len(value)) + value
