"""The keys of a board of charts that change how charts are drawn, on real runs."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from textual.pilot import Pilot

from runs_tui import keys
from runs_tui.screens.tabs.charts import ChartsPane
from runs_tui.widgets.chart_grid import ChartGrid
from runs_tui.widgets.prompt_line import PromptLine
from tests.tui.chart_host import ChartHost, LoggedRun

SMALL, LARGE = (80, 21), (200, 47)
POINTS = 400


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> LoggedRun:
    """Metrics of two sections and of none, one with an outlier, and epochs."""
    made = LoggedRun(tmp_path_factory.mktemp("store"))
    made.log({
        "lr": [0.1 - n / 5000 for n in range(POINTS)],
        "epoch": [n / 100 for n in range(POINTS)],
        "train/loss": [math.exp(-n / 100) for n in range(POINTS)],
        "train/acc": [1 - math.exp(-n / 100) for n in range(POINTS)],
        "train/wild": [1e6 if n == 200 else math.sin(n / 20) for n in range(POINTS)],
        "val/loss": [1.0] * POINTS,
    })  # fmt: skip
    return made


IN_ORDER = ["epoch", "lr", "train/acc", "train/loss", "train/wild", "val/loss"]


async def settle(pilot: Pilot[None]) -> None:
    """Wait until all is read, laid out and drawn."""
    await pilot.pause()
    pane = pilot.app.query_one(ChartsPane)
    while pane.busy:
        await pilot.pause(0.01)
    await pilot.pause()


async def press(pilot: Pilot[None], *pressed: str) -> None:
    """Press keys, and wait for what they do."""
    await pilot.press(*pressed)
    await settle(pilot)


def x_labels(app: ChartHost, chart: int = 0) -> list[str]:
    """The labels below a chart."""
    return app.charts[chart][-1].strip("└─ ").replace("─", " ").split()


def y_labels(app: ChartHost) -> list[str]:
    """The labels beside the first chart, from above."""
    return [line.partition("┤")[0].strip("▸ ") for line in app.charts[0] if "┤" in line]


def said(app: ChartHost) -> str:
    """What an open prompt says."""
    return str(app.query_one(PromptLine).query("Note").last().render_line(0).text).strip()  # type: ignore[attr-defined]


@pytest.mark.feature("charts", 50, "zoom in on x, around the cursor or the middle, and out again; all charts", "z, Z")
async def test_a_zoom_halves_what_all_charts_span(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=LARGE) as pilot:
        await settle(pilot)
        whole = app.charts
        await press(pilot, "z")
        assert "x=100:300" in app.status
        assert {tuple(x_labels(app, chart)) for chart in range(6)} == {tuple(x_labels(app))}
        assert x_labels(app)[0] == "100"
        assert x_labels(app)[-1] == "300"
        await press(pilot, "z")
        assert "x=150:250" in app.status
        await press(pilot, "Z", "Z")
        assert app.charts == whole
        await press(pilot, "Z")
        assert app.charts == whole
        await press(pilot, "z", "0")
        assert app.charts == whole


async def test_a_zoom_stays_at_the_cursor(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, "j", "enter", "g", ">")
        before = app.read_out.split("   ")[0]
        where = float(before.removeprefix("step "))
        await press(pilot, "z")
        [limits] = [part for part in app.status if part.startswith("x=")]
        low, high = (float(end or 0) for end in limits[2:].split(":"))
        assert low == 0 or where - low < high - where
        assert high == pytest.approx(where + (400 - where) / 2, abs=5)
        assert app.read_out.split("   ")[0] == before
        await press(pilot, "l")
        moved = float(app.read_out.split("   ")[0].removeprefix("step "))
        assert 0 < moved - where <= 5


@pytest.mark.feature("charts", 51, "move over x when zoomed in, to the first and the last point", "(, )")
async def test_a_window_moves_as_far_as_there_are_points(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, ")")
        assert not any(part.startswith("x=") for part in app.status)
        await press(pilot, "z", ")")
        assert "x=150:350" in app.status
        await press(pilot, ")")
        assert "x=199:399" in app.status
        await press(pilot, ")", ")")
        assert "x=199:399" in app.status
        await press(pilot, *["("] * 6)
        assert "x=0:200" in app.status
        await press(pilot, "ctrl+right")
        assert "x=50:250" in app.status


@pytest.mark.feature("charts", 52, "type what the axes span: x of all charts, y of the chosen one", "X")
async def test_limits_are_typed(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, "G", "enter", "X", *"x=50:150 y=0.5:1.5", "enter")
        assert "x=50:150" in app.status
        assert (x_labels(app)[0], x_labels(app)[-1]) == ("50", "150")
        assert y_labels(app)[-1] == "0.5"
        assert y_labels(app)[0] == "1.5"
        await press(pilot, "k")
        assert y_labels(app)[0] != "1.5"
        await press(pilot, "j", "X")
        assert app.query_one(PromptLine).prompt.value == "x=50:150 y=0.5:1.5"
        await press(pilot, "ctrl+u", "enter")
        assert not any(part.startswith("x=") for part in app.status)
        assert y_labels(app)[0] != "1.5"


async def test_wrong_limits_are_told_and_can_be_mended(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, "X", *"x=5:2", "enter")
        assert said(app) == "x=5:2: 5 is not below 2"
        await press(pilot, "0", "0", "enter")
        assert not app.query(PromptLine)
        assert "x=5:200" in app.status
        await press(pilot, "X", *" y=q:", "escape")
        assert not app.query(PromptLine)
        assert "x=5:200" in app.status


async def test_log_axes_go_through_all_ways(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        seen = []
        for _ in range(4):
            await press(pilot, "L")
            seen.append(app.status[-1])
        assert seen[:3] == ["log", "log x", "log xy"]
        assert seen[3] == "x step"
        await press(pilot, "G", "L", "L", "enter")
        assert {"1", "10", "100"} <= set(x_labels(app))


@pytest.mark.feature("charts", 53, "leave outliers out of the range of y", "o")
async def test_outliers_do_not_press_the_rest_flat(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=LARGE) as pilot:
        await press(pilot, "/", *"wild", "enter", "-", "-", "-", "enter")
        assert any(label.endswith("M") for label in y_labels(app))
        await press(pilot, "o")
        assert "no outliers" in app.status
        assert not any(label.endswith("M") for label in y_labels(app))
        await press(pilot, "o")
        assert any(label.endswith("M") for label in y_labels(app))


@pytest.mark.feature("charts", 62, "x as epochs, where they are logged", "x")
async def test_epochs_are_an_axis(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, "x", "x", "x")
        assert "x epoch" in app.status
        await press(pilot, "G", "enter", "G")
        assert app.read_out.startswith("epoch 3.99")
        await press(pilot, "x")
        assert "x step" in app.status


@pytest.mark.feature("charts", 49, "any metric as x axis, from a list", "m")
async def test_any_metric_is_an_axis(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, "m", *"lr", "enter")
        assert "x lr" in app.status
        await press(pilot, "G", "enter", "g")
        assert app.read_out.startswith("lr 0.0202")
        await press(pilot, "m", *"no such metric", "escape")
        assert "x lr" in app.status
        await press(pilot, "m", *"step", "enter")
        assert "x step" in app.status


async def test_a_run_without_the_metric_of_the_axis_says_so(tmp_path: Path) -> None:
    run, other = LoggedRun(tmp_path), LoggedRun(tmp_path, "calm-owl-2")
    run.log({"epoch": [0.0, 1.0], "loss": [1.0, 2.0]})
    other.log({"loss": [1.0, 2.0]})
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, "x", "x", "x")
        assert "x epoch" in app.status
        app.open_run(other)
        app.refresh_run()
        await settle(pilot)
        assert "no epoch" in app.charts[0][0]
        await press(pilot, "enter", "h", "l", "z", "x")
        assert "x step" in app.status
        assert x_labels(app)


@pytest.mark.feature("charts", 54, "of several ranks the lowest, a line for each, or the band between them", "r")
async def test_ranks_are_lines_or_a_band(tmp_path: Path) -> None:
    run = LoggedRun(tmp_path)
    for rank in range(3):
        writer = run.writer(rank, 3)
        for step in range(60):
            writer.log("loss", rank * 10.0 + step, step=step)
        writer.close()
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert "rank 0 of 3" in app.charts[0][0]
        await press(pilot, "r")
        assert "ranks: lines" in app.status
        assert "3 ranks" in app.charts[0][0]
        await press(pilot, "enter", "-", "-", "-", "-", "G")
        assert "rank 0 59" in app.read_out
        assert "rank 2 79" in app.read_out
        await press(pilot, "r")
        assert "ranks: band" in app.status
        await press(pilot, "G")
        assert "loss 69" in app.read_out
        await press(pilot, "r")
        assert "rank 0 of 3" in app.charts[0][0]


@pytest.mark.feature("charts", 55, "pin charts: they come first", "P")
async def test_a_pinned_chart_comes_first(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=LARGE) as pilot:
        await press(pilot, "G", "P")
        assert app.names == ["val/loss", *IN_ORDER[:-1]]
        assert app.chosen == "val/loss"
        await press(pilot, "P")
        assert app.names == IN_ORDER
        assert app.chosen == "val/loss"


def heads(app: ChartHost) -> list[str]:
    """The heads of sections on the page."""
    grid = app.query_one(ChartGrid)
    lines = [grid.render_line(y).text for y in range(grid.size.height)]
    return [line.strip("─▸ ").split("─")[0].strip() for line in lines if line.startswith(("─ ", "▸ "))]


@pytest.mark.feature("charts", 56, "sections by the first part of the names, each with a head, to be folded", "s, f")
async def test_sections_have_heads_and_fold(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=LARGE) as pilot:
        await press(pilot, "s")
        assert heads(app) == ["train", "val"]
        assert app.names == IN_ORDER
        await press(pilot, "l", "l", "f")
        assert heads(app) == ["train   3 folded", "val"]
        assert app.names == ["epoch", "lr", "val/loss"]
        await press(pilot, "j")
        assert app.chosen == "val/loss"
        await press(pilot, "k", "enter")
        assert app.chosen == "train/acc"
        assert app.names == IN_ORDER
        await press(pilot, "f", "f", "s")
        assert heads(app) == []
        assert app.names == IN_ORDER


async def test_a_click_on_a_head_folds_and_opens(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=LARGE) as pilot:
        await press(pilot, "s")
        grid = app.query_one(ChartGrid)
        line = next(y for y in range(grid.size.height) if grid.render_line(y).text.startswith("─ train"))
        await pilot.click(ChartGrid, offset=(5, line))
        await settle(pilot)
        assert heads(app) == ["train   3 folded", "val"]
        line = next(y for y in range(grid.size.height) if "3 folded" in grid.render_line(y).text)
        await pilot.click(ChartGrid, offset=(5, line))
        await settle(pilot)
        assert heads(app) == ["train", "val"]


async def test_a_chart_alone_passes_over_what_is_folded(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=LARGE) as pilot:
        await press(pilot, "s", "l", "l", "f", "h", "enter", "j")
        assert app.names == ["val/loss"]
        await press(pilot, "k")
        assert app.names == ["lr"]


@pytest.mark.feature("charts", 57, "choose columns and rows of a page", "#")
async def test_the_shape_of_a_page_is_chosen(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=LARGE) as pilot:
        await press(pilot, "#", *"2x1", "enter")
        assert app.names == IN_ORDER[:2]
        assert app.status[0] == "1-2 of 6"
        await press(pilot, "#", "ctrl+u", *"0x3", "enter")
        assert "write columns x rows" in said(app)
        await press(pilot, "ctrl+u", "enter")
        assert app.names == IN_ORDER


async def test_a_shape_that_does_not_fit_is_cut_to_what_does(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=(40, 9)) as pilot:
        await press(pilot, "#", *"9x9", "enter")
        assert app.names == ["epoch", "lr", "train/acc", "train/loss"]


@pytest.mark.feature("charts", 58, "smoothing, axes, pins and pages stay as they were, for each run store", "")
async def test_the_view_is_kept(tmp_path: Path) -> None:
    run = LoggedRun(tmp_path)
    run.log({"a/x": [1.0] * 60, "b/y": [2.0] * 60})
    app = ChartHost(run)
    async with app.run_test(size=LARGE) as pilot:
        await press(pilot, "+", "L", "x", "G", "P", "s", "o", "/", "b", "enter")
        before = app.status
    again = ChartHost(run)
    async with again.run_test(size=LARGE) as pilot:
        await settle(pilot)
        assert again.names == ["b/y", "a/x"]
        assert heads(again) == ["pinned", "a"]
        assert [part for part in before if part != "/b" and "of" not in part] == again.status[1:]


@pytest.mark.parametrize("content", ["{", "[]", '{"smoothing": "x", "pins": 3, "shape": [0, "a"], "x": "moon"}'])
async def test_a_damaged_view_is_none(tmp_path: Path, home: str, content: str) -> None:
    run = LoggedRun(tmp_path)
    run.log({"a": [1.0] * 60})
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, "+")
    [kept] = [path for path in Path(home).rglob("charts/*.json") if "charts" in path.parts]
    kept.write_text(content)
    again = ChartHost(run)
    async with again.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert again.status == ["1-1 of 1", "smooth 0.6", "x step"]


@pytest.mark.feature("charts", 60, "zoom by the wheel at the pointer, choose charts and set the cursor by a click", "")
async def test_the_mouse_chooses_points_and_zooms(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=LARGE) as pilot:
        await settle(pilot)
        third = app.query_one(ChartGrid).tiles[2].region
        await pilot.click(ChartGrid, offset=(third.x + 20, third.y + 5))
        await settle(pilot)
        assert app.chosen == "train/acc"
        await pilot.click(ChartGrid, offset=(third.x + 20, third.y + 5))
        await settle(pilot)
        assert app.names == ["train/acc"]
        await pilot.click(ChartGrid, offset=(100, 20))
        await settle(pilot)
        step = float(app.read_out.split("   ")[0].removeprefix("step "))
        assert step == pytest.approx(200, abs=6)
        await pilot._post_mouse_events([_wheel()], ChartGrid, offset=(100, 20), button=0)
        await settle(pilot)
        [limits] = [part for part in app.status if part.startswith("x=")]
        low, high = (float(end) for end in limits[2:].split(":"))
        assert high - low == pytest.approx(320, rel=0.02)
        assert (low + high) / 2 == pytest.approx(200, abs=4)


def _wheel() -> type:
    from textual.events import MouseScrollUp

    return MouseScrollUp


@pytest.mark.parametrize("size", [(1, 1), (40, 8)])
async def test_every_key_works_at_every_size(run: LoggedRun, size: tuple[int, int]) -> None:
    app = ChartHost(run)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for alone in (False, True):
            for key in keys.keys("charts"):
                await pilot.press(key.each[0])
                if app.query(PromptLine) or len(app.screen_stack) > 1:
                    await pilot.press("escape")
                grid = app.query_one(ChartGrid)
                lines = [grid.render_line(y).cell_length for y in range(grid.size.height)]
                assert lines == [grid.size.width] * grid.size.height, (key.action, alone)
            await press(pilot, "0", "enter")
