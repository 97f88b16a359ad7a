"""CRC-32C of many records of one length at once, in the masked form that event files hold."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runstore.export.tensorboard.record import MASK, POLYNOMIAL


def masked_checksums(records: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """The checksum of each row of ``records``."""
    one, two = _tables()
    count, size = records.shape
    crc: NDArray[np.uint32] = np.full(count, 0xFFFFFFFF, np.uint32)
    columns = np.ascontiguousarray(records.T)
    for place in range(0, size - 1, 2):
        pair = columns[place].astype(np.uint32) | columns[place + 1].astype(np.uint32) << np.uint32(8)
        crc = two[(crc ^ pair) & np.uint32(0xFFFF)] ^ crc >> np.uint32(16)
    if size % 2:
        crc = one[(crc ^ columns[-1]) & np.uint32(0xFF)] ^ crc >> np.uint32(8)
    crc = ~crc
    return (crc >> np.uint32(15) | crc << np.uint32(17)) + np.uint32(MASK)


@cache
def _tables() -> tuple[NDArray[Any], NDArray[Any]]:
    """What a register becomes by one byte, and by two."""
    one = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        one = one >> np.uint32(1) ^ np.where(one & np.uint32(1), np.uint32(POLYNOMIAL), np.uint32(0))
    both = np.arange(1 << 16, dtype=np.uint32)
    half = one[both & np.uint32(0xFF)] ^ both >> np.uint32(8)
    return one, one[half & np.uint32(0xFF)] ^ half >> np.uint32(8)
