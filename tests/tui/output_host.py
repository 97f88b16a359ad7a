"""The Output pane on a screen of its own, with a real run behind it."""

from __future__ import annotations

import os
from pathlib import Path

from textual.app import App, ComposeResult

from runs_tui import keys
from runs_tui.screens.tabs.output import OutputPane
from runs_tui.themes import themes
from runs_tui.widgets.log_header import LogHeader
from runs_tui.widgets.log_picker import LogPicker
from runs_tui.widgets.log_view import LogView
from runstore.layout.paths import RunPaths
from runstore.reading.row import RunRow
from runstore.reading.run import RunReader
from runstore.reading.states import reader_state
from runstore.writing.create import create_run
from runstore.writing.owner import RunOwner


class PrintedRun:
    """A run whose logs a test writes."""

    def __init__(self, root: Path, **logs: bytes) -> None:
        """``logs``: the content of each log, named ``r<rank>_<out or err>``."""
        self.folder = create_run(str(root), "training")
        owner = RunOwner(self.folder)
        owner.begin_attempt()
        owner.update(status="Running")  # of this process: it lives as long as the test
        self.console = Path(RunPaths(self.folder).console)
        for name, content in logs.items():
            self.write(content, name)

    def path(self, name: str = "r0_out") -> Path:
        """The file of a log."""
        rank, stream = name.removeprefix("r").split("_")
        return self.console / f"{rank}-1a2b3c4d.{stream}"

    def write(self, content: bytes, name: str = "r0_out") -> None:
        """Append to a log."""
        with open(self.path(name), "ab") as log:
            log.write(content)


class OutputHost(App[None], inherit_bindings=False):
    """Shows the output of one run; `refresh_run` does what the feed does when files have changed."""

    BINDINGS = keys.bindings("everywhere")
    ENABLE_COMMAND_PALETTE = False
    is_paused = False
    """As of the app: whether the screen is held still."""

    def __init__(self, run: PrintedRun) -> None:
        super().__init__()
        for made in themes():
            self.register_theme(made)
        self.theme = "runs-dark"
        self.animation_level = "none"
        self.pane = OutputPane()
        self.open_run(run)

    def open_run(self, run: PrintedRun) -> None:
        """Another run from now on."""
        self.reader = RunReader(run.folder)

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
            name="brave-fox-1",
            status=manifest["status"],
            state=reader_state(self.reader),
        )
        self.pane.show(self.reader, row)
        self.pane.look_again()  # by itself it does so a moment later

    async def action_escape(self) -> None:
        await self.pane.back()

    async def action_interrupt(self) -> None:
        await self.pane.interrupt()

    async def action_back(self) -> None:
        await self.pane.back()

    @property
    def header(self) -> str:
        """The line above the log."""
        return self.query_one(LogHeader).render_line(0).text.strip()

    @property
    def view(self) -> LogView:
        return self.query_one(LogView)

    @property
    def log_lines(self) -> list[str]:
        """What is in the place of the log, without the blank rows at its end."""
        picker = self.query_one(LogPicker)
        widget = picker if picker.display else self.view
        lines = [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]
        while lines and not lines[-1]:
            lines.pop()
        return lines
