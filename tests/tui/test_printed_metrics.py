"""Metrics that were only printed are said to be, beside those that the run logged."""

from pathlib import Path

import pytest

from runs_tui.screens.tabs.charts import ChartsPane
from runstore.writing.owner import RunOwner
from tests.tui.chart_host import ChartHost, LoggedRun
from tests.tui.cli_runner import lines


@pytest.fixture
def run(tmp_path: Path) -> LoggedRun:
    """A run with a metric that it logged and one that its supervisor read from its output."""
    run = LoggedRun(tmp_path / "store")
    run.log({"logged": [1.0, 2.0]})
    writer = run.writer()
    writer.record("metric", name="printed", source="output")
    writer.log("printed", 0.5, step=900)
    writer.close()
    return run


@pytest.mark.feature("foreign", 81, "tell metrics that were only printed from those that were logged", "-")
async def test_the_title_of_a_chart_says_where_its_metric_is_from(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause()
        pane = pilot.app.query_one(ChartsPane)
        while pane.busy or len(app.charts) < 2:
            await pilot.pause(0.01)
        assert [" from output " in chart[0] for chart in app.charts] == [False, True]


def test_what_is_known_of_a_run_has_them_under_a_title_of_their_own(run: LoggedRun, tmp_path: Path) -> None:
    RunOwner(run.folder).finish("Completed", {"code": 0, "signal": None, "error": None})
    shown = lines("show", "--root", tmp_path / "store", run.name)
    logged, printed = shown.index("metrics"), shown.index("metrics from output")
    assert [line.split()[0] for line in (shown[logged + 1], shown[printed + 1])] == ["logged", "printed"]


def test_a_bar_that_counts_anew_is_no_total_of_steps(run: LoggedRun, tmp_path: Path) -> None:
    console = Path(run.folder) / "console"
    console.mkdir(exist_ok=True)
    (console / "0-00000001.out").write_text("100%|██| 5/5 [00:05<00:00, 1.0it/s, printed=0.5]\n")
    RunOwner(run.folder).finish("Completed", {"code": 0, "signal": None, "error": None})
    shown = " ".join(" ".join(lines("show", "--root", tmp_path / "store", run.name)).split())
    assert "step 900 " in shown
    assert "step 900 of" not in shown
