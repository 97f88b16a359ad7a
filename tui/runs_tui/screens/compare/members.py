"""The runs of a comparison as they are read: a reader and the curves of each, made when they are first needed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection
from typing import NamedTuple

from runs_tui.model.states import LIVE
from runs_tui.plotting.axes import Bounds, XKind
from runs_tui.plotting.band import Held
from runs_tui.plotting.curve import Curve
from runs_tui.plotting.thin import ThinCurve
from runs_tui.screens.charts.source import Item
from runs_tui.screens.charts.view import ChartView
from runstore.reading.reader import Reader
from runstore.reading.row import RunRow
from runstore.reading.series_data import Series

_KEPT = 24
"""Charts for which a run keeps its curves at least."""


def most_kept(page: int) -> int:
    """Charts for which a run keeps its curves: those of a ``page`` of so many, and of the one before."""
    return max(_KEPT, 2 * page)


class _Recipe(NamedTuple):
    """How a curve is made."""

    x: XKind
    along: str
    weight: float
    origin: float
    thin: bool


class _Made(NamedTuple):
    """A curve, of so many points, as the run was at ``row``; None where the run has no such series."""

    row: RunRow
    recipe: _Recipe
    points: int
    curve: Held | None

    def fine_for(self, bounds: Bounds) -> bool:
        """Whether it shows all that can be seen of the part of x that is looked at."""
        return not isinstance(self.curve, ThinCurve) or self.curve.fine_for(bounds)


class Member:
    """One run. `load` and `samples` are for the worker thread, all else for the app's."""

    def __init__(self, row: RunRow, open_run: Callable[[RunRow], Reader]) -> None:
        self.row = row
        self.thin = False
        """Whether it is one of very many, of which only the lines can be told apart, if these."""
        self._open = open_run
        self._reader: Reader | None = None
        self._read: RunRow | None = None
        self._made: OrderedDict[Item, _Made] = OrderedDict()

    @property
    def live(self) -> bool:
        """Whether points may still come."""
        return self.row.state.word in LIVE

    def samples(self) -> list[str]:
        """The names of the samples of its machine."""
        reader = self._fresh(self.row)
        return reader.resources.names() if reader is not None else []

    def load(self, items: Collection[Item], view: ChartView) -> None:
        """Make the curves of these charts, or bring them up to date where the run has changed."""
        row = self.row
        stale = [
            item for item in items if (item.sample or item.name in row.metrics) and not self._current(item, row, view)
        ]
        for item in items:
            if item in self._made:  # what is shown now is given up last
                self._made.move_to_end(item)
        if not stale:
            return
        reader = self._fresh(row)
        if reader is None:
            return
        names = [item.name for item in stale if not item.sample]
        reader.load([*names, view.along] if view.along else names)
        for item in stale:
            self._bring_up(item, row, reader, view)
        while len(self._made) > most_kept(len(items)):
            self._made.popitem(last=False)
        if not self.live:
            reader.unload()

    def coarse(self, item: Item, view: ChartView) -> bool:
        """Whether the curve of a chart was thinned out for another part of x."""
        made = self._made.get(item)
        return made is not None and not made.fine_for(view.x_limits_of(item))

    def curve(self, item: Item, view: ChartView) -> Held | None:
        """The curve of a chart as last read; None if it was not loaded in this way, or is not there."""
        made = self._made.get(item)
        return made.curve if made is not None and made.recipe == self._recipe(item, view, made.points) else None

    def _current(self, item: Item, row: RunRow, view: ChartView) -> bool:
        """Whether nothing can have changed since the curve was made."""
        made = self._made.get(item)
        return (
            made is not None
            and made.row is row
            and made.recipe == self._recipe(item, view, made.points)
            and made.fine_for(view.x_limits_of(item))
        )

    def _fresh(self, row: RunRow) -> Reader | None:
        """The reader, with what the run has written up to now; None where the run was gone before it was read."""
        if self._reader is None:
            try:
                self._reader = self._open(row)
            except LookupError:
                return None
        if self._read is not row:
            self._reader.refresh()
            self._read = row
        return self._reader

    def _bring_up(self, item: Item, row: RunRow, reader: Reader, view: ChartView) -> None:
        """Give the curve its new points; a new one where it is to be drawn in another way. Until that is made, the one
        before is drawn."""
        series = _series(reader, item)
        recipe = self._recipe(item, view, len(series.values) if series is not None else 0)
        along = _series(reader, Item(view.along)) if recipe.x == "value" else None
        before = self._made.get(item)
        if series is None or (along is None and recipe.x == "value"):
            self._made[item] = _Made(row, recipe, 0, None)
            return
        same = before is not None and before.recipe == recipe and isinstance(before.curve, Curve)
        curve = before.curve if same and before is not None else Curve(recipe.x, recipe.weight, recipe.origin)
        assert isinstance(curve, Curve)
        curve.update(series, along)
        if not self.live and not recipe.thin:
            curve.compact()
        made = ThinCurve(curve, view.x_limits_of(item)) if recipe.thin and not self.live else curve
        self._made[item] = _Made(row, recipe, len(series.values), made)

    def _recipe(self, item: Item, view: ChartView, points: int) -> _Recipe:
        start = self.row.started or self.row.created or 0.0
        return _Recipe(view.x_of(item), view.along, view.weight(points), start, self.thin)


def _series(reader: Reader, item: Item) -> Series | None:
    try:
        return (reader.resources if item.sample else reader).series(item.name)
    except KeyError:
        return None
