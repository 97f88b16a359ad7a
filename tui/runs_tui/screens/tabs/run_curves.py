"""The curves of one run for the Charts tab: made when a metric is first shown, then only added to."""

from __future__ import annotations

from typing import NamedTuple

from runs_tui.model import words
from runs_tui.model.states import LIVE
from runs_tui.plotting.chart import Title, x_text
from runs_tui.plotting.curve import Curve, Point
from runs_tui.plotting.numbers import duration_text, moment_text
from runs_tui.screens.tabs.chart_view import ChartView
from runstore.reading.row import RunRow
from runstore.reading.run import RunReader
from runstore.reading.series_data import Series

_KEPT = 96
"""Curves kept for charts that are not on the screen."""
SYSTEM = "system/"


class Item(NamedTuple):
    """A chart that can be shown: a metric of the run, or a sample of its machine."""

    name: str
    sample: bool = False

    @property
    def shown(self) -> str:
        """Its name on the screen."""
        return SYSTEM + self.name if self.sample else self.name


class RunCurves:
    """Reads the series of one run into curves."""

    def __init__(self, reader: RunReader, row: RunRow) -> None:
        self.reader = reader
        self.row = row
        self._curves: dict[Item, tuple[tuple[object, ...], Curve]] = {}
        self._names: tuple[list[str], list[str]] = ([], [])
        self._all: list[Item] = []

    @property
    def live(self) -> bool:
        """Whether points may still come."""
        return self.row.state.word in LIVE

    def update(self, reader: RunReader, row: RunRow) -> None:
        """Take the newest state of the same run."""
        if reader is not self.reader:
            self._curves.clear()
        self.reader, self.row = reader, row

    def items(self, view: ChartView) -> list[Item]:
        """The charts there are, metrics first; those whose names have the words of the view."""
        names = (self.reader.names(), self.reader.resources.names() if view.system else [])
        if names != self._names:
            self._names = names
            self._all = [Item(name) for name in names[0]] + [Item(name, sample=True) for name in names[1]]
        wanted = view.words.casefold().split()
        if not wanted:
            return self._all
        return [item for item in self._all if _matches(item.shown.casefold(), wanted)]

    def load(self, items: list[Item]) -> None:
        """Read the points of all these metrics in one go over the files."""
        missing = [item.name for item in items if not item.sample and item not in self._curves]
        if len(missing) > 1:
            self.reader.load(missing)

    def curve(self, item: Item, view: ChartView) -> tuple[Curve, Title] | None:
        """The curve with all points there are, and its title."""
        try:
            series = (self.reader.resources if item.sample else self.reader).series(item.name)
        except KeyError:
            return None
        # Samples have no steps: by their number they would be drawn at no place that means anything.
        kind = "relative" if item.sample and view.x == "step" else view.x
        recipe = (kind, view.weight(len(series.values)), self._start(series))
        known, curve = self._curves.pop(item, (None, None))
        if curve is None or known != recipe:
            curve = Curve(*recipe)
        self._curves[item] = recipe, curve
        while len(self._curves) > _KEPT:
            del self._curves[next(iter(self._curves))]
        curve.update(series)
        return curve, self._title(item, series)

    def _start(self, series: Series) -> float:
        """The time from which times are counted."""
        first = float(series.times[0]) if len(series.times) else 0.0
        return self.row.started or self.row.created or first

    def _title(self, item: Item, series: Series) -> Title:
        value = words.number(series.exact[-1].item()) if len(series.exact) else ""
        ranks = [] if item.sample else self.reader.ranks(item.name)
        note = f"rank {series.rank} of {len(ranks)}" if len(ranks) > 1 else ""
        return Title(item.shown, value, note)

    def reading(self, item: Item, curve: Curve, point: Point) -> list[tuple[str, str]]:
        """What is said of a point, as (name, value)."""
        since = point.time - (self.row.started or self.row.created or point.time)
        value = words.number(point.value)
        if point.smoothed == point.smoothed:
            value = f"{words.number(point.smoothed)} (raw {value})"
        return [
            ("step", x_text(point.x, curve, None)) if curve.kind == "step" else ("", ""),
            (item.shown, value),
            ("", duration_text(since)),
            ("", moment_text(point.time, None)),
            ("", self.row.name),
        ]

    def summary(self, item: Item) -> list[tuple[str, str]]:
        """What is said of the whole series."""
        stat = (self.reader.resources if item.sample else self.reader).metrics.get(item.name)
        if stat is None:
            return []
        return [
            ("", words.count(stat.n) + (" point" if stat.n == 1 else " points")),
            *((name, words.number(getattr(stat, name))) for name in ("first", "last", "min", "max")),
        ]


def _matches(name: str, wanted: list[str]) -> bool:
    return all(word[1:] not in name if word[0] == "-" and word[1:] else word in name for word in wanted)
