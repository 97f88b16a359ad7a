"""Fields of protocol buffers, encoded by hand."""

from __future__ import annotations

from struct import pack

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5  # how fields are coded


def varint(value: int) -> bytes:
    """An integer as protocol buffers write it; negative ones as 64 bits."""
    value &= 0xFFFFFFFFFFFFFFFF
    coded = bytearray()
    while value > 0x7F:
        coded.append(value & 0x7F | 0x80)
        value >>= 7
    coded.append(value)
    return bytes(coded)


def key(field: int, coding: int) -> bytes:
    """What stands before a field's value."""
    return varint(field << 3 | coding)


def double(field: int, value: float) -> bytes:
    """A field of 64-bit floats."""
    return key(field, _FIXED64) + pack("<d", value)


def float32(field: int, value: float) -> bytes:
    """A field of 32-bit floats; what is beyond them is infinite."""
    try:
        packed = pack("<f", value)
    except OverflowError:
        packed = pack("<f", float("inf") if value > 0 else float("-inf"))
    return key(field, _FIXED32) + packed


def integer(field: int, value: int) -> bytes:
    """A field of integers, booleans or enumerations."""
    return key(field, _VARINT) + varint(value)


def chunk(field: int, value: bytes) -> bytes:
    """A field of bytes, text or a message."""
    return key(field, _BYTES) + varint(len(value)) + value


def text(field: int, value: str) -> bytes:
    """A field of text; lone surrogates become ``?``."""
    return chunk(field, value.encode("utf-8", "replace"))
