"""The keys of a board that change how its charts are drawn."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor

from runs_tui.plotting.axes import Limits
from runs_tui.plotting.limits import OPEN, moved, zoomed
from runs_tui.screens.charts.drawing import DrawnBoard
from runs_tui.screens.charts.layout import Fold, section_of

_ZOOM = 0.5
_PAN = 0.25
_NARROWEST = 1e-12
"""Parts of its place that a window is wide at least."""


class Looking(DrawnBoard):
    """Smoothing, axes, zoom, sections, pins."""

    def action_smooth_more(self) -> None:
        """The next stronger smoothing."""
        self._look(self._view.smoothed(1))

    def action_smooth_less(self) -> None:
        """The next weaker smoothing."""
        self._look(self._view.smoothed(-1))

    def action_x_axis(self) -> None:
        """The next kind of x."""
        self._look(self._view.next_x(self._epoch()))

    def action_log(self) -> None:
        """The next of: linear axes, y, x, both logarithmic."""
        self._look(self._view.next_log())

    def action_outliers(self) -> None:
        """Let outliers count for the range of y, or not."""
        self._look(replace(self._view, robust=not self._view.robust))

    def action_ranks(self) -> None:
        """The lowest rank, all of them, or their band."""
        self._look(self._view.next_ranks())

    def action_system(self) -> None:
        """Show or hide the samples of the machine."""
        self._look(replace(self._view, system=not self._view.system))

    def action_reset(self) -> None:
        """As in the beginning, but for which charts are shown."""
        self._cursor = self._moment = None
        self._look(self._view.reset())

    def action_pin(self) -> None:
        """This chart among the first, or back at its place."""
        if self.chosen is not None:
            self._look(self._view.pinned(self.chosen.shown))

    def action_sections(self) -> None:
        """Put charts together by the first part of their names, or not."""
        self._look(replace(self._view, sections=not self._view.sections))

    def action_fold(self) -> None:
        """Leave of this section only its head, or open it again."""
        entry = self._entry
        if isinstance(entry, Fold):
            self._look(self._view.fold(entry.section))
        elif entry is not None and not self._alone:
            section = section_of(entry, self._view)
            self._look(replace(self._view, sections=True).fold(section))

    def action_zoom_in(self) -> None:
        """Half of what x spans, around the cursor or the middle."""
        self._zoom(_ZOOM)

    def action_zoom_out(self) -> None:
        """Twice what x spans, at most all."""
        self._zoom(1 / _ZOOM)

    def action_pan_left(self) -> None:
        """Towards the beginning."""
        self._pan(-_PAN)

    def action_pan_right(self) -> None:
        """Towards the end."""
        self._pan(_PAN)

    def _zoom(self, factor: float, number: int | None = None, centre: float | None = None) -> None:
        """Another width of the window on x, that of the tile of this ``number``; what lies at ``centre`` stays."""
        found = self._window(number)
        if found is None:
            return
        (low, high), whole, log = found
        if centre is None and self._alone:
            centre = self._cursor
        if centre is None or not low <= centre <= high:
            centre = (low * high) ** 0.5 if log and low > 0 else low / 2 + high / 2
        low, high = zoomed((low, high), centre, factor, log)
        least = max(abs(low), abs(high)) * _NARROWEST
        if self._view.x == "step":
            least = 2.0
        if factor < 1 and high - low < least:
            return
        if self._view.x == "step":
            low, high = float(floor(low)), float(ceil(high))
        bounds = (low if low > whole[0] else None, high if high < whole[1] else None)
        self._look(replace(self._view, x_limits=bounds))

    def _pan(self, part: float) -> None:
        """The window moved, as far as there are points."""
        found = self._window()
        if found is None or self._view.x_limits == OPEN:
            return
        window, whole, log = found
        low, high = moved(window, part, log)
        if low < whole[0] and part < 0:
            low, high = whole[0], whole[0] + window[1] - window[0] if not log else window[1] * whole[0] / window[0]
        elif high > whole[1] and part > 0:
            low, high = whole[1] - window[1] + window[0] if not log else window[0] * whole[1] / window[1], whole[1]
        self._look(replace(self._view, x_limits=(low, high)))

    def _window(self, number: int | None = None) -> tuple[Limits, Limits, bool] | None:
        """What x spans now, what the points span, and whether it is logarithmic: of the tile of this ``number``, else
        of the chosen one."""
        if number is None:
            number = next((n for n, tile in enumerate(self._grid.tiles) if tile.look.focus), None)
        frame = self._grid.frame(number) if number is not None else None
        if number is None or number >= len(self._grid.tiles) or frame is None:
            return None
        curves = self._grid.tiles[number].curves
        if curves and curves[0].kind != self._view.x:
            if self.other_x:
                self.tell(self.other_x)
            return None
        spans = [span for curve in curves if (span := curve.span(frame.log_x))]
        if not spans:
            return None
        whole = min(low for low, _ in spans), max(high for _, high in spans)
        return (frame.low, frame.high), whole, frame.log_x

    def _epoch(self) -> str:
        """The metric that counts epochs, if there is one."""
        if self._source is None:
            return ""
        names = [item.name for item in self._source.items(replace(self._view, words="")) if not item.sample]
        return next((name for name in names if name.rpartition("/")[2].casefold() == "epoch"), "")
