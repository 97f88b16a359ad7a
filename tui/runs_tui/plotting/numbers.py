"""Numbers and times as people write them: ``5k``, ``3e-4``, ``1m30``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from decimal import Decimal

_SUFFIXES = ((12, "T"), (9, "G"), (6, "M"), (3, "k"))
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def axis_labels(numbers: Sequence[Decimal]) -> list[str]:
    """Labels for the ticks of one axis, in one form for all, each exact and so each different."""
    largest = max((abs(number) for number in numbers), default=Decimal(0))
    decimals = max((_decimals(number) for number in numbers), default=0)
    if 0 < largest < Decimal("0.001") or (decimals > 3 and largest <= Decimal("0.002")):
        return [_scientific(number) for number in numbers]
    labels = [_axis_label(number, decimals) for number in numbers]
    if all(labels):
        return labels
    whole = [f"{number:.{decimals}f}" for number in numbers]
    scaled = _scaled(numbers, largest)
    return scaled if max(map(len, scaled)) <= max(map(len, whole)) else whole


def _axis_label(number: Decimal, decimals: int) -> str:
    """A number with the suffix of its size; empty if it would need more than two decimals with that."""
    if number == 0:
        return "0"
    size = number.adjusted()
    if size >= 15:
        return _scientific(number)
    for exponent, suffix in _SUFFIXES:
        if size >= exponent:
            scaled = number.scaleb(-exponent)
            return f"{scaled.normalize():f}{suffix}" if _decimals(scaled) <= 2 else ""
    return f"{number:.{decimals}f}"


def _scaled(numbers: Sequence[Decimal], largest: Decimal) -> list[str]:
    """All numbers with the suffix of the largest, and as many decimals as one of them needs."""
    exponent, suffix = next((pair for pair in _SUFFIXES if largest.adjusted() >= pair[0]), (0, ""))
    scaled = [number.scaleb(-exponent) for number in numbers]
    decimals = max(map(_decimals, scaled))
    return ["0" if number == 0 else f"{number:.{decimals}f}{suffix}" for number in scaled]


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _scientific(number: Decimal) -> str:
    if number == 0:
        return "0"
    size = number.adjusted()
    return f"{number.scaleb(-size).normalize():f}e{size}"


def grouped(number: int) -> str:
    """A whole number in groups of three: ``18 420``."""
    return f"{number:,}".replace(",", " ")


def duration_label(seconds: Decimal) -> str:
    """A tick on an axis of durations, exact: ``30s``, ``1m30``, ``2h``, ``1h05``, ``1d6h``."""
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    if seconds == 0:
        return "0"
    if seconds.adjusted() >= 15:
        return f"{sign}{_scientific(seconds)}s"
    minutes, rest = int(seconds // 60), seconds % 60
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if not (days or hours or minutes):
        return f"{sign}{rest.normalize():f}s"
    second = "" if rest == 0 else f"{rest.normalize():f}".zfill(2) if rest >= 10 else f"0{rest.normalize():f}"
    if second:
        clock = f"{minutes}m{second}" if not (days or hours) else f"{hours}:{minutes:02d}:{second}"
    elif minutes:
        clock = f"{hours}h{minutes:02d}" if days or hours else f"{minutes}m"
    else:
        clock = f"{hours}h" if hours else ""
    return f"{sign}{days}d{clock}" if days else f"{sign}{clock}"


def duration_text(seconds: float) -> str:
    """A duration to read, two units long: ``12.3s``, ``21m 04s``, ``3h 07m``, ``2d 4h``."""
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    if seconds < 60:
        return f"{sign}{seconds:.1f}s"
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{sign}{minutes}m {rest:02d}s"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{sign}{hours}h {minutes:02d}m"
    return f"{sign}{hours // 24}d {hours % 24}h"


def clock_label(time: float, step: float, span: float, zone: tzinfo | None) -> str:
    """A tick on an axis of wall time, as short as ``step`` and ``span`` (seconds) allow without doubt."""
    at = moment(time, zone)
    day = f"{_MONTHS[at.month - 1]} {at.day}"
    if span > 300 * 86400:
        return f"{at.year}-{at.month:02d}-{at.day:02d}"
    if step >= 86400:
        return day
    clock = f"{at:%H:%M}" if step >= 60 else f"{at:%H:%M:%S}"
    if step < 1:
        clock += f"{at.microsecond / 1e6:.6f}"[1:].rstrip("0").rstrip(".")
    if span <= 86400:
        return clock
    return f"{_DAYS[at.weekday()]} {clock}"


def moment_text(time: float, zone: tzinfo | None) -> str:
    """A point in time to read: ``Nov 24 12:03:11``."""
    at = moment(time, zone)
    return f"{_MONTHS[at.month - 1]} {at.day} {at:%H:%M:%S}"


def moment(time: float, zone: tzinfo | None) -> datetime:
    """``time`` in ``zone``, None for the viewer's own; what no calendar holds becomes the nearest that it does."""
    return datetime.fromtimestamp(min(max(time, 86400.0), 250_000_000_000.0), zone).astimezone(zone)
