"""Values of parameters, metrics and tags, which may be of any kind, and how they compare."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

from runstore.query.fields import STATISTICS
from runstore.query.tree import Name
from runstore.query.values import number
from runstore.series.names import guess_goal

Test = Callable[[Any], bool]
"""Whether a value is one that is meant."""

MISSING: Final = object()
"""In place of the value that a run does not have."""

ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
NUMBERS: dict[str, Callable[[Any, Any], bool]] = {
    **ORDERS,
    ":": operator.eq,
    "=": operator.eq,
    "!=": lambda value, wanted: value == value and value != wanted,  # NaN is no number that could differ
}


def value_of(name: Name) -> Callable[[Any], Any]:
    """The value in a row, or `MISSING`. Without a prefix: the parameter, else the metric, else the tag."""
    own = name.name
    if name.space == "param":
        return lambda row: row.params.get(own, MISSING)
    if name.space == "tag":
        return lambda row: _tag(row, own)
    metric = _metric(own)
    if name.space == "metric":
        return metric

    def first(row: Any) -> Any:
        value = row.params.get(own, MISSING)
        if value is MISSING:
            value = metric(row)
        return _tag(row, own) if value is MISSING else value

    return first


def _tag(row: Any, key: str) -> Any:
    """The value of a tag: an empty text for a bare mark."""
    value = row.tags.get(key, MISSING)
    return "" if value is None else value


def written(key: str, value: Any) -> str:
    """A tag as it is searched: ``key=value``, or the key of a bare mark."""
    return key if value is None else f"{key}={value}"


def _metric(name: str) -> Callable[[Any], Any]:
    """The last value of the metric ``name``, or with ``.min`` and so on another; a metric of just that name wins."""
    base, _, statistic = name.rpartition(".")
    if not base or statistic not in STATISTICS:
        return lambda row: MISSING if (stat := row.metrics.get(name)) is None else stat.last
    goal = guess_goal(base)

    def value(row: Any) -> Any:
        if (stat := row.metrics.get(name)) is not None:
            return stat.last
        if (stat := row.metrics.get(base)) is None:
            return MISSING
        which = statistic
        if which == "best":
            which = row.goals.get(base, goal)
            if which not in ("min", "max"):
                return MISSING
        return getattr(stat, which)

    return value


def text_of(value: Any) -> str:
    """A value as it is searched: ``true``, ``none``, ``nan``, ``0.001``; lists and the like as Python writes them."""
    return str(value).casefold()


def compare_quantity(sign: str, wanted: float, text: str) -> Test:
    """Compare with a number: numbers, and texts that are numbers. Other values can only be or hold ``text``."""
    compare, otherwise = NUMBERS[sign], compare_text(sign, text)

    def test(value: Any) -> bool:
        if type(value) is float:  # the usual case
            return compare(value, wanted)
        known = number(value) if isinstance(value, str) else value
        if isinstance(known, (int, float)):
            return compare(known, wanted)
        return sign not in ORDERS and otherwise(value)

    return test


def compare_text(sign: str, wanted: str) -> Test:
    """Compare with a text, whatever the case; only texts are before or after one another."""
    wanted = wanted.casefold()
    if sign in ORDERS:
        compare = ORDERS[sign]
        return lambda value: isinstance(value, str) and compare(value.casefold(), wanted)
    if sign == ":":
        return lambda value: wanted in text_of(value)
    if sign == "=":
        return lambda value: text_of(value) == wanted
    # NaN is no value that could differ.
    return lambda value: value == value and text_of(value) != wanted
