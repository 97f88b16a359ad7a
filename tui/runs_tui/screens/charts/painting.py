"""A source, a view and a layout as tiles for the screen."""

from __future__ import annotations

from typing import NamedTuple

from textual.geometry import Region

from runs_tui.plotting.glyphs import Glyphs
from runs_tui.plotting.limits import OPEN
from runs_tui.plotting.look import Look, Title
from runs_tui.screens.charts.cursor import at_time
from runs_tui.screens.charts.layout import Fold, Layout
from runs_tui.screens.charts.source import ChartSource, Drawn, Item
from runs_tui.screens.charts.view import ChartView
from runs_tui.widgets.chart_grid import Heading, Tile, parts_of


class Focused(NamedTuple):
    """The chart with the focus, and where its cursor is."""

    item: Item
    drawn: Drawn
    cursor: float | None


class Page(NamedTuple):
    """All that is on the screen."""

    tiles: list[Tile]
    headings: list[Heading]
    focused: Focused | None


class Painter(NamedTuple):
    """Makes pages; with ``waiting`` charts that are not loaded yet are shown as charts to come."""

    source: ChartSource
    view: ChartView
    glyphs: Glyphs
    waiting: bool = False

    def page(self, layout: Layout, place: int, width: int, moment: float | None) -> Page:
        """The page of an entry, which has the focus, with all cursors at a moment, unix seconds."""
        page = Page([], [], None)
        columns = parts_of(width, layout.columns)
        for line, row in layout.on_page(layout.page_of(place)):
            if row.head:
                page.headings.append(Heading(line, row.head, row.head))
            for at, (left, cells) in zip(range(row.start, row.stop), columns, strict=False):
                entry, focus = layout.entries[at], at == place
                if isinstance(entry, Fold):
                    words = f"{entry.section or 'others'}   {entry.charts} folded"
                    page.headings.append(Heading(line, entry.section, words, focus))
                    continue
                drawn = self._drawn(entry)
                if drawn is None:
                    continue
                under = bool(row.head)
                region = Region(left, line + under, cells, max(row.lines - under, 1))
                cursor = None if moment is None else at_time(drawn.curves, moment)
                page.tiles.append(self._tile(region, entry, drawn, focus, cursor))
                if focus:
                    page = page._replace(focused=Focused(entry, drawn, cursor))
        return page

    def alone(self, item: Item | None, width: int, height: int, cursor: float | None, moment: float | None) -> Page:
        """One chart on the whole screen, its cursor at a moment if there is one."""
        drawn = self._drawn(item) if item is not None else None
        if item is None or drawn is None:
            return Page([], [], None)
        if moment is not None:
            cursor = at_time(drawn.curves, moment)
        tile = self._tile(Region(0, 0, width, height), item, drawn, True, cursor)
        return Page([tile], [], Focused(item, drawn, cursor))

    def _drawn(self, item: Item) -> Drawn | None:
        drawn = self.source.drawn(item, self.view)
        return Drawn((), Title(item.shown, "loading"), ()) if drawn is None and self.waiting else drawn

    def _tile(self, region: Region, item: Item, drawn: Drawn, focus: bool, cursor: float | None) -> Tile:
        view, x_limits = self.view, self.view.x_limits_of(item)
        look = Look(
            log=view.log,
            log_x=view.log_x,
            x_limits=None if x_limits == OPEN else x_limits,
            y_limits=view.limits_of(item.shown),
            robust=view.robust,
            live=self.source.live,
            focus=focus,
            cursor=cursor,
            hues=drawn.hues,
            names=drawn.names,
            glyphs=self.glyphs,
        )
        return Tile(region, drawn.curves, drawn.title, look)
