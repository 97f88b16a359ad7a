"""Unix times as dates."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Any


def date_of(seconds: Any) -> datetime.datetime | None:
    """The date of a unix time, in UTC; None for what is no time, or lies in no year from 1 to 9999."""
    import datetime  # only here: few runs are asked for a date

    if type(seconds) not in (int, float):
        return None
    try:
        return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    except (ValueError, OverflowError, OSError):
        return None
