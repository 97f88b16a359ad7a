"""Numbers and times as short words, of a few cells and steady widths."""

from __future__ import annotations

import math
import os
import time
from decimal import Decimal
from functools import lru_cache


def number(value: object) -> str:
    """A metric or parameter in at most 8 characters where it is a number: ``0.3125 3295.7 3.0e-4 NaN``."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "-" if value is None else str(value)
    if isinstance(value, int):
        return str(value) if abs(value) < 10_000_000 else _power(f"{Decimal(value):.1e}")  # it may be beyond all floats
    if not math.isfinite(value):
        return "NaN" if value != value else "Inf" if value > 0 else "-Inf"
    size = abs(value)
    if value == 0:
        return "0"
    if size >= 1e6 or size < 1e-3:
        return _power(f"{value:.1e}")
    return f"{value:.{4 if size < 1 else 3 if size < 10 else 2 if size < 100 else 1}f}"


def _power(text: str) -> str:
    """``1.0e-05`` as ``1.0e-5``."""
    mantissa, exponent = text.split("e")
    return f"{mantissa}e{int(exponent)}"


def setting(value: object, most: int = 100) -> str:
    """A parameter: numbers as short as they are exact enough to tell apart (``3e-4 128 0.1``).

    In at most ``most`` characters, if a float of three digits or more can be.
    """
    if isinstance(value, float) and math.isfinite(value):
        texts = (_rounded(value, digits) for digits in (6, 5, 4, 3))
        return next((text for text in texts if len(text) <= most), "") or _rounded(value, 3)
    return number(value) if isinstance(value, (int, float)) else str(value)


def _rounded(value: float, digits: int) -> str:
    small = 0 < abs(value) < 1e-3
    text = f"{value:.{digits - 1}e}" if small else f"{value:.{digits}g}"
    mantissa, e, exponent = text.partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if small else mantissa
    return f"{mantissa}e{int(exponent)}" if e else mantissa


def count(value: int | None) -> str:
    """A whole number with thin groups: ``18 420``."""
    return "-" if value is None else f"{value:,}".replace(",", " ")


def size(bytes_: int) -> str:
    """A number of bytes: ``512 bytes``, ``9.93 MB``."""
    if bytes_ < 1000:
        return f"{bytes_} bytes"
    value, unit = float(bytes_), 0
    while value >= 999.5 and unit < 4:
        value, unit = value / 1000, unit + 1
    return f"{value:.3g} {('bytes', 'kB', 'MB', 'GB', 'TB')[unit]}"


def age(seconds: float) -> str:
    """How long ago, in steps that grow: a steady screen costs no bytes."""
    if seconds < 5:
        return "now"
    if seconds < 60:
        return f"{5 if seconds < 10 else int(seconds // 10) * 10}s ago"
    return f"{span(seconds)} ago"


def span(seconds: float) -> str:
    """A duration in one or two units: ``45s 21m 3h 2d``."""
    seconds = max(seconds, 0.0)
    if seconds < 60:
        return f"{int(seconds)}s"
    if seconds < 3600:
        return f"{int(seconds // 60)}m"
    if seconds < 36_000:
        return f"{int(seconds // 3600)}h{int(seconds % 3600 // 60):02}"
    if seconds < 172_800:
        return f"{int(seconds // 3600)}h"
    days = int(seconds // 86_400)
    return f"{days}d" if days < 1000 else f"{days // 365}y"


def long_span(seconds: float) -> str:
    """A duration to read, in two units: ``45.2s``, ``8m 43s``, ``1h 05m``, ``2d 3h``."""
    seconds = max(seconds, 0.0)
    if seconds < 60:
        return f"{seconds:.1f}s"
    if seconds < 3600:
        return f"{int(seconds // 60)}m {int(seconds % 60):02}s"
    if seconds < 86_400:
        return f"{int(seconds // 3600)}h {int(seconds % 3600 // 60):02}m"
    return f"{int(seconds // 86_400)}d {int(seconds % 86_400 // 3600)}h"


def use_utc() -> None:
    """Show all times in UTC from now on: the zone of this process is changed, for every pane and library in it."""
    os.environ["TZ"] = "UTC"
    time.tzset()


def clock(moment: float | None, now: float) -> str:
    """A moment as short as it is clear: ``14:32`` today, ``23 Nov``, ``Nov 2025``."""
    return "-" if moment is None else _clock(moment, int(now), time.tzname)


@lru_cache(512)
def _clock(moment: float, now: int, _zone: tuple[str, str]) -> str:
    """Kept for a second: a list asks for the times of all its lines with each change of one."""
    try:
        there, here = time.localtime(moment), time.localtime(now)
    except (OverflowError, ValueError, OSError):
        return "-"
    if there[:3] == here[:3]:
        return time.strftime("%H:%M", there)
    return time.strftime("%d %b" if there.tm_year == here.tm_year else "%b %Y", there).lstrip("0")


def moment(value: float | None) -> str:
    """A moment in full: ``2026-11-24 14:32:05``."""
    if value is None:
        return "-"
    try:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(value))
    except (OverflowError, ValueError, OSError):
        return "-"
