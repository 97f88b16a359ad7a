"""The panes of the Runs screen: as many side by side as the width allows."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.css.scalar import Scalar

from runs_tui.widgets.edge import Edge
from runs_tui.widgets.experiments import Experiments
from runs_tui.widgets.lines import Covered
from runs_tui.widgets.preview import Preview
from runs_tui.widgets.run_table import RunTable
from runs_tui.widgets.saved_views import SavedViews
from runs_tui.widgets.welcome import Welcome

TWO_PANES, THREE_PANES = 116, 150
"""Columns from which there are two and three panes."""
_EXPERIMENTS = 25
ROOMY = 12
"""Lines from which there are rules and a preview."""


class _Left(Covered):
    """One below the other."""

    DEFAULT_CSS = """
    _Left { height: 1fr; layout: vertical; }
    """


class Panes(Covered):
    """Experiments, run table and preview; where there are no runs, how to begin."""

    DEFAULT_CSS = """
    Panes { width: 1fr; height: 1fr; }
    """

    def __init__(self, roots: Sequence[str], others: Sequence[str]) -> None:
        """``others``: known roots that are not open."""
        super().__init__()
        self.experiments = Experiments()
        self._views = SavedViews("saved views")
        self._left = _Left(self.experiments, self._views)
        self.table = RunTable()
        self.preview = Preview()
        self.welcome = Welcome(roots, others)
        self._edges = Edge(), Edge()

    def compose(self) -> ComposeResult:
        """All panes; the size tells which of them are shown, and where."""
        yield self._left
        yield self._edges[0]
        yield self.table
        yield self.welcome
        yield self._edges[1]
        yield self.preview

    def place(self, width: int, height: int, *, empty: bool) -> tuple[int, ...]:
        """Place them for a screen of this size; the columns of the lines between them."""
        roomy = height >= ROOMY
        three, side = width >= THREE_PANES, width >= TWO_PANES
        beside = max(min(width * 36 // 100, 48), 38) if not three else max(width * 24 // 100, 38)
        self.styles.layout = "horizontal" if side else "vertical"
        self._left.display = self.experiments.display = three and not empty
        self._left.styles.width = _EXPERIMENTS
        self._views.styles.height = min(self._views.wanted, height // 3)
        self.table.display, self.welcome.display = not empty, empty
        self.preview.display = roomy and not empty
        self._edges[0].display = self.experiments.display
        self._edges[1].display = side and self.preview.display
        self.preview.set_side(side=side)
        self.preview.styles.width = beside if side else "1fr"
        self.preview.styles.height = "1fr" if side else max(min(height // 4, 14), 6)
        columns = (_EXPERIMENTS, width - beside - 1)
        return tuple(column for column, edge in zip(columns, self._edges, strict=True) if edge.display)

    def show_views(self, names: Sequence[str], current: str | None) -> None:
        """Show the saved views below the experiments; ``current`` is in force."""
        self._views.show(names, current)
        height = min(self._views.wanted, self.size.height // 3)
        if self._views.styles.height != Scalar.from_number(height):
            self._views.styles.height = height
