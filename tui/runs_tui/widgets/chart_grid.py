"""Charts and the heads of their sections on one rectangle of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from textual import events
from textual.geometry import Region
from textual.message import Message

from runs_tui.plotting.cells import Cells, Role, fit
from runs_tui.plotting.chart import Plot, finished, plot
from runs_tui.plotting.curve import Plotted
from runs_tui.plotting.glyphs import UNICODE, Glyphs
from runs_tui.plotting.look import Frame, Look, Title
from runs_tui.widgets.cell_view import CellView

MOST = 24
"""Charts on a page of a shape that nobody chose, whatever its size."""
GAP = 2
"""Cells between charts."""


def grid_shape(width: int, height: int, count: int = MOST) -> tuple[int, int]:
    """Columns and rows for ``count`` charts: as many as stay legible, and no more than are needed."""
    width, height = max(width, 1), max(height, 1)
    most_columns = max(1, width // (38 if width < 150 else 52))
    most_rows = max(1, height // (9 if height < 36 else 12))
    most_columns = min(most_columns, 6)
    most_rows = max(min(most_rows, MOST // most_columns), 1)
    count = max(1, min(count, most_columns * most_rows))
    # Of the shapes without an empty row or column, the one whose charts come nearest to 3.5 times as wide as high
    # in cells, which is what a time series reads best in.
    shapes = [(columns, -(-count // columns)) for columns in range(1, most_columns + 1)]
    shapes = [(c, r) for c, r in shapes if r <= most_rows and (r - 1) * c < count <= c * r and (c - 1) * r < count]
    return min(shapes, key=lambda s: (s[0] * s[1] - count, abs(width / s[0] / (height / s[1]) - 3.5)))


def parts_of(width: int, parts: int) -> list[tuple[int, int]]:
    """(first cell, cells) of so many equal parts of a width, with a gap between them."""
    ends = [(width + GAP) * part // parts for part in range(parts + 1)]
    return [(start, max(stop - start - GAP, 1)) for start, stop in pairwise(ends)]


class Tile(NamedTuple):
    """A chart and its place."""

    region: Region
    curves: tuple[Plotted, ...]
    title: Title
    look: Look


class Heading(NamedTuple):
    """The head of a section, on a line of its own."""

    line: int
    section: str
    text: str
    chosen: bool = False


class _Drawing(NamedTuple):
    """A tile as it was drawn."""

    tile: Tile
    versions: tuple[int, ...]
    plot: Plot
    cells: Cells


class ChartGrid(CellView):
    """Draws only charts that are new or have new points; all of them are one widget, which is what costs least."""

    DEFAULT_CSS = """
    ChartGrid { width: 1fr; height: 1fr; }
    """

    class Resized(Message):
        """There is room for more charts now, or for fewer."""

    class Pointed(Message):
        """A click on the chart with this number, at ``x`` of its axis where it hit the plot."""

        def __init__(self, number: int, x: float | None) -> None:
            super().__init__()
            self.number = number
            self.x = x

    class HeadPointed(Message):
        """A click on the head of a section."""

        def __init__(self, section: str) -> None:
            super().__init__()
            self.section = section

    class Scrolled(Message):
        """The wheel over the chart with this number, ``by`` 1 away from the user, at ``x`` of its axis."""

        def __init__(self, number: int, x: float, by: int) -> None:
            super().__init__()
            self.number = number
            self.x = x
            self.by = by

    def __init__(self, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._tiles: list[Tile] = []
        self._headings: Sequence[Heading] = ()
        self._drawings: list[_Drawing] = []

    def show(self, tiles: Sequence[Tile], headings: Sequence[Heading] = ()) -> None:
        """Show these charts, which do not overlap, and heads."""
        shown = [(drawing.tile, drawing.versions) for drawing in self._drawings]
        changed = headings != self._headings or [(tile, _versions(tile)) for tile in tiles] != shown
        self._tiles, self._headings = list(tiles), headings
        if changed:
            self.repaint()

    @property
    def tiles(self) -> Sequence[Tile]:
        """The charts that are shown."""
        return self._tiles

    def frame(self, number: int) -> Frame | None:
        """Where the plot of a chart lies; None for one that shows none, or is not on the screen yet."""
        return self._drawings[number].plot.frame if number < len(self._drawings) else None

    def paint(self, width: int, height: int) -> Cells:
        """All of it; blank where there is nothing."""
        before = {drawing.tile.region: drawing for drawing in self._drawings}
        cells = Cells(width, height)
        self._drawings = []
        for tile in self._tiles:
            drawing = before.get(tile.region)
            versions = _versions(tile)
            if drawing is None or (drawing.tile, drawing.versions) != (tile, versions):
                drawing = _drawing(tile, versions, drawing)
            self._drawings.append(drawing)
            cells.paste(tile.region.y, tile.region.x, drawing.cells)
        for heading in self._headings:
            self._head(cells, heading)
        return cells

    def _head(self, cells: Cells, heading: Heading) -> None:
        if not 0 <= heading.line < cells.height:
            return
        sign, mark = (self._glyphs.focus, Role.FOCUS) if heading.chosen else (self._glyphs.horizontal, Role.RULE)
        cells.put(heading.line, 0, sign, mark)
        words = fit(heading.text, cells.width - 2, self._glyphs.ellipsis)
        at = cells.put(heading.line, 2, words, Role.FOCUS if heading.chosen else Role.TITLE) + 1
        cells.fill(heading.line, at, max(cells.width - at, 0), 1, self._glyphs.horizontal, Role.RULE)

    def on_resize(self, event: events.Resize) -> None:
        """Ask for the charts that fit now."""
        self.post_message(self.Resized())

    def on_click(self, event: events.Click) -> None:
        """Tell which chart or head was clicked."""
        number = self._under(event)
        head = next((heading for heading in self._headings if heading.line == event.y), None)
        if number is not None:
            event.stop()
            self.post_message(self.Pointed(number, self._x_under(event, number)))
        elif head is not None:
            event.stop()
            self.post_message(self.HeadPointed(head.section))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel, away from the user."""
        self._scrolled(event, 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel, towards the user."""
        self._scrolled(event, -1)

    def _scrolled(self, event: events.MouseEvent, by: int) -> None:
        number = self._under(event)
        x = self._x_under(event, number) if number is not None else None
        if number is not None and x is not None:
            event.stop()
            self.post_message(self.Scrolled(number, x, by))

    def _under(self, event: events.MouseEvent) -> int | None:
        """The number of the chart under the pointer."""
        return next((n for n, tile in enumerate(self._tiles) if tile.region.contains(event.x, event.y)), None)

    def _x_under(self, event: events.MouseEvent, number: int) -> float | None:
        """x under the pointer; None beside the plot."""
        frame = self.frame(number)
        cell = event.x - self._tiles[number].region.x - frame.left if frame is not None else -1
        if frame is None or not 0 <= cell < frame.width:
            return None
        return (frame.edge(cell) + frame.edge(cell + 1)) / 2


def _versions(tile: Tile) -> tuple[int, ...]:
    return tuple(curve.version for curve in tile.curves)


def _drawing(tile: Tile, versions: tuple[int, ...], before: _Drawing | None) -> _Drawing:
    """Draw a tile; where only its title or its cursor is another than ``before``, over the same lines."""
    if before is not None and before.versions == versions and _lines_of(before.tile) == _lines_of(tile):
        drawn = before.plot
    else:
        drawn = plot(tile.curves, tile.region.width, tile.region.height, tile.look)
    return _Drawing(tile, versions, drawn, finished(drawn, tile.curves, tile.title, tile.look))


def _lines_of(tile: Tile) -> tuple[Region, tuple[Plotted, ...], Look]:
    """What decides how all but title and cursor is drawn."""
    return tile.region, tile.curves, replace(tile.look, focus=False, cursor=None)
