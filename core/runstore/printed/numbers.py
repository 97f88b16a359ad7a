"""How a number is written in a line of output."""

from __future__ import annotations

import re

_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,5}(?![0-9])|[0-9]{1,40})(?:\.[0-9]{0,40})?(?:[eE][-+]?[0-9]{1,4})?"
NUMBER = r"[-+]?(?:" + _DIGITS + r"|\.[0-9]{1,40}(?:[eE][-+]?[0-9]{1,4})?|(?:nan|NaN|NAN|inf|Inf|INF|[iI]nfinity)\b)"
"""Also with commas between thousands, ``nan`` and ``inf``."""
VALUE = (
    r"(?:(?P<open>tensor\(|np\.float[0-9]+\(|array\(|\[|\(|['\"])\s*)?(?P<number>" + NUMBER + r")"
    r"(?P<unit>\s?%|ms|s|sec|secs)?"
    r"(?=$|[\s,;|)\]}'\"]|\.(?:\s|$)|[:!](?:\s|$))"
)
"""A number that stands for itself: none with a unit of its own (``2345M``), a version, a clock, a fraction, a path."""
PLAIN = re.compile(NUMBER)


def number_of(text: str) -> float:
    """The value of what `NUMBER` has found."""
    return float(text.replace(",", ""))


def number_in(text: str) -> float | None:
    """The value of a text that is a number and nothing else, or None."""
    text = text.strip()
    return number_of(text) if len(text) < 64 and PLAIN.fullmatch(text) else None
