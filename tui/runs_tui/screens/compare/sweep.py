"""The tab that shows a metric against a parameter, a point for each run, or against all of them side by side."""

from __future__ import annotations

import os
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget

from runs_tui import keys
from runs_tui.model.columns import pick_metrics
from runs_tui.model.compared import Compared
from runs_tui.model.compared_fact import Fact
from runs_tui.model.sweep import Factor, factors_of
from runs_tui.plotting.cells import Cells
from runs_tui.plotting.glyphs import glyphs_for
from runs_tui.plotting.look import Look, Title
from runs_tui.plotting.scatter import draw_scatter
from runs_tui.screens.compare.sweep_pictures import finite, points_of, show_parallel, show_scatter
from runs_tui.screens.tabs import StatusChanged
from runs_tui.widgets.drawing import Drawing
from runs_tui.widgets.read_out import ReadOut
from runstore.reading.row import RunRow

_LOG: dict[tuple[bool, bool], str] = {(True, False): "log x", (False, True): "log y", (True, True): "log xy"}
_LOGS = ((False, False), (True, False), (False, True), (True, True))


class SweepPane(Widget):
    """One metric at a time; keys go through metrics and parameters, and from run to run."""

    SCOPE = "sweep"
    BINDINGS = keys.bindings("sweep")
    can_focus = True
    DEFAULT_CSS = """
    SweepPane { layout: vertical; width: 1fr; height: 1fr; }
    """

    class RunOpened(Message):
        """The run under the cursor is asked for."""

        def __init__(self, row: RunRow) -> None:
            super().__init__()
            self.row = row

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[RunRow] = ()
        self._lines: Sequence[Compared] = ()
        self._facts: Sequence[Fact] = ()
        self._metrics: list[Fact] = []
        self._factors: list[Factor] = []
        self._metric = self._parameter = ""
        self._log: tuple[bool, bool] | None = None
        self._together = False
        self._cursor = ""
        self._order: list[int] = []
        """The runs, by their places, in the order in which the cursor goes through them."""
        self._glyphs = glyphs_for(os.environ)
        self._drawing = Drawing()
        self._read_out = ReadOut()

    def compose(self) -> ComposeResult:
        """The picture, and what the run under the cursor is."""
        yield self._drawing
        yield self._read_out

    # ---- what the Compare screen asks for

    def show(self, rows: Sequence[RunRow], lines: Sequence[Compared], facts: Sequence[Fact]) -> None:
        """Show these runs: ``facts`` have a value for each of ``rows``; only those in ``lines`` are drawn."""
        self._rows, self._lines, self._facts = rows, lines, facts
        best = {fact.name for fact in facts if fact.kind == "best"}
        self._metrics = [
            fact for fact in facts if fact.kind == "best" or (fact.kind == "metric" and fact.name not in best)
        ]
        telling = pick_metrics(rows, len(self._metrics))
        self._metrics.sort(key=lambda fact: telling.index(fact.name) if fact.name in telling else len(telling))
        self._choose()

    def status_text(self) -> str:
        """Which parameter of how many, and how the axes are."""
        names = [factor.name for factor in self._factors]
        if not names or not self._metrics:
            return "" if not self._facts else "no parameter differs" if not names else "no metric"
        if self._together:
            return f"{len(self._order)} runs"
        parts = [f"parameter {names.index(self._parameter) + 1} of {len(names)}"]
        log = _LOG.get(self._logs())
        return " · ".join([*parts, log] if log else parts)

    @property
    def metric(self) -> str:
        """The metric that is shown; empty for none."""
        return self._metric

    def back(self) -> bool:
        """Take the cursor away; whether there was one."""
        had, self._cursor = bool(self._cursor), ""
        if had:
            self._draw()
        return had

    interrupt = back

    # ---- drawing

    @property
    def _shown_metric(self) -> Fact | None:
        return next((fact for fact in self._metrics if fact.name == self._metric), None)

    @property
    def _factor(self) -> Factor | None:
        return next((factor for factor in self._factors if factor.name == self._parameter), None)

    def _logs(self) -> tuple[bool, bool]:
        """Whether x and y are logarithmic: as chosen, else as x suggests."""
        factor = self._factor
        return self._log if self._log is not None else (factor is not None and factor.log, False)

    def _choose(self) -> None:
        """Keep metric and parameter where they are still there, and draw."""
        if self._shown_metric is None:
            self._metric = self._metrics[0].name if self._metrics else ""
        metric = self._shown_metric
        self._factors = factors_of(self._facts, metric) if metric is not None else []
        if self._factor is None:
            self._parameter = self._factors[0].name if self._factors else ""
        self._draw()

    def _draw(self) -> None:
        metric, factor = self._shown_metric, self._factor
        self._read_out.display = self.size.height >= 8
        if metric is None or factor is None:
            self._say_why(metric)
            return
        shown = {row.key: line.hue for line in self._lines for row in line.rows}
        hues = {place: shown[row.key] for place, row in enumerate(self._rows) if row.key in shown}
        at = next((place for place in hues if self._rows[place].key == self._cursor), None)
        log_x, log_y = self._logs()
        look = Look(log=log_y, log_x=log_x, glyphs=self._glyphs)
        if self._together:
            self._order = [run for run in metric.order() if run in hues and finite(metric, run) is not None]
            show_parallel(self._drawing, self._order, metric, self._factors, hues, at, look)
        else:
            points = points_of(metric, factor, hues)
            self._order = [run for run, _ in points]
            show_scatter(self._drawing, points, metric, factor, at, look)
        self._read_out.show(self._reading(metric, at))
        self.post_message(StatusChanged())

    def _say_why(self, metric: Fact | None) -> None:
        """There is nothing to draw."""
        why = Title("no parameter differs between these runs" if metric is not None else "no metrics yet")
        look = Look(glyphs=self._glyphs)

        def draw(width: int, height: int) -> Cells:
            return draw_scatter([], width, height, why, look)

        self._order = []
        self._drawing.show(why, draw)
        self._read_out.show([])
        self.post_message(StatusChanged())

    def _reading(self, metric: Fact, at: int | None) -> list[tuple[str, str]]:
        """The run under the cursor, else the best one."""
        count = [("", f"{len(self._order)} runs")]
        run = at if at is not None else next((run for run in self._order if run in metric.best), None)
        if run is None:
            return count
        head = [("", self._rows[run].name)] if at is not None else [*count, ("best", self._rows[run].name)]
        names = [factor.name for factor in self._factors] if self._together else [self._parameter]
        params = {fact.name: fact.text(run) for fact in self._facts if fact.kind == "param"}
        return [*head, (metric.name, metric.text(run)), *((name, params[name]) for name in names)]

    # ---- keys

    def action_next_parameter(self) -> None:
        """The next one, round and round."""
        self._turn_parameter(1)

    def action_previous_parameter(self) -> None:
        """The one before."""
        self._turn_parameter(-1)

    def _turn_parameter(self, by: int) -> None:
        names = [factor.name for factor in self._factors]
        if names:
            self._parameter = names[(names.index(self._parameter) + by) % len(names)]
            self._log = None
            self._draw()

    def action_next_metric(self) -> None:
        """The next one, round and round."""
        self._turn_metric(1)

    def action_previous_metric(self) -> None:
        """The one before."""
        self._turn_metric(-1)

    def _turn_metric(self, by: int) -> None:
        names = [fact.name for fact in self._metrics]
        if names:
            self._metric = names[(names.index(self._metric) + by) % len(names)]
            self._choose()

    def action_log(self) -> None:
        """The next of none, x, y, both."""
        self._log = _LOGS[(_LOGS.index(self._logs()) + 1) % len(_LOGS)]
        self._draw()

    def action_together(self) -> None:
        """All parameters, or one of them."""
        self._together = not self._together
        self._draw()

    def action_left(self) -> None:
        """The run to the left; of all parameters side by side the next better one."""
        self._move(-1)

    def action_right(self) -> None:
        """The run to the right, or the next worse one; at first the best."""
        self._move(1)

    def action_first(self) -> None:
        """The outermost on the left, or the best."""
        self._move(-len(self._order))

    def action_last(self) -> None:
        """The outermost on the right, or the worst."""
        self._move(len(self._order))

    def _move(self, by: int) -> None:
        metric, order = self._shown_metric, self._order
        if not order or metric is None:
            return
        there = next((place for place, run in enumerate(order) if self._rows[run].key == self._cursor), None)
        if there is None:
            best = next((place for place, run in enumerate(order) if run in metric.best), 0)
            there = best - by if abs(by) == 1 else 0
        self._cursor = self._rows[order[max(min(there + by, len(order) - 1), 0)]].key
        self._draw()

    def action_open(self) -> None:
        """The run under the cursor."""
        row = next((row for row in self._rows if row.key == self._cursor), None)
        if row is not None:
            self.post_message(self.RunOpened(row))

    def on_resize(self) -> None:
        """There may be room for words, or none."""
        self._read_out.display = self.size.height >= 8
