"""The runs of a view in its order; after a change only what it concerns is looked at again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from math import inf
from time import monotonic
from typing import TYPE_CHECKING

from runs_tui.model.columns import LOOKED_AT, pick_metrics
from runs_tui.model.order import order_of
from runs_tui.model.ranking import Move, Ranking, newest_first
from runs_tui.model.snapshot import Named
from runs_tui.model.states import LIVE
from runs_tui.model.view import View
from runstore.reading.row import RunRow

if TYPE_CHECKING:
    from runstore.query import Query

_SOONEST, _LATEST = 10.0, 60.0
"""Seconds after which a query that asks for ages is asked again of every run: the sooner, the less time that takes."""
_RESTS = 500.0
"""So many times as long as it takes lie between, within these limits."""
_FEW, _SHARE = 32, 0.05
"""How many runs, or which share of them, it pays to put in their places one by one."""


class Arrangement:
    """Chosen and sorted rows."""

    def __init__(self, rows: Mapping[str, RunRow], unseen: Collection[str]) -> None:
        """``rows``: all runs by key, ``unseen``: the keys of those that ask for attention; the caller keeps both."""
        self.metrics: tuple[str, ...] = ()
        """The metrics to give columns to."""
        self.view = View()
        self.left_out: set[str] = set()
        """Keys of the hidden runs that would be in the view."""
        self.pinned: frozenset[Named] = frozenset()
        self.hidden: frozenset[Named] = frozenset()
        self.choices = self.sorts = 0
        """How many times the runs of the view were chosen anew, and sorted anew."""
        self.moves: Sequence[Move] = ()
        """What the last changes did to the list, if it was not made anew."""
        self._rows = rows
        self._unseen = unseen
        self._asking: frozenset[str] = frozenset()
        self._query: Query | None = None
        """None: all runs."""
        newest = order_of((), "newest", (), ())
        self._all = Ranking(newest)
        self._held: set[str] = set()
        self._order, self._list = newest, Ranking(newest)
        self._shown: tuple[RunRow, ...] | None = None
        self._asked_at, self._rest = 0.0, _SOONEST

    @property
    def ranking(self) -> Ranking:
        """The runs of the view in the natural direction of its order."""
        return self._list

    @property
    def rows(self) -> tuple[RunRow, ...]:
        """The runs of the view in its order."""
        if self._shown is None:
            self._shown = self._list.shown(reverse=self.view.reverse)
        return self._shown

    @property
    def falls(self) -> bool:
        """Whether the values of the order fall from the first run to the last."""
        return self._order.falls != self.view.reverse

    @property
    def outdated_at(self) -> float:
        """When the query is to be asked again, by `monotonic`; infinite unless the answer depends on the time."""
        return self._asked_at + self._rest if self._query is not None and self._query.relative else inf

    @property
    def came_or_went(self) -> bool:
        """Whether the last changes brought runs into the view, or took some out."""
        return any(move.before is None or move.after is None for move in self.moves)

    def holds(self, key: str) -> bool:
        """Whether a run is in the view."""
        return key in self._held

    def take(self, news: Mapping[str, RunRow | None], *, relisted: bool) -> bool:
        """Take runs that are new, changed or gone: ``news`` has them as they were before, None for a new one.

        ``relisted``: other columns may suit them better. Whether the list follows; it does not where so many are
        different that they are to be chosen anew.
        """
        self.moves = ()
        if not news:
            return True
        if len(news) > max(_FEW, len(self._all.rows) * _SHARE):
            self._all.rows = newest_first(self._rows.values())
            return False
        for key, before in news.items():
            self._all.move(before, self._rows.get(key))
        self._shown = None
        self.left_out.difference_update(news)
        chosen = self._choose(row for key in news if (row := self._rows.get(key)) is not None)
        staying = {row.key: row for row in chosen}
        self.moves = [
            self._list.move(before if key in self._held else None, staying.get(key))
            for key, before in news.items()
            if key in self._held or key in staying
        ]
        self._held.difference_update(news)
        self._held.update(staying)
        if relisted or self.came_or_went:
            metrics = self._pick()
            if metrics != self.metrics or (self._order.urgent and self._asking_otherwise(news)):
                self.metrics = metrics
                self._sort()
        return True

    def outdated(self) -> bool:
        """Whether the query, asked again if it is time to, means other runs by now, which are to be chosen anew."""
        begun = monotonic()
        if begun < self.outdated_at:
            return False
        self._asked_at = begun
        self._query = _parsed(self.view.words, self._query)
        left_out, self.left_out = self.left_out, set()
        held = {row.key for row in self._choose(self._all.rows)}
        self._rest = min(max(_SOONEST, (monotonic() - begun) * _RESTS), _LATEST)
        return held != self._held or left_out != self.left_out

    def choose(self, view: View, pinned: frozenset[Named], hidden: frozenset[Named]) -> None:
        """Choose and sort anew: ``pinned`` runs first, without ``hidden`` ones."""
        self.view, self.pinned, self.hidden, self._asked_at = view, pinned, hidden, monotonic()
        self._query = _parsed(view.words, self._query)
        self.left_out = set()
        self.choices += 1
        self._held = {row.key for row in self._choose(self._all.rows)}
        self.metrics = self._pick()
        self._sort()

    def sort(self, view: View) -> None:
        """The same runs in the order of another view."""
        same, self.view = view.sort == self.view.sort, view
        self._shown = None
        if not same:
            self._sort()

    def _sort(self) -> None:
        rows = self._newest_first()
        self._asking = frozenset(self._unseen)
        self._order = order_of(rows, self.view.sort, self.metrics, self._asking)
        self._list = Ranking(self._order, self.pinned)
        self._list.sort(rows)
        self.sorts += 1
        self._shown = None

    def _asking_otherwise(self, keys: Iterable[str]) -> bool:
        return any((key in self._unseen) != (key in self._asking) for key in keys)

    def _newest_first(self) -> list[RunRow]:
        """The runs of the view."""
        rows, held = self._all.rows, self._held
        return rows if len(held) == len(rows) else [row for row in rows if row.key in held]

    def _choose(self, rows: Iterable[RunRow]) -> list[RunRow]:
        """Those of the view."""
        view = self.view
        rows = [row for row in rows if row.archived == view.archived]
        if view.experiment is not None:
            rows = [row for row in rows if row.experiment == view.experiment]
        if self._query is not None:
            rows = list(filter(self._query.matches, rows))
        if self.hidden:
            hidden = {row.key for row in rows if (row.root, row.id) in self.hidden}
            self.left_out |= hidden
            if not view.hidden:
                rows = [row for row in rows if row.key not in hidden]
        return rows

    def _pick(self) -> tuple[str, ...]:
        """The metrics of live runs, then of the newest."""
        rows = self._newest_first()
        if len(rows) <= LOOKED_AT:
            return pick_metrics(rows)
        live = islice((row for row in rows if row.state.word in LIVE), LOOKED_AT)
        return pick_metrics([*live, *rows[:LOOKED_AT]][:LOOKED_AT])


def _parsed(words: str, before: Query | None) -> Query | None:
    """The query, or the last one that could be read while a wrong one is typed; None for all runs."""
    if not words.strip():
        return None
    from runstore.query import QueryError, parse

    try:
        return parse(words)
    except QueryError:
        return before
