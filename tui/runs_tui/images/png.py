"""PNG files to pixels, with zlib and NumPy: all colour types and depths, interlaced or not.

Checksums are not looked at, and of a file that is cut short there is what came before the cut: a picture that is
partly there tells more than none.
"""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Height x width x 4: red, green, blue, opacity."""

MOST_PIXELS = 10_000_000
_LONGEST = 32_768
"""Pixels of a side at most: a picture is decoded diagonal by diagonal."""
_MOST_PACKED = 1_100
"""zlib makes no more than so many bytes of one."""
_MAGIC = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""First column and row, and steps across and down, of each pass of an interlaced image."""


class _Header(NamedTuple):
    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    @property
    def channels(self) -> int:
        return _CHANNELS[self.colour]

    @property
    def unit(self) -> int:
        """Bytes from a byte to the one of the pixel before it, as the filters count them."""
        return max(self.channels * self.depth // 8, 1)

    def row_bytes(self, width: int) -> int:
        return (width * self.channels * self.depth + 7) // 8


def decode_png(data: bytes) -> Pixels:
    """The pixels of a PNG file; raises `ValueError`, in words for people, for one that cannot be shown."""
    header, palette, transparent, packed = _parts(data)
    passes = _passes(header)
    length = sum(height * (1 + header.row_bytes(width)) for *_, width, height in passes)
    if length > _MOST_PACKED * len(packed):
        raise ValueError("a damaged PNG file (most of it is missing)")
    try:
        raw = zlib.decompressobj().decompress(packed, length)
    except zlib.error as error:
        raise ValueError(f"a damaged PNG file ({error})") from error
    raw += bytes(length - len(raw))
    samples = np.zeros((header.height, header.width, header.channels), np.uint16)
    start = 0
    for column, row, across, down, width, height in passes:
        size = height * (1 + header.row_bytes(width))
        lines = np.frombuffer(raw, np.uint8, size, start).reshape(height, -1)
        bytes_ = _unfilter(lines[:, 1:], lines[:, 0], header.unit)
        samples[row::down, column::across] = _samples(bytes_, header, width)
        start += size
    return _colours(samples, header, palette, transparent)


def _parts(data: bytes) -> tuple[_Header, bytes, bytes, bytes]:
    """Header, palette, transparency and compressed data."""
    if not data.startswith(_MAGIC) or data[12:16] != b"IHDR" or len(data) < 33:
        raise ValueError("not a PNG file")
    width, height, depth, colour, compression, filtering, interlace = struct.unpack_from(">IIBBBBB", data, 16)
    if depth not in _DEPTHS.get(colour, ()) or compression or filtering or interlace > 1 or not width or not height:
        raise ValueError("a damaged PNG file (its header makes no sense)")
    if width * height > MOST_PIXELS or max(width, height) > _LONGEST:
        raise ValueError(f"too large to be shown: {width} x {height} pixels")
    palette = transparent = b""
    packed = []
    at = 33
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        if kind == b"PLTE":
            palette = body[: len(body) // 3 * 3]
        elif kind == b"tRNS":
            transparent = body
        elif kind == b"IDAT":
            packed.append(body)
        elif kind == b"IEND":
            break
        at += 12 + length
    return _Header(width, height, depth, colour, bool(interlace)), palette, transparent, b"".join(packed)


def _passes(header: _Header) -> list[tuple[int, int, int, int, int, int]]:
    """(first column, first row, steps across and down, width, height) of the parts in which the pixels are stored."""
    if not header.interlaced:
        return [(0, 0, 1, 1, header.width, header.height)]
    found = []
    for column, row, across, down in _ADAM7:
        width, height = -(-(header.width - column) // across), -(-(header.height - row) // down)
        if width > 0 and height > 0:
            found.append((column, row, across, down, width, height))
    return found


def _unfilter(lines: Pixels, kinds: Pixels, unit: int) -> Pixels:
    """The bytes of the rows as they were before their filters."""
    if not kinds.any():
        return lines
    if kinds.max() > 4:
        raise ValueError("a damaged PNG file (it has an unknown filter)")
    height, width = lines.shape[0], lines.shape[1] // unit
    pixels = lines.reshape(height, width, unit)
    if not np.isin(kinds, (3, 4)).any():
        return _unfilter_simply(pixels, kinds).reshape(height, -1)
    # A byte depends on those to its left, above, and both: all pixels of a diagonal can be done together. Stored by
    # diagonals, each of them and its neighbours are slices; line 0 and the first diagonals are the zeros around. The
    # lines are the rows or, of a picture that is higher than wide, its columns.
    turned = height > width
    stored = pixels.swapaxes(0, 1) if turned else pixels
    count, length = stored.shape[:2]
    skewed = np.zeros((count + length + 1, count + 1, unit), np.int16)
    for line in range(count):
        skewed[line + 2 : line + 2 + length, line + 1] = stored[line]
    left, above, mean, paeth = (np.isin(kinds, kind).astype(np.int16)[:, None] for kind in (1, 2, 3, 4))
    for diagonal in range(count + length - 1):
        over = slice(max(diagonal - length + 1, 0), min(diagonal + 1, count))
        here = slice(over.start + 1, over.stop + 1)
        a, b, c = skewed[diagonal + 1, here], skewed[diagonal + 1, over], skewed[diagonal, over]
        rows = over
        if turned:
            a, b = b, a
            last = diagonal - over.stop
            rows = slice(diagonal - over.start, last if last >= 0 else None, -1)
        added = left[rows] * a + above[rows] * b + mean[rows] * (a + b >> 1)
        to_a, to_b, to_c = np.abs(b - c), np.abs(a - c), np.abs(a + b - 2 * c)
        nearest = np.where((to_a <= to_b) & (to_a <= to_c), a, np.where(to_b <= to_c, b, c))
        skewed[diagonal + 2, here] = skewed[diagonal + 2, here] + added + paeth[rows] * nearest & 0xFF
    whole = np.empty(stored.shape, np.uint8)
    for line in range(count):
        whole[line] = skewed[line + 2 : line + 2 + length, line + 1]
    return (whole.swapaxes(0, 1) if turned else whole).reshape(height, -1)


def _unfilter_simply(pixels: Pixels, kinds: Pixels) -> Pixels:
    """Rows that depend on the left or on the row above only: running sums."""
    whole = pixels.copy()
    for row, kind in enumerate(kinds.tolist()):
        if kind == 1:
            whole[row] = np.cumsum(whole[row], axis=0, dtype=np.uint8)
        elif kind == 2 and row:
            whole[row] += whole[row - 1]
    return whole


def _samples(lines: Pixels, header: _Header, width: int) -> NDArray[np.uint16]:
    """The numbers in the rows: height x width x channels."""
    height = len(lines)
    if header.depth == 16:
        return lines.reshape(height, width, header.channels, 2).astype(np.uint16) @ np.array([256, 1], np.uint16)
    if header.depth < 8:
        bits = np.unpackbits(lines, axis=1).reshape(height, -1, header.depth)
        numbers = bits @ (1 << np.arange(header.depth)[::-1]).astype(np.uint8)
        return numbers[:, :width, None].astype(np.uint16)
    return lines.reshape(height, width, header.channels).astype(np.uint16)


def _colours(samples: NDArray[np.uint16], header: _Header, palette: bytes, transparent: bytes) -> Pixels:
    height, width, channels = samples.shape
    pixels = np.full((height, width, 4), 255, np.uint8)
    if header.colour == 3:
        table = np.zeros((256, 4), np.uint8)
        table[:, 3] = 255
        colours = np.frombuffer(palette[:768], np.uint8).reshape(-1, 3)
        table[: len(colours), :3] = colours
        table[: len(transparent[:256]), 3] = np.frombuffer(transparent[:256], np.uint8)
        return table[samples[:, :, 0]]
    highest = (1 << header.depth) - 1
    scaled = (samples.astype(np.uint32) * 255 // highest).astype(np.uint8)
    pixels[:, :, :3] = scaled[:, :, : channels - (channels in (2, 4))]
    if channels in (2, 4):
        pixels[:, :, 3] = scaled[:, :, -1]
    elif len(transparent) >= 2 * channels:
        see_through = np.frombuffer(transparent[: 2 * channels], ">u2")
        pixels[(samples == see_through).all(axis=2), 3] = 0
    return pixels
