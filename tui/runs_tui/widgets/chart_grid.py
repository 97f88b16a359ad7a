"""A page of charts in columns and rows of one size."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from runs_tui.widgets.chart import Chart, Tile

MOST = 24
"""Charts on a page, whatever its size."""


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


class ChartGrid(Widget):
    """Shows up to `capacity` charts. Their places change only with the size and the number of charts."""

    DEFAULT_CSS = """
    ChartGrid { layout: grid; width: 1fr; height: 1fr; grid-gutter: 0 2; }
    """

    class Resized(Message):
        """There is room for more charts now, or for fewer."""

    class Chosen(Message):
        """A chart was clicked."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self) -> None:
        super().__init__()
        self._shape = (0, 0)
        self._known = Size(0, 0)
        self._charts = [Chart() for _ in range(MOST)]

    def compose(self) -> ComposeResult:
        """All charts there can be; those without a place are not displayed."""
        for chart in self._charts:
            chart.display = False
            yield chart

    @property
    def columns(self) -> int:
        """Charts in a row, as last shown."""
        return max(self._shape[0], 1)

    def capacity(self) -> int:
        """How many charts fit; 0 before the size is known."""
        columns, rows = grid_shape(*self._known)
        return columns * rows if self._known else 0

    def show(self, tiles: Sequence[Tile], total: int) -> None:
        """Show these charts, at most `capacity`, of ``total`` on all pages: pages look alike."""
        shape = grid_shape(*self._known, total)
        if shape != self._shape:
            self._shape = shape
            self.styles.grid_size_columns, self.styles.grid_size_rows = shape
        for place, chart in enumerate(self._charts):
            shown = place < shape[0] * shape[1]
            if chart.display != shown:
                chart.display = shown
            chart.show(tiles[place] if place < len(tiles) else None)

    def on_resize(self, event: events.Resize) -> None:
        """Ask for the charts that fit now."""
        if event.size != self._known:
            self._known = event.size
            self.post_message(self.Resized())

    def on_click(self, event: events.Click) -> None:
        """Tell which chart was clicked."""
        if event.widget in self._charts:
            self.post_message(self.Chosen(self._charts.index(event.widget)))
