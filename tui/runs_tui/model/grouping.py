"""The lines of a list in groups; a change costs what it touches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from operator import attrgetter
from time import perf_counter

from runs_tui.model.arrangement import Arrangement
from runs_tui.model.fields import Field, field
from runs_tui.model.groups import Group, Line, Titles
from runs_tui.model.ranking import Move, Ranking
from runs_tui.model.spreads import Account
from runs_tui.model.view import View
from runstore.reading.row import RunRow

_MOST_SPREADS = 3
"""Metrics that a group tells of."""
_MANY = 200
"""Runs of a group from which on the screen should not wait for what is told of it."""
_AT_ONCE = 0.005
"""Seconds for what is told of big groups; of those for which it was not enough, the next time."""

Lines = tuple[tuple[RunRow, ...], Sequence[Line]]
"""The runs, and the lines of the list: groups in the order of their first runs, each with its runs below it unless
it is folded."""


class Grouping:
    """Makes groups of an arrangement again and again; what has not changed since the last time costs little."""

    def __init__(self) -> None:
        self._titles: Titles | None = None
        self._groups: _Groups | None = None
        self._made_of: tuple[object, ...] = ()

    @property
    def unfinished(self) -> bool:
        """Whether there is more to tell of groups, which the next call of `arrange` will."""
        return self._groups is not None and self._groups.unfinished

    def arrange(self, arrangement: Arrangement, view: View, metrics: Sequence[str], unseen: Collection[str]) -> Lines:
        """The runs and lines; without a field to group by, both are the runs as they came.

        ``unseen``: keys of the runs that ask for attention.
        """
        by = field(view.group)
        if by is None:
            self._titles = self._groups = None
            return arrangement.rows, arrangement.rows
        if self._titles is None or self._titles.by is not by:
            self._titles = Titles(by)
        chosen = tuple(metrics[:_MOST_SPREADS])
        made_of = by, chosen, arrangement.choices
        if self._groups is None or made_of != self._made_of:
            self._made_of = made_of
            self._groups = _Groups(self._titles, chosen)
        return self._groups.arrange(arrangement, view, unseen)


class _Groups:
    """The groups of one choice of runs by one field."""

    def __init__(self, titles: Titles, metrics: Sequence[str]) -> None:
        self._by: Field = titles.by
        self._titles = titles
        self._metrics = metrics
        self._order: tuple[int, bool] | None = None
        self._title: dict[str, str] = {}
        """Of the group of each run."""
        self._members: dict[str, Ranking] = {}
        self._accounts: dict[str, Account] = {}
        """What is told of the big groups."""
        self._groups: dict[str, Group] = {}
        self._first: dict[str, RunRow] = {}
        """The first run of each group; `_leaders` has them in the order of the list."""
        self._leaders: Ranking
        self._waiting: dict[str, None] = {}
        """Titles of the groups that are not told of yet."""
        self._looks: tuple[object, ...] = ()
        self._made: Lines = (), ()

    @property
    def unfinished(self) -> bool:
        """See `Grouping.unfinished`."""
        return bool(self._waiting)

    def arrange(self, arrangement: Arrangement, view: View, unseen: Collection[str]) -> Lines:
        """See `Grouping.arrange`."""
        order, reverse = (arrangement.sorts, view.reverse), view.reverse
        if order != self._order:
            if self._order is None:
                rows = arrangement.ranking.rows
                self._title = dict(zip(map(attrgetter("key"), rows), self._titles.of(rows), strict=True))
            else:
                for move in arrangement.moves:
                    self._account(move)
            self._order = order
            changed = self._sort(arrangement.ranking, reverse=reverse)
        else:
            changed = self._follow(arrangement.moves, reverse=reverse)
        self._tell(changed)
        self._look(view, frozenset(self._title[key] for key in unseen if key in self._title), changed)
        if changed:
            groups = [self._groups[self._title[row.key]] for row in self._leaders.shown(reverse=reverse)]
            lines: list[Line] = []
            for group in groups:
                lines.append(group)
                if not group.folded:
                    lines += group.rows
            self._made = tuple(chain.from_iterable(map(attrgetter("rows"), groups))), lines
        return self._made

    def _sort(self, ranking: Ranking, *, reverse: bool) -> dict[str, None]:
        """Take the same runs in another order; the titles of all groups."""
        members: dict[str, list[RunRow]] = {}
        for row in ranking.rows:
            members.setdefault(self._title[row.key], []).append(row)
        self._members = {title: ranking.like(rows) for title, rows in members.items()}
        self._accounts = {title: each for title, each in self._accounts.items() if title in members}
        self._groups = {title: self._group(title, reverse=reverse) for title in members}
        self._first = {title: group.rows[0] for title, group in self._groups.items()}
        first = self._first.values()
        self._leaders = ranking.like(sorted(first, key=ranking.rank) if reverse else first)
        self._waiting = {}
        return dict.fromkeys(self._groups)

    def _follow(self, moves: Iterable[Move], *, reverse: bool) -> dict[str, None]:
        """Let single runs move; the titles of their groups, and of those that wait to be told of."""
        changed: dict[str, None] = {}
        for move in moves:
            old, new = self._account(move)
            changed |= dict.fromkeys(title for title in (old, new) if title is not None)
            if old is not None and old == new:
                self._members[old].follow(move)
                continue
            if old is not None:
                self._members[old].follow(move._replace(after=None, rank=None))
            if new is not None:
                members = self._members.setdefault(new, self._leaders.like(()))
                members.follow(move._replace(before=None, was=None))
        for title in changed:
            if self._members[title].rows:
                self._groups[title] = self._group(title, reverse=reverse)
                first = self._groups[title].rows[0]
                self._leaders.move(self._first.get(title), first)
                self._first[title] = first
            else:
                self._forget(title)
        return changed | self._waiting

    def _forget(self, title: str) -> None:
        """A group without runs."""
        del self._members[title]
        self._accounts.pop(title, None)
        self._waiting.pop(title, None)
        if self._groups.pop(title, None) is not None:
            self._leaders.move(self._first.pop(title), None)

    def _account(self, move: Move) -> tuple[str | None, str | None]:
        """Note what a move does to groups; the titles of the one that the run was in, and is in."""
        before, after = move.before, move.after
        old = self._title.pop(before.key) if before is not None else None
        new = self._titles.of((after,))[0] if after is not None else None
        if after is not None and new is not None:
            self._title[after.key] = new
        if old == new and old in self._accounts:
            self._accounts[old].move(before, after)
        else:
            if old in self._accounts:
                self._accounts[old].move(before, None)
            if new in self._accounts:
                self._accounts[new].move(None, after)
        return old, new

    def _group(self, title: str, *, reverse: bool) -> Group:
        rows = self._members[title].shown(reverse=reverse)
        return Group(title, rows, self._metrics, missing=self._by.value(rows[0]) is None)

    def _tell(self, titles: Iterable[str]) -> None:
        """Say of big groups what the screen should not have to find out; for some of them later."""
        begun = 0.0
        for title in titles:
            group = self._groups.get(title)
            if group is None or len(group.rows) <= _MANY:
                self._accounts.pop(title, None)
                self._waiting.pop(title, None)
                continue
            account = self._accounts.get(title)
            if account is None:
                account = self._accounts[title] = Account(group.rows, self._metrics)
            if not account.is_quick and begun and perf_counter() - begun > _AT_ONCE:
                self._waiting[title] = None
                self._groups[title] = group.told(account.states, ())
                continue
            begun = begun or perf_counter()
            self._waiting.pop(title, None)
            self._groups[title] = group.told(account.states, account.spreads(group.rows))

    def _look(self, view: View, asking: frozenset[str], changed: dict[str, None]) -> None:
        """Fold and open groups, and show which have a run that asks for attention."""
        looks = view.fold_all, view.flipped, asking
        for title in self._groups if looks != self._looks else changed:
            group = self._groups.get(title)
            if group is not None:
                folded = view.fold_all != (group.key in view.flipped)
                shown = self._groups[title] = group.as_shown(folded=folded, asking=title in asking)
                if shown is not group:
                    changed[title] = None
        self._looks = looks
