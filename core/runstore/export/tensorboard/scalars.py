"""Whole series as records of an event file, many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from struct import pack
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from runstore.export.tensorboard import wire
from runstore.export.tensorboard.checksum import masked_checksums
from runstore.export.tensorboard.record import masked_checksum
from runstore.reading.series_data import Series
from runstore.records.points import NO_STEP

_BATCH = 1 << 17
"""Points that are encoded at a time."""
_WALL_TIME, _STEP, _SUMMARY = 1, 2, 5  # fields of Event
_VALUE, _TAG, _SIMPLE_VALUE = 1, 1, 2  # fields of Summary, of Summary.Value

Bytes = NDArray[np.uint8]


class _Piece(NamedTuple):
    """Points of one series whose steps take as many bytes, so that their records are of one length."""

    tag: bytes
    steps: NDArray[np.uint64]
    times: NDArray[np.float64]
    values: NDArray[np.float32]
    width: int


def scalar_records(series: Iterable[tuple[str, Series]]) -> Iterator[bytes]:
    """The points of each series as ``simple_value`` under its tag, in order, framed. Values become 32-bit floats.

    What was logged without a step is numbered from 0 within its series.
    """
    waiting: list[_Piece] = []
    points = 0
    for tag, each in series:
        for piece in _pieces(tag.encode("utf-8", "replace"), each):
            waiting.append(piece)
            points += len(piece.steps)
            if points >= _BATCH:
                yield _encoded(waiting)
                waiting, points = [], 0
    if waiting:
        yield _encoded(waiting)


def _pieces(tag: bytes, series: Series) -> Iterator[_Piece]:
    count = len(series.steps)
    steps = np.where(series.steps == NO_STEP, np.arange(count), series.steps).view(np.uint64)
    with np.errstate(over="ignore"):
        values = series.values.astype(np.float32)
    widths = np.ones(count, np.int64)
    for bits in range(7, 64, 7):
        widths += steps >> np.uint64(bits) != 0
    ends = [*(np.flatnonzero(np.diff(widths)) + 1).tolist(), count]
    start = 0
    for end in ends:
        for first in range(start, end, _BATCH):
            part = slice(first, min(first + _BATCH, end))
            yield _Piece(tag, steps[part], series.times[part], values[part], int(widths[first]))
        start = end


def _encoded(pieces: list[_Piece]) -> bytes:
    """The records of all pieces, in their order; those of one length are encoded together."""
    alike: dict[tuple[int, int], list[int]] = {}
    for number, piece in enumerate(pieces):
        alike.setdefault((len(piece.tag), piece.width), []).append(number)
    encoded: list[bytes] = [b""] * len(pieces)
    for numbers in alike.values():
        matrix = _matrix([pieces[number] for number in numbers])
        size, whole, start = matrix.shape[1], matrix.tobytes(), 0
        for number in numbers:
            end = start + size * len(pieces[number].steps)
            encoded[number] = whole[start:end]
            start = end
    return b"".join(encoded)


def _matrix(pieces: list[_Piece]) -> Bytes:
    """A record in each row. All pieces have tags of one length, and steps of one width."""
    tag_size, width = len(pieces[0].tag), pieces[0].width
    value_head = wire.key(_TAG, 2) + wire.varint(tag_size)
    value_size = len(value_head) + tag_size + 5
    summary = wire.key(_VALUE, 2) + wire.varint(value_size)
    event = wire.key(_SUMMARY, 2) + wire.varint(len(summary) + value_size) + summary + value_head
    body = 9 + 1 + width + len(event) + tag_size + 5
    length = pack("<Q", body)
    head = length + pack("<I", masked_checksum(length))
    counts = [len(piece.steps) for piece in pieces]
    records: Bytes = np.empty((sum(counts), len(head) + body + 4), np.uint8)
    place = 0

    def put(columns: Bytes) -> None:
        nonlocal place
        size = columns.shape[-1]
        records[:, place : place + size] = columns
        place += size

    put(_constant(head + wire.key(_WALL_TIME, 1)))
    put(_raw(np.concatenate([piece.times for piece in pieces]).astype("<f8", copy=False)))
    put(_constant(wire.key(_STEP, 0)))
    put(_varints(np.concatenate([piece.steps for piece in pieces]), width))
    put(_constant(event))
    tags = np.frombuffer(b"".join(piece.tag for piece in pieces), np.uint8).reshape(len(pieces), tag_size)
    put(np.repeat(tags, counts, axis=0))
    put(_constant(wire.key(_SIMPLE_VALUE, 5)))
    put(_raw(np.concatenate([piece.values for piece in pieces]).astype("<f4", copy=False)))
    put(_raw(masked_checksums(records[:, len(head) : place]).astype("<u4", copy=False)))
    return records


def _constant(content: bytes) -> Bytes:
    return np.frombuffer(content, np.uint8)


def _raw(numbers: NDArray[np.float64] | NDArray[np.float32] | NDArray[np.uint32]) -> Bytes:
    return np.ascontiguousarray(numbers).view(np.uint8).reshape(len(numbers), -1)


def _varints(numbers: NDArray[np.uint64], width: int) -> Bytes:
    coded: Bytes = np.empty((len(numbers), width), np.uint8)
    for place in range(width):
        coded[:, place] = numbers >> np.uint64(7 * place) & np.uint64(0x7F)
    coded[:, : width - 1] |= 0x80
    return coded
