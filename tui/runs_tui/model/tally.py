"""How many runs there are: in each state, in each experiment; kept up to date run by run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from runs_tui.model.snapshot import ExperimentCount
from runs_tui.model.states import LIVE
from runstore.reading.row import RunRow


class Tally:
    """Counts runs as they come, change and go."""

    def __init__(self) -> None:
        self.total = 0
        self.states: Counter[str] = Counter()
        self._runs: Counter[str] = Counter()
        self._live: Counter[str] = Counter()
        self._newest: dict[str, float] = {}

    def add(self, row: RunRow) -> None:
        """One more."""
        self._count(row, 1)
        self._newest[row.experiment] = max(self._newest.get(row.experiment, 0.0), row.created or 0.0)

    def drop(self, row: RunRow) -> None:
        """One less; an experiment keeps the place that its newest run gave it as long as it has any."""
        self._count(row, -1)
        if not self.states[row.state.word]:
            del self.states[row.state.word]
        if not self._runs[row.experiment]:
            for counted in (self._runs, self._live, self._newest):
                counted.pop(row.experiment, None)

    def _count(self, row: RunRow, by: int) -> None:
        self.total += by
        self.states[row.state.word] += by
        self._runs[row.experiment] += by
        self._live[row.experiment] += by * (row.state.word in LIVE)

    def experiments(self, asking: Iterable[RunRow]) -> tuple[ExperimentCount, ...]:
        """Every experiment: those with live runs first, then the newest. ``asking``: runs that ask for attention."""
        alarms = Counter(row.experiment for row in asking)
        names = sorted(self._runs, key=lambda name: (not self._live[name], -self._newest[name], name))
        return tuple(ExperimentCount(name, self._runs[name], self._live[name], alarms[name]) for name in names)
