"""The checksums of the contents of records: CRC-32C, of many records at a time.

A CRC is linear: that of a record is the sum, bit by bit, of what each byte would give alone, with zeros after it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from runstore.sources.tensorboard.frames import MASK, POLYNOMIAL, Frames

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from runstore.reading.arrays import Array

    Sums = NDArray[np.uint32]
    Bytes = NDArray[np.uint8]

_WIDE = 256
"""Bytes that are taken at once; longer records are summed up piece by piece."""
_FEW = 16


def intact(block: bytes, found: Frames) -> Frames:
    """The records whose content has its checksum. One without any (0), also of its length, was written so."""
    if not len(found.starts):
        return found
    words: Array = np.ndarray((len(block) - 3,), "<u4", block, 0, (1,))
    given = words[found.starts + found.lengths]
    right = ((given == 0) & (words[found.starts - 4] == 0)) | (given == _checksums(block, found))
    if right.all():
        return found
    damaged = int(found.lengths[~right].sum())
    return found._replace(
        starts=found.starts[right], lengths=found.lengths[right], damaged=max(found.damaged + damaged, 1)
    )


def _checksums(block: bytes, found: Frames) -> Array:
    """The CRC-32C of each record, in the form in which it is written."""
    sums: Array = np.zeros(len(found.starts), np.uint32)
    sizes = np.where(found.lengths <= _WIDE, found.lengths, -(-found.lengths // _WIDE) + _WIDE)
    for size in np.flatnonzero(np.bincount(sizes)).tolist():
        chosen = np.flatnonzero(sizes == size)
        starts, lengths = found.starts[chosen], found.lengths[chosen]
        if size <= _WIDE:
            sums[chosen] = (_raw(_windows(block, starts, size)) if size else 0) ^ _beginnings()[size]
        else:
            sums[chosen] = _in_pieces(block, starts, lengths, size - _WIDE)
    sums = ~sums
    return (sums >> 15 | sums << 17) + np.uint32(MASK)


def _windows(block: bytes, starts: Array, width: int) -> Bytes:
    """So many bytes from each start: a copy, a line for each."""
    windows: Array = np.ndarray((len(block) - width + 1,), f"V{width}", block, 0, (1,))
    return windows[starts].view(np.uint8).reshape(-1, width)


def _in_pieces(block: bytes, starts: Array, lengths: Array, pieces: int) -> Sums:
    """Those of long records that fill so many pieces: zeros in front of the first one change nothing."""
    width = pieces * _WIDE
    rows = _windows(bytes(width) + block, starts + lengths, width)
    for row, blank in zip(rows, (width - lengths).tolist(), strict=True):
        row[:blank] = 0
        row[blank : blank + 4] ^= 0xFF
    tables = _tables()
    parts = _raw(rows.reshape(-1, _WIDE)).reshape(len(rows), -1)
    total = parts[:, 0]
    for part in parts.T[1:]:
        moved = [tables[_WIDE - 1 - place][total >> 8 * place & 0xFF] for place in range(4)]
        total = moved[0] ^ moved[1] ^ moved[2] ^ moved[3] ^ part
    return total


def _raw(rows: Bytes) -> Sums:
    """The CRC of each row, begun with 0. A byte that is the same in all rows is taken once."""
    tables = _tables()[: rows.shape[1]][::-1]
    if len(rows) < _FEW:
        each: Sums = np.bitwise_xor.reduce(tables[np.arange(rows.shape[1]), rows], axis=1)
        return each
    sums = np.zeros(len(rows), np.uint32)
    same = 0
    for table, column in zip(tables, rows.T.copy(), strict=True):
        if column[0] == column[-1] and (column == column[0]).all():
            same ^= int(table[column[0]])
        else:
            sums ^= table.take(column)
    return sums ^ np.uint32(same)


@cache
def _tables() -> Sums:
    """``[zeros, byte]``: what a byte gives with so many zeros after it."""
    first: Any = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        first = np.where(first & 1, first >> 1 ^ np.uint32(POLYNOMIAL), first >> 1).astype(np.uint32)
    tables = np.empty((_WIDE, 256), np.uint32)
    tables[0] = first
    for zeros in range(1, _WIDE):
        tables[zeros] = first[tables[zeros - 1] & 0xFF] ^ tables[zeros - 1] >> 8
    return tables


@cache
def _beginnings() -> Sums:
    """``[length]``: what the bits that every CRC-32C begins with give after so many bytes."""
    first, states = _tables()[0], [0xFFFFFFFF]
    for _ in range(_WIDE):
        states.append(int(first[states[-1] & 0xFF]) ^ states[-1] >> 8)
    return np.array(states, np.uint32)
