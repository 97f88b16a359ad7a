"""The board of charts: a page of live charts, or one of them alone with a cursor over its values."""

from __future__ import annotations

from runs_tui import keys
from runs_tui.screens.charts.cursor import nearest, outermost, time_at
from runs_tui.screens.charts.looking import Looking
from runs_tui.screens.charts.moving import Moving
from runs_tui.screens.charts.writing import Writing
from runs_tui.screens.tabs import MomentAsked
from runs_tui.widgets.chart_grid import ChartGrid

_WHEEL = 0.8
"""How much of the window one notch of the wheel leaves."""


class ChartBoard(Moving, Looking, Writing):
    """Shows the charts of a `runs_tui.screens.charts.source.ChartSource`, and draws only those that changed."""

    SCOPE = "charts"
    BINDINGS = keys.bindings("charts")
    can_focus = True
    DEFAULT_CSS = """
    ChartBoard { layout: vertical; width: 1fr; height: 1fr; }
    """

    def show_moment(self, time: float) -> None:
        """Set the cursors of all charts to a time, unix seconds."""
        self._moment = time
        self.draw_charts()

    def action_link(self) -> None:
        """Ask for the output of the time at the cursor; without one, of the last value in sight."""
        number = next((n for n, tile in enumerate(self._grid.tiles) if tile.look.focus), None)
        if number is None:
            return
        curves, cursor = self._grid.tiles[number].curves, self._grid.tiles[number].look.cursor
        if cursor is None:
            cursor = outermost(curves, self._grid.frame(number), first=False)
        time = time_at(curves, cursor) if cursor is not None else None
        if time is not None:
            self.post_message(MomentAsked(time))

    def on_chart_grid_pointed(self, event: ChartGrid.Pointed) -> None:
        """The first click on a chart chooses it, the second shows it alone; there a click sets the cursor."""
        event.stop()
        if event.number >= len(self._grid.tiles):  # there are fewer of them since the click
            return
        tile = self._grid.tiles[event.number]
        if self._alone:
            if event.x is not None:
                self._cursor = nearest(tile.curves, event.x)
                self.draw_charts()
        elif tile.look.focus:
            self.action_full()
        else:
            names = [getattr(entry, "shown", "") for entry in self._layout.entries]
            if tile.title.name in names:  # else it is of the page before: the charts of this one are being read
                self._go(names.index(tile.title.name))

    def on_chart_grid_head_pointed(self, event: ChartGrid.HeadPointed) -> None:
        """A click on the head of a section folds it, or opens it again."""
        event.stop()
        self._look(self._view.fold(event.section))

    def on_chart_grid_scrolled(self, event: ChartGrid.Scrolled) -> None:
        """The wheel zooms, and leaves what lies under the pointer where it is."""
        event.stop()
        self._zoom(_WHEEL if event.by > 0 else 1 / _WHEEL, event.number, event.x)
