"""Values as the SDK writes them: JSON, with NaN and infinities besides."""

from __future__ import annotations

import json
import math
from typing import Any

_NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def decode(value: bytes) -> Any:
    """The value; raises ValueError for what is none."""
    try:
        return json.loads(value)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def number_in(value: Any) -> float | None:
    """The number that a decoded value is: true and false are 1 and 0, and NaN may be written as a text."""
    if isinstance(value, (int, float)):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    return _NOT_FINITE.get(value) if isinstance(value, str) else None


def flattened(value: Any, name: str = "") -> dict[str, Any]:
    """The leaves of an object under dotted names; of what is no object itself under ``name``."""
    if not isinstance(value, dict) or not value:
        return {name: value}
    found: dict[str, Any] = {}
    for key, each in value.items():
        found.update(flattened(each, f"{name}.{key}" if name else str(key)))
    return found
