"""What is on the screen of a board of charts, drawn from its source, its view and the place of the user."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from time import monotonic

from textual.app import ComposeResult
from textual.timer import Timer
from textual.widget import Widget

from runs_tui import keys
from runs_tui.plotting.glyphs import glyphs_for
from runs_tui.screens.charts.kept import KeptView
from runs_tui.screens.charts.layout import Entry, Fold, Layout, entries_of, rows_needed
from runs_tui.screens.charts.loading import Loader
from runs_tui.screens.charts.painting import Focused, Painter
from runs_tui.screens.charts.source import ChartSource, Item
from runs_tui.screens.charts.view import ChartView
from runs_tui.screens.tabs import StatusChanged
from runs_tui.widgets import fit
from runs_tui.widgets.chart_grid import ChartGrid, grid_shape
from runs_tui.widgets.prompt_line import PromptLine
from runs_tui.widgets.read_out import ReadOut

_PERIODS = (0.3, 1.2)
"""Seconds from one drawing for new points to the next, of up to a few charts and of more: together they cost least."""
_FEW = 4
_RESTS = 20
"""So many times as long as a drawing took there is none for new points: the keys need the processor, too."""
_GRACE = 0.4
"""Seconds that a drawing which is due waits for the next news of the source, which mostly comes and needs one too."""
_SETTLED = 0.25
"""Seconds without a key from which on charts that are coarse are read again: zooming on is not held up."""
_LONG = 0.3
"""Seconds of loading from which on it is said."""
_LEAST = (14, 4)
"""Cells and lines that a chart has at least, whatever shape was chosen."""


class DrawnBoard(Widget):
    """Draws; it knows no key yet."""

    def __init__(self) -> None:
        super().__init__()
        self._source: ChartSource | None = None
        self._view = ChartView()
        self._kept: KeptView | None = None
        self._items: list[Item] = []
        self._form: tuple[object, ...] = ()
        self._layout = Layout([], self._view, 1, 1, 1)
        self._place = 0
        self._alone = False
        self._cursor: float | None = None
        self._moment: float | None = None
        self._status = ""
        self._drawn_at = self._took = 0.0
        self._live = False
        self._late: Timer | None = None
        self._slow: Timer | None = None
        self._finer: Timer | None = None
        self._looked_into: tuple[object, ...] = ()
        self._prompt: PromptLine | None = None
        self._glyphs = glyphs_for(os.environ)
        self._loader = Loader(self._loaded_late)
        self._loaded: tuple[object, ...] = ()
        self._asked: tuple[object, ...] = ()
        self._news = False
        self._resting = False
        self._grid = ChartGrid(self._glyphs)
        self._read_out = ReadOut()

    def compose(self) -> ComposeResult:
        """The charts, and what is said at the cursor."""
        self._read_out.display = False
        yield self._grid
        yield self._read_out

    # What its screen asks for

    def show_source(self, source: ChartSource, *, at_once: bool = False) -> None:
        """Show these charts; of a source that is shown already what is new, ``at_once`` where the user asked for it."""
        if source is self._source:
            self._news = True
            period = _PERIODS[len(self._on_screen()) > _FEW]
            rest = self._drawn_at + max(period, _RESTS * self._took) - monotonic()
            if rest > 0 and not at_once and source.live == self._live:
                if self._late is None:
                    self._late = self.set_timer(rest + _GRACE, self.draw_charts)
                return
        else:
            if self._kept is None or self._source is None or source.root != self._source.root:
                self._kept = KeptView(source.root)
                self._view = self._kept.restore(self._view)
            self._source, self._loaded, self._form = source, (), ()
            self._cursor = self._moment = None
        self.draw_charts()

    def status_text(self) -> str:
        """Section, which charts of how many, and how they are drawn."""
        return self._status

    @property
    def chosen(self) -> Item | None:
        """The chart with the focus."""
        entry = self._entry
        return entry if isinstance(entry, Item) else None

    @property
    def other_x(self) -> str:
        """Why limits of x mean nothing for the chosen chart; empty where they do."""
        if self.chosen is None or self._view.x_of(self.chosen) == self._view.x:
            return ""
        return f"x is time here, unlike in other charts: {keys.shown_key('charts', 'x_axis')} sets it for all"

    @property
    def busy(self) -> bool:
        """Whether something is still to be read, or drawn."""
        return self._loader.busy or self._late is not None or self._finer is not None or self._resting

    # What is where

    @property
    def _entry(self) -> Entry | None:
        entries = self._layout.entries
        return entries[self._place] if self._place < len(entries) else None

    def _on_screen(self) -> list[Item]:
        """The charts that are on the screen."""
        if self._alone:
            return [self.chosen] if self.chosen is not None else []
        page = self._layout.span_of(self._layout.page_of(self._place))
        return [entry for place in page if isinstance(entry := self._layout.entries[place], Item)]

    def _arrange(self, source: ChartSource) -> None:
        """Lay out the charts there are, and stay at the chosen one wherever it is now."""
        items, view = source.items(self._view), self._view
        form = (self._grid.size, view.shape, view.sections, view.pins, view.folded)
        if form == self._form and items == self._items:
            return
        columns, rows = self._shape(items)
        height = max(self._grid.size.height, 1)
        before, chosen = self._layout, self._entry
        self._form, self._items = form, items
        entries = entries_of(items, view)
        folds = sum(isinstance(entry, Fold) for entry in entries)
        lines = max((height - min(folds, height // 3)) // rows, 1)
        self._layout = Layout(entries, view, columns, lines, height)
        self._place = self._layout.place_of(chosen, before, self._place)

    def _shape(self, items: list[Item]) -> tuple[int, int]:
        """Columns and rows of a page."""
        width, height = self._grid.size
        if self._view.shape is not None:
            columns, rows = self._view.shape
            return max(1, min(columns, width // _LEAST[0])), max(1, min(rows, height // _LEAST[1]))
        if not self._view.sections:
            return grid_shape(width, height, len(items))
        columns, rows = grid_shape(width, height)
        return columns, max(1, min(rows, rows_needed(items, self._view, columns)))

    # Drawing

    def draw_charts(self) -> None:
        """Bring the screen to the present state of source and view."""
        source = self._source
        if self._late is not None:
            self._late.stop()
            self._late = None
        if source is None or self._resting or not self.is_mounted or not self._grid.size:
            return  # the first size tells to draw again
        self._drawn_at, self._live = monotonic(), source.live
        self._read_out.display = (self._alone or self._moment is not None) and self.size.height >= 8
        if self._loaded:  # of a new source it is not known yet what there is
            self._arrange(source)
        ready = self._load(source)
        while ready:
            shown = self._on_screen()
            self._arrange(source)
            if self._on_screen() == shown:
                break
            ready = self._load(source)
        if ready:
            begun = monotonic()
            self._paint(source)
            self._took = monotonic() - begun
            self._describe()
            self._look_into(source)
        elif self._slow is None:
            self._slow = self.set_timer(_LONG, self._say_loading)

    def _load(self, source: ChartSource) -> bool:
        """Have the charts of the screen loaded; whether they can be drawn now, if without the newest points."""
        items, view = self._on_screen(), self._view
        key = (source, items, view.recipe)
        if key == self._loaded and not self._news:
            return True
        self._news = False
        self._asked = key
        if self._loader.ask(partial(source.load, items, view)):
            self._loaded = key
        return key == self._loaded

    def _loaded_late(self) -> None:
        """What nobody waited for is there."""
        if not self._loader.busy and self.is_mounted:
            self._loaded = self._asked
            self.draw_charts()

    def _look_into(self, source: ChartSource) -> None:
        """Have charts that are too coarse for the part of x that is seen read again, once that stays as it is."""
        if self._finer is not None:
            self._finer.stop()
            self._finer = None
        seen = (source, self._on_screen(), self._view.x_limits)
        if seen != self._looked_into and source.coarse(self._on_screen(), self._view):
            self._finer = self.set_timer(_SETTLED, partial(self._read_finer, seen))

    def _read_finer(self, seen: tuple[object, ...]) -> None:
        self._finer, self._looked_into, self._news = None, seen, True
        self.draw_charts()

    def _say_loading(self) -> None:
        """It takes long: what is not there yet is shown as charts to come."""
        self._slow = None
        if self._source is not None and self._loader.busy:
            self._paint(self._source, waiting=True)
            self._describe(waiting=True)
            self._slow = self.set_timer(_LONG, self._say_loading)

    def _paint(self, source: ChartSource, waiting: bool = False) -> None:
        """Show what is loaded; of the rest, if it is waited for, the names."""
        if self._slow is not None and not waiting:
            self._slow.stop()
            self._slow = None
        painter = Painter(source, self._view, self._glyphs, waiting)
        if self._alone:
            page = painter.alone(self.chosen, *self._grid.size, self._cursor, self._moment)
            if page.focused is not None and page.focused.drawn.curves:
                self._cursor, self._moment = page.focused.cursor, None
        else:
            page = painter.page(self._layout, self._place, self._grid.size.width, self._moment)
        self._grid.show(page.tiles, page.headings)
        if self._read_out.display:
            self._read_out.show(_said(source, page.focused), max(self.size.height // 4, 1))

    def _describe(self, waiting: bool = False) -> None:
        """The words for the header; with ``waiting`` also how far the loading has come."""
        view, parts = self._view, []
        items, chosen = self._items, self.chosen
        if waiting and self._source is not None:
            parts.append(f"loading {self._source.progress}".rstrip())
        elif self._loader.trouble:
            parts.append(fit.safe(self._loader.trouble, 60))
        if not items:
            parts += [] if waiting else ["no metric has these words" if view.words else "no metrics yet"]
        elif self._alone and chosen is not None:
            parts.append(f"{self._layout.charts_before(self._place) + 1} of {len(items)}")
        else:
            section = chosen.shown.rpartition("/")[0] if chosen is not None else ""
            parts += [fit.middle(fit.safe(section), min(len(section), 16))] if section and not view.sections else []
            page = self._layout.span_of(self._layout.page_of(self._place))
            first, last = self._layout.charts_before(page.start) + 1, self._layout.charts_before(page.stop)
            parts.append(f"{first}-{last} of {len(items)}")
        status = " · ".join([*parts, *view.words_for_it(filtering=self._prompt is not None)])
        if status != self._status:
            self._status = status
            self.post_message(StatusChanged())

    def _look(self, view: ChartView) -> None:
        """Show the charts in another way, and remember it."""
        if view.x != self._view.x or view.along != self._view.along:
            self._cursor = None  # at no value that another axis has
        self._view = view
        if self._kept is not None:
            self._kept.keep(replace(view, words=""))
        self.draw_charts()

    def tell(self, message: str) -> None:
        """Say something in place of the hints, where there is room for it."""
        say = getattr(self.screen, "say", None)
        if say is not None:
            say(message)

    def on_chart_grid_resized(self) -> None:
        """Other charts fit now."""
        self.draw_charts()


def _said(source: ChartSource, focused: Focused | None) -> list[tuple[str, str]]:
    """What is at the cursor, or what there is to say without one."""
    if focused is None or not focused.drawn.curves:
        return []
    item, drawn, cursor = focused
    return source.summary(item) if cursor is None else source.reading(item, drawn, cursor)
