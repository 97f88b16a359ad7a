"""The preview of the run under the cursor: its main charts, its last output lines, its parameters."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.timer import Timer

from runs_tui.model import words
from runs_tui.model.columns import pick_metrics
from runs_tui.model.family import counted
from runs_tui.model.fields import reason
from runs_tui.model.groups import Group
from runs_tui.model.snapshot import Shown
from runs_tui.model.states import LIVE
from runs_tui.widgets import fit
from runs_tui.widgets.canvas import Canvas
from runs_tui.widgets.group_preview import group_preview
from runs_tui.widgets.run_columns import state_cell
from runstore.reading.row import RunRow

if TYPE_CHECKING:
    from runs_tui.widgets.preview_charts import PreviewCharts

_CHART_ROWS = (5, 9)
"""Fewest and most rows of a chart beside the table."""
_CHART_COLUMNS = 36
"""Cells for a chart below the table."""
_PERIOD = 2.0
"""Seconds between two drawings of one run for new points: the table says the newest values sooner, and cheaper."""
_GRACE = 0.4
"""Seconds that a drawing which is due waits for the next news of the run, which mostly comes and needs one too."""


def _standing(row: RunRow | None) -> tuple[object, ...]:
    """What decides which parts there are: it is shown at once."""
    return () if row is None else (row.state.word, len(row.metrics), len(row.params))


class Preview(Canvas):
    """Below the table it is a strip of charts side by side, beside it a column."""

    def __init__(self) -> None:
        super().__init__()
        self._side = False
        self._row: RunRow | None = None
        self._shown: Shown | None = None
        self._charts: PreviewCharts | None = None
        self._group: tuple[Group, str] | None = None
        self._drawn_at = 0.0
        self._later: Timer | None = None

    @property
    def waits(self) -> bool:
        """Whether its run has not been read yet."""
        return self._row is not None and self._shown is None

    def set_side(self, *, side: bool) -> None:
        """Beside the table, or below it."""
        self._side = side
        self.styles.padding = (0, 1) if side else 0
        self.repaint()

    def show_group(self, group: Group, by: str) -> None:
        """Show this group, of those by this field."""
        if (group, by) != self._group:
            self._group = group, by
            self._row = self._shown = self._charts = None
            self.repaint()

    def show(self, row: RunRow | None, shown: Shown | None) -> None:
        """Show this run, and its charts and output once it has been read."""
        before = self._row, self._shown and (self._shown.version, self._shown.family)
        if self._group is not None:
            self._group, before = None, (None, None)
        if row is None or self._row is None or row.key != self._row.key:
            self._shown, self._charts = None, None
            self._drawn_at = 0.0
        known, self._row = self._row, row
        urgent = self._shown is None or _standing(known) != _standing(row)
        if shown is not None and row is not None and shown.row.key == row.key:
            self._shown = shown
        if before == (row, self._shown and (self._shown.version, self._shown.family)):
            return
        rest = self._drawn_at + _PERIOD - time.monotonic()
        if rest > 0 and not urgent:
            self._later = self._later or self.set_timer(rest + _GRACE, self._catch_up)
            return
        self._catch_up()

    def _catch_up(self) -> None:
        """Draw what came meanwhile."""
        if self._later is not None:
            self._later.stop()
            self._later = None
        self._drawn_at = time.monotonic()
        self.repaint()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The lines of either form."""
        if self._group is not None:
            return group_preview(*self._group, width, self.ink, side=self._side)
        if self._row is None:
            return [] if self._side else [fit.line(("─" * width, self.ink.rule))]
        return self._column(self._row, width, height) if self._side else self._strip(self._row, width, height)

    # Below the table

    def _strip(self, row: RunRow, width: int, height: int) -> list[Strip]:
        ink = self.ink
        title = f" {fit.safe(row.name, 200)} · {fit.safe(row.experiment, 200)} "
        title = fit.middle(title, min(fit.cell_len(title), max(width - 6, 1)))
        lines = [
            fit.line(("──", ink.rule), (title, ink.text), ("─" * max(width - 2 - fit.cell_len(title), 0), ink.rule))
        ]
        children = self._children(width - 1)
        output = self._output(row, 1 if row.metrics else height - 1 - len(children), width - 1) + children
        rows = height - 1 - len(output)
        count = max(min(width // _CHART_COLUMNS, 4), 1)
        names = pick_metrics([row])[:count]
        each = (width - 1) // max(len(names), 1)
        charts = [self._chart(name, each - 1, rows) for name in names]
        for place in range(rows):
            cut = [chart[place].adjust_cell_length(each - 1, Style.null()) for chart in charts]
            lines.append(Strip([segment for piece in cut for segment in (Segment(" ", Style.null()), *piece)]))
        return lines + [Strip([*fit.line(" "), *line]) for line in output]

    # Beside the table

    def _column(self, row: RunRow, width: int, height: int) -> list[Strip]:
        params = self._params(row, width)[: max(height // 6, 2)]
        state = state_cell(row, self.ink)[0]
        lines = [self._title(row, state, width)]
        why = reason(row)
        if why:
            lines += [fit.line((part, self.ink.bad)) for part in fit.wrap(fit.safe(why, 300), width)[:3]]
        lines += self._children(width)
        wanted = max(height // 4, 3) if row.metrics else height
        room = height - len(lines) - (len(params) + 1 if params else 0) - 1
        output = self._output(row, max(min(wanted, room), 0), width)
        left = height - len(lines) - (len(params) + 1 if params else 0) - (len(output) + 1 if output else 0)
        names = pick_metrics([row])
        count = min(max(left // _CHART_ROWS[1], 1), len(names)) if left >= _CHART_ROWS[0] else 0
        for name in names[:count]:
            rows = min(left // count, _CHART_ROWS[1] + 4)
            lines += self._chart(name, width, rows)
        if output:
            lines += [self._rule("output", width), *output]
        if params:
            lines += [self._rule("parameters", width), *params]
        return lines

    def _title(self, row: RunRow, state: str, width: int) -> Strip:
        ink = self.ink
        end = row.ended or (time.time() if row.state.word in LIVE else row.active)
        took = f" {words.span(end - row.started)}" if row.started and end else ""
        tail = [(state, ink.state(row.state.word)), (took, ink.dim)]
        room = max(width - fit.cell_len(state) - len(took) - 2, 4)
        name = fit.safe(row.name, 200)
        return fit.both_ends([(fit.middle(name, min(fit.cell_len(name), room)), ink.strong)], tail, width)

    def _rule(self, title: str, width: int) -> Strip:
        ink = self.ink
        return fit.line(("── ", ink.rule), (title, ink.dim), (" " + "─" * max(width - len(title) - 4, 0), ink.rule))

    # Their parts

    def _params(self, row: RunRow, width: int) -> list[Strip]:
        """Parameters one after the other, as many on a line as fit."""
        ink = self.ink
        lines: list[Strip] = []
        parts: list[fit.Part] = []
        used = 0
        for name, value in row.params.items():
            label, text = fit.safe(name, 40), fit.safe(words.setting(value), 40)
            length = fit.cell_len(label) + fit.cell_len(text) + 3
            if parts and used + length > width:
                lines.append(fit.line(*parts))
                parts, used = [], 0
            parts += [(f"{label} ", ink.dim), (f"{text}  ", ink.text)]
            used += length
        return [*lines, fit.line(*parts)] if parts else lines

    def _children(self, width: int) -> list[Strip]:
        """How the runs below it stand together, if there are any; signs alone where there is no room for words."""
        family = self._shown.family if self._shown is not None else ()
        if not family:
            return []
        for named in (True, False):
            parts: list[fit.Part] = [(f"{len(family)} {'child' if len(family) == 1 else 'children'}", self.ink.dim)]
            for word, sign, count in counted(family):
                parts += ["  ", (f"{sign} {count} {word}" if named else f"{sign} {count}", self.ink.state(word))]
            if fit.line(*parts).cell_length <= width:
                break
        return [fit.line(*parts)]

    def _output(self, row: RunRow, most: int, width: int) -> list[Strip]:
        """The last lines that the run printed."""
        printed = self._shown.printed if self._shown is not None else ()
        printed = printed or ((row.last_line,) if row.last_line else ())
        return [fit.line((fit.left(fit.safe(text), width), self.ink.text)) for text in printed[-most:]]

    def _chart(self, name: str, width: int, rows: int) -> list[Strip]:
        """A small chart with its title; blank until the run has been read."""
        if self._shown is None or width < 4:
            return [fit.line((fit.left(fit.safe(name), width), self.ink.dim))] + [fit.line("")] * (rows - 1)
        if self._charts is None:
            from runs_tui.widgets.preview_charts import PreviewCharts  # NumPy, not before the first paint

            self._charts = PreviewCharts()
        return self._charts.draw(self._shown, name, width, rows, self.app.theme, axes=self._side)
