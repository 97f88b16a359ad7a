"""What a value means: a number, a length of time, a moment."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_NUMBER = re.compile(r"([+-]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)([kKMGBT%]?)")
_INFINITE = re.compile(r"([+-]?)inf(?:inity)?", re.I)
_SCALE = {"": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "B": 1e9, "T": 1e12, "%": 0.01}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhdw])")
_SPAN = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_DAY = re.compile(r"(\d{4})-(\d\d?)(?:-(\d\d?))?")
_CLOCK = re.compile(r"(\d\d?):(\d\d)(?::(\d\d))?")
_LONGEST = 64
"""Characters; no number that a person means is longer."""


def number(text: str) -> float | None:
    """``1e-3``, ``30k``, ``2.5M``, ``50%``, ``1_000``, ``inf``; None for anything else."""
    if len(text) > _LONGEST:
        return None
    if found := _NUMBER.fullmatch(text):
        try:
            # A division for per cent: 29 * 0.01 is not 0.29.
            return float(found[1]) / 100 if found[2] == "%" else float(found[1]) * _SCALE[found[2]]
        except ValueError:  # an underscore where none may be
            return None
    if found := _INFINITE.fullmatch(text):
        return float(found[1] + "inf")
    return None


def span(text: str) -> float | None:
    """Seconds: ``90s``, ``30m``, ``1h30m``, ``2d``, ``1w``, ``200ms``, or a plain number of them."""
    if len(text) <= _LONGEST and _SPAN.fullmatch(text.lower()):
        return sum(float(size) * _SECONDS[unit] for size, unit in _PART.findall(text.lower()))
    return number(text)


def quantity(text: str) -> float | None:
    """A number, or a length of time in seconds: ``30m`` is half an hour, ``30M`` thirty million."""
    value = number(text)
    return value if value is not None or len(text) > _LONGEST or not _SPAN.fullmatch(text) else span(text)


def moment(text: str, now: float) -> tuple[float, float] | None:
    """From when to when (unix seconds, the end not included) in the local zone; None for what is no time.

    ``2026-11``, ``2026-11-01``, ``2026-11-01T12:30``, ``12:30:05`` (today), ``today``, ``yesterday``, ``-2h``.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    try:
        if text.startswith("-"):
            ago = span(text[1:]) if _SPAN.fullmatch(text[1:].lower()) else None
            return None if ago is None else (now - ago, now - ago)
        today = datetime.fromtimestamp(now).replace(hour=0, minute=0, second=0, microsecond=0)
        if text.casefold() in ("today", "yesterday"):
            day = today if text.casefold() == "today" else today - timedelta(days=1)
            return day.timestamp(), (day + timedelta(days=1)).timestamp()
        if found := _CLOCK.fullmatch(text):
            return _from_clock(today, found)
        if found := _DAY.fullmatch(text):
            year, month, of_month = int(found[1]), int(found[2]), found[3]
            if of_month:
                day = datetime(year, month, int(of_month))
                return day.timestamp(), (day + timedelta(days=1)).timestamp()
            after = datetime(year + month // 12, month % 12 + 1, 1)
            return datetime(year, month, 1).timestamp(), after.timestamp()
        if not _DAY.match(text) or ":" not in text:
            return None
        at = datetime.fromisoformat(text.upper()).timestamp()
        return at, at + (60.0 if text[10:18].count(":") == 1 else 1.0)  # of the clock, not of the zone
    except (ValueError, OverflowError, OSError):
        return None


def _from_clock(day: datetime, found: re.Match[str]) -> tuple[float, float]:
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    at = day.replace(hour=hour, minute=minute, second=second)
    return at.timestamp(), (at + timedelta(seconds=1 if found[3] else 60)).timestamp()
