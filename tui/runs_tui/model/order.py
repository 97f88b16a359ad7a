"""The orders of a list of runs. Runs without the value come last, whichever way it goes."""

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
    """How runs are sorted.

    ``place``: the section of a run and its value there, from which alone they follow. Sections are shown from the
    least number on, in each the least value first, of equal ones the newest run. ``whole``: whether the reverse order
    turns all that round; else only what is in each section, so that runs without the value stay last. ``falls``:
    whether the values that people see fall from the first run to the last; in the reverse order it is the opposite.
    """

    place: Callable[[RunRow], tuple[int, Any]]
    whole: bool
    falls: bool
    urgent: bool = False


def order_of(rows: Sequence[RunRow], sort: str, metrics: Sequence[str], unseen: Collection[str]) -> Order:
    """The order for ``rows`` (newest first) and what becomes of them, in its natural direction.

    That puts first what people look for: the newest, the longest, the best. ``sort``: ``attention``, ``newest``,
    ``name``, ``metric``, ``metric 2``, or the order of a field; what does not exist is ``attention``, for which
    ``unseen`` has the keys of the runs that ask for it.
    """
    if sort == "newest":
        return Order(lambda row: (0, 0), whole=True, falls=True)
    if sort == "name":
        return Order(lambda row: (0, _text_key(row.name)), whole=True, falls=False)
    if sort == "state":
        return Order(lambda row: (row.state.word not in ALARMS, row.state.word), whole=True, falls=False)
    by = field(sorted_by(sort, metrics))
    if by is None:
        return Order(_placing_by_attention(unseen), whole=True, falls=False, urgent=True)
    falls = _falls(by, rows)
    return Order(_placing(by, falls), whole=False, falls=falls)


def _falls(by: Field, rows: Sequence[RunRow]) -> bool:
    """The direction that a run gave to the metric; else the one that its name suggests."""
    if by.name and by.kind not in ("parameter", "tag"):
        said = (row.goals[by.name] for row in rows[:_GOAL_LOOKED_AT] if by.name in row.goals)
        goal = next(said, None)
        if goal is not None:
            return goal == "max"
    return by.falls


def _placing_by_attention(unseen: Collection[str]) -> Callable[[RunRow], tuple[int, Any]]:
    def place(row: RunRow) -> tuple[int, Any]:
        word = row.state.word
        return 0 if row.key in unseen else 1 if word in LIVE else 2 if word in WAITING else 3, 0

    return place


def _placing(by: Field, falls: bool) -> Callable[[RunRow], tuple[int, Any]]:
    """Numbers, then texts, then nothing."""
    value, loose = by.value, by.kind in ("parameter", "tag")

    def place(row: RunRow) -> tuple[int, Any]:
        found = value(row)
        if found is None or found != found:
            return 2, 0
        if isinstance(found, str):
            number = _number(found) if loose else None
            if number is None:
                return 1, _text_key(found)
            found = number
        return 0, -found if falls else found

    return place


@lru_cache(131_072)
def _text_key(text: str) -> str:
    """What a text is sorted by: to make it costs more than all else of an order."""
    return natural_key(text)[0]


@lru_cache(65_536)
def _number(text: str) -> float | None:
    """The number that is written as text: what a tag of Azure ML says is always text."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
