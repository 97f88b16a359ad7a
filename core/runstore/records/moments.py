"""Unix times out of files that anybody may have written."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any


def seconds_of(value: Any) -> float | None:
    """A time in unix seconds as a finite float; None for anything that is none."""
    if type(value) not in (int, float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if number - number == 0 else None


def date_of(seconds: Any) -> datetime.datetime | None:
    """The date of a unix time, in UTC; None for what is no time, or lies in no year from 1 to 9999."""
    import datetime  # only here: few runs are asked for a date

    if type(seconds) not in (int, float):
        return None
    try:
        return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    except (ValueError, OverflowError, OSError):
        return None
