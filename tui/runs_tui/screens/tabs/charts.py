"""The Charts tab: the charts of one run."""

from __future__ import annotations

from runs_tui.screens.charts.board import ChartBoard
from runs_tui.screens.charts.run_curves import RunCurves
from runstore.reading.reader import Reader
from runstore.reading.row import RunRow


class ChartsPane(ChartBoard):
    """A board of the metrics of a run."""

    def __init__(self) -> None:
        super().__init__()
        self._run: RunCurves | None = None

    def show(self, reader: Reader, row: RunRow) -> None:
        """Show this run; of a run that is shown already, what is new."""
        if self._run is not None and self._run.row.key == row.key:
            self._run.update(reader, row)
        else:
            self._run = RunCurves(reader, row)
        self.show_source(self._run)
