"""Which runs ``runs-tui ls`` was asked for, in which order, with which columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runs_tui.cli.listing import Column
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
    _goal: str = field(default="", init=False)

    def rows(self, every: Sequence[RunRow]) -> list[RunRow]:
        """Those that are meant, in order. Raises `Problem` for a query, metric or column that is none."""
        from runs_tui.cli.selection import matching

        word = self.state.casefold() if self.state is not None else None
        meant = [
            row
            for row in matching(every, self.words)
            if row.archived == self.archived
            and self.experiment in (None, row.experiment)
            and word in (None, row.state.word, row.state.status.casefold())
        ]
        return self._ordered(meant)[: self.most]

    def columns(self, rows: Sequence[RunRow]) -> list[Column]:
        """The columns of a table of these rows."""
        from runs_tui.cli.listing import columns_of

        return columns_of(rows, self.named, (self.best, self._goal) if self.best is not None else None)

    def _ordered(self, rows: list[RunRow]) -> list[RunRow]:
        from runs_tui.cli.goals import best_value, goal_of
        from runs_tui.cli.listing import field_of
        from runs_tui.model.order import order_of
        from runs_tui.model.ranking import Ranking, newest_first

        rows = newest_first(rows)  # equal ones stay where they are when the list is made again
        if self.best is not None:
            metric, goal = self.best, self._goal or goal_of(rows, self.best)
            self._goal = goal

            def badness(row: RunRow) -> float:
                value = best_value(row, metric, goal)
                return float("inf") if value is None else value if goal == "min" else -value

            return sorted((row for row in rows if metric in row.metrics), key=badness, reverse=self.reverse)
        sort = "newest"
        if self.sort in ("run", "name"):
            sort = "name"
        elif self.sort is not None and self.sort != "newest":
            sort = field_of(rows, self.sort).order
        ranking = Ranking(order_of(rows, sort, (), ()))
        ranking.sort(rows)
        return list(ranking.shown(reverse=self.reverse))
