"""Times that lines and fields say, as unix seconds."""

from __future__ import annotations

import re
from datetime import datetime, timezone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

STAMP = re.compile(
    r"(?P<date>[0-9]{4}[-/][0-9]{2}[-/][0-9]{2})[ T](?P<clock>[0-9]{2}:[0-9]{2}:[0-9]{2})(?:[.,](?P<part>[0-9]{1,9}))?"
    r"\s?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_EARLIEST, _LATEST = 631_152_000.0, 4_102_444_800.0
"""From 1990 to 2100: other numbers are no unix seconds."""
_WITHIN = 80


def time_in(line: str) -> float | None:
    """The time that a line of output begins with, in the zone of this machine unless it says its own; or None."""
    found = STAMP.search(line, 0, _WITHIN)
    return _seconds(found) if found is not None else None


def seconds_in(value: Any) -> float | None:
    """A time in a field: unix seconds, or milliseconds, or text; None for anything else."""
    if isinstance(value, str):
        found = STAMP.match(value.strip())
        if found is not None:
            return _seconds(found)
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    for scale in (1, 1000):
        if _EARLIEST * scale < value < _LATEST * scale:  # so of an integer of any length
            return float(value) / scale
    return None


def _seconds(found: re.Match[str]) -> float | None:
    text = found["date"].replace("/", "-") + "T" + found["clock"] + "." + (found["part"] or "0").ljust(6, "0")[:6]
    zone = found["zone"]
    try:
        when = datetime.fromisoformat(text)
        if zone:
            offset = "+00:00" if zone == "Z" else zone[:3] + ":" + zone[-2:]
            when = datetime.fromisoformat(text + offset).astimezone(timezone.utc)
        return when.timestamp()
    except (ValueError, OverflowError, OSError):
        return None
