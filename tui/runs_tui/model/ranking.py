"""Runs in an order: a run that changes is put in its place, and to turn the order round nothing is sorted."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from itertools import chain, pairwise
from operator import attrgetter
from typing import Any, NamedTuple

from runs_tui.model.order import Order
from runs_tui.model.snapshot import Named
from runstore.reading.row import RunRow

Rank = tuple[Any, ...]
"""The place of a run in an order: less than those of the runs after it, equal to that of no other run."""


class Move(NamedTuple):
    """What a change does to a list: a run leaves a place, takes one, or both."""

    before: RunRow | None
    """As it was; None where it was not in the list. ``was`` is its place then."""
    was: Rank | None
    after: RunRow | None
    """As it is; None where it is not in the list any more. ``rank`` is its place now."""
    rank: Rank | None


def newest_first(rows: Iterable[RunRow]) -> list[RunRow]:
    """The order in which all others leave equal runs."""
    ordered = sorted(rows, key=attrgetter("key"))
    ordered.sort(key=_age)
    return ordered


class Ranking:
    """Runs in the natural direction of an order, those of ``pinned`` before the others."""

    __slots__ = ("_order", "_pinned", "_places", "rows")

    def __init__(self, order: Order, pinned: Collection[Named] = (), rows: Iterable[RunRow] = ()) -> None:
        """``rows`` come in this order already."""
        self._order = order
        self._pinned = pinned
        self.rows = list(rows)
        self._places: dict[str, int] = {}
        """Where runs stood that have changed: most will again, and stay there."""

    def sort(self, rows: Sequence[RunRow]) -> None:
        """Take these instead, which come newest first."""
        self.rows, self._places = [], {}
        if self._pinned:
            pinned = [row for row in rows if (row.root, row.id) in self._pinned]
            self._append(pinned)
            rows = [row for row in rows if (row.root, row.id) not in self._pinned] if pinned else rows
        self._append(rows)

    def _append(self, rows: Sequence[RunRow]) -> None:
        found: dict[int, tuple[list[RunRow], list[Any]]] = {}
        present = None
        for row, (section, value) in zip(rows, map(self._order.place, rows), strict=True):
            if section != present:
                present = section
                having, values = found.setdefault(section, ([], []))
            having.append(row)
            values.append(value)
        for section in sorted(found):  # values of one kind are compared several times faster
            having, values = found[section]
            self.rows += [having[place] for place in sorted(range(len(having)), key=values.__getitem__)]

    def like(self, rows: Iterable[RunRow]) -> Ranking:
        """Some of these runs, which come in this order."""
        return Ranking(self._order, self._pinned, rows)

    def rank(self, row: RunRow) -> Rank:
        """The place of a run, whether it is there or not."""
        after_pinned = not self._pinned or (row.root, row.id) not in self._pinned
        return (after_pinned, *self._order.place(row), -(row.created or 0.0), row.key)

    def move(self, before: RunRow | None, after: RunRow | None) -> Move:
        """Let a run leave its place for another."""
        was = self.rank(before) if before is not None else None
        move = Move(before, was, after, self.rank(after) if after is not None else None)
        self.follow(move)
        return move

    def follow(self, move: Move) -> None:
        """Do what was done to another list of this order."""
        before, was, after, rank = move
        if before is not None and was is not None:
            place = self._place(was, before.key, before)
            if after is not None and was == rank:
                self.rows[place] = after
                self._places[after.key] = place
                return
            del self.rows[place]
        if after is not None and rank is not None:
            place = self._places[after.key] = self._place(rank, after.key)
            self.rows.insert(place, after)

    def _place(self, rank: Rank, key: str, row: RunRow | None = None) -> int:
        """Where the row of this rank is, or belongs: looked for near the place where its run stood last."""
        rows, near, reach = self.rows, self._places.get(key), 4
        if near is None:
            return bisect_left(rows, rank, key=self.rank)
        if near < len(rows) and rows[near] is row:
            return near
        near = min(near, len(rows))
        while True:
            low, high = max(near - reach, 0), min(near + reach, len(rows))
            if (not low or self.rank(rows[low - 1]) < rank) and (high == len(rows) or self.rank(rows[high]) >= rank):
                return bisect_left(rows, rank, low, high, key=self.rank)
            reach *= 8

    def shown(self, *, reverse: bool) -> tuple[RunRow, ...]:
        """The runs as the list has them, from the first line on."""
        if not reverse:
            return tuple(self.rows)
        ends = self._ends()
        if len(ends) == 1:
            return tuple(reversed(self.rows))
        parts = (self.rows[start:stop] for start, stop in pairwise((0, *ends)))
        return tuple(chain.from_iterable(map(reversed, parts)))

    def _ends(self) -> list[int]:
        """Where the stretches end that the reverse order turns round, each in itself."""
        ends: list[int] = []
        stop, depth = 0, 1 if self._order.whole else 2
        while stop < len(self.rows):
            stretch = self.rank(self.rows[stop])[:depth]
            stop = bisect_right(self.rows, stretch, stop, key=lambda row: self.rank(row)[:depth])
            ends.append(stop)
        return ends


def _age(row: RunRow) -> float:
    return -(row.created or 0.0)
