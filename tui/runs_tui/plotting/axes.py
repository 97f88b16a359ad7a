"""Limits of axes that stay calm while a series grows, and the ticks that fit on them."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from rich.cells import cell_len

from runs_tui.plotting.ticks import (
    Tick,
    clock_ticks,
    duration_ticks,
    linear_ticks,
    log_duration_ticks,
    log_ticks,
    named,
    nice_step,
    time_step,
)  # fmt: skip

XKind = Literal["step", "relative", "wall", "value"]
"""Whole numbers that grow, seconds since a start, unix seconds, any numbers."""
Limits = tuple[float, float]
Bounds = tuple[float | None, float | None]
"""Limits that were typed: None on a side that is left to the values."""

HUGE, TINY = 1e300, 1e-300
"""Beyond these a span may not be a float."""
_LEAST_DECADE, _LAST_DECADE = math.log10(TINY), math.log10(HUGE)
_HAIR = 1e-12  # limits nearer to each other, as a part of their size, are one value
_GRAIN = 20  # limits are multiples of a round step of which at most so many fit into the span
_LIVE_GRAIN = 8  # the same for the end of x while a run lives: each move draws the whole chart anew
_APART = 3  # least cells between the labels of x
_LONGEST_BOUND = 6  # a limit that was typed gets a label of its own, if it is no longer than that


class Axis(NamedTuple):
    """What an axis spans, and its ticks in increasing order. A log axis is even in the logarithm."""

    low: float
    high: float
    ticks: tuple[Tick, ...]
    log: bool = False


def y_axis(low: float, high: float, rows: int, log: bool = False, typed: Bounds = (None, None)) -> Axis:
    """The axis for values from ``low`` to ``high`` on ``rows`` rows; both positive with ``log``.

    The limits are rounded outwards, so that they move rarely, and never on each new point. A limit that was typed
    is taken as it is; one that an axis cannot have (not above 0 with ``log``, not finite, the lower one not below
    the upper) is left to the values.
    """
    bounds = bounds_of(typed, log)
    limits = y_limits(low, high, log, bounds)
    ends = tuple(bound for bound in bounds if bound in limits and bound is not None)
    return Axis(*limits, _y_ticks(*limits, rows, log, ends), log)


def y_limits(low: float, high: float, log: bool = False, typed: Bounds = (None, None)) -> Limits:
    """What the axis of y spans; see `y_axis`."""
    bottom, top = bounds_of(typed, log)
    if bottom is not None and top is not None:
        return bottom, top
    if bottom is not None:
        low, high = bottom, max(bottom, high)
    elif top is not None:
        low, high = min(low, top), top
    found = _log_limits(low, high) if log else _linear_limits(low, high)
    return bottom if bottom is not None else found[0], top if top is not None else found[1]


def x_limits(low: float, high: float, kind: XKind, live: bool, log: bool = False) -> Limits:
    """What an axis for x from ``low`` to ``high`` spans; ``live`` leaves room for what is to come.

    With ``log`` both are above 0.
    """
    low, high = within(low, log), within(high, log)
    if log:
        return _log_limits(low, high, _LIVE_GRAIN) if live else apart(low, high, log)
    if high <= low:
        low, high = apart(low, high)
    grain = float((nice_step if kind in ("step", "value") else time_step)(high - low, _LIVE_GRAIN if live else _GRAIN))
    if kind == "step":
        grain = max(grain, 1.0)
    if kind != "wall" or live:
        low = math.floor(low / grain) * grain
    if live:
        high = math.ceil(high / grain) * grain
    return low, high


def within(value: float, log: bool = False) -> float:
    """The value, or the nearest to it that an axis can have; ``log``: a logarithmic one."""
    return max(TINY if log else -HUGE, min(value, HUGE))


def power(exponent: float) -> float:
    """10 to the power of it, or the nearest to that which a logarithmic axis can have."""
    return math.pow(10, max(_LEAST_DECADE, min(exponent, _LAST_DECADE)))


def apart(low: float, high: float, log: bool = False) -> Limits:
    """The same limits, or wider ones about them where floats would hardly tell them apart."""
    if not _are_one(low, high):
        return low, high
    if log:
        return within(low, log) / 10, within(high, log) * 10
    margin = max(1.0, abs(low) * _HAIR, abs(high) * _HAIR)
    return low - margin, high + margin


def _are_one(low: float, high: float) -> bool:
    """Whether two limits are so near to each other that floats hardly tell them apart, or what lies between them."""
    return high - low <= max(abs(low) * _HAIR, abs(high) * _HAIR, TINY)


def x_axis(limits: Limits, cells: int, kind: XKind, zone: tzinfo | None = None, log: bool = False) -> Axis:
    """The axis over ``limits`` on ``cells`` cells, with as many ticks as leave room between their labels."""
    return Axis(*limits, _x_ticks(*limits, cells, kind, zone, log), log)


def label_places(axis: Axis, cells: int) -> list[int]:
    """The cell where the label of each tick of an x axis begins: centred on the tick, inside of the axis."""
    places = []
    for tick in axis.ticks:
        width = cell_len(tick.label)
        at = cell_of(tick.at, axis.low, axis.high, cells, axis.log)
        places.append(max(0, min(at - (width - 1) // 2, cells - width)))
    return places


def cell_of(value: float, low: float, high: float, cells: int, log: bool = False) -> int:
    """The cell of ``cells`` equal ones between ``low`` and ``high`` in which ``value`` lies; equal in their
    logarithm with ``log``, where the limits are above 0."""
    if log:
        value, low, high = math.log10(value) if value > 0 else -math.inf, math.log10(low), math.log10(high)
    share = (value - low) / (high - low)
    return int(max(0.0, min(share * cells, cells - 1)))


def row_of(value: float, axis: Axis, rows: int, down: int) -> int:
    """The row of cells, of ``down`` dots each, in which the dot of ``value`` lies on an axis of y."""
    low, high = axis.low, axis.high
    if axis.log:
        value, low, high = math.log10(value), math.log10(low), math.log10(high)
    dot = round((high / 2 - value / 2) / (high / 2 - low / 2) * (rows * down - 1))
    return max(0, min(dot // down, rows - 1))


def bounds_of(typed: Bounds, log: bool) -> Bounds:
    """The typed limits, without those that an axis cannot have."""
    bottom, top = (
        None if bound is None or not math.isfinite(bound) or (log and bound <= 0)
        else within(bound, log)
        for bound in typed
    )  # fmt: skip
    if bottom is not None and top is not None and _are_one(bottom, top):
        return None, None
    return bottom, top


# Limits are calm, so the same ticks are asked for again and again.


@lru_cache(maxsize=256)
def _y_ticks(low: float, high: float, rows: int, log: bool, ends: tuple[float, ...]) -> tuple[Tick, ...]:
    most = max(1, min((rows + 1) // 3, 8))
    find = log_ticks if log else linear_ticks
    ticks = find(low, high, most)
    while len(ticks) < 2 and most < 2 * rows:
        most += 1
        ticks = find(low, high, most)
    if not log and len(ticks) > 3 and (ticks[1].at - ticks[0].at) / (high - low) * rows < 2:
        ticks = ticks[1::2]  # labels on neighbouring rows read badly
    return tuple(_with_ends(ticks, ends, Axis(low, high, (), log), rows))


def _with_ends(ticks: list[Tick], ends: tuple[float, ...], axis: Axis, rows: int) -> list[Tick]:
    """The ticks with those of the limits that were typed; round ones nearer than two rows to them go."""
    shown = [end for end in ends if len(named([Decimal(repr(end))])[0].label) <= _LONGEST_BOUND]
    taken = [row_of(end, axis, rows, 1) for end in shown]
    if len(set(taken)) < len(taken):
        return ticks
    round_ones = [tick.at for tick in ticks if all(abs(row_of(tick.at, axis, rows, 1) - row) >= 2 for row in taken)]
    numbers = [Decimal(repr(at)) for at in sorted({*round_ones, *shown})]
    if axis.log:
        return [named([number])[0] for number in numbers]
    return named(numbers)


@lru_cache(maxsize=256)
def _x_ticks(low: float, high: float, cells: int, kind: XKind, zone: tzinfo | None, log: bool) -> tuple[Tick, ...]:
    found: list[Tick] = []
    find = _log_ticks_of.get(kind, _ticks_of[kind]) if log else _ticks_of[kind]
    for most in range(max(1, min(cells // 7, 10)), 0, -1):
        found = [tick for tick in find(low, high, most, zone) if cell_len(tick.label) <= cells]
        places = label_places(Axis(low, high, tuple(found), log), cells)
        ends = [place + cell_len(tick.label) for place, tick in zip(places, found, strict=True)]
        if all(start - end >= _APART for start, end in zip(places[1:], ends, strict=False)):
            return tuple(found)
    return tuple(found[:1])


_Finder = Callable[[float, float, int, tzinfo | None], list[Tick]]
_ticks_of: dict[XKind, _Finder] = {
    "step": lambda low, high, most, _: linear_ticks(low, high, most, whole=True),
    "relative": lambda low, high, most, _: duration_ticks(low, high, most),
    "wall": clock_ticks,
    "value": lambda low, high, most, _: linear_ticks(low, high, most),
}
_log_ticks_of: dict[XKind, _Finder] = {
    "step": lambda low, high, most, _: log_ticks(low, high, most, whole=True),
    "relative": lambda low, high, most, _: log_duration_ticks(low, high, most),
    "value": lambda low, high, most, _: log_ticks(low, high, most),
}


def _linear_limits(low: float, high: float) -> Limits:
    low, high = within(low), within(high)
    if _are_one(low, high):  # constant, but for the last bits
        if max(abs(low), abs(high)) < TINY:
            return -1.0, 1.0
        return (2 * low, 0.0) if low < 0 else (0.0, 2 * high)
    grain = nice_step(high - low, _GRAIN)
    step = float(grain)
    return float(grain * math.floor(low / step)), float(grain * math.ceil(high / step))


def _log_limits(low: float, high: float, most: int = _GRAIN) -> Limits:
    """Rounded outwards to parts of the span, in decades that are parts of the powers of ten."""
    low, high = within(low, True), within(high, True)
    first, last = math.log10(low), math.log10(high)
    if last - first < 1e-9:
        return low / 10, high * 10
    grain = float(nice_step(last - first, most))
    return power(math.floor(first / grain) * grain), power(math.ceil(last / grain) * grain)
