"""One event: when, at which step, and the values that were written, each under its tag."""

from __future__ import annotations

import math
from typing import NamedTuple

from runstore.sources.protobuf import (
    BYTES,
    DOUBLE,
    FIXED32,
    FIXED64,
    VARINT,
    fields,
    numbers,
    signed,
    text,
)
from runstore.sources.tensorboard.tensors import Tensor, tensor

VERSION = b"brain.Event:"
"""How the first record of each file says what it is."""
_WALL_TIME, _STEP, _SUMMARY = 1, 2, 5  # fields of Event
_VALUES = 1  # of Summary
_TAG, _SIMPLE, _IMAGE, _HISTOGRAM, _TENSOR, _METADATA = 1, 2, 4, 5, 8, 9  # of Summary.Value
_PLUGIN, _PLUGIN_NAME, _CONTENT = 1, 1, 2  # of SummaryMetadata and its PluginData
_ENCODED = 4  # of Summary.Image
_LOW, _HIGH, _COUNT, _SUM, _SQUARES = 1, 2, 3, 4, 5  # of HistogramProto


class Value(NamedTuple):
    """One value of an event. What it is depends on which of the fields is filled.

    number: a scalar, at ``place`` of the record as NumPy's type ``code`` (empty when it has no place of its own).
    plugin, content: who wrote it, and what that plugin keeps about it; told with the first value of a tag only.
    image: (begin, end) of an encoded image in the record. statistics: mean, std, min and max of a histogram.
    """

    tag: str
    number: float | None = None
    place: int = 0
    code: str = ""
    plugin: str = ""
    content: bytes = b""
    image: tuple[int, int] | None = None
    statistics: dict[str, float] | None = None
    tensor: Tensor | None = None


class Event(NamedTuple):
    """``time`` in unix seconds. What is no summary (a graph, a profile, the version) has no ``values``."""

    time: float
    step: int
    values: list[Value]


def event(data: bytes, start: int, end: int) -> Event:
    """The event in ``data[start:end]``; raises ValueError for what is none."""
    time, step = 0.0, 0
    values: list[Value] = []
    for number, coding, begin, stop in fields(data, start, end):
        if number == _WALL_TIME and coding == FIXED64:
            (time,) = DOUBLE(data, begin)
        elif number == _STEP and coding == VARINT:
            step = signed(begin)
        elif number == _SUMMARY and coding == BYTES:
            values += [
                _value(data, first, last)
                for key, kind, first, last in fields(data, begin, stop)
                if key == _VALUES and kind == BYTES
            ]
    return Event(time, step, values)


def _value(data: bytes, start: int, end: int) -> Value:
    found = Value("")
    for number, coding, begin, stop in fields(data, start, end):
        if number == _SIMPLE and coding == FIXED32:
            [simple] = numbers(data, coding, begin, stop, "f")
            found = found._replace(number=simple, place=begin, code="<f4")
        elif coding != BYTES:
            continue
        elif number == _TAG:
            found = found._replace(tag=text(data, begin, stop))
        elif number == _TENSOR:
            held = tensor(data, begin, stop)
            if len(held.numbers) == 1:
                found = found._replace(number=held.numbers[0], place=held.place, code=held.code)
            found = found._replace(tensor=held)
        elif number == _METADATA:
            plugin, content = _metadata(data, begin, stop)
            found = found._replace(plugin=plugin, content=content)
        elif number == _IMAGE:
            encoded = [each for each in fields(data, begin, stop) if each[:2] == (_ENCODED, BYTES)]
            found = found._replace(image=encoded[-1][2:] if encoded else None)
        elif number == _HISTOGRAM:
            found = found._replace(statistics=_histogram(data, begin, stop))
    return found


def _metadata(data: bytes, start: int, end: int) -> tuple[str, bytes]:
    """The name of the plugin that wrote a value, and what it keeps about it."""
    name, content = "", b""
    for number, coding, begin, stop in fields(data, start, end):
        if number == _PLUGIN and coding == BYTES:
            for key, kind, first, last in fields(data, begin, stop):
                if key == _PLUGIN_NAME and kind == BYTES:
                    name = text(data, first, last)
                elif key == _CONTENT and kind == BYTES:
                    content = data[first:last]
    return name, content


def _histogram(data: bytes, start: int, end: int) -> dict[str, float] | None:
    """The statistics of a HistogramProto; None for an empty one."""
    found = dict.fromkeys((_LOW, _HIGH, _COUNT, _SUM, _SQUARES), 0.0)
    for number, coding, begin, _ in fields(data, start, end):
        if number in found and coding == FIXED64:
            (found[number],) = DOUBLE(data, begin)
    return _statistics(*found.values())


def histogram_of_bins(bins: list[float]) -> dict[str, float] | None:
    """The same of rows (left edge, right edge, count), one after the other; a bin counts as its middle."""
    rows = [row for row in zip(bins[::3], bins[1::3], bins[2::3], strict=False) if row[2] > 0]
    if not rows:
        return None
    counted = [((left + right) / 2, count) for left, right, count in rows]
    return _statistics(
        rows[0][0],
        rows[-1][1],
        sum(count for _, count in counted),
        sum(middle * count for middle, count in counted),
        sum(middle * middle * count for middle, count in counted),
    )


def _statistics(low: float, high: float, count: float, total: float, squares: float) -> dict[str, float] | None:
    if not count > 0:
        return None
    mean = total / count
    return {"mean": mean, "std": math.sqrt(max(squares / count - mean * mean, 0.0)), "min": low, "max": high}
