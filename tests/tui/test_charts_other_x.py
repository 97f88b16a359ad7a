"""Charts of the machine, which are over time, beside others over steps: limits of x hold for their own kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from runs_tui.widgets.chart_grid import ChartGrid
from runs_tui.widgets.prompt_line import PromptLine
from tests.tui.chart_host import ChartHost, LoggedRun
from tests.tui.test_charts_looking import LARGE, _wheel, press, said, settle, x_labels


class Told(ChartHost):
    """What the board tells in place of the hints."""

    told = ""

    def on_mount(self) -> None:
        self.screen.say = self.tell  # type: ignore[attr-defined]
        super().on_mount()

    def tell(self, message: str) -> None:
        self.told = message


@pytest.fixture
def run(tmp_path: Path) -> LoggedRun:
    made = LoggedRun(tmp_path)
    made.log({"loss": [1 / (n + 1) for n in range(400)]})
    samples = made.writer(kind="resources")
    for number in range(30):
        samples.log_metrics({"cpu_percent": 50.0 + number % 7})
    samples.close()
    return made


async def test_limits_hold_for_the_charts_of_their_kind_of_x(run: LoggedRun) -> None:
    app = Told(run)
    async with app.run_test(size=LARGE) as pilot:
        await press(pilot, "S")
        assert app.names == ["loss", "system/cpu_percent"]
        machine = app.charts[1]
        await press(pilot, "z")  # of the steps
        assert "x=100:300" in app.status
        assert (x_labels(app)[0], x_labels(app)[-1]) == ("100", "300")
        assert app.charts[1] == machine
        await press(pilot, "G", "z")
        assert "x=100:300" in app.status
        assert app.told == "x is time here, unlike in other charts: x sets it for all"
        await press(pilot, ")")
        assert "x=100:300" in app.status
        await press(pilot, "x", "z")  # over time, like the others
        [limits] = [part for part in app.status if part.startswith("x=")]
        assert limits != "x=100:300"
        frames = [app.query_one(ChartGrid).frame(number) for number in range(2)]
        assert {(frame.low, frame.high) for frame in frames if frame is not None} == {
            app.query_one(ChartGrid).tiles[0].look.x_limits
        }


async def test_limits_that_are_typed_at_a_chart_of_the_machine_are_those_of_y(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=LARGE) as pilot:
        await press(pilot, "S", "z", "G", "X")
        assert app.query_one(PromptLine).prompt.value == ""
        await press(pilot, *"x=1:5", "enter")
        assert said(app) == "x is time here, unlike in other charts: x sets it for all"
        await press(pilot, "ctrl+u", *"y=0:100", "enter")
        assert not app.query(PromptLine)
        assert "x=100:300" in app.status
        assert [tile.look.y_limits for tile in app.query_one(ChartGrid).tiles] == [(None, None), (0.0, 100.0)]


async def test_the_wheel_zooms_the_chart_under_the_pointer(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=LARGE) as pilot:
        await press(pilot, "S", "G")  # the machine's is chosen
        loss, machine = (tile.region for tile in app.query_one(ChartGrid).tiles)
        for region, zoomed in ((machine, False), (loss, True)):
            at = (region.x + region.width // 2, region.y + region.height // 2)
            await pilot._post_mouse_events([_wheel()], ChartGrid, offset=at, button=0)
            await settle(pilot)
            assert any(part.startswith("x=") for part in app.status) == zoomed
        assert len(app.charts) == 2
