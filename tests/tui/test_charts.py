"""Every key of the Charts tab, on a real run."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import pytest
from textual.pilot import Pilot

from runs_tui.screens.tabs.charts import ChartsPane
from tests.tui.chart_host import ChartHost, LoggedRun

SMALL, MIDDLE, LARGE, TINY = (80, 21), (160, 42), (200, 47), (20, 2)
"""What terminals of 80x24, 160x45, 200x50 and 20x5 leave to the pane."""
METRICS = [f"train/m{n}" for n in range(1, 13)] + ["val/loss", "lr"]
IN_ORDER = ["lr", *METRICS[:12], "val/loss"]
POINTS = 200


def falling(count: int = POINTS) -> list[float]:
    """A loss."""
    return [2.0 * math.exp(-n / 50) + 0.25 for n in range(count)]


@pytest.fixture
def run(tmp_path: Path) -> LoggedRun:
    """A run with 14 metrics of 200 steps."""
    made = LoggedRun(tmp_path)
    made.log({name: falling() for name in METRICS})
    return made


async def settle(pilot: Pilot[None]) -> None:
    """Wait until all is read, laid out and drawn."""
    await pilot.pause()
    pane = pilot.app.query_one(ChartsPane)
    while pane.busy:
        await pilot.pause(0.01)
    await pilot.pause()


@pytest.mark.feature("charts", 40, "a page of live charts, as many as stay legible", "")
@pytest.mark.parametrize(("size", "fewest", "most"), [(SMALL, 2, 4), (MIDDLE, 6, 9), (LARGE, 6, 9), (TINY, 1, 1)])
async def test_a_page_holds_as_many_charts_as_stay_legible(
    run: LoggedRun, size: tuple[int, int], fewest: int, most: int
) -> None:
    app = ChartHost(run)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert fewest <= len(app.charts) <= most
        assert app.names == IN_ORDER[: len(app.charts)]
        assert f"1-{len(app.charts)} of 14" in app.status


@pytest.mark.feature("charts", 41, "go from chart to chart and page to page", "h j k l, arrows, pgdn, pgup, g, G")
async def test_keys_go_from_chart_to_chart_and_page_to_page(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=LARGE) as pilot:
        await settle(pilot)
        assert len(app.charts) == 9
        assert app.chosen == IN_ORDER[0]
        for key, place in [
            ("l", 1), ("right", 2), ("h", 1), ("left", 0), ("left", 0), ("j", 3), ("down", 6), ("k", 3), ("up", 0),
            ("k", 0), ("pagedown", 9), ("pageup", 0), ("ctrl+d", 9), ("ctrl+u", 0), ("G", 13), ("g", 0), ("end", 13),
            ("home", 0),
        ]:  # fmt: skip
            await pilot.press(key)
            await settle(pilot)
            assert app.chosen == IN_ORDER[place], key
        await pilot.press("G")
        await settle(pilot)
        assert app.names == IN_ORDER[9:]
        assert app.status[:2] == ["val", "10-14 of 14"]


@pytest.mark.feature("charts", 42, "one chart alone, with its statistics", "enter")
async def test_enter_shows_one_chart_alone(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("l", "enter")
        await settle(pilot)
        assert app.names == ["train/m1"]
        assert len(app.charts[0]) == 20
        assert (
            app.read_out == f"200 points   first 2.250   last {falling()[-1]:.4f}   min {falling()[-1]:.4f}   max 2.250"
        )
        assert app.status[0] == "2 of 14"
        for key, name in [("j", "train/m2"), ("down", "train/m3"), ("k", "train/m2"), ("up", "train/m1")]:
            await pilot.press(key)
            await settle(pilot)
            assert app.names == [name]
        for leave in ("enter", "escape", "q"):
            await pilot.press(leave)
            await settle(pilot)
            assert len(app.charts) > 1
            await pilot.press("enter")
            await settle(pilot)
            assert len(app.charts) == 1


@pytest.mark.feature("charts", 43, "smooth more or less; the line before smoothing stays, faint", "+, -")
async def test_smoothing_follows_the_keys(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert "smooth 0.6" in app.status
        before = app.charts
        await pilot.press("+", "+", "+", "+")
        await settle(pilot)
        assert "smooth 0.98" in app.status
        assert app.charts != before
        await pilot.press(*"-" * 20)
        await settle(pilot)
        assert "no smoothing" in app.status
        await pilot.press("0")
        await settle(pilot)
        assert "smooth 0.6" in app.status
        assert app.charts == before


async def test_the_smoothing_that_nobody_chose_leaves_short_series_alone(tmp_path: Path) -> None:
    run = LoggedRun(tmp_path)
    run.log({"mse": [0.0, 100.0] * 10})
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("enter", "G")
        await settle(pilot)
        assert "mse 100.0 " in app.read_out
        await pilot.press("+")
        await settle(pilot)
        assert "(raw 100.0)" in app.read_out


@pytest.mark.feature("charts", 44, "x as step, time since the start, or time of day", "x")
async def test_the_x_axis_goes_through_steps_time_and_clock(tmp_path: Path) -> None:
    run = LoggedRun(tmp_path)
    run.log({"loss": falling()}, start=5000)
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert "5k" in app.charts[0][-1] or "5.05k" in app.charts[0][-1]
        await pilot.press("x")
        await settle(pilot)
        assert "x time" in app.status
        assert "s" in app.charts[0][-1]
        await pilot.press("x")
        await settle(pilot)
        assert "x clock" in app.status
        assert ":" in app.charts[0][-1]
        await pilot.press("x")
        await settle(pilot)
        assert "x step" in app.status


@pytest.mark.feature("charts", 45, "logarithmic axes: y, x, or both", "L")
async def test_the_y_axis_can_be_logarithmic(tmp_path: Path) -> None:
    run = LoggedRun(tmp_path)
    run.log({"loss": [10.0 ** (-n / 10) for n in range(60)]})
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("L")
        await settle(pilot)
        labels = "".join(line[:8] for line in app.charts[0][1:-1])
        assert all(label in labels for label in ("0.1", "1e-4"))
        assert app.status[-1] == "log"
        await pilot.press("L")
        await settle(pilot)
        assert app.status[-1] != "log"


@pytest.mark.feature("charts", 46, "show only metrics with some words in their names", "/")
async def test_the_filter_narrows_as_it_is_typed(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=LARGE) as pilot:
        await pilot.press("/", *"M1")
        await settle(pilot)
        assert app.names == ["train/m1", "train/m10", "train/m11", "train/m12"]
        await pilot.press("enter")
        await settle(pilot)
        assert "/M1" in app.status
        assert app.chosen == "train/m1"
        await pilot.press("/", *" -12", "enter")
        await settle(pilot)
        assert app.names == ["train/m1", "train/m10", "train/m11"]
        await pilot.press("/", *" zz", "enter")
        await settle(pilot)
        assert app.charts == []
        assert "no metric has these words" in app.status
        await pilot.press("ctrl+c")
        await settle(pilot)
        assert "1-9 of 14" in app.status


async def test_the_chosen_chart_stays_chosen_when_others_come(tmp_path: Path) -> None:
    run = LoggedRun(tmp_path)
    run.log({"b": [1.0], "d": [1.0]})
    app = ChartHost(run)
    async with app.run_test(size=LARGE) as pilot:
        await pilot.press("l")
        await settle(pilot)
        run.log({"a": [1.0], "c": [1.0]})
        app.refresh_run()
        await settle(pilot)
        assert app.names == ["a", "b", "c", "d"]
        assert app.chosen == "d"


@pytest.mark.feature(
    "charts", 47, "read values at a cursor, smoothed and raw, with step, time and run", "h, l, <, >, g, G"
)
async def test_the_cursor_reads_values(tmp_path: Path) -> None:
    values = [float(n * n) for n in range(1000)]
    run = LoggedRun(tmp_path)
    run.log({"square": values, "few": [1.0, 2.0, 4.0]})
    app = ChartHost(run)

    def place() -> tuple[int, float]:
        """Step and value before smoothing, as read out."""
        step, value = app.read_out.removeprefix("step ").split("   ")[:2]
        number = value.partition("raw ")[2].rstrip(")") or value.split()[-1]
        return int(step.replace(" ", "")), float(number)

    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("l", "enter", "h")
        await settle(pilot)
        step, value = place()
        assert step == 999
        assert value == pytest.approx(999**2, rel=1e-2)
        assert "brave-fox-1" in app.read_out
        seen = [step]
        for key in ("h", "left", "<", "shift+left", "l", "right", ">", "shift+right", "g", "l", "end", "home", "G"):
            await pilot.press(key)
            await settle(pilot)
            step, value = place()
            assert value == pytest.approx(step**2, rel=6e-2)
            seen.append(step)
        moves = [b - a for a, b in pairwise(seen)]
        assert all(move < 0 for move in moves[:4])
        assert all(move > 0 for move in moves[4:8])
        assert min(moves[2], moves[3]) < 3 * moves[1] < 0
        assert (seen[9], seen[11], seen[12], seen[13]) == (0, 999, 0, 999)
        assert any("│" in line[6:] for line in app.charts[0])
        await pilot.press("0")
        await settle(pilot)
        assert app.read_out.startswith("1 000 points")

        await pilot.press("k", "g")  # few values, wider apart than a cell: each is visited
        steps = []
        for _ in range(3):
            await settle(pilot)
            steps.append(place())
            await pilot.press("l")
        assert steps == [(0, 1.0), (1, 2.0), (2, 4.0)]


async def test_the_cursor_stands_still_while_the_run_goes_on(tmp_path: Path) -> None:
    run = LoggedRun(tmp_path)
    run.log({"loss": falling(100)})
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("enter", "h")
        await settle(pilot)
        before = app.read_out
        run.log({"loss": falling(400)}, start=100)
        app.refresh_run()
        await settle(pilot)
        assert app.read_out == before


async def test_charts_are_up_to_date_after_one_was_shown_alone(tmp_path: Path) -> None:
    run = LoggedRun(tmp_path)
    run.log({"a": [1.0] * 60, "b": [1.0] * 60})
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("enter")
        await settle(pilot)
        run.log({"a": [9.0] * 30, "b": [9.0] * 30}, start=60)
        app.refresh_run()
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        one, other = app.charts
        assert "a  9.000" in one[0]
        assert [line[1:] for line in one[1:]] == [line[1:] for line in other[1:]]


@pytest.mark.feature("charts", 48, "show also the samples of processor, memory and GPU", "S")
async def test_samples_of_the_machine_come_when_asked_for(run: LoggedRun) -> None:
    samples = run.writer(kind="resources")
    for n in range(5):
        samples.log_metrics({"cpu": 50.0 + n, "memory": 2e9})
    app = ChartHost(run)
    async with app.run_test(size=LARGE) as pilot:
        await settle(pilot)
        assert "1-9 of 14" in app.status
        await pilot.press("S", "G")
        await settle(pilot)
        assert app.names[-2:] == ["system/cpu", "system/memory"]
        assert "10-16 of 16" in app.status
        await pilot.press("S")
        await settle(pilot)
        assert "10-14 of 14" in app.status


async def test_the_lowest_rank_is_shown_and_said(tmp_path: Path) -> None:
    run = LoggedRun(tmp_path)
    for rank in (3, 1, 2):
        run.writer(rank, 4).log("loss", rank * 10.0, step=0)
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert "loss  10.00  rank 1 of 3" in app.charts[0][0] or "loss  10.0  rank 1 of 3" in app.charts[0][0]


async def test_a_run_without_metrics_says_so_and_takes_every_key(tmp_path: Path) -> None:
    app = ChartHost(LoggedRun(tmp_path))
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert app.status[0] == "no metrics yet"
        await pilot.press("h", "j", "enter", "l", "<", ">", "g", "G", "+", "x", "L", "S", "pagedown", "0", "enter")
        await settle(pilot)
        assert app.charts == []


async def test_another_run_keeps_the_view(run: LoggedRun, tmp_path: Path) -> None:
    other = LoggedRun(tmp_path, "calm-owl-2")
    other.log({"train/m2": [5.0] * 60, "val/loss": [1.0] * 60})
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("l", "l", "x", "L", "enter", "h")
        await settle(pilot)
        assert app.names == ["train/m2"]
        app.open_run(other)
        app.refresh_run()
        await settle(pilot)
        assert app.names == ["train/m2"]
        assert app.status[-2:] == ["x time", "log"]
        assert app.read_out.startswith("60 points")


async def test_another_run_without_metrics_shows_none(run: LoggedRun, tmp_path: Path) -> None:
    other = LoggedRun(tmp_path, "calm-owl-2")
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        name = app.names[0]
        app.open_run(other)
        app.refresh_run()
        await settle(pilot)
        assert app.charts == []
        assert app.status[0] == "no metrics yet"
        app.open_run(run)
        app.refresh_run()
        await settle(pilot)
        assert app.names[0] == name


async def test_a_resized_screen_shows_other_pages(run: LoggedRun) -> None:
    app = ChartHost(run)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        few = len(app.charts)
        await pilot.resize_terminal(*LARGE)
        await settle(pilot)
        assert len(app.charts) == 9 > few
        await pilot.resize_terminal(*TINY)
        await settle(pilot)
        assert len(app.charts) == 1
