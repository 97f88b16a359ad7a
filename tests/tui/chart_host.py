"""The Charts pane on a screen of its own, with a real run behind it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from textual.app import App, ComposeResult

from runs_tui import keys
from runs_tui.screens.tabs.charts import ChartsPane
from runs_tui.themes import themes
from runs_tui.widgets.chart_grid import ChartGrid
from runs_tui.widgets.read_out import ReadOut
from runstore.reading.row import RunRow
from runstore.reading.run import RunReader
from runstore.reading.states import reader_state
from runstore.writing.create import create_run
from runstore.writing.owner import RunOwner
from runstore.writing.writer import RunWriter


class LoggedRun:
    """A run whose points a test writes."""

    def __init__(self, root: Path, name: str = "brave-fox-1") -> None:
        self.name = name
        self.folder = create_run(str(root), "training", display_name=name)
        owner = RunOwner(self.folder)
        owner.begin_attempt()
        owner.update(status="Running")  # of this process: it lives as long as the test

    def writer(self, rank: int = 0, world: int = 1, kind: str = "points") -> RunWriter:
        """One of its writers."""
        return RunWriter(self.folder, rank=rank, world=world, kind=kind)

    def log(self, points: Mapping[str, list[float]], start: int = 0) -> None:
        """Log these values, the n-th of each metric at step ``start + n``."""
        writer = self.writer()
        for step in range(max(map(len, points.values()))):
            present = {name: values[step] for name, values in points.items() if step < len(values)}
            writer.log_metrics(present, step=start + step)
        writer.close()


class ChartHost(App[None], inherit_bindings=False):
    """Shows the charts of one run; `refresh_run` does what the feed does when files have changed."""

    BINDINGS = keys.bindings("everywhere")
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, run: LoggedRun) -> None:
        super().__init__()
        for made in themes():
            self.register_theme(made)
        self.theme = "runs-dark"
        self.animation_level = "none"
        self.pane = ChartsPane()
        self.open_run(run)

    def open_run(self, run: LoggedRun) -> None:
        """Another run from now on."""
        self.reader = RunReader(run.folder)
        self._name = run.name

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_mount(self) -> None:
        self.pane.focus()
        self.refresh_run()

    def refresh_run(self) -> None:
        """Read what is new and show it."""
        self.reader.refresh()
        manifest = self.reader.manifest
        row = RunRow(
            key=self.reader.folder,
            root=os.path.dirname(os.path.dirname(self.reader.folder)),
            id=self.reader.id,
            experiment=self.reader.experiment,
            name=self._name,
            status=manifest["status"],
            state=reader_state(self.reader),
            created=manifest["created"],
            started=manifest["started"],
        )
        self.pane.show(self.reader, row)

    async def action_escape(self) -> None:
        await getattr(self.screen, "back", self.pane.back)()

    async def action_back(self) -> None:
        await self.pane.back()

    async def action_interrupt(self) -> None:
        await self.pane.interrupt()

    @property
    def status(self) -> list[str]:
        """The pane's words for the header."""
        return self.pane.status_text().split(" · ")

    @property
    def charts(self) -> list[list[str]]:
        """The lines of each chart on the screen that shows something."""
        grid = self.query_one(ChartGrid)
        lines = [grid.render_line(y).text for y in range(grid.size.height)]
        regions = [tile.region for tile in grid.tiles]
        return [[line[area.x : area.right] for line in lines[area.y : area.bottom]] for area in regions]

    @property
    def names(self) -> list[str]:
        """The names of the charts on the screen."""
        return [lines[0].lstrip("▸").split()[0] for lines in self.charts]

    @property
    def chosen(self) -> str:
        """The name of the chart with the focus mark."""
        [line] = [lines[0] for lines in self.charts if lines[0].startswith("▸")]
        return line.lstrip("▸").split()[0]

    @property
    def read_out(self) -> str:
        """The line of values below a chart that is shown alone."""
        return self.query_one(ReadOut).render_line(0).text.strip()
