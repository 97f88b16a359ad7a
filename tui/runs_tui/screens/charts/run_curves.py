"""The curves of one run: made when a metric is first shown, then only added to."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from runs_tui.model import words
from runs_tui.model.facts import FROM_OUTPUT, was_printed
from runs_tui.model.states import LIVE
from runs_tui.plotting.axes import XKind
from runs_tui.plotting.band import Band
from runs_tui.plotting.chart import x_text
from runs_tui.plotting.curve import Curve, Plotted, Point
from runs_tui.plotting.look import Title
from runs_tui.plotting.numbers import duration_text, moment_text
from runs_tui.screens.charts.source import Drawn, Item, matching
from runs_tui.screens.charts.view import ChartView
from runs_tui.themes import hue_of
from runstore.reading.reader import Reader
from runstore.reading.row import RunRow
from runstore.reading.series_data import Series

_KEPT = 96
"""Charts kept that are not on the screen."""
_MOST_RANKS = 64
"""Ranks that are drawn of a metric, the lowest ones."""


class _Recipe(NamedTuple):
    """How the curves of a chart are made; they are made anew for another one."""

    kind: XKind
    along: str
    weight: float
    start: float
    ranks: tuple[int, ...]
    band: bool


class _Chart:
    """The curves of one metric. Made on the worker thread; from then on only the app's thread adds to them."""

    def __init__(self, recipe: _Recipe, series: Sequence[Series], along: Sequence[Series | None], ranks: int) -> None:
        self.recipe = recipe
        self.curves = [Curve(recipe.kind, recipe.weight, recipe.start) for _ in series]
        self.band = Band(self.curves, "extremes") if recipe.band else None
        self.read = series, along
        self.ranks = ranks
        self._taken: object = None
        self.take()

    @property
    def first(self) -> Series:
        """The points of the lowest rank."""
        return self.read[0][0]

    def take(self) -> None:
        """Take the newest points that were read."""
        read = self.read
        if read is self._taken:
            return
        self._taken = read
        for curve, series, along in zip(self.curves, *read, strict=True):
            curve.update(series, along)
        if self.band is not None:
            self.band.update()

    @property
    def plotted(self) -> tuple[Plotted, ...]:
        """What is drawn."""
        return (self.band,) if self.band is not None else tuple(self.curves)


