"""All runs of all roots, kept up to date, counted, and arranged for a view. Used by one thread only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from runs_tui.model.arrangement import Arrangement
from runs_tui.model.bells import Bells
from runs_tui.model.best import Best, best_run
from runs_tui.model.choices import Choices
from runs_tui.model.columns import pick_params
from runs_tui.model.family import family_of
from runs_tui.model.grouping import Grouping
from runs_tui.model.groups import metrics_of
from runs_tui.model.seen import Seen
from runs_tui.model.snapshot import ExperimentCount, Snapshot
from runs_tui.model.tally import Tally
from runs_tui.model.view import View
from runstore.reading.row import RunRow

if TYPE_CHECKING:
    from runstore.query import Names


class Roster:
    """Rows by key; a change costs what it touches, not what there is."""

    def __init__(self, roots: Iterable[str]) -> None:
        self.problem = ""
        self.bells = Bells()
        self.rung: list[str] = []
        """What rang since the caller last emptied it."""
        self._roots = tuple(dict.fromkeys(roots))
        self._rows: dict[str, RunRow] = {}
        self._seen = {root: Seen(root) for root in self._roots}
        self._choices = {root: Choices(root) for root in self._roots}
        self._read: set[str] = set()
        self._unseen: set[str] = set()
        self._tallies = {False: Tally(), True: Tally()}
        """Of the runs that are not archived, and of the archived ones."""
        self._arrangement = Arrangement(self._rows, self._unseen)
        self._grouping = Grouping()
        self._news: dict[str, RunRow | None] = {}
        """The runs that are different since the last snapshot, as they were; None for new ones."""
        self._relisted = self._rechosen = True
        self._last = Snapshot()

    def row(self, key: str) -> RunRow | None:
        """The run with this key."""
        return self._rows.get(key)

    def root_of(self, key: str) -> str | None:
        """The root in which this run lies."""
        row = self._rows.get(key)
        return row.root if row is not None else None

    def family(self, row: RunRow) -> tuple[RunRow, ...]:
        """All runs below this one, oldest first."""
        return family_of(row, self._rows.values()) if row.children else ()

    def names(self) -> Names:
        """What the runs are called and have, for completing a query."""
        from runstore.query import names_of

        return names_of(self._rows.values())

    def parent(self, row: RunRow) -> RunRow | None:
        """The run that this one is a child of."""
        if not row.parent:
            return None
        wanted = row.root, row.experiment, row.parent
        return next((each for each in self._rows.values() if (each.root, each.experiment, each.id) == wanted), None)

    def update(self, root: str, news: Mapping[str, RunRow | None]) -> None:
        """Take the runs of a root that are new, changed or (None) gone, by key."""
        self._read.add(root)
        for key, row in news.items():
            before = self._rows.get(key)
            if row is before:
                continue
            if before is not None:
                self._tallies[before.archived].drop(before)
            if row is None:
                del self._rows[key]
                self._unseen.discard(key)
            else:
                self._rows[key] = row
                self._tallies[row.archived].add(row)
                self._mind(row)
                if self.bells and (said := self.bells.rung(before, row)):
                    self.rung.append(said)
            self._news.setdefault(key, before)
            self._relisted = self._relisted or row is None or before is None or _standing(before) != _standing(row)

    def looked_at(self, key: str) -> None:
        """The user has opened this run."""
        row = self._rows.get(key)
        if row is not None and self._seen[row.root].open(row):
            self._mind(row)
            self._news.setdefault(key, row)
            self._relisted = True

    def pin(self, keys: Iterable[str]) -> None:
        """Keep these runs on top; if all of them are there already, let them go."""
        for root, rows in self._by_root(keys).items():
            self._choices[root].pin(row.id for row in rows)
        self._rechosen = True

    def hide(self, keys: Iterable[str]) -> None:
        """Leave these runs out of the list; if all of them are left out already, take them in again."""
        for root, rows in self._by_root(keys).items():
            self._choices[root].hide(row.id for row in rows)
        for row in self._rows.values():
            self._mind(row)
        self._rechosen = self._relisted = True

    def _by_root(self, keys: Iterable[str]) -> dict[str, list[RunRow]]:
        found: dict[str, list[RunRow]] = {}
        for key in keys:
            row = self._rows.get(key)
            if row is not None:
                found.setdefault(row.root, []).append(row)
        return found

    def _mind(self, row: RunRow) -> None:
        """Note whether a run asks for attention."""
        hidden = row.archived or row.id in self._choices[row.root].hidden
        (self._unseen.add if not hidden and self._seen[row.root].asks(row) else self._unseen.discard)(row.key)

    @property
    def unfinished(self) -> bool:
        """Whether another snapshot of the same view would tell more."""
        return self._grouping.unfinished

    @property
    def outdated_at(self) -> float:
        """When time alone may have changed which runs are meant, by `time.monotonic`; infinite where it cannot."""
        return self._arrangement.outdated_at

    def outdated(self) -> bool:
        """Whether it has, and another snapshot of the same view has other runs."""
        outdated = self._arrangement.outdated()
        self._rechosen = self._rechosen or outdated
        return outdated

    def snapshot(self, view: View) -> Snapshot:
        """The present state for a view."""
        last, arrangement = self._last, self._arrangement
        relisted = self._relisted or view.archived != last.view.archived
        follows = arrangement.take(self._news, relisted=relisted)
        rechosen = self._rechosen or not follows or _selection(view) != _selection(last.view) or arrangement.outdated()
        relisted = relisted or arrangement.came_or_went
        arranged = rechosen or (view.sort, view.reverse) != (last.view.sort, last.view.reverse)
        if rechosen:
            pinned, hidden = (
                frozenset((root, id_) for root, each in self._choices.items() for id_ in getattr(each, kind))
                for kind in ("pinned", "hidden")
            )
            arrangement.choose(view, pinned, hidden)
        elif arranged:
            arrangement.sort(view)
        rows, metrics = arrangement.rows, arrangement.metrics
        ordered, lines = self._grouping.arrange(arrangement, view, metrics_of(view) or metrics, self._unseen)
        tally = self._tallies[view.archived]
        self._last = Snapshot(
            rows=ordered,
            lines=lines,
            total=tally.total,
            archived=self._tallies[True].total,
            counts=dict(tally.states) if relisted else last.counts,
            experiments=self._experiments(tally) if relisted else last.experiments,
            metrics=metrics,
            params=pick_params(rows) if arranged or relisted else last.params,
            unseen=frozenset(self._unseen) if relisted else last.unseen,
            pinned=arrangement.pinned,
            hidden=arrangement.hidden,
            left_out=len(arrangement.left_out),
            best=self._best(last.best, same=not rechosen),
            roots=self._roots,
            bells=self.bells,
            view=view,
            falls=arrangement.falls,
            loading=len(self._read) < len(self._roots),
            problem=self.problem,
        )
        self._news = {}
        self._relisted = self._rechosen = False
        return self._last

    def _best(self, before: Best | None, *, same: bool) -> Best | None:
        """``same``: only runs in the news are other ones than last time."""
        arrangement = self._arrangement
        if same and not self._news:
            return before
        changed: list[RunRow] | None = None
        if same and before is not None and arrangement.holds(before.key):
            changed = [self._rows[key] for key in self._news if arrangement.holds(key)]
        return best_run(arrangement.rows, arrangement.metrics, before, changed)

    def _experiments(self, tally: Tally) -> tuple[ExperimentCount, ...]:
        return tally.experiments(row for key in self._unseen if not (row := self._rows[key]).archived)


def _selection(view: View) -> tuple[object, ...]:
    """What decides which runs are in the list."""
    return view.words, view.experiment, view.archived, view.hidden


def _standing(row: RunRow) -> tuple[object, ...]:
    """What the counts, the columns and the default order depend on."""
    return row.state.word, row.experiment, row.name, len(row.metrics), len(row.params), row.tags, row.archived
