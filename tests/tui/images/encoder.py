"""A PNG encoder for tests, written from the specification pixel by pixel: every filter, depth and colour type."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

Samples = Sequence[Sequence[Sequence[int]]]
"""Rows of pixels of channels."""

ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def encode_png(
    samples: Samples,
    colour: int = 6,
    depth: int = 8,
    filters: Sequence[int] = (0,),
    interlaced: bool = False,
    before: bytes = b"",
) -> bytes:
    """A PNG file; ``filters`` are used for the rows in turn, ``before`` are chunks before the data."""
    height, width = len(samples), len(samples[0])
    if interlaced:
        parts: list[Samples] = [[row[x::across] for row in samples[y::down]] for x, y, across, down in ADAM7]
        parts = [part for part in parts if part and part[0]]
    else:
        parts = [samples]
    raw = b"".join(_filtered(part, depth, filters) for part in parts)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    data = zlib.compress(raw)
    middle = len(data) // 2  # several data chunks, as real files have
    pieces = chunk(b"IDAT", data[:middle]) + chunk(b"IDAT", data[middle:])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + pieces + chunk(b"IEND", b"")


def _packed(row: Sequence[Sequence[int]], depth: int) -> bytes:
    numbers = [number for pixel in row for number in pixel]
    if depth == 16:
        return b"".join(struct.pack(">H", number) for number in numbers)
    bits = "".join(format(number, f"0{depth}b") for number in numbers)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))


def _filtered(rows: Samples, depth: int, filters: Sequence[int]) -> bytes:
    unit = max(len(rows[0][0]) * depth // 8, 1)
    previous = bytes(len(_packed(rows[0], depth)))
    out = bytearray()
    for number, row in enumerate(rows):
        data, kind = _packed(row, depth), filters[number % len(filters)]
        out.append(kind)
        for at, value in enumerate(data):
            left = data[at - unit] if at >= unit else 0
            corner = previous[at - unit] if at >= unit else 0
            guess = (0, left, previous[at], (left + previous[at]) // 2, _paeth(left, previous[at], corner))[kind]
            out.append((value - guess) % 256)
        previous = data
    return bytes(out)


def _paeth(left: int, above: int, corner: int) -> int:
    estimate = left + above - corner
    return min((left, above, corner), key=lambda each: abs(estimate - each))
