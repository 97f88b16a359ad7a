"""The order of runs in a list. Runs without the value come last, whichever way it goes."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from runs_tui.model.fields import Field, field
from runs_tui.model.states import ALARMS, LIVE, WAITING
from runs_tui.model.view import SORTS
from runstore.reading.row import RunRow
from runstore.series import natural_key

_PLACES = {"metric": 0, "metric 2": 1}
_GOAL_LOOKED_AT = 100
_FIRST, _LAST = SORTS[:3], SORTS[-1:]
"""Orders that there are whatever the columns."""


def orders(shown: Sequence[str], metrics: Sequence[str]) -> list[str]:
    """The orders that `s` goes through: of the columns ``shown``, and those that are always there.

    ``metrics`` are those that were chosen for the table; without any, columns that a person chose are themselves.
    """
    places = {f"last:{metrics[place]}": name for name, place in _PLACES.items() if place < len(metrics)}
    return list(dict.fromkeys((*_FIRST, *(places.get(order, order) for order in shown), *_LAST)))


def order_title(sort: str, metrics: Sequence[str]) -> str:
    """What an order is called: as its metric, parameter or tag; else by its own name."""
    by = field(sorted_by(sort, metrics))
    return by.title if by is not None and by.name else sort


def sorted_by(sort: str, metrics: Sequence[str]) -> str:
    """``sort`` as the order of a field: what ``metric`` and ``metric 2`` are among these metrics of the table."""
    place = _PLACES.get(sort)
    if place is None:
        return sort
    return f"last:{metrics[place]}" if place < len(metrics) else ""


class Order(NamedTuple):
    """How to sort: ``sorted(rows, key=key, reverse=reverse)``. ``falls``: whether the values fall from the first on."""

    key: Callable[[RunRow], Any]
    reverse: bool
    falls: bool


def order_of(
    rows: Sequence[RunRow], sort: str, metrics: Sequence[str], unseen: Collection[str], *, reverse: bool
) -> Order:
    """The order for ``rows`` and what becomes of them; ``unseen`` may change with them.

    ``sort``: ``attention``, ``newest``, ``name``, ``metric``, ``metric 2``, or the order of a field; what does not
    exist is ``attention``. The natural direction, which ``reverse`` turns round, puts first what people look for: the
    newest, the longest, the best.
    """
    if sort == "newest":
        return Order(_created, not reverse, not reverse)
    if sort == "name":
        return Order(lambda row: (_name_key(row.name), -_created(row)), reverse, reverse)
    if sort == "state":
        return Order(_state, reverse, reverse)
    by = field(sorted_by(sort, metrics))
    if by is None:
        return Order(lambda row: _attention(row, unseen), reverse, reverse)
    falls = _falls(by, rows) != reverse
    return Order(_key(by, falls, reverse), falls, falls)


def _falls(by: Field, rows: Sequence[RunRow]) -> bool:
    """The direction that a run gave to the metric; else the one that its name suggests."""
    if by.name and by.kind not in ("parameter", "tag"):
        said = (row.goals[by.name] for row in rows[:_GOAL_LOOKED_AT] if by.name in row.goals)
        goal = next(said, None)
        if goal is not None:
            return goal == "max"
    return by.falls


def _created(row: RunRow) -> float:
    return row.created or 0.0


def _state(row: RunRow) -> tuple[bool, str, float]:
    return row.state.word not in ALARMS, row.state.word, -_created(row)


def _attention(row: RunRow, unseen: Collection[str]) -> tuple[int, float]:
    word = row.state.word
    rank = 0 if row.key in unseen else 1 if word in LIVE else 2 if word in WAITING else 3
    return rank, -_created(row)


def _key(by: Field, falls: bool, reverse: bool) -> Callable[[RunRow], Any]:
    """A sort key to be used with ``reverse=falls``: numbers, then texts, then nothing.

    Equal ones have the newest first, with ``reverse`` the oldest.
    """
    value, loose = by.value, by.kind in ("parameter", "tag")
    numbers, texts, nothing = (2, 1, 0) if falls else (0, 1, 2)
    sign = 1.0 if falls != reverse else -1.0

    def key(row: RunRow) -> Any:
        found, tie = value(row), sign * (row.created or 0.0)
        if found is None or found != found:
            return nothing, 0.0, tie
        if not isinstance(found, str):
            return numbers, found, tie
        number = _number(found) if loose else None
        return (numbers, number, tie) if number is not None else (texts, _name_key(found), tie)

    return key


@lru_cache(131_072)
def _name_key(name: str) -> Any:
    """`natural_key`, which costs more than all else of an order."""
    return natural_key(name)


@lru_cache(65_536)
def _number(text: str) -> float | None:
    """The number that is written as text: what a tag of Azure ML says is always text."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
