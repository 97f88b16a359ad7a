"""A page with one chart: lines with a legend, or bars."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from runs_tui.plotting.bars import draw_bars
from runs_tui.plotting.cells import Cells
from runs_tui.plotting.chart import Look, Title, draw_chart
from runs_tui.plotting.curve import Curve
from runs_tui.widgets import fit
from runs_tui.widgets.cell_view import to_strips
from runs_tui.widgets.pages import Paper
from runs_tui.widgets.pages.whole import WholePage


class PlotPage(WholePage):
    """Lines over one x axis."""

    def __init__(self, curves: Sequence[tuple[str, Curve]], title: Title | None, note: str = "") -> None:
        """``curves``: (name, line); ``note`` stands at the end of the legend. Without a title the legend is it."""
        super().__init__()
        self._curves = list(curves)
        self._title = title
        self._note = note

    def _paint(self, paper: Paper) -> list[Strip]:
        legend = self._legend(paper) if len(self._curves) > 1 or self._note else []
        titled = self._title is not None
        rows = max(paper.height - len(legend) * titled, 1)
        title, look = self._title or Title(""), Look(glyphs=paper.glyphs)
        cells, _ = draw_chart([curve for _, curve in self._curves], paper.width, rows, title, look)
        return [*legend, *to_strips(cells, paper.theme)[not titled :]]

    def _legend(self, paper: Paper) -> list[Strip]:
        """The names in the colours of their lines, as many as fit on one line."""
        ink = paper.ink
        parts: list[fit.Part] = [" "]
        room = paper.width - 1 - (fit.cell_len(self._note) + 1 if self._note else 0)
        for number, (name, _) in enumerate(self._curves):
            shown = fit.safe(name, 60)
            shown = fit.middle(shown, min(fit.cell_len(shown), 24))
            room -= fit.cell_len(shown) + 5
            if room < 0:
                break
            parts += [("── ", ink.series[number % len(ink.series)]), (shown, ink.text), "  "]
        return [fit.line(*parts, (self._note, ink.dim))]


class BarsPage(WholePage):
    """A histogram."""

    def __init__(self, edges: Sequence[float], counts: Sequence[float], title: Title) -> None:
        super().__init__()
        self._edges, self._counts, self._title = edges, counts, title

    def _paint(self, paper: Paper) -> list[Strip]:
        look = Look(glyphs=paper.glyphs)
        cells: Cells = draw_bars(self._edges, self._counts, paper.width, paper.height, self._title, look)
        return to_strips(cells, paper.theme)
