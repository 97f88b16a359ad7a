"""TensorProto: the values in an event that are not written as a plain number."""

from __future__ import annotations

from struct import unpack_from
from typing import NamedTuple

from runstore.sources.protobuf import BYTES, VARINT, fields, numbers, signed, varints

_DTYPE, _SHAPE, _CONTENT, _STRINGS, _HALVES = 1, 2, 4, 8, 13  # fields of TensorProto
_FLOATS = {5: "f", 6: "d"}
_INTEGERS = (7, 10, 11, 16, 17)
_DIMENSION, _SIZE = 2, 1
_HALF, _BFLOAT16 = 19, 14
_PACKED = {1: "f", 2: "d", 3: "i", 4: "B", 5: "h", 6: "b", 9: "q", 10: "?", 17: "H", _HALF: "e", 22: "I", 23: "Q"}
"""How `struct` calls the types of packed content, by DataType."""
_CODES = {"f": "<f4", "d": "<f8", "e": "<f2", "i": "<i4", "q": "<i8"}
"""The NumPy types of those in which a scalar usually comes."""
_WIDTHS = {"f": 4, "d": 8, "i": 4, "B": 1, "h": 2, "b": 1, "q": 8, "?": 1, "H": 2, "e": 2, "I": 4, "Q": 8}
_MOST = 1 << 16
"""Numbers taken from a tensor: it is a scalar, a histogram, or nothing that is shown."""


class Tensor(NamedTuple):
    """``numbers``, or where each of its ``strings`` begins and ends in the record, and the ``shape``.

    ``place``, ``code``: where the one number of a scalar stands in the record, and its NumPy type; empty otherwise.
    """

    shape: list[int]
    numbers: list[float]
    strings: list[tuple[int, int]]
    place: int = 0
    code: str = ""


def tensor(data: bytes, start: int, end: int) -> Tensor:
    """The tensor in ``data[start:end]``; raises ValueError for none."""
    dtype, shape = 0, []
    values: list[float] = []
    strings: list[tuple[int, int]] = []
    place, code = 0, ""
    content = None
    for number, coding, begin, stop in fields(data, start, end):
        if number == _DTYPE and coding == VARINT:
            dtype = begin
        elif number == _SHAPE and coding == BYTES:
            shape = _shape(data, begin, stop)
        elif number == _CONTENT and coding == BYTES:
            content = begin, stop
        elif number == _STRINGS and coding == BYTES:
            strings.append((begin, stop))
        elif number in _FLOATS and stop - begin <= 8 * _MOST and coding != VARINT:
            kind = _FLOATS[number]
            values += numbers(data, coding, begin, stop, kind)
            place, code = begin, _CODES[kind]
        elif number in _INTEGERS or number == _HALVES:
            whole = [begin] if coding == VARINT else varints(data, begin, min(stop, begin + _MOST))
            values += [_half(each, dtype) for each in whole] if number == _HALVES else map(signed, whole)
            place, code = 0, ""
    if content is not None and content[1] > content[0] and dtype in _PACKED:
        kind = _PACKED[dtype]
        width = _WIDTHS[kind]
        count = min((content[1] - content[0]) // width, _MOST)
        values = [float(each) for each in unpack_from(f"<{count}{kind}", data, content[0])]
        place, code = content[0], _CODES.get(kind, "")
    scalar = len(values) == 1 and code
    return Tensor(shape, values, strings, place if scalar else 0, code if scalar else "")


def _shape(data: bytes, start: int, end: int) -> list[int]:
    """The sizes of the dimensions; -1 for one that is not known."""
    found = []
    for number, coding, begin, stop in fields(data, start, end):
        if number == _DIMENSION and coding == BYTES:
            sizes = [each for key, kind, each, _ in fields(data, begin, stop) if key == _SIZE and kind == VARINT]
            found.append(signed(sizes[-1]) if sizes else 0)
    return found


def _half(value: int, dtype: int) -> float:
    """A number of 16 bits that came as an integer."""
    value &= 0xFFFF
    if dtype == _BFLOAT16:
        return float(unpack_from("<f", (value << 16).to_bytes(4, "little"))[0])
    return float(unpack_from("<e", value.to_bytes(2, "little"))[0])
