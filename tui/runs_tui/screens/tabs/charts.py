"""The Charts tab: a grid of live charts, or one of them alone with a cursor over its values."""

from __future__ import annotations

import os
from dataclasses import replace
from time import monotonic

from textual.app import ComposeResult
from textual.timer import Timer
from textual.widget import Widget

from runs_tui import keys
from runs_tui.plotting.chart import Look
from runs_tui.plotting.glyphs import glyphs_for
from runs_tui.screens.tabs import StatusChanged
from runs_tui.screens.tabs.chart_view import ChartView
from runs_tui.screens.tabs.run_curves import Item, RunCurves
from runs_tui.themes import hue_of
from runs_tui.widgets import fit
from runs_tui.widgets.chart import Chart, Tile
from runs_tui.widgets.chart_grid import ChartGrid
from runs_tui.widgets.filter_line import FilterLine
from runs_tui.widgets.read_out import ReadOut
from runstore.reading.row import RunRow
from runstore.reading.run import RunReader

_FAST = 10
"""Cells that the cursor moves at once."""
_PERIODS = (0.3, 1.2)
"""Seconds from one drawing for new points to the next, of up to a few charts and of more: together they cost least."""
_FEW = 4
_GRACE = 0.4
"""Seconds that a drawing which is due waits for the next news of the run, which mostly comes and needs one too."""


