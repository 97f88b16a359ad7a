"""One item: a key, in parts, and a value in JSON."""

from __future__ import annotations

from runstore.sources.protobuf import BYTES, fields, text

KEY, NESTED, VALUE = 1, 2, 16
"""The fields: ``key``, ``nested_key`` and ``value_json``."""
VALUE_TAG = b"\x82\x01"
"""How the last of them begins."""


def parts_of(key: bytes) -> tuple[str, ...]:
    """The parts of a coded key; raises ValueError for what is none."""
    return tuple(text(key, begin, end) for _, _, begin, end in fields(key, 0, len(key)))


def read_item(data: bytes, begin: int, end: int) -> tuple[bytes, bytes] | None:
    """(coded key, value) of one item; None when it has no key or no value. Raises ValueError for what is none."""
    key, value, start = b"", None, begin
    for field, coding, first, last in fields(data, begin, end):
        if coding == BYTES and field in (KEY, NESTED):
            key += data[start:last]
        elif coding == BYTES and field == VALUE:
            value = data[first:last]
        start = last
    return (key, value) if key and value is not None else None
