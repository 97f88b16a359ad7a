"""The records of an event file: length (u64), its checksum, the record, a checksum of that (TFRecord)."""

from __future__ import annotations

import re
from functools import lru_cache
from struct import Struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from runstore.reading.arrays import Array

_HEAD = Struct("<QI")
HEAD, FRAME = _HEAD.size, 16
"""Bytes in front of a record, and around it."""
POLYNOMIAL, MASK = 0x82F63B78, 0xA282EAD8
"""Of CRC-32C, its bits reversed, and what is added to a checksum that was rotated."""
_LENGTH = re.compile(rb"(?=(?:[^\0].|.[^\0])\0{6})", re.DOTALL)
"""What looks like the length of a record below 64 KiB."""
_FEW, _MANY = 64, 1024
"""Records after which their lengths are looked at for a pattern, and those that are compared at most."""


class Frames(NamedTuple):
    """The whole records of a block: where each begins and how long it is (i8).

    ``end``: where what follows them begins. ``wanted``: bytes that the next record takes there, 0 when even its length
    is not there. ``damaged``: bytes in between that belong to no record.
    """

    starts: Array
    lengths: Array
    end: int
    wanted: int
    damaged: int


@lru_cache(1 << 12)
def checksum(length: int) -> int:
    """The masked CRC-32C of the eight bytes of a record's length."""
    crc = 0xFFFFFFFF
    for byte in length.to_bytes(8, "little"):
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (POLYNOMIAL if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + MASK) & 0xFFFFFFFF


def frames(block: bytes, longest: int) -> Frames:
    """The whole records of ``block``, which begins with one.

    A writer may leave checksums out (0); then a record has at most ``longest`` bytes. Where the checksum of a length
    is another one the file is damaged, and the next length with its checksum is searched for.
    """
    import numpy as np

    parts: list[Array] = []
    heads: list[int] = []
    at = damaged = wanted = 0
    due = _FEW
    last = len(block) - HEAD
    while at <= last:
        length, given = _HEAD.unpack_from(block, at)
        if given != checksum(length) if given else not 0 < length <= longest:
            if not given and not length:
                break  # a part that was not written yet
            found = _next_length(block, at + 1)
            damaged += found - at
            at = found
            continue
        if at + length + FRAME > len(block):
            wanted = length + FRAME
            break
        heads.append(at)
        at += length + FRAME
        if len(heads) == due:
            repeated = _repeated(block, np.array([*heads[-_MANY:], at], np.int64))
            due *= 2
            if len(repeated) > 1:
                parts += np.array(heads, np.int64), repeated[:-1]
                heads, due = [], _FEW
                at = int(repeated[-1])
    parts.append(np.array(heads, np.int64))
    starts = np.concatenate(parts)
    lengths = _lengths(block, starts) if damaged else np.diff(starts, append=at) - FRAME
    return Frames(starts + HEAD, lengths, at, wanted, damaged)


def _repeated(block: bytes, heads: Array) -> Array:
    """The heads of the records that follow while their lengths go on in the pattern of those of ``heads``.

    A training loop writes the same metrics again and again. ``heads`` ends with where the next record begins, and so
    does what is returned.
    """
    import numpy as np

    sizes = np.diff(heads)
    for period in range(1, len(sizes) // 2 + 1):
        if sizes[-1] == sizes[-1 - period] and (sizes[period:] == sizes[:-period]).all():
            break
    else:
        return heads[:0]
    begin, span = int(heads[-1]), int(heads[-1] - heads[-1 - period])
    places = heads[-1 - period : -1] - heads[-1 - period]
    times = (len(block) - begin) // span
    for place in places.tolist() if times else ():
        # The lengths at this place of each repetition, where they are as long as here.
        lengths = np.ndarray((times,), "<u8", block, begin + place, (span,))
        others = lengths != _HEAD.unpack_from(block, begin - span + place)[0]
        if others.any():
            times = int(np.argmax(others))
    return np.append((begin + np.arange(times)[:, None] * span + places).ravel(), begin + times * span)


def _lengths(block: bytes, heads: Array) -> Array:
    """The lengths, which are below 2^32, of the records with these heads."""
    import numpy as np

    content = np.frombuffer(block, np.uint8)
    lengths = content[heads].astype(np.int64)
    for byte in range(1, 4):
        lengths |= content[heads + byte].astype(np.int64) << 8 * byte
    return lengths


def _next_length(block: bytes, at: int) -> int:
    """Where the next length with its checksum stands; near the end of the block when there is none."""
    last = len(block) - HEAD
    for match in _LENGTH.finditer(block, at):
        found = match.start()
        if found > last:
            break
        length, given = _HEAD.unpack_from(block, found)
        if given == checksum(length):
            return found
    return max(last + 1, at)
