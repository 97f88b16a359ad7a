"""Protocol buffers, as far as event files need them: fields by number, of nothing that is trusted."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct, unpack_from

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
"""How a field is coded."""
DOUBLE = Struct("<d").unpack_from
_WIDTHS = {FIXED64: 8, FIXED32: 4}


def varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at ``at`` (unsigned, 64 bits) and where it ends; raises ValueError for none."""
    value = shift = 0
    for byte in data[at : at + 10]:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at + shift // 7
    raise ValueError("a number does not end")


def signed(value: int) -> int:
    """An unsigned number of 64 bits as what it is with a sign."""
    return value - (1 << 64) if value >> 63 else value


def fields(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """(number, coding, begin, end) of each field of the message; of a `VARINT` ``begin`` is its value.

    Raises ValueError where the message is none.
    """
    while start < end:
        key, start = varint(data, start)
        coding = key & 7
        if coding == VARINT:
            value, start = varint(data, start)
            yield key >> 3, coding, value, start
            continue
        if coding == BYTES:
            size, start = varint(data, start)
        elif coding in _WIDTHS:
            size = _WIDTHS[coding]
        else:
            raise ValueError("a field of an unknown coding")
        if size > end - start:
            raise ValueError("a field is longer than its message")
        yield key >> 3, coding, start, start + size
        start += size


def text(data: bytes, begin: int, end: int) -> str:
    """A field of text, whatever it holds."""
    return data[begin:end].decode("utf-8", "replace")


def varints(data: bytes, begin: int, end: int) -> list[int]:
    """The packed numbers of a field."""
    found = []
    while begin < end:
        value, begin = varint(data, begin)
        found.append(value)
    return found


def numbers(data: bytes, coding: int, begin: int, end: int, kind: str) -> list[float]:
    """The numbers of a field of floats or doubles (``kind``: f or d), one or packed."""
    width = 4 if kind == "f" else 8
    if coding not in (BYTES, FIXED32 if width == 4 else FIXED64):
        raise ValueError("a field that holds no such number")
    return list(unpack_from(f"<{(end - begin) // width}{kind}", data, begin))
