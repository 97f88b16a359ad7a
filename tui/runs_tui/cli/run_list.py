"""Which runs ``runs-tui ls`` was asked for, in which order, with which columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runs_tui.cli.listing import Column
    from runs_tui.model.fields import Field
    from runstore.reading.row import RunRow


@dataclass(slots=True)
class RunList:
    """The options of the command. What they mean may depend on the runs: ``lr`` is a parameter where runs have one."""

    words: Sequence[str]
    experiment: str | None
    state: str | None
    archived: bool
    best: str | None
    sort: str | None
    reverse: bool
    most: int | None
    named: str | None
    _fields: dict[str, Field] = field(default_factory=dict, init=False)
    """What the names mean, as far as it is known."""
    _goal: str = field(default="", init=False)
    _begun: bool = field(default=False, init=False)

    def rows(self, every: Sequence[RunRow]) -> list[RunRow]:
        """Those of ``every`` run that are meant, in order.

        Raises `Problem` for a query that is none, and at the first call for a metric or column that no run has. In a
        list that goes on runs may come and go: what a name meant once it means for good, and those that mean nothing
        yet wait.
        """
        from runs_tui.cli.selection import matching

        word = self.state.casefold() if self.state is not None else None
        meant = [
            row
            for row in matching(every, self.words)
            if row.archived == self.archived
            and self.experiment in (None, row.experiment)
            and word in (None, row.state.word, row.state.status.casefold())
        ]
        self._look_up(meant, every)
        return self._ordered(meant)[: self.most]

    def columns(self, rows: Sequence[RunRow]) -> list[Column]:
        """The columns of a table of these rows."""
        from runs_tui.cli.listing import columns_of

        best = (self.best, self._goal) if self.best is not None else None
        return columns_of(rows, self.named, self._fields, best)

    def _look_up(self, meant: Sequence[RunRow], every: Sequence[RunRow]) -> None:
        """Find out what the names mean: among the runs that are meant, else among all."""
        from runs_tui.cli.goals import goal_of
        from runs_tui.cli.listing import NAMES, field_of, find_field, names_in

        must_be = bool(every) and not self._begun
        self._begun = True
        sort = [self.sort] if self.sort not in (None, "newest") and self.best is None else []
        for name in (*sort, *names_in(self.named)):
            if name not in self._fields and name not in NAMES:
                found = find_field(meant, name)
                if found is None:
                    found = field_of(every, name) if must_be else find_field(every, name)
                if found is not None:
                    self._fields[name] = found
        if self.best is not None and not self._goal:
            having = [row for row in meant if self.best in row.metrics] or every
            if must_be or any(self.best in row.metrics for row in having):
                self._goal = goal_of(having, self.best)

    def _ordered(self, rows: list[RunRow]) -> list[RunRow]:
        from runs_tui.cli.goals import best_value
        from runs_tui.cli.listing import NAMES
        from runs_tui.model.order import order_of
        from runs_tui.model.ranking import Ranking, newest_first

        rows = newest_first(rows)  # equal ones stay where they are when the list is made again
        if self.best is not None:
            metric, goal = self.best, self._goal

            def badness(row: RunRow) -> float:
                value = best_value(row, metric, goal)
                return float("inf") if value is None else value if goal == "min" else -value

            return sorted((row for row in rows if metric in row.metrics), key=badness, reverse=self.reverse)
        sort = "name" if self.sort in NAMES else "newest"
        if self.sort in self._fields:
            sort = self._fields[self.sort].order
        ranking = Ranking(order_of(rows, sort, (), ()))
        ranking.sort(rows)
        return list(ranking.shown(reverse=self.reverse))
