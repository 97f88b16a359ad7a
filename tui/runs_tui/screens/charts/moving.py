"""The keys of a board that go from chart to chart, and over the values of one."""

from __future__ import annotations

from runs_tui.screens.charts import cursor
from runs_tui.screens.charts.drawing import DrawnBoard
from runs_tui.screens.charts.layout import Fold

_FAST = 10
"""Cells that the cursor moves at once."""


class Moving(DrawnBoard):
    """In a page the arrows choose a chart; in one alone they move its cursor and go to the next chart."""

    def action_full(self) -> None:
        """One chart alone, or all again; a folded section opens."""
        entry = self._entry
        if isinstance(entry, Fold):
            self._look(self._view.fold(entry.section))
        elif entry is not None or self._alone:
            self._alone, self._cursor = not self._alone, None
            self.draw_charts()

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
        self._go(self._beside(-1) if self._alone else self._layout.above(self._place, 1))

    def action_down(self) -> None:
        """The chart below; alone: the next one."""
        self._go(self._beside(1) if self._alone else self._layout.above(self._place, -1))

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
        self._go(self._beside(1) if self._alone else self._layout.turned(self._place, 1))

    def action_page_up(self) -> None:
        """The page before."""
        self._go(self._beside(-1) if self._alone else self._layout.turned(self._place, -1))

    def _beside(self, by: int) -> int:
        """The place of the next chart in one direction; folded ones have none."""
        place = self._place + by
        while 0 <= place < len(self._layout.entries) and isinstance(self._layout.entries[place], Fold):
            place += by
        return place if 0 <= place < len(self._layout.entries) else self._place

    def _go(self, place: int) -> None:
        """Choose the chart at this place, or the nearest there is."""
        place = max(0, min(place, len(self._layout.entries) - 1))
        if place != self._place:
            self._place, self._cursor = place, None
            self.draw_charts()

    def _move_cursor(self, by: int) -> None:
        if self._alone and self._grid.tiles:
            self._cursor = cursor.moved(self._grid.tiles[0].curves, self._grid.frame(0), self._cursor, by)
            self.draw_charts()

    def _end(self, *, first: bool) -> None:
        if not self._alone:
            self._go(0 if first else len(self._layout.entries) - 1)
        elif self._grid.tiles:
            self._cursor = cursor.outermost(self._grid.tiles[0].curves, self._grid.frame(0), first=first)
            self.draw_charts()
