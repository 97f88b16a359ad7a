"""All runs of all roots, kept up to date, counted, and arranged for a view. Used by one thread only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from runs_tui.model.columns import pick_metrics, pick_params
from runs_tui.model.family import family_of
from runs_tui.model.seen import Seen
from runs_tui.model.snapshot import ExperimentCount, Snapshot
from runs_tui.model.states import ALARMS, LIVE, WAITING
from runs_tui.model.view import View
from runstore.query import matcher
from runstore.reading.row import RunRow


class Roster:
    """Rows by key; each part of a snapshot is made again only when something it depends on has changed."""

    def __init__(self, roots: Iterable[str]) -> None:
        self.problem = ""
        self._rows: dict[str, dict[str, RunRow]] = {root: {} for root in roots}
        self._seen = {root: Seen(root) for root in self._rows}
        self._read: set[str] = set()
        self._unseen: frozenset[str] = frozenset()
        self._list_changed = True
        self._last = Snapshot()

    def row(self, key: str) -> RunRow | None:
        """The run with this key."""
        return next((rows[key] for rows in self._rows.values() if key in rows), None)

    def root_of(self, key: str) -> str | None:
        """The root in which this run lies."""
        return next((root for root, rows in self._rows.items() if key in rows), None)

    def family(self, row: RunRow) -> tuple[RunRow, ...]:
        """All runs below this one, oldest first."""
        return family_of(row, self._rows[row.root].values()) if row.children else ()

    def parent(self, row: RunRow) -> RunRow | None:
        """The run that this one is a child of."""
        if not row.parent:
            return None
        rows = self._rows[row.root].values()
        return next((each for each in rows if each.id == row.parent and each.experiment == row.experiment), None)

    def update(self, root: str, rows: Iterable[RunRow]) -> set[str]:
        """Take the present rows of a root; the keys of those that are new or changed."""
        before = self._rows[root]
        after = {row.key: row for row in rows}
        self._rows[root] = after
        self._read.add(root)
        changed = {key for key, row in after.items() if before.get(key) is not row}
        self._list_changed = (
            self._list_changed
            or len(before) != len(after)
            or any(_standing(before.get(key)) != _standing(after[key]) for key in changed)
        )
        return changed

    def looked_at(self, key: str) -> None:
        """The user has opened this run."""
        row = self.row(key)
        if row is not None and self._seen[row.root].open(row):
            self._list_changed = True

    def snapshot(self, view: View) -> Snapshot:
        """The present state for a view."""
        last, fresh = self._last, self._list_changed or view.archived != self._last.view.archived
        every = [row for root in self._rows.values() for row in root.values()]
        rows = [row for row in every if row.archived == view.archived]
        if fresh:
            self._unseen = frozenset(row.key for row in rows if not row.archived and self._seen[row.root].asks(row))
        arranged = fresh or view != last.view
        shown = self._select(rows, view) if arranged or view.words else self._newest(last.rows)
        if arranged or view.words or view.sort not in ("attention", "newest", "name"):
            metrics = pick_metrics(shown) if arranged else last.metrics
            shown = sorted(shown, key=order(view.sort, metrics, self._unseen, view.reverse), reverse=view.reverse)
        else:
            metrics = last.metrics
        if not metrics or (arranged and last.loading):
            metrics = pick_metrics(shown)
        self._last = Snapshot(
            rows=tuple(shown),
            total=len(rows),
            archived=len(every) - len(rows) if not view.archived else len(rows),
            counts=Counter(row.state.word for row in rows) if fresh else last.counts,
            experiments=self._experiments(rows) if fresh else last.experiments,
            metrics=metrics,
            params=pick_params(shown) if arranged else last.params,
            unseen=self._unseen,
            view=view,
            loading=len(self._read) < len(self._rows),
            problem=self.problem,
        )
        self._list_changed = False
        return self._last

    def _select(self, rows: Iterable[RunRow], view: View) -> list[RunRow]:
        matches = matcher(view.words)
        return [row for row in rows if view.experiment in (None, row.experiment) and matches(row)]

    def _newest(self, rows: Iterable[RunRow]) -> list[RunRow]:
        """The same runs in the same order, as they are now."""
        return [self._rows[row.root][row.key] for row in rows if row.key in self._rows[row.root]]

    def _experiments(self, rows: Iterable[RunRow]) -> tuple[ExperimentCount, ...]:
        runs: Counter[str] = Counter()
        live: Counter[str] = Counter()
        alarms: Counter[str] = Counter()
        newest: dict[str, float] = {}
        for row in rows:
            name = row.experiment
            runs[name] += 1
            live[name] += row.state.word in LIVE
            alarms[name] += row.key in self._unseen
            newest[name] = max(newest.get(name, 0.0), row.created or 0.0)
        names = sorted(runs, key=lambda name: (not live[name], -newest[name], name))
        return tuple(ExperimentCount(name, runs[name], live[name], alarms[name]) for name in names)


def _standing(row: RunRow | None) -> tuple[object, ...]:
    """What the counts, the columns and the default order depend on."""
    if row is None:
        return ()
    return row.state.word, row.experiment, row.name, len(row.metrics), len(row.params), row.tags, row.archived


def order(sort: str, metrics: tuple[str, ...], unseen: frozenset[str], reverse: bool) -> Callable[[RunRow], Any]:
    """A sort key for rows, to be used with ``reverse``; runs without the value come last either way."""

    def newest(row: RunRow) -> float:
        return -(row.created or 0.0)

    def attention(row: RunRow) -> tuple[int, float]:
        word = row.state.word
        rank = 0 if row.key in unseen else 1 if word in LIVE else 2 if word in WAITING else 3
        return rank, newest(row)

    def number(value: float | None, row: RunRow) -> tuple[bool, float, float]:
        missing = value is None or value != value
        return missing != reverse, 0.0 if value is None or missing else value, newest(row)

    def metric(index: int) -> Callable[[RunRow], Any]:
        name = metrics[index] if index < len(metrics) else ""
        return lambda row: number(stat.last if (stat := row.metrics.get(name)) else None, row)

    def longest(value: float | None) -> float | None:
        return None if value is None else -value

    keys: dict[str, Callable[[RunRow], Any]] = {
        "newest": newest,
        "name": lambda row: (row.name.casefold(), newest(row)),
        "state": lambda row: (row.state.word not in ALARMS, row.state.word, newest(row)),
        "step": lambda row: number(longest(row.step), row),
        "metric": metric(0),
        "metric 2": metric(1),
        "duration": lambda row: number(longest(duration_of(row)), row),
    }
    return keys.get(sort, attention)


def duration_of(row: RunRow) -> float | None:
    """Seconds from start to end, or to the last activity while it lives."""
    end = row.ended or row.active
    return max(end - row.started, 0.0) if row.started and end else None
