"""Charts with several runs over each other, or with a band for each group of runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from runs_tui.model import words
from runs_tui.model.compared import Compared
from runs_tui.model.compared_fact import mean_of
from runs_tui.model.comparison import goal_of
from runs_tui.plotting.band import Band, Held
from runs_tui.plotting.curve import Plotted
from runs_tui.plotting.limits import OPEN
from runs_tui.plotting.look import Title
from runs_tui.plotting.marks import x_text
from runs_tui.screens.charts.source import Drawn, Item, matching
from runs_tui.screens.charts.view import ChartView
from runs_tui.screens.compare.members import Member, most_kept
from runstore.reading.reader import Reader
from runstore.reading.row import RunRow
from runstore.series import natural_key

_MANY = 30
"""Runs from which on the lines before smoothing would only hide each other."""
_MOST_POINTS = 4_000_000
"""Points of a page that are kept, in some 20 bytes each."""


class ComparedCurves:
    """A `ChartSource` of the runs that are compared."""

    def __init__(self, rows: Sequence[RunRow], open_run: Callable[[RunRow], Reader]) -> None:
        self._members = {row.key: Member(row, open_run) for row in rows}
        self._lines: tuple[Compared, ...] = ()
        self._all: list[Item] = []
        self._samples: list[Item] = []
        self._bands: dict[tuple[Item, str], tuple[tuple[int, ...], Band]] = {}
        self._plotted: dict[Item, list[tuple[Compared, Plotted]]] = {}
        self._last_drawn: dict[Item, Drawn] = {}
        self._read = self._wanted = self._turn = self._page = 0
        self._many = False
        self.root = rows[0].root
        self.named = True
        """Whether charts have a legend of their own."""

    @property
    def live(self) -> bool:
        """Whether points may still come."""
        return any(member.live for member in self._members.values())

    @property
    def progress(self) -> str:
        """How many runs have been read of those that the last `load` wants."""
        return f"{self._read} of {self._wanted} runs" if self._read < self._wanted else ""

    def show(self, lines: Sequence[Compared]) -> None:
        """Draw these from now on: not all of the runs may be among them, and they may be put together in groups."""
        if [line.key for line in lines] != [line.key for line in self._lines]:
            self.stop()
        self._lines = tuple(lines)
        for line in lines:
            for row in line.rows:
                self._members[row.key].row = row
        names = {name for line in lines for row in line.rows for name in row.metrics}
        if names != {item.name for item in self._all}:
            self._all = [Item(name) for name in sorted(names, key=natural_key)]

    def stop(self) -> None:
        """Let a `load` that is under way end soon: something else is wanted, or nothing any more."""
        self._turn += 1

    def items(self, view: ChartView) -> list[Item]:
        """A chart for each metric that one of the runs has, and if they are asked for, the samples of the machines."""
        return matching([*self._all, *self._samples] if view.system else self._all, view.words)

    def load(self, items: list[Item], view: ChartView) -> None:
        """Read the points of these metrics, run by run."""
        rows = [row for line in self._lines for row in line.rows]
        self._thin([item.name for item in items], rows)
        self._read, self._wanted, self._page = 0, len(rows), len(items)
        samples: set[str] = set()
        turn = self._turn
        for row in rows:
            if self._turn != turn:
                return
            member = self._members[row.key]
            member.load(items, view)
            samples.update(member.samples() if view.system else ())
            self._read += 1
        self._samples = [Item(name, sample=True) for name in sorted(samples, key=natural_key)]

    def coarse(self, items: list[Item], view: ChartView) -> bool:
        """Whether one of very many runs has more to show of the part of x that is seen."""
        rows = [row for line in self._lines for row in line.rows] if view.x_limits != OPEN else []
        return any(self._members[row.key].coarse(item, view) for row in rows for item in items)

    def _thin(self, names: Sequence[str], rows: Sequence[RunRow]) -> None:
        """Decide how much is kept of the points."""
        points = sum(row.metrics[name].n for row in rows for name in names if name in row.metrics)
        self._many = len(rows) > _MANY
        for member in self._members.values():
            member.thin = self._many or points > _MOST_POINTS

    def drawn(self, item: Item, view: ChartView) -> Drawn | None:
        """A curve for each run that has the metric, or a band for each group with several that have it."""
        if self._many and self._read < self._wanted:
            return self._last_drawn.get(item)  # to draw so many again and again would only hold up the reading
        found: list[tuple[Compared, Plotted]] = []
        for line in self._lines:
            curves = [each for row in line.rows if (each := self._members[row.key].curve(item, view)) is not None]
            if curves:
                found.append((line, curves[0] if len(curves) == 1 else self._band(item, line, curves)))
        self._plotted.pop(item, None)
        self._plotted[item] = found
        self._forget()
        if not found:
            return None
        title = Title(item.shown, "", "" if len(found) == len(self._lines) else f"{len(found)} of {len(self._lines)}")
        names = tuple(line.name for line, _ in found) if self.named else ()
        drawn = Drawn(tuple(curve for _, curve in found), title, tuple(line.hue for line, _ in found), names)
        self._last_drawn[item] = drawn
        return drawn

    def _forget(self) -> None:
        """Let go of charts that have not been on the screen for long, whose curves the runs have given up."""
        while len(self._plotted) > most_kept(self._page):
            item = next(iter(self._plotted))
            del self._plotted[item]
            self._last_drawn.pop(item, None)
            for line in self._lines:
                self._bands.pop((item, line.key), None)

    def _band(self, item: Item, line: Compared, curves: list[Held]) -> Band:
        of = tuple(map(id, curves))
        known, band = self._bands.get((item, line.key), ((), None))
        if band is None or known != of:
            band = Band(curves)
            self._bands[item, line.key] = of, band
        band.update()
        return band

    def reading(self, item: Item, drawn: Drawn, x: float) -> list[tuple[str, str]]:
        """Where the cursor is, and the value of each run there, the best first."""
        kind = drawn.curves[0].kind
        where = ("step" if kind == "step" else "", x_text(x, drawn.curves[0], None))
        return [where, *((line.name, text) for line, text in self.values(item, x))]

    def summary(self, item: Item) -> list[tuple[str, str]]:
        """The last value of each, the best first."""
        found = [(line.name, text) for line, text in self.values(item, None)]
        return [("", "last"), *found] if found else []

    def values(self, item: Item, x: float | None) -> list[tuple[Compared, str]]:
        """What is said of each line that has a value in a chart, the best first: of its last value, or that at ``x``.

        Of a group it is the mean; a smoothed value has the one before smoothing behind it.
        """
        goal = goal_of(item.name, [row for line in self._lines for row in line.rows])
        found = []
        for line, value, raw in self._last(item) if x is None else self._at(item, x):
            text = words.number(value) + (f" (raw {words.number(raw)})" if raw is not None else "")
            found.append((_rank(value, goal), line, text))
        return [(line, text) for _, line, text in sorted(found, key=lambda each: each[0])]

    def _last(self, item: Item) -> Iterator[tuple[Compared, float, None]]:
        for line in self._lines:
            metrics = [row.metrics for row in line.rows if not item.sample]
            found = [metrics_of[item.name].last for metrics_of in metrics if item.name in metrics_of]
            if found:
                yield line, mean_of(found), None

    def _at(self, item: Item, x: float) -> Iterator[tuple[Compared, float, float | None]]:
        for line, curve in self._plotted.get(item, ()):
            point = curve.last_before(x, inclusive=True)
            if point is not None:
                smooth = point.smoothed == point.smoothed
                yield line, point.smoothed if smooth else point.value, point.value if smooth else None


def _rank(value: float, goal: str | None) -> tuple[bool, float]:
    """Less than that of a worse value; without a goal the greatest comes first, as the lines lie in the chart."""
    return (True, 0.0) if value != value else (False, value if goal == "min" else -value)
