"""Rows to ask queries of, and a slow reading of queries to compare with."""

from __future__ import annotations

import math
import re
from typing import Any

from runstore.query.fields import FIELDS
from runstore.query.tree import And, Compare, Find, Node, Not, Text
from runstore.query.values import number
from runstore.reading.row import RunRow
from runstore.reading.series_data import MetricStat
from runstore.reading.states import State

NOW = 1_800_000_000.0


def stat(last: float, low: float | None = None, high: float | None = None, first: float = 1.0) -> MetricStat:
    """A metric whose last value is ``last``."""
    return MetricStat(3, first, last, last if low is None else low, last if high is None else high, 10, NOW)


def run(name: str = "brave-fox-12", state: str = "running", **given: Any) -> RunRow:
    """A run that began an hour before `NOW`."""
    values: dict[str, Any] = {
        "key": f"/store/resnet-lr/{name}", "root": "/store", "id": f"resnet-lr_{name}", "experiment": "resnet-lr",
        "created": NOW - 3_660, "started": NOW - 3_600, "active": NOW - 60, "step": 1_500, "user": "ann",
        "host": "gpu1", "params": {}, "tags": {}, "metrics": {},
    }  # fmt: skip
    return RunRow(name=name, state=State(state, "●", "*", state, state.capitalize()), **{**values, **given})


def holds(node: Node, row: RunRow) -> bool:
    """What a query means, said as plainly as possible, for words, text fields and numbers."""
    if isinstance(node, Find):
        assert isinstance(node.value, Text)
        tags = [key if value is None else f"{key}={value}" for key, value in row.tags.items()]
        return _found(node.value, [row.name, row.experiment, row.state.text, row.id, *tags])
    if isinstance(node, Not):
        return not holds(node.node, row)
    if isinstance(node, Compare):
        return _compared(node, row)
    return (all if isinstance(node, And) else any)([holds(each, row) for each in node.nodes])


def _found(value: Text, texts: list[str]) -> bool:
    if value.is_glob:
        parts = re.split(r"([*?])", value.text.casefold())
        pattern = "".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in parts)
        return any(re.fullmatch(pattern, text.casefold(), re.S) for text in texts)
    return any(value.text.casefold() in text.casefold() for text in texts)


def _compared(node: Compare, row: RunRow) -> bool:
    assert isinstance(node.value, Text)
    name, sign, wanted = node.name.name, node.operator, node.value
    if node.name.space == "field":
        found = FIELDS[name].get(row)
        if found is None:
            return False
        if FIELDS[name].kind == "number":
            return _ordered(found, sign, number(wanted.text))
    else:
        tags = {key: "" if value is None else value for key, value in row.tags.items()}
        spaces = {"param": [row.params], "metric": [_last(row)], "any": [row.params, _last(row), tags]}
        having = [space for space in spaces[node.name.space] if name in space]
        if not having:
            return False
        found = having[0][name]
        known = number(found) if isinstance(found, str) else found
        if not wanted.quoted and number(wanted.text) is not None and known is not None:
            return _ordered(known, sign, number(wanted.text))
        if sign in ("<", "<=", ">", ">="):
            return (
                isinstance(found, str)
                and (wanted.quoted or number(wanted.text) is None)
                and _ordered(found.casefold(), sign, wanted.text.casefold())
            )
    text = str(found).casefold()
    if sign == ":" or wanted.is_glob:
        return _found(wanted, [text]) is not (sign == "!=")
    if isinstance(found, float) and math.isnan(found) and sign == "!=":
        return False
    return (text == wanted.text.casefold()) is (sign == "=")


def _last(row: RunRow) -> dict[str, Any]:
    return {name: each.last for name, each in row.metrics.items()}


def _ordered(found: Any, sign: str, wanted: Any) -> bool:
    if found != found:
        return False
    return bool({
        "<": lambda: found < wanted, "<=": lambda: found <= wanted, ">": lambda: found > wanted,
        ">=": lambda: found >= wanted, "=": lambda: found == wanted, ":": lambda: found == wanted,
        "!=": lambda: found != wanted,
    }[sign]())  # fmt: skip
