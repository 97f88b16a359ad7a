"""The Run screen: tabs, going from run to run, and the Overview tab, through Textual's pilot."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from runs_tui.app import RunsApp
from runs_tui.screens.run import RunScreen
from runs_tui.screens.runs import RunsScreen
from runs_tui.screens.tabs import TABS, pane_class
from tests.tui.app_host import app_on, screen_text, until
from tests.tui.stores import dead_run, log, make_run, some_runs


@pytest.fixture
def store(tmp_path: Path) -> Path:
    some_runs(tmp_path)
    return tmp_path


def shown(app: RunsApp) -> str:
    """The first line of the screen."""
    return screen_text(app).splitlines()[0]


@pytest.mark.parametrize(
    ("width", "bar"),
    [(80, " 1o [2c] 3t  4r  5f  6k"), (160, " 1 overview [2 charts] 3 output  4 records  5 files  6 children")],
)
async def test_the_tab_bar(store: Path, width: int, bar: str) -> None:
    async with app_on(store, size=(width, 24)) as (app, pilot):
        await pilot.press("j", "enter")
        assert shown(app).rstrip().endswith(bar)
        assert "calm-owl-11" in shown(app)
        assert "✓ completed" in shown(app)
        for digit, tab in (
            ("1", "overview"), ("3", "output"), ("4", "records"), ("5", "files"), ("6", "children"), ("2", "charts"),
        ):  # fmt: skip
            await pilot.press(digit)
            assert isinstance(app.screen, RunScreen)
            assert app.screen.keys_screen == f"run/{tab}"
            assert f"[{digit}" in shown(app)


def test_digits_are_permanent_and_panes_keep_the_protocol() -> None:
    assert [(tab.digit, tab.letter, tab.name) for tab in TABS] == [
        (1, "o", "overview"), (2, "c", "charts"), (3, "t", "output"),
        (4, "r", "records"), (5, "f", "files"), (6, "k", "children"),
    ]  # fmt: skip
    for tab in TABS:
        pane = pane_class(tab)
        assert tab.name == pane.SCOPE
        assert all(callable(getattr(pane, name)) for name in ("show", "status_text", "focus"))


async def test_next_and_previous_run_in_the_same_tab(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("j", "enter", "1")
        for key, name in (
            ("J", "brave-fox-12"), ("]", "lr-3e-2"), ("K", "brave-fox-12"), ("[", "calm-owl-11"), ("K", "queued-1"),
            ("K", "queued-1"), ("J", "calm-owl-11"),
        ):  # fmt: skip
            await pilot.press(key)
            await until(pilot, lambda name=name: name in screen_text(app).splitlines()[0])
            assert isinstance(app.screen, RunScreen)
            assert app.screen.keys_screen == "run/overview"


async def test_next_and_previous_experiment(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("enter", "1")
        order = [experiment.name for experiment in app._runs._snapshot.experiments]
        assert order == ["bert-small", "resnet-lr", "ridge-alpha"]
        for key, experiment in (("}", 1), ("}", 2), ("}", 2), ("{", 1), ("{", 0), ("{", 0)):
            await pilot.press(key)
            assert order[experiment] in shown(app), key


async def test_going_on_from_unseen_to_unseen(store: Path) -> None:
    for number in range(3):
        dead_run(store, name=f"dead-{number}")
        time.sleep(0.01)
    async with app_on(store, runs=9) as (app, pilot):
        await pilot.press("enter")
        names = []
        for _ in range(3):
            names.append(next(word for word in shown(app).split() if word.startswith("dead-")))
            await pilot.press("J")
        assert names == ["dead-2", "dead-1", "dead-0"]


@pytest.mark.parametrize("key", ["q", "escape"])
async def test_back(store: Path, key: str) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("j", "enter", key)
        assert isinstance(app.screen, RunsScreen)
        assert app.is_running


async def test_the_overview_tells_all(store: Path) -> None:
    make_run(
        store,
        name="told-1",
        status="Failed",
        exit={"code": None, "signal": None, "error": "ValueError: boom", "details": {
            "debugInfo": {"type": "ValueError", "message": "boom", "stackTrace": "Traceback\n  line 3\n"}}},
        created=time.time() - 100,
        params={"lr": 3e-4, "layers": [1, 2]},
        tags={"who": "ada"},
        properties={"data": "v7"},
        git={"repository": "https://example.org/x", "branch": "main", "commit": "0123456789abcdef", "dirty": True},
        command=["python", "train.py", "--lr", "3e-4"],
        cwd="/home/ada/x",
        host="gpu1",
        user="ada",
        warnings=["disk nearly full"],
    )  # fmt: skip
    async with app_on(store, size=(130, 60), runs=7) as (app, pilot):
        await pilot.press("enter", "1")
        await until(pilot, lambda: "boom" in screen_text(app))
        text = screen_text(app)
        for words in (
            "✗ failed ValueError", "reason", "line 3", "disk nearly full", "lr", "3e-4", "who", "ada", "data", "v7",
            "main",             "0123456789ab with changes",
            "python train.py --lr 3e-4", "/home/ada/x", "gpu1", "loss", "min", "told-1",
        ):  # fmt: skip
            assert words in text, words


async def test_the_overview_scrolls_and_says_where(store: Path) -> None:
    async with app_on(store, size=(80, 14)) as (app, pilot):
        await pilot.press("j", "enter", "1")
        await until(pilot, lambda: "1-11 of" in screen_text(app))
        await pilot.press("j", "j")
        assert "3-13 of" in screen_text(app)
        await pilot.press("k", "pagedown", "pageup", "ctrl+d", "ctrl+u", "space", "b")
        assert "2-12 of" in screen_text(app)
        await pilot.press("G")
        assert "files" in screen_text(app)
        await pilot.press("g")
        assert "1-11 of" in screen_text(app)


async def test_a_live_run_moves(store: Path) -> None:
    folder = make_run(store, name="live-1", status="Running", steps=3, created=time.time())
    async with app_on(store, runs=7) as (app, pilot):
        await pilot.press("enter", "1")
        await until(pilot, lambda: "step 2" in shown(app))
        log(folder, 40, start=3)
        await until(pilot, lambda: "step 42" in shown(app))
        await until(pilot, lambda: "n 43" in screen_text(app))


async def test_a_run_that_is_deleted_while_it_is_shown(store: Path) -> None:
    import shutil

    folder = make_run(store, name="live-1", status="Running", steps=3, created=time.time())
    async with app_on(store, runs=7) as (app, pilot):
        await pilot.press("enter")
        shutil.rmtree(folder)
        await until(pilot, lambda: app._feed.latest.total == 6)
        for tab in ("1", "2", "3", "4", "5", "6"):
            await pilot.press(tab)
            await until(pilot, lambda: "live-1  ○ deleted" in screen_text(app).splitlines()[0])
            if tab in ("3", "4", "5"):
                await until(pilot, lambda: "The folder of this run was deleted." in " ".join(left_half(app).split()))
        await pilot.press("a")
        await until(pilot, lambda: "it was deleted" in screen_text(app))
        await pilot.press("escape", "J", "q")
        assert isinstance(app.screen, RunsScreen)


def left_half(app: RunsApp) -> str:
    """What is on the screen, without the page that stands beside a list."""
    return "\n".join(line.partition("│")[0] for line in screen_text(app).splitlines())


async def test_help_is_about_the_tab(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("j", "enter", "1", "?")
        assert "Overview" in screen_text(app)
        await pilot.press("q")
        assert isinstance(app.screen, RunScreen)
        await pilot.press("ctrl+c")
        assert "q goes back, Q quits" in screen_text(app)
