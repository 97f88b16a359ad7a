"""The runs of a view in its order; after a change only what it concerns is looked at again."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from time import monotonic
from typing import Any

from runs_tui.model.columns import LOOKED_AT, pick_metrics
from runs_tui.model.order import Order, order_of
from runs_tui.model.snapshot import Named
from runs_tui.model.states import LIVE
from runs_tui.model.view import View
from runstore.query import Query, QueryError, parse
from runstore.reading.row import RunRow

_RELATIVE = 10.0
"""Seconds after which a query that asks for ages is asked again of every run."""
_FEW = 0.05
"""The share of the runs up to which it pays to put each changed one in its place."""


class Arrangement:
    """Chosen and sorted rows."""

    def __init__(self, unseen: Collection[str]) -> None:
        """``unseen``: keys of the runs that ask for attention, kept up to date by the caller."""
        self.metrics: tuple[str, ...] = ()
        """The metrics to give columns to."""
        self.view = View()
        self.left_out: set[str] = set()
        """Keys of the hidden runs that would be in the view."""
        self.pinned: frozenset[Named] = frozenset()
        self.hidden: frozenset[Named] = frozenset()
        self._unseen = unseen
        self._query = parse("")
        self._order = Order(lambda row: row.key, False, False)
        self._keys: dict[str, Any] = {}
        """The sort key of each run of the view; no two are equal."""
        self._sorted: list[Any] = []
        """The sort keys from the least on, and the runs they belong to."""
        self._rows: list[RunRow] = []
        self._shown: tuple[RunRow, ...] | None = None
        self._made = 0.0

    @property
    def rows(self) -> tuple[RunRow, ...]:
        """The runs of the view in its order."""
        if self._shown is None:
            self._shown = tuple(self._rows[::-1] if self._order.reverse else self._rows)
        return self._shown

    @property
    def falls(self) -> bool:
        """Whether the values of the order fall from the first run to the last."""
        return self._order.falls

    @property
    def outdated(self) -> bool:
        """Whether time alone may have changed which runs the query means."""
        return self._query.relative and monotonic() - self._made > _RELATIVE

    def holds(self, key: str) -> bool:
        """Whether a run is in the view."""
        self._index()
        return key in self._keys

    def arrange(self, rows: Iterable[RunRow], view: View, pinned: frozenset[Named], hidden: frozenset[Named]) -> None:
        """Choose and sort anew: ``pinned`` runs first, without ``hidden`` ones."""
        self.view, self.pinned, self.hidden, self._made = view, pinned, hidden, monotonic()
        self._query = _parsed(view.words, self._query)
        self.left_out = set()
        chosen = self._choose(rows)
        self.metrics = pick_metrics(_telling(chosen))
        self._sort(chosen)

    def take(self, news: Mapping[str, RunRow | None], *, relisted: bool) -> None:
        """Take runs that are new, changed or (None) gone; ``relisted``: other columns may suit them better."""
        self._shown = None
        self.left_out -= news.keys()
        chosen = self._choose(row for row in news.values() if row is not None)
        if len(news) > len(self._rows) * _FEW:
            rows = [row for row in self._rows if row.key not in news] + chosen
            if relisted:
                self.metrics = pick_metrics(_telling(rows))
            self._sort(rows)
            return
        self._index()
        staying = {row.key for row in chosen}
        for key in news:
            if key not in staying and key in self._keys:
                self._drop(key)
        for row in chosen:
            self._put(row)
        if relisted:
            metrics = pick_metrics(_telling(self._rows))
            if metrics != self.metrics:
                self.metrics = metrics
                self._sort(self._rows)

    def _put(self, row: RunRow) -> None:
        """Put a run in its place, out of its old one."""
        key, before = self._key(row), self._keys.get(row.key)
        if key == before:
            self._rows[bisect_left(self._sorted, key)] = row
            return
        if before is not None:
            self._drop(row.key)
        place = bisect_left(self._sorted, key)
        self._sorted.insert(place, key)
        self._rows.insert(place, row)
        self._keys[row.key] = key

    def _drop(self, key: str) -> None:
        place = bisect_left(self._sorted, self._keys.pop(key))
        del self._sorted[place], self._rows[place]

    def _index(self) -> None:
        """Make what finds the places of single runs: not needed before one changes."""
        if len(self._sorted) != len(self._rows):
            self._sorted = list(map(self._key, self._rows))
            self._keys = {key[-1]: key for key in self._sorted}

    def _choose(self, rows: Iterable[RunRow]) -> list[RunRow]:
        """Those of the view."""
        view = self.view
        rows = [row for row in rows if row.archived == view.archived]
        if view.experiment is not None:
            rows = [row for row in rows if row.experiment == view.experiment]
        if not self._query.is_empty:
            rows = list(filter(self._query.matches, rows))
        if self.hidden:
            hidden = {row.key for row in rows if (row.root, row.id) in self.hidden}
            self.left_out |= hidden
            if not view.hidden:
                rows = [row for row in rows if row.key not in hidden]
        return rows

    def _sort(self, rows: Iterable[RunRow]) -> None:
        view = self.view
        rows = sorted(rows, key=attrgetter("key"))
        self._order = order_of(rows, view.sort, self.metrics, self._unseen, reverse=view.reverse)
        rows.sort(key=self._order.key)
        if self.pinned:
            rows.sort(key=self._pinned_last)
        self._rows = rows
        self._sorted, self._keys = [], {}
        self._shown = None

    def _key(self, row: RunRow) -> Any:
        """The sort key: no two runs are at the same place."""
        return self._pinned_last(row), self._order.key(row), row.key

    def _pinned_last(self, row: RunRow) -> bool:
        """What puts pinned runs first on the screen."""
        return bool(self.pinned) and ((row.root, row.id) in self.pinned) == self._order.reverse


def _telling(rows: Sequence[RunRow]) -> Sequence[RunRow]:
    """The rows that tell which columns are of use: live ones, then the newest."""
    if len(rows) <= LOOKED_AT:
        return rows
    live = [row for row in rows if row.state.word in LIVE][:LOOKED_AT]
    return (live + sorted(rows, key=lambda row: -(row.created or 0.0)))[:LOOKED_AT]


def _parsed(words: str, before: Query) -> Query:
    """The query, or the last one that could be read while a wrong one is typed."""
    try:
        return parse(words)
    except QueryError:
        return before
