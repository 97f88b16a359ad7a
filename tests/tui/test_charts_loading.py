"""A board of charts whose source is slow, or has very many charts; what it writes; and the way to the output."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from runs_tui import keys
from runs_tui.plotting.curve import Curve
from runs_tui.plotting.limits import OPEN
from runs_tui.plotting.look import Title
from runs_tui.screens.charts.board import ChartBoard
from runs_tui.screens.charts.source import Drawn, Item, matching
from runs_tui.screens.charts.view import ChartView
from runs_tui.screens.tabs import MomentAsked
from runs_tui.screens.tabs.charts import ChartsPane
from runs_tui.themes import themes
from runs_tui.widgets.chart_grid import ChartGrid
from runs_tui.widgets.prompt_line import PromptLine
from runstore.reading.series_data import Series
from tests.tui.app_host import app_on
from tests.tui.app_host import until as app_until
from tests.tui.chart_host import ChartHost, LoggedRun
from tests.tui.stores import make_run

SIZE = (120, 33)


class Counted(Curve):
    """A curve that knows how often it was drawn."""

    drawn = 0

    def lines(self, *args: Any, **options: Any) -> Any:
        self.drawn += 1
        return super().lines(*args, **options)


class Lines:
    """A source of straight lines, whose loading can be held up."""

    live = False
    progress = "1 of 3 runs"

    def __init__(self, root: Path, names: list[str]) -> None:
        self.root = str(root)
        self._all = [Item(name) for name in names]
        self._ready: dict[str, Counted] = {}
        self.threads: set[int] = set()
        self.gate = threading.Event()
        self.gate.set()
        self.asked: list[list[str]] = []

    def rename(self, names: list[str]) -> None:
        """Have other charts from now on."""
        self._all = [Item(name) for name in names]

    def items(self, view: ChartView) -> list[Item]:
        return matching(self._all, view.words)

    def load(self, items: list[Item], view: ChartView) -> None:
        self.threads.add(threading.get_ident())
        self.asked.append([item.name for item in items])
        self.gate.wait(20)
        for item in items:
            if item.name == "broken":
                raise OSError("the disk is on fire")
            if item.name not in self._ready:
                values = np.arange(50.0)
                curve = Counted()
                curve.update(Series(item.name, 0, "f", np.arange(50), values, values, values, 1))
                self._ready[item.name] = curve

    def coarse(self, items: list[Item], view: ChartView) -> bool:
        return view.x_limits != OPEN

    def drawn(self, item: Item, view: ChartView) -> Drawn | None:
        self.threads.discard(-1)
        curve = self._ready.get(item.name)
        return Drawn((curve,), Title(item.shown), (1,)) if curve is not None else None

    def reading(self, item: Item, drawn: Drawn, x: float) -> list[tuple[str, str]]:
        return [("x", f"{x:g}")]

    def summary(self, item: Item) -> list[tuple[str, str]]:
        return [("", "all of it")]


class BoardHost(App[None], inherit_bindings=False):
    """A board on a source, nothing else."""

    BINDINGS = keys.bindings("everywhere")
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, source: Lines) -> None:
        super().__init__()
        for made in themes():
            self.register_theme(made)
        self.theme = "runs-dark"
        self.board = ChartBoard()
        self.source = source

    def compose(self) -> ComposeResult:
        yield self.board

    def on_mount(self) -> None:
        self.board.focus()
        self.board.show_source(self.source)

    @property
    def text(self) -> str:
        grid = self.query_one(ChartGrid)
        return "\n".join(grid.render_line(y).text for y in range(grid.size.height))


async def until(pilot: Pilot[None], found: Callable[[], object]) -> None:
    """Wait until something is so."""
    for _ in range(1000):
        if found():
            return
        await pilot.pause(0.01)
    raise AssertionError("it did not come")


@pytest.mark.feature("charts", 63, "keys work while points are read; only what takes long says so", "")
async def test_a_slow_source_holds_no_key(tmp_path: Path) -> None:
    source = Lines(tmp_path, [f"m{n:02d}" for n in range(40)])
    app = BoardHost(source)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "m00" in app.text and "└" in app.text)
        assert threading.get_ident() not in source.threads
        source.gate.clear()
        await pilot.press("pagedown")
        await until(pilot, lambda: "loading 1 of 3 runs" in app.board.status_text())
        assert "loading" in app.text
        assert "└" not in app.text
        await pilot.press("pagedown", "g")  # what was loaded before is there at once
        await until(pilot, lambda: "m00" in app.text and "└" in app.text)
        await pilot.press("G")
        source.gate.set()
        await until(pilot, lambda: "m39" in app.text and "└" in app.text)
        assert "loading" not in app.board.status_text()
        assert source.asked[-1][-1] == "m39"


async def test_what_goes_wrong_is_said_and_passes(tmp_path: Path) -> None:
    source = Lines(tmp_path, ["a", "broken"])
    app = BoardHost(source)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "the disk is on fire" in app.board.status_text())
        await pilot.press("/", *"-broken", "enter")
        await until(pilot, lambda: "└" in app.text and "fire" not in app.board.status_text())


async def test_only_what_changed_is_drawn_again(tmp_path: Path) -> None:
    source = Lines(tmp_path, ["a", "b", "c", "d"])
    app = BoardHost(source)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.text.count("└") == 4)

        def drawn_again() -> set[str]:
            return {name for name, curve in source._ready.items() if curve.drawn > before[name]}

        before = {name: curve.drawn for name, curve in source._ready.items()}
        app.board.show_source(source, at_once=True)
        await until(pilot, lambda: not app.board.busy)
        assert drawn_again() == set()
        await pilot.press("l")
        await until(pilot, lambda: "▸b" in app.text)
        assert drawn_again() == set()  # the heads of a and b, and no line
        await pilot.press("L")
        await until(pilot, lambda: "log" in app.board.status_text())
        assert drawn_again() == {"a", "b", "c", "d"}
        before = {name: curve.drawn for name, curve in source._ready.items()}
        values = np.arange(60.0)
        source._ready["d"].update(Series("d", 0, "f", np.arange(60), values, values, values, 1))
        app.board.show_source(source, at_once=True)
        await until(pilot, lambda: not app.board.busy and drawn_again())
        assert drawn_again() == {"d"}


async def test_a_part_that_is_coarse_is_drawn_at_once_and_read_again_when_the_keys_rest(tmp_path: Path) -> None:
    source = Lines(tmp_path, ["a", "b"])
    app = BoardHost(source)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: app.text.count("└") == 2 and not app.board.busy)
        asked = len(source.asked)
        source.gate.clear()
        await pilot.press("z")
        assert "x=12:37" in app.board.status_text()
        await pilot.press("z")
        assert "x=18:31" in app.board.status_text()
        source.gate.set()
        await until(pilot, lambda: not app.board.busy)
        assert asked < len(source.asked) <= asked + 2
        asked = len(source.asked)
        app.board.show_source(source, at_once=True)  # it may stay coarse: all is read as often as there is news
        await until(pilot, lambda: not app.board.busy)
        assert len(source.asked) == asked + 1
        await pilot.press("0")
        await until(pilot, lambda: not app.board.busy)
        assert len(source.asked) == asked + 1


@pytest.mark.feature("charts", 64, "runs of thousands of metrics: only the charts of the page are read", "")
async def test_only_the_page_is_loaded(tmp_path: Path) -> None:
    source = Lines(tmp_path, [f"layer{n}/weight" for n in range(5000)])
    app = BoardHost(source)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "layer0/weight" in app.text)
        await pilot.press("G")
        await until(pilot, lambda: "layer4999" in app.text)
        await pilot.press("/", *"r77/", "enter")
        await until(pilot, lambda: "layer77/" in app.text)
        assert len(source._ready) <= 60


@pytest.fixture
def run(tmp_path: Path) -> LoggedRun:
    """Two metrics of 100 points."""
    made = LoggedRun(tmp_path / "store")
    made.log({"train/loss": [1 / (n + 1) for n in range(100)], "val/acc": [n / 100 for n in range(100)]})
    return made


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    pane = pilot.app.query_one(ChartsPane)
    while pane.busy:
        await pilot.pause(0.01)
    await pilot.pause()


async def write(pilot: Pilot[None], name: str) -> None:
    """Answer the question for a file."""
    await pilot.press("w", "ctrl+u", *name, "enter")
    await settle(pilot)


@pytest.mark.feature("charts", 59, "write the charts on the screen into a file: SVG, PNG, or their numbers as CSV", "w")
async def test_charts_are_written(run: LoggedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    app = ChartHost(run)
    async with app.run_test(size=(150, 40)) as pilot:
        await settle(pilot)
        await pilot.press("w")
        await settle(pilot)
        assert app.query_one(PromptLine).prompt.value == "charts.svg"
        await pilot.press("enter")
        await settle(pilot)
        await until(pilot, lambda: not app.query(PromptLine))
        text = "".join(ElementTree.parse(tmp_path / "charts.svg").getroot().itertext())
        assert "train/loss" in text
        assert "val/acc" in text
        await pilot.press("enter", "w")
        await settle(pilot)
        assert app.query_one(PromptLine).prompt.value == "train-loss.svg"
        await pilot.press("escape")
        await write(pilot, "one.csv")
        await until(pilot, lambda: not app.query(PromptLine))
        rows = list(csv.DictReader(io.StringIO((tmp_path / "one.csv").read_text())))
        assert {row["chart"] for row in rows} == {"train/loss"}
        assert [float(row["value"]) for row in rows] == [1 / (n + 1) for n in range(100)]
        await write(pilot, "one.png")
        await until(pilot, lambda: not app.query(PromptLine))
        assert (tmp_path / "one.png").read_bytes().startswith(b"\x89PNG")


async def test_a_file_is_replaced_only_when_asked_twice(
    run: LoggedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text("mine")
    app = ChartHost(run)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        await write(pilot, "mine.csv")
        assert (tmp_path / "mine.csv").read_text() == "mine"
        await pilot.press("enter")
        await until(pilot, lambda: not app.query(PromptLine))
        assert (tmp_path / "mine.csv").read_text().startswith("chart,")


@pytest.mark.parametrize(("name", "said"), [("a.gif", "must end in"), ("no/such/folder/a.svg", "No such file")])
async def test_what_cannot_be_written_is_said(run: LoggedRun, tmp_path: Path, name: str, said: str) -> None:
    app = ChartHost(run)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        await write(pilot, name)
        line = app.query_one(PromptLine)
        await until(pilot, lambda: said in "".join(note.render_line(0).text for note in line.query("Note")))  # type: ignore[attr-defined]
        await pilot.press("escape")
        await settle(pilot)
        assert not app.query(PromptLine)


@pytest.mark.feature("charts", 61, "from the cursor to the output of that time, and from a log line to all charts", "=")
async def test_the_cursor_asks_for_a_moment(run: LoggedRun) -> None:
    asked: list[float] = []

    class Host(ChartHost):
        def on_moment_asked(self, event: MomentAsked) -> None:
            asked.append(event.time)

    app = Host(run)
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        series = app.reader.series("train/loss")
        await pilot.press("enter", "g", "l", "l", "=")
        await settle(pilot)
        step = int(app.read_out.split("   ")[0].removeprefix("step "))
        assert step > 0
        assert asked == [series.times[step]]
        await pilot.press("escape")
        app.pane.show_moment(float(series.times[60]))
        await settle(pilot)
        assert "step 60" in app.read_out
        assert all(any("│" in line[6:] for line in chart) for chart in app.charts)
        await pilot.press("=")
        await settle(pilot)
        assert asked[1:] == [series.times[60]]
        await pilot.press("enter")
        await settle(pilot)
        assert "step 60" in app.read_out
        await pilot.press("escape", "escape")
        await settle(pilot)
        assert app.read_out == ""


async def test_the_run_screen_opens_the_output_of_the_moment(tmp_path: Path) -> None:
    make_run(tmp_path, printed=b"one\r\ntwo\r\n")
    async with app_on(tmp_path, (120, 35), runs=1) as (app, pilot):
        await pilot.press("enter", "2")
        await app_until(
            pilot, lambda: bool(app.screen.query(ChartGrid)) and bool(app.screen.query_one(ChartGrid).tiles)
        )
        await pilot.press("=")  # without a cursor: to the time of the last value
        await app_until(pilot, lambda: getattr(app.screen, "keys_screen", "") == "run/output")


async def test_a_click_on_a_chart_of_the_page_before_does_nothing(tmp_path: Path) -> None:
    """What is on the screen are still the charts of before, while those that take their place are read."""
    source = Lines(tmp_path, ["a", "b", "c"])
    app = BoardHost(source)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "c" in app.text and "└" in app.text)
        source.gate.clear()
        source.rename(["d"])
        app.board.show_source(source, at_once=True)
        await until(pilot, lambda: source.asked[-1] == ["d"])
        grid = app.query_one(ChartGrid)
        assert [tile.title.name for tile in grid.tiles] == ["a", "b", "c"]
        last = grid.tiles[2].region
        await pilot.click(ChartGrid, offset=(last.x + 3, last.y + 3))
        source.gate.set()
        await until(pilot, lambda: [tile.title.name for tile in grid.tiles] == ["d"])
        grid.post_message(ChartGrid.Pointed(2, None))  # one that came when there were more
        await pilot.press("enter")
        await until(pilot, lambda: app.board.status_text().startswith("1 of 1"))