class RunCurves:
    """A `ChartSource` of the metrics of one run."""

    progress = ""

    def __init__(self, reader: Reader, row: RunRow) -> None:
        self.reader = reader
        self.row = row
        self._charts: OrderedDict[Item, _Chart] = OrderedDict()
        self._names: tuple[list[str], list[str]] = ([], [])
        self._all: list[Item] = []
        self._found: tuple[list[Item], str, list[Item]] = ([], "", [])

    @property
    def root(self) -> str:
        """The run's store."""
        return self.row.root

    @property
    def live(self) -> bool:
        """Whether points may still come."""
        return self.row.state.word in LIVE

    def update(self, reader: Reader, row: RunRow) -> None:
        """Take the newest state of the same run."""
        if reader is not self.reader:
            self._charts = OrderedDict()
        self.reader, self.row = reader, row

    def items(self, view: ChartView) -> list[Item]:
        """The charts that the last `load` found, metrics first; those whose names have the words of the view."""
        if self._found[0] is not self._all or self._found[1] != view.words:
            self._found = (self._all, view.words, matching(self._all, view.words))
        return self._found[2]

    def load(self, items: list[Item], view: ChartView) -> None:
        """Find out which metrics there are, and read the points of these in one go over the files."""
        reader, charts = self.reader, self._charts
        known = reader.names(), reader.resources.names() if view.system else []
        if known != self._names:
            self._names = known
            self._all = [Item(name) for name in known[0]] + [Item(name, sample=True) for name in known[1]]
        names = [item.name for item in items if not item.sample]
        if view.x == "value":
            names.append(view.along)
        if len(names) > 1:
            reader.load(names)
        for item in items:
            self._load(reader, charts, item, view)

    def coarse(self, items: list[Item], view: ChartView) -> bool:
        """Never: all points are kept."""
        return False

    def _load(self, reader: Reader, charts: OrderedDict[Item, _Chart], item: Item, view: ChartView) -> None:
        source = reader.resources if item.sample else reader
        there = [] if item.sample else reader.ranks(item.name)[:_MOST_RANKS]
        ranks = [None] if view.ranks == "first" or len(there) < 2 else there
        try:
            series = [source.series(item.name, rank) for rank in ranks]
        except KeyError:
            return
        kind = view.x_of(item)
        along = [_series(reader, view.along, each.rank) if kind == "value" else None for each in series]
        weight = view.weight(max(len(each.values) for each in series))
        recipe = _Recipe(
            kind, view.along, weight, self._start(series[0]), tuple(each.rank for each in series),
            view.ranks == "band" and len(series) > 1,
        )  # fmt: skip
        chart = charts.get(item)
        if chart is None or chart.recipe != recipe:
            charts[item] = _Chart(recipe, series, along, len(there))
        else:
            chart.read = series, along
            chart.ranks = len(there)

    def drawn(self, item: Item, view: ChartView) -> Drawn | None:
        """The curves with all points that were read, and the title."""
        chart = self._charts.get(item)
        if chart is None:
            return None
        self._charts.move_to_end(item)
        while len(self._charts) > _KEPT:
            self._charts.popitem(last=False)
        chart.take()
        first = hue_of(self.row.id)
        plotted = chart.plotted
        names = tuple(f"rank {rank}" for rank in chart.recipe.ranks) if len(plotted) > 1 else ()
        title = _title(item, chart, FROM_OUTPUT if self._was_printed(item) else "")
        return Drawn(plotted, title, tuple(range(first, first + len(plotted))), names)

    def _was_printed(self, item: Item) -> bool:
        return not item.sample and was_printed(self.reader.manifest, item.name)

    def _start(self, series: Series) -> float:
        """The time from which times are counted."""
        first = float(series.times[0]) if len(series.times) else 0.0
        return self.row.started or self.row.created or first

    def reading(self, item: Item, drawn: Drawn, x: float) -> list[tuple[str, str]]:
        """What is said of the newest point at ``x`` or before it, of each rank."""
        names = drawn.names or (item.shown,) * len(drawn.curves)
        found = [
            (name, point)
            for name, curve in zip(names, drawn.curves, strict=True)
            if (point := curve.last_before(x, inclusive=True)) is not None
        ]
        if not found:
            return self.summary(item)
        curve, newest = drawn.curves[0], max((point for _, point in found), key=lambda point: point.x)
        since = newest.time - (self.row.started or self.row.created or newest.time)
        at = {"step": "step", "value": self._charts[item].recipe.along if item in self._charts else ""}
        where = (at[curve.kind], x_text(newest.x, curve, None)) if curve.kind in at else ("", "")
        values = [(name, _value(point)) for name, point in found]
        times = [("", duration_text(since)), ("", moment_text(newest.time, None))] if newest.time == newest.time else []
        return [where, *values, *times, ("", self.row.name)]

    def summary(self, item: Item) -> list[tuple[str, str]]:
        """What is said of the whole series."""
        stat = (self.reader.resources if item.sample else self.reader).metrics.get(item.name)
        if stat is None:
            return []
        return [
            ("", words.count(stat.n) + (" point" if stat.n == 1 else " points")),
            *((name, words.number(getattr(stat, name))) for name in ("first", "last", "min", "max")),
            *((("", FROM_OUTPUT),) if self._was_printed(item) else ()),
        ]


def _series(reader: Reader, name: str, rank: int) -> Series | None:
    """The metric of this rank, else of the lowest one."""
    for each in (rank, None):
        try:
            return reader.series(name, each)
        except KeyError:
            continue
    return None


def _title(item: Item, chart: _Chart, note: str) -> Title:
    first = chart.first
    value = words.number(first.exact[-1].item()) if len(first.exact) else ""
    if chart.recipe.kind == "value" and not any(chart.read[1]):
        return Title(item.shown, value, f"no {chart.recipe.along}")
    if chart.ranks < 2:
        return Title(item.shown, value, note)
    shown = len(chart.recipe.ranks)
    note = f"rank {first.rank} of {chart.ranks}" if shown == 1 else f"{shown} ranks"
    return Title(item.shown, value, note)


def _value(point: Point) -> str:
    """The value before smoothing, behind the smoothed one if there is one."""
    value = words.number(point.value)
    return value if point.smoothed != point.smoothed else f"{words.number(point.smoothed)} (raw {value})"
