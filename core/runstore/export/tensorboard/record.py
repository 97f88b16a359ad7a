"""One record of an event file: its length, its bytes, and a checksum of each (CRC-32C, masked)."""

from __future__ import annotations

from struct import pack

POLYNOMIAL = 0x82F63B78  # of CRC-32C, bits reversed
MASK = 0xA282EAD8


def frame(record: bytes) -> bytes:
    """The record as it stands in the file."""
    length = pack("<Q", len(record))
    return b"".join((length, pack("<I", masked_checksum(length)), record, pack("<I", masked_checksum(record))))


def masked_checksum(data: bytes) -> int:
    """The CRC-32C of ``data`` in the masked form that records hold."""
    crc, table = 0xFFFFFFFF, _TABLE
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + MASK) & 0xFFFFFFFF


def _table() -> list[int]:
    entries = []
    for entry in range(256):
        for _ in range(8):
            entry = (entry >> 1) ^ (POLYNOMIAL if entry & 1 else 0)
        entries.append(entry)
    return entries


_TABLE = _table()
