"""Charts that are written while something else changes, or of which not all points are kept."""

from __future__ import annotations

import csv
import io
import threading
from pathlib import Path

import numpy as np
import pytest

from runs_tui.plotting.curve import Curve
from runs_tui.plotting.growing_points import Points
from runs_tui.plotting.look import Title
from runs_tui.screens.charts.source import Drawn, Item
from runs_tui.screens.charts.view import ChartView
from runs_tui.screens.compare.screen import CompareScreen
from runs_tui.widgets.note import Note
from runs_tui.widgets.prompt_line import PromptLine
from runstore.reading.series_data import Series
from tests.tui.app_host import app_on, screen_text
from tests.tui.app_host import until as app_until
from tests.tui.cli_runner import called
from tests.tui.stores import LONG_AGO, make_run
from tests.tui.test_charts_loading import SIZE, BoardHost, Lines, until


class HeldUp(Curve):
    """A curve whose points are handed out when the test lets them go."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.gate = threading.Event(), threading.Event()
        values = np.arange(50.0)
        self.update(Series("a", 0, "f", np.arange(50), values, values, values, 1))

    def points(self) -> Points:
        self.asked.set()
        assert self.gate.wait(30)
        return super().points()


class OneHeldUp(Lines):
    """One chart of such a curve."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, ["a"])
        self.curve = HeldUp()

    def drawn(self, item: Item, view: ChartView) -> Drawn:
        return Drawn((self.curve,), Title(item.shown), (1,))


class Host(BoardHost):
    """A board whose prompts are left as on a screen."""

    async def action_escape(self) -> None:
        await self.board.back()


@pytest.mark.parametrize("asked_meanwhile", [False, True])
async def test_what_changes_while_charts_are_written_is_shown_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked_meanwhile: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    source = OneHeldUp(tmp_path / "store")
    app = Host(source)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "a ─" in app.text and "└" in app.text)
        await pilot.press("w", "ctrl+u", *"a.csv", "enter")
        await until(pilot, source.curve.asked.is_set)
        await pilot.press("escape")
        await until(pilot, lambda: not app.query(PromptLine))
        if asked_meanwhile:
            await pilot.press("/")
            await until(pilot, lambda: app.query(PromptLine))
        app.board.show_source(Lines(tmp_path / "store", ["b"]), at_once=True)  # another run is chosen
        source.curve.gate.set()
        await until(pilot, lambda: "b ─" in app.text and "└" in app.text)
        assert "a ─" not in app.text
        await until(pilot, lambda: not app.board.busy)
        assert (tmp_path / "a.csv").read_text().count("\n") == 51
        assert [line.prompt.has_focus for line in app.query(PromptLine)] == [True] * asked_meanwhile


async def test_while_a_file_is_written_no_other_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source = OneHeldUp(tmp_path / "store")
    app = Host(source)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "a ─" in app.text and "└" in app.text)
        await pilot.press("w", "ctrl+u", *"a.csv", "enter")
        await until(pilot, source.curve.asked.is_set)
        await pilot.press("escape")
        await until(pilot, lambda: not app.query(PromptLine))
        await pilot.press("w", "ctrl+u", *"b.csv", "enter")
        await until(pilot, lambda: "still writing" in app.query(Note).last().render_line(0).text)
        source.curve.gate.set()
        await until(pilot, lambda: not app.board.busy)
        await pilot.press("enter")
        await until(pilot, (tmp_path / "b.csv").exists)
        assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()


async def test_no_table_is_written_of_lines_without_their_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = tmp_path / "store"
    for number in range(31):
        make_run(store, name=f"run-{number:02}", steps=5, metrics=("loss",), created=LONG_AGO + number)
    async with app_on(store, (80, 24), runs=31) as (app, pilot):
        await pilot.press("C")
        await app_until(pilot, lambda: isinstance(app.screen, CompareScreen) and "└" in screen_text(app))
        await pilot.press("w", "ctrl+u", *"all.csv", "enter")
        await app_until(
            pilot, lambda: "only lines are kept here; points: runs-tui plot -o FILE.csv" in screen_text(app)
        )
        assert not (tmp_path / "all.csv").exists()
        await pilot.press("ctrl+u", *"all.svg", "enter")
        await app_until(pilot, (tmp_path / "all.svg").exists)
    called("plot", "exp:resnet-lr", "loss", "-o", "all.csv", "--root", store)
    assert len(list(csv.DictReader(io.StringIO((tmp_path / "all.csv").read_text())))) == 31 * 5