class ChartsPane(Widget):
    """Shows the metrics of a run; draws only charts that changed."""

    SCOPE = "charts"
    BINDINGS = keys.bindings("charts")
    can_focus = True
    DEFAULT_CSS = """
    ChartsPane { layout: vertical; width: 1fr; height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._run: RunCurves | None = None
        self._view = ChartView()
        self._items: list[Item] = []
        self._place = 0
        self._alone = False
        self._cursor: float | None = None
        self._status = ""
        self._drawn = 0.0
        self._late: Timer | None = None
        self._filter: FilterLine | None = None
        self._glyphs = glyphs_for(os.environ)
        self._grid = ChartGrid()
        self._chart = Chart()
        self._read_out = ReadOut()

    def compose(self) -> ComposeResult:
        """The grid, and the chart that is shown alone."""
        self._chart.display = self._read_out.display = False
        yield self._grid
        yield self._chart
        yield self._read_out

    # What the Run screen asks for

    def show(self, reader: RunReader, row: RunRow) -> None:
        """Show this run; of a run that is shown already, what is new."""
        if self._run is not None and self._run.row.key == row.key:
            live = self._run.live
            self._run.update(reader, row)
            period = _PERIODS[len(self._page()) > _FEW and not self._alone]
            rest = self._drawn + period - monotonic()
            if rest > 0 and self._run.live == live and self._run.items(self._view) == self._items:
                if self._late is None:
                    self._late = self.set_timer(rest + _GRACE, self._draw)
                return
        else:
            self._run = RunCurves(reader, row)
            self._cursor = None
        self._draw()

    def status_text(self) -> str:
        """Section, which charts of how many, and how they are drawn."""
        return self._status

    async def back(self) -> bool:
        """Close the prompt, or go from one chart to all; whether there was anything to leave."""
        if self._filter is not None:
            await self._close_filter()
        elif self._alone:
            self.action_full()
        else:
            return False
        return True

    async def interrupt(self) -> bool:
        """Empty the prompt, or close an empty one; else drop the filter; else as `back`."""
        if self._filter is not None and self._filter.clear():
            return True
        if self._filter is None and self._view.words:
            self._look(replace(self._view, words=""))
            return True
        return await self.back()

    # Drawing

    @property
    def _chosen(self) -> Item | None:
        return self._items[self._place] if self._items else None

    def _draw(self) -> None:
        """Bring the screen to the present state of run and view."""
        run = self._run
        if run is None:
            return
        self._drawn = monotonic()
        if self._late is not None:
            self._late.stop()
            self._late = None
        chosen = self._chosen
        items = run.items(self._view)
        if items != self._items:
            # Stay at the chart that was chosen, wherever it is now.
            self._place = items.index(chosen) if chosen in items else max(0, min(self._place, len(items) - 1))
            self._items = items
        self._grid.display, self._chart.display = not self._alone, self._alone
        self._read_out.display = self._alone and self.size.height >= 8
        page = self._page()
        if self._alone:
            self._draw_alone(run)
        else:
            self._draw_grid(run, page)
        status = self._describe(page)
        if status != self._status:
            self._status = status
            self.post_message(StatusChanged())

    def _page(self) -> range:
        """The places of the charts on the page of the chosen one."""
        size = max(self._grid.capacity(), 1)
        start = self._place // size * size
        return range(start, min(start + size, len(self._items)))

    def _draw_grid(self, run: RunCurves, page: range) -> None:
        if not self._grid.capacity():
            return  # the first size tells to draw again
        run.load([self._items[place] for place in page])
        tiles = []
        for place in page:
            found = run.curve(self._items[place], self._view)
            if found is not None:
                tiles.append(Tile(*found, replace(self._look_of(run), focus=place == self._place)))
        self._grid.show(tiles, len(self._items))

    def _draw_alone(self, run: RunCurves) -> None:
        chosen = self._chosen
        found = run.curve(chosen, self._view) if chosen is not None else None
        if chosen is None or found is None:
            self._chart.show(None)
            self._read_out.show([])
            return
        curve, title = found
        self._chart.show(Tile(curve, title, replace(self._look_of(run), focus=True, cursor=self._cursor)))
        point = None if self._cursor is None else curve.last_before(self._cursor, inclusive=True)
        self._read_out.show(run.reading(chosen, curve, point) if point else run.summary(chosen))

    def _look_of(self, run: RunCurves) -> Look:
        """How all charts are drawn."""
        return Look(log=self._view.log, live=run.live, hue=hue_of(run.row.id), glyphs=self._glyphs)

    def _describe(self, page: range) -> str:
        view, parts = self._view, []
        if self._chosen is None:
            parts.append("no metric has these words" if view.words else "no metrics yet")
        elif self._alone:
            parts.append(f"{self._place + 1} of {len(self._items)}")
        else:
            section, slash, _ = self._chosen.shown.rpartition("/")
            parts += [fit.middle(fit.safe(section), min(len(section), 16))] if slash and section else []
            parts.append(f"{page.start + 1}-{page.stop} of {len(self._items)}")
        return " · ".join([*parts, *view.words_for_it(filtering=self._filter is not None)])

    def _look(self, view: ChartView) -> None:
        """Show the charts in another way."""
        self._view = view
        self._draw()

    # Events

    def on_chart_grid_resized(self) -> None:
        """Other charts fit now."""
        self._draw()

    def on_chart_grid_chosen(self, event: ChartGrid.Chosen) -> None:
        """The first click chooses a chart, the second shows it alone."""
        place = self._page().start + event.place
        if place == self._place:
            self.action_full()
        elif place < len(self._items):
            self._place = place
            self._draw()

    async def _close_filter(self) -> None:
        if self._filter is not None:
            line, self._filter = self._filter, None
            self.screen.set_focus(self)
            await line.remove()
            self._draw()

    def _filter_by(self, words: str) -> None:
        """Show only what matches, as it is typed."""
        self._look(replace(self._view, words=words))
        self._count()

    def _count(self) -> None:
        if self._filter is not None and self._run is not None:
            total = len(self._run.items(replace(self._view, words="")))
            self._filter.count(len(self._items), total)

    # Keys

    async def action_filter(self) -> None:
        """Open the prompt of the filter."""
        if self._filter is None:
            self._filter = FilterLine(self._view.words, self._filter_by, self._close_filter)
            await self.mount(self._filter)
            self.screen.set_focus(self._filter.prompt)
            self._count()
            self._draw()

    def action_full(self) -> None:
        """One chart alone, or all again."""
        if self._items or self._alone:
            self._alone, self._cursor = not self._alone, None
            self._draw()

    def action_smooth_more(self) -> None:
        """The next stronger smoothing."""
        self._look(self._view.smoothed(1))

    def action_smooth_less(self) -> None:
        """The next weaker smoothing."""
        self._look(self._view.smoothed(-1))

    def action_x_axis(self) -> None:
        """The next kind of x; the cursor stays at no value that another axis has."""
        self._cursor = None
        self._look(self._view.next_x())

    def action_log(self) -> None:
        """Log or linear y."""
        self._look(replace(self._view, log=not self._view.log))

    def action_system(self) -> None:
        """Show or hide the samples of the machine."""
        self._look(replace(self._view, system=not self._view.system))

    def action_reset(self) -> None:
        """As in the beginning, but for the filter."""
        self._cursor = None
        self._look(self._view.reset())

    def action_left(self) -> None:
        """The chart or the value to the left."""
        if self._alone:
            self._move_cursor(-1)
        else:
            self._go(self._place - 1)

    def action_right(self) -> None:
        """The chart or the value to the right."""
        if self._alone:
            self._move_cursor(1)
        else:
            self._go(self._place + 1)

    def action_up(self) -> None:
        """The chart above; alone: the one before."""
        self._go(self._place - (1 if self._alone else self._grid.columns))

    def action_down(self) -> None:
        """The chart below; alone: the next one."""
        self._go(self._place + (1 if self._alone else self._grid.columns))

    def action_fast_left(self) -> None:
        """The cursor ten cells to the left."""
        self._move_cursor(-_FAST)

    def action_fast_right(self) -> None:
        """The cursor ten cells to the right."""
        self._move_cursor(_FAST)

    def action_first(self) -> None:
        """The first chart or value."""
        self._end(first=True)

    def action_last(self) -> None:
        """The last chart or value."""
        self._end(first=False)

    def action_page_down(self) -> None:
        """The next page."""
        self._go(self._place + (1 if self._alone else self._grid.capacity()))

    def action_page_up(self) -> None:
        """The page before."""
        self._go(self._place - (1 if self._alone else self._grid.capacity()))

    def _go(self, place: int) -> None:
        """Choose the chart at this place, or the nearest there is."""
        place = max(0, min(place, len(self._items) - 1))
        if place != self._place:
            self._place, self._cursor = place, None
            self._draw()

    def _move_cursor(self, by: int) -> None:
        if self._alone:
            self._cursor = self._chart.move(self._cursor, by)
            self._draw()

    def _end(self, *, first: bool) -> None:
        if self._alone:
            self._cursor = self._chart.outermost(first=first)
            self._draw()
        else:
            self._go(0 if first else len(self._items) - 1)
