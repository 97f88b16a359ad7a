"""Numbers out of files that anybody may have written."""

from __future__ import annotations

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
