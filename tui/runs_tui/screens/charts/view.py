"""How the user wants to see charts, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from runs_tui.plotting.axes import Bounds, XKind
from runs_tui.plotting.limits import OPEN, bounds_text
from runs_tui.screens.charts.source import Item
from runs_tui.widgets import fit

Ranks = Literal["first", "lines", "band"]
"""Of a metric that several ranks logged: the lowest rank, a line for each, or what lies between their extremes."""

_SMOOTHINGS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
_X_WORDS: dict[XKind, str] = {"step": "x step", "relative": "x time", "wall": "x clock"}
_RANKS: tuple[Ranks, ...] = ("first", "lines", "band")
_FEW_POINTS = 50


@dataclass(frozen=True, slots=True)
class ChartView:
    """How the user wants to see all charts. A smoothing that was not chosen leaves series of few points alone."""

    smoothing: float = 0.6
    chosen: bool = False
    x: XKind = "step"
    along: str = ""
    """The metric whose values are x, where ``x`` is "value"."""
    log: bool = False
    log_x: bool = False
    robust: bool = False
    """Whether outliers are left out of the range of y."""
    ranks: Ranks = "first"
    x_limits: Bounds = OPEN
    y_limits: tuple[tuple[str, Bounds], ...] = ()
    """(name of a chart, what its y axis spans)."""
    words: str = ""
    system: bool = False
    pins: tuple[str, ...] = ()
    """The charts that come first, by name."""
    shape: tuple[int, int] | None = None
    """Columns and rows of a page; None: as many as stay legible."""
    sections: bool = False
    """Whether charts are put together by the first part of their names."""
    folded: tuple[str, ...] = ()
    """The sections of which only the head is shown."""

    @property
    def recipe(self) -> tuple[object, ...]:
        """What decides how curves are made; all else is only how they are drawn."""
        return self.x, self.along, self.smoothing, self.chosen, self.ranks, self.system

    def smoothed(self, by: int) -> ChartView:
        """The next weight up or down."""
        nearest = min(range(len(_SMOOTHINGS)), key=lambda place: abs(_SMOOTHINGS[place] - self.smoothing))
        place = max(0, min(nearest + by, len(_SMOOTHINGS) - 1))
        return replace(self, smoothing=_SMOOTHINGS[place], chosen=True)

    def weight(self, points: int) -> float:
        """The smoothing of a series of so many points."""
        return self.smoothing if self.chosen or points >= _FEW_POINTS else 0.0

    def over(self, x: XKind, along: str = "") -> ChartView:
        """Another x axis; limits of one mean nothing on the other."""
        return replace(self, x=x, along=along, x_limits=OPEN)

    def next_x(self, epoch: str = "") -> ChartView:
        """The next kind of x; ``epoch`` is the metric that counts epochs, if there is one."""
        kinds = list(_X_WORDS)
        if self.x == "value":
            return self.over(kinds[0])
        place = kinds.index(self.x) + 1
        if place < len(kinds):
            return self.over(kinds[place])
        return self.over("value", epoch) if epoch else self.over(kinds[0])

    def next_log(self) -> ChartView:
        """The next of: none, y, x, both logarithmic."""
        ways = [(False, False), (True, False), (False, True), (True, True)]
        log, log_x = ways[(ways.index((self.log, self.log_x)) + 1) % len(ways)]
        return replace(self, log=log, log_x=log_x)

    def next_ranks(self) -> ChartView:
        """The next way to show ranks."""
        return replace(self, ranks=_RANKS[(_RANKS.index(self.ranks) + 1) % len(_RANKS)])

    def x_of(self, item: Item) -> XKind:
        """The kind of x of a chart. Samples have no steps: by their number they would be drawn at no place that means
        anything."""
        return "relative" if item.sample and self.x in ("step", "value") else self.x

    def x_limits_of(self, item: Item) -> Bounds:
        """What the x axis of a chart spans: limits of one kind of x mean nothing on another."""
        return self.x_limits if self.x_of(item) == self.x else OPEN

    def limits_of(self, name: str) -> Bounds:
        """What the y axis of a chart spans."""
        return dict(self.y_limits).get(name, OPEN)

    def limited(self, name: str, x: Bounds, y: Bounds) -> ChartView:
        """x of all charts of its kind, and y of the one of this name, within limits."""
        others = tuple(each for each in self.y_limits if each[0] != name)
        return replace(self, x_limits=x, y_limits=others if y == OPEN else (*others, (name, y)))

    def pinned(self, name: str) -> ChartView:
        """This chart among the first ones; if it is there already, back at its place."""
        others = tuple(each for each in self.pins if each != name)
        return replace(self, pins=others if name in self.pins else (*others, name))

    def fold(self, section: str) -> ChartView:
        """This section folded, or open again."""
        others = tuple(each for each in self.folded if each != section)
        return replace(self, folded=others if section in self.folded else (*others, section))

    def reset(self) -> ChartView:
        """As in the beginning, but for which charts are shown, and where."""
        return ChartView(
            words=self.words,
            system=self.system,
            pins=self.pins,
            shape=self.shape,
            sections=self.sections,
            folded=self.folded,
        )

    def words_for_it(self, *, filtering: bool) -> list[str]:
        """Filter (unless its prompt is open), smoothing and axes, for the header."""
        parts = [fit.safe(f"/{self.words}", 20)] if self.words and not filtering else []
        parts.append(f"smooth {self.smoothing:g}" if self.smoothing else "no smoothing")
        parts += ["no outliers"] if self.robust else []
        parts += [f"ranks: {self.ranks}"] if self.ranks != "first" else []
        parts.append(f"x {fit.safe(self.along, 20)}" if self.x == "value" else _X_WORDS[self.x])
        if self.x_limits != OPEN:
            parts.append(bounds_text("x", self.x_limits, self.x))
        log = {(True, False): "log", (False, True): "log x", (True, True): "log xy"}.get((self.log, self.log_x))
        return [*parts, log] if log else parts
