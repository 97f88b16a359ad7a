"""What a reader hands out about one metric: its series, and its statistics."""

from __future__ import annotations

import math
import sys
from struct import Struct
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_RANGE = Struct("<dd")
_TOP = 250
_MINUS_INFINITY, _INFINITY, _NAN = 253, 254, 255


class Series(NamedTuple):
    """The points of one metric of one rank in order; arrays are views of what only grows and must not be written.

    steps: i8, -2^63 where none was given. times: f8, unix seconds. values: f8. ``exact`` holds integers and
    booleans (``kind`` i and b) as i8, and is ``values`` itself for floats (f). While ``generation`` stays the same,
    a later series of the same metric begins with this one.
    """

    name: str
    rank: int
    kind: str
    steps: NDArray[np.int64]
    times: NDArray[np.float64]
    values: NDArray[np.float64]
    exact: NDArray[Any]
    generation: int


class MetricStat(NamedTuple):
    """Statistics of one metric of one rank, over all attempts. Integers and booleans keep their type.

    ``min`` and ``max`` leave NaN out (they are NaN when nothing else was logged); ``step`` and ``time`` are those of
    the last point, ``step`` None where none was given. ``trend`` is `pack_trend` of the metric's coarse course.
    """

    n: int
    first: float
    last: float
    min: float
    max: float
    step: int | None
    time: float
    trend: bytes = b""

    @property
    def sparkline(self) -> tuple[float, ...]:
        """The coarse course: at most 32 values, evenly spread, the last one the newest."""
        return unpack_trend(self.trend)


def pack_trend(values: list[float]) -> bytes:
    """A coarse course in one byte a value, finer than any screen: lowest, highest (f8 each), then 0 to 250 between.

    253, 254 and 255 are -inf, inf and NaN.
    """
    finite = [value for value in values if math.isfinite(value)]
    if not values:
        return b""
    low, high = (min(finite), max(finite)) if finite else (0.0, 0.0)
    # Halves, because the difference of two floats can overflow.
    bottom, span = low / 2, high / 2 - low / 2
    scale = _TOP / span if span > _TOP / sys.float_info.max else 0.0
    if len(finite) == len(values):
        codes = [round((value / 2 - bottom) * scale) for value in values]
    else:
        codes = [
            round((value / 2 - bottom) * scale)
            if math.isfinite(value)
            else _NAN
            if value != value
            else _INFINITY
            if value > 0
            else _MINUS_INFINITY
            for value in values
        ]
    return _RANGE.pack(low, high) + bytes(codes)


def unpack_trend(packed: bytes) -> tuple[float, ...]:
    """The values that `pack_trend` packed, to 1/250 of their range; nothing for bytes that are none."""
    if len(packed) <= _RANGE.size:
        return ()
    low, high = _RANGE.unpack_from(packed)
    half = high / 2 - low / 2
    special = {_MINUS_INFINITY: -math.inf, _INFINITY: math.inf, _NAN: math.nan}
    return tuple(special.get(code, (low / 2 + code / _TOP * half) * 2) for code in packed[_RANGE.size :])
