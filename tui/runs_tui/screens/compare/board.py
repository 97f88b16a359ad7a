"""The board of charts of the Compare screen: it says when another value is read."""

from __future__ import annotations

from textual.message import Message

from runs_tui.screens.charts.board import ChartBoard


class ComparedBoard(ChartBoard):
    """Charts of several runs."""

    class Read(Message):
        """Charts were drawn: another one may be chosen, or the cursor elsewhere."""

    @property
    def cursor(self) -> float | None:
        """x at the cursor, where there is one."""
        return self._cursor if self._alone else None

    def draw_charts(self) -> None:
        """Draw, and say so."""
        super().draw_charts()
        self.post_message(self.Read())
