"""Limits of axes that stay calm while a series grows, and the ticks that fit on them."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import tzinfo
from functools import lru_cache
from typing import Literal, NamedTuple

from rich.cells import cell_len

from runs_tui.plotting.ticks import (
    Tick,
    clock_ticks,
    duration_ticks,
    linear_ticks,
    log_ticks,
    nice_step,
    time_step,
)  # fmt: skip

XKind = Literal["step", "relative", "wall", "value"]
"""Whole numbers that grow, seconds since a start, unix seconds, any numbers."""
Limits = tuple[float, float]

_HUGE = 1e300  # beyond it a span may not be a float
_GRAIN = 20  # limits are multiples of a round step of which at most so many fit into the span
_LIVE_GRAIN = 8  # the same for the end of x while a run lives: each move draws the whole chart anew
_APART = 3  # least cells between the labels of x


class Axis(NamedTuple):
    """What an axis spans, and its ticks in increasing order."""

    low: float
    high: float
    ticks: tuple[Tick, ...]


def y_axis(low: float, high: float, rows: int, log: bool = False) -> Axis:
    """The axis for values from ``low`` to ``high`` on ``rows`` rows; both positive with ``log``.

    The limits are rounded outwards, so that they move rarely, and never on each new point.
    """
    limits = _log_limits(low, high) if log else _linear_limits(low, high)
    return Axis(*limits, _y_ticks(*limits, rows, log))


def x_limits(low: float, high: float, kind: XKind, live: bool) -> Limits:
    """What an axis for x from ``low`` to ``high`` spans; ``live`` leaves room for what is to come."""
    if high <= low:
        margin = max(1.0, abs(low) * 1e-12)  # larger where floats lie wide apart
        low, high = low - margin, low + margin
    grain = float((nice_step if kind in ("step", "value") else time_step)(high - low, _LIVE_GRAIN if live else _GRAIN))
    if kind == "step":
        grain = max(grain, 1.0)
    if kind != "wall" or live:
        low = math.floor(low / grain) * grain
    if live:
        high = math.ceil(high / grain) * grain
    return low, high


def x_axis(limits: Limits, cells: int, kind: XKind, zone: tzinfo | None = None) -> Axis:
    """The axis over ``limits`` on ``cells`` cells, with as many ticks as leave room between their labels."""
    return Axis(*limits, _x_ticks(*limits, cells, kind, zone))


def label_places(axis: Axis, cells: int) -> list[int]:
    """The cell where the label of each tick of an x axis begins: centred on the tick, inside of the axis."""
    places = []
    for tick in axis.ticks:
        width = cell_len(tick.label)
        at = cell_of(tick.at, axis.low, axis.high, cells)
        places.append(max(0, min(at - (width - 1) // 2, cells - width)))
    return places


def cell_of(value: float, low: float, high: float, cells: int) -> int:
    """The cell of ``cells`` equal ones between ``low`` and ``high`` in which ``value`` lies."""
    return max(0, min(int((value - low) / (high - low) * cells), cells - 1))


# Limits are calm, so the same ticks are asked for again and again.


@lru_cache(maxsize=256)
def _y_ticks(low: float, high: float, rows: int, log: bool) -> tuple[Tick, ...]:
    most = max(1, min((rows + 1) // 3, 8))
    if log:
        return tuple(log_ticks(low, high, most))
    ticks = linear_ticks(low, high, most)
    while len(ticks) < 2 and most < 2 * rows:
        most += 1
        ticks = linear_ticks(low, high, most)
    if len(ticks) > 3 and (ticks[1].at - ticks[0].at) / (high - low) * rows < 2:
        ticks = ticks[1::2]  # labels on neighbouring rows read badly
    return tuple(ticks)


@lru_cache(maxsize=256)
def _x_ticks(low: float, high: float, cells: int, kind: XKind, zone: tzinfo | None) -> tuple[Tick, ...]:
    found: list[Tick] = []
    for most in range(max(1, min(cells // 7, 10)), 0, -1):
        found = [tick for tick in _ticks_of[kind](low, high, most, zone) if cell_len(tick.label) <= cells]
        places = label_places(Axis(low, high, tuple(found)), cells)
        ends = [place + cell_len(tick.label) for place, tick in zip(places, found, strict=True)]
        if all(start - end >= _APART for start, end in zip(places[1:], ends, strict=False)):
            return tuple(found)
    return tuple(found[:1])


_ticks_of: dict[XKind, Callable[[float, float, int, tzinfo | None], list[Tick]]] = {
    "step": lambda low, high, most, _: linear_ticks(low, high, most, whole=True),
    "relative": lambda low, high, most, _: duration_ticks(low, high, most),
    "wall": clock_ticks,
    "value": lambda low, high, most, _: linear_ticks(low, high, most),
}


def _linear_limits(low: float, high: float) -> Limits:
    low, high = max(-_HUGE, min(low, _HUGE)), max(-_HUGE, min(high, _HUGE))
    size = max(abs(low), abs(high))
    if high - low <= size * 1e-12:  # constant, but for the last bits
        if size < 1e-300:
            return -1.0, 1.0
        return (2 * low, 0.0) if low < 0 else (0.0, 2 * high)
    grain = nice_step(high - low, _GRAIN)
    step = float(grain)
    return float(grain * math.floor(low / step)), float(grain * math.ceil(high / step))


def _log_limits(low: float, high: float) -> Limits:
    """Rounded outwards to twentieths of the span, in decades that are parts of the powers of ten."""
    low, high = max(1e-300, min(low, _HUGE)), max(1e-300, min(high, _HUGE))
    first, last = math.log10(low), math.log10(high)
    if last - first < 1e-9:
        return low / 10, high * 10
    grain = float(nice_step(last - first, _GRAIN))
    return 10 ** (math.floor(first / grain) * grain), 10 ** (math.ceil(last / grain) * grain)
