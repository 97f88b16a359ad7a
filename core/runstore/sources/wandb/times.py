"""Points in time as protocol buffers have them."""

from __future__ import annotations

from runstore.sources.protobuf import VARINT, fields, signed

_SECONDS, _NANOS = 1, 2  # of Timestamp


def timestamp(data: bytes, begin: int, end: int) -> float:
    """Unix seconds; raises ValueError for what is no Timestamp."""
    seconds = nanos = 0
    for field, coding, value, _ in fields(data, begin, end):
        if coding == VARINT and field == _SECONDS:
            seconds = signed(value)
        elif coding == VARINT and field == _NANOS:
            nanos = value
    return seconds + nanos / 1e9
