"""The small charts of the preview: curves that are kept while the run stays the same."""

from __future__ import annotations

from textual.strip import Strip

from runs_tui.model import words
from runs_tui.model.snapshot import Shown
from runs_tui.plotting.chart import Look, Title, draw_chart
from runs_tui.plotting.curve import Curve
from runs_tui.widgets.cell_view import to_strips
from runstore.reading.run import RunReader


class PreviewCharts:
    """Draws metrics of one run; what has not changed is not drawn again, and of the rest only new points cost."""

    def __init__(self) -> None:
        self._curves: dict[str, Curve] = {}
        self._drawn: dict[str, tuple[object, list[Strip]]] = {}

    def draw(self, shown: Shown, name: str, width: int, rows: int, theme: str, *, axes: bool) -> list[Strip]:
        """The metric as exactly ``rows`` lines; an empty plot where it has no points."""
        asked = (shown.version, width, rows, theme, axes)
        drawn = self._drawn.get(name)
        if drawn is None or drawn[0] != asked:
            drawn = asked, self._draw(shown.reader, name, width, rows, theme, axes)
            self._drawn[name] = drawn
        return drawn[1]

    def _draw(self, reader: RunReader, name: str, width: int, rows: int, theme: str, axes: bool) -> list[Strip]:
        curve = self._curves.setdefault(name, Curve())
        value = ""
        try:
            series = reader.series(name)
        except KeyError:
            pass
        else:
            curve.update(series)
            value = words.number(float(series.values[-1])) if len(series.values) else ""
        cells, _ = draw_chart([curve], max(width, 1), max(rows, 1), Title(name, value), Look(axes=axes))
        return to_strips(cells, theme)
