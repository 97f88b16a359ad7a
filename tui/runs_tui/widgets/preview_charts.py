"""The small charts of the preview: curves that are kept while the run stays the same."""

from __future__ import annotations

from typing import NamedTuple

from textual.strip import Strip

from runs_tui.model import words
from runs_tui.model.snapshot import Shown
from runs_tui.model.states import LIVE
from runs_tui.plotting.cells import Cells
from runs_tui.plotting.chart import Look, Title, draw_chart
from runs_tui.plotting.curve import Curve
from runs_tui.themes import hue_of
from runs_tui.widgets.cell_view import to_strip, to_strips


class _Drawn(NamedTuple):
    """A chart as it was drawn last, and for what."""

    asked: tuple[object, ...]
    cells: Cells
    strips: list[Strip]


class PreviewCharts:
    """Draws metrics of one run; what has not changed is not drawn again, and of the rest only new points cost."""

    def __init__(self) -> None:
        self._curves: dict[str, Curve] = {}
        self._drawn: dict[str, _Drawn] = {}

    def draw(self, shown: Shown, name: str, width: int, rows: int, theme: str, *, axes: bool) -> list[Strip]:
        """The metric as exactly ``rows`` lines; an empty plot where it has no points."""
        live = shown.row.state.word in LIVE
        asked = (shown.version, width, rows, theme, axes, live)
        before = self._drawn.get(name)
        if before is not None and before.asked == asked:
            return before.strips
        look = Look(axes=axes, live=live, hue=hue_of(shown.row.id))
        cells = self._cells(shown, name, max(width, 1), max(rows, 1), look)
        if before is not None and before.cells.chars.shape == cells.chars.shape and before.asked[1:] == asked[1:]:
            changed = ((cells.chars != before.cells.chars) | (cells.roles != before.cells.roles)).any(axis=1).tolist()
            strips = [to_strip(cells, y, theme) if changed[y] else before.strips[y] for y in range(cells.height)]
        else:
            strips = to_strips(cells, theme)
        self._drawn[name] = _Drawn(asked, cells, strips)
        return strips

    def _cells(self, shown: Shown, name: str, width: int, rows: int, look: Look) -> Cells:
        curve = self._curves.setdefault(name, Curve())
        value = ""
        try:
            series = shown.reader.series(name)
        except KeyError:
            pass
        else:
            curve.update(series)
            value = words.number(float(series.values[-1])) if len(series.values) else ""
        return draw_chart([curve], width, rows, Title(name, value), look)[0]
