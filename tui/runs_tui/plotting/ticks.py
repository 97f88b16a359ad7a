"""Round ticks: steps of 1, 2 and 5, decades on a log axis, units of time on a time axis."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import NamedTuple

from runs_tui.plotting.numbers import axis_labels, clock_label, duration_label, moment

_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
_DAY = 86400
_LOG_CLOCKS = (
    ((1, 2, 5), 1, (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18000, 36000)),
    ((1,), 1, (1, 10, 60, 600, 3600, 36000)),
    ((1,), 1, (1, 60, 3600)),
    ((1,), 5, (1, 3600)),
)
_LADDER = (((1, 2, 5), 1), *(((1,), apart) for apart in (1, 2, 3, 5, 10, 20, 50, 100, 200)))


class Tick(NamedTuple):
    """A place on an axis with its name."""

    at: float
    label: str


def nice_step(span: float, most: int) -> Decimal:
    """The smallest of 1, 2, 5 times a power of ten of which at most ``most`` fit into ``span``."""
    least = span / most
    exponent = math.floor(math.log10(least)) if least > 0 else -323
    for digit in (1, 2, 5, 10, 20):
        step = Decimal(digit).scaleb(exponent)
        if float(step) * most >= span * (1 - 1e-12):
            break
    return step


def time_step(span: float, most: int) -> Decimal:
    """Like `nice_step` for seconds: whole units of the clock where there are such."""
    for step in _SECONDS:
        if span <= step * most:
            return nice_step(span, most) if step == 1 else Decimal(step)
    return nice_step(span / _DAY, most).max(Decimal(1)) * _DAY


def linear_ticks(low: float, high: float, most: int, whole: bool = False) -> list[Tick]:
    """At most ``most + 1`` round ticks in [low, high]; whole numbers only with ``whole``."""
    step = nice_step(high - low, most)
    if whole:
        step = max(step, Decimal(1))
    return named(_multiples(step, low, high))


def named(numbers: Sequence[Decimal]) -> list[Tick]:
    """Ticks at these numbers, with labels of one form."""
    return [Tick(float(n), label) for n, label in zip(numbers, axis_labels(numbers), strict=True)]


def log_ticks(low: float, high: float, most: int, whole: bool = False) -> list[Tick]:
    """Round ticks in [low, high], both positive: 1, 2, 5 in each decade, else decades, else plain steps; whole
    numbers only with ``whole``."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    ladder = (
        [number for e in range(first, last + 1) if e % apart == 0 for d in digits
         if low <= float(number := Decimal(d).scaleb(e)) <= high and not (whole and e < 0)]
        for digits, apart in _LADDER
    )  # fmt: skip
    numbers = _fitting(ladder, most)
    return [named([number])[0] for number in numbers] if numbers else linear_ticks(low, high, most, whole)


def _fitting(ladder: Iterable[list[Decimal]], most: int) -> list[Decimal]:
    """The first of ever coarser choices that has at most ``most + 1`` numbers; where the next has fewer than two,
    the evenly thinned one before it."""
    before: list[Decimal] = []
    for numbers in ladder:
        if len(numbers) < 2:
            break
        if len(numbers) <= most + 1:
            return numbers
        before = numbers
    return before[:: math.ceil(len(before) / (most + 1)) or 1]


def duration_ticks(low: float, high: float, most: int) -> list[Tick]:
    """Ticks for seconds since a start."""
    return [Tick(float(n), duration_label(n)) for n in _multiples(time_step(high - low, most), low, high)]


def log_duration_ticks(low: float, high: float, most: int) -> list[Tick]:
    """Ticks in [low, high], both positive, for seconds since a start: round by the clock, even on a log axis."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    ladder = (
        [number for number in (
            *(Decimal(d).scaleb(e) for e in range(first, 0) if e % apart == 0 for d in digits),
            *map(Decimal, clock),
            *(_DAY * Decimal(d).scaleb(e) for e in range(max(last - 4, 0)) if e % apart == 0 for d in digits),
        ) if low <= float(number) <= high]
        for digits, apart, clock in _LOG_CLOCKS
    )  # fmt: skip
    numbers = _fitting(ladder, most)
    if not numbers:
        return duration_ticks(low, high, most)
    return [Tick(float(number), duration_label(number)) for number in numbers]


def clock_ticks(low: float, high: float, most: int, zone: tzinfo | None = None) -> list[Tick]:
    """Ticks for unix seconds, round by the clock of ``zone`` (None: the viewer's)."""
    span = high - low
    step = time_step(span, most)
    if span > _DAY:
        step = max(step, Decimal(3600))
    offset = moment(low, zone).utcoffset()
    shift = offset.total_seconds() if offset else 0.0
    if step <= 3600:  # rounds of a clock that is set by whole hours
        times = [float(n) - shift for n in _multiples(step, low + shift, high + shift)]
    else:
        times = _moments(_multiples(step, low + shift - _DAY, high + shift + _DAY), zone)
    return [Tick(time, clock_label(time, float(step), span, zone)) for time in times if low <= time <= high]


def _moments(clocks: Iterable[Decimal], zone: tzinfo | None) -> list[float]:
    """Unix seconds of what clocks of ``zone`` show, in seconds since 1970 there; each once, though a clock may jump."""
    times: dict[float, None] = {}
    for clock in clocks:
        with contextlib.suppress(OverflowError, ValueError, OSError):  # no calendar holds it
            times[(datetime(1970, 1, 1) + timedelta(seconds=float(clock))).replace(tzinfo=zone).timestamp()] = None
    return sorted(times)


def _multiples(step: Decimal, low: float, high: float) -> list[Decimal]:
    """The multiples of ``step`` in [low, high], exact."""
    first = int((Decimal(low) / step).to_integral_value(rounding="ROUND_CEILING"))
    first -= float(step * (first - 1)) >= low  # a limit that is itself round may miss by the last bit
    numbers: list[Decimal] = []
    while float(number := step * first) <= high and len(numbers) < 1000:
        numbers.append(number)
        first += 1
    return numbers
