"""The filter of the Runs screen: a query in force as it is typed, with its errors, completions and history."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.pilot import Pilot

from runs_tui.app import RunsApp
from runs_tui.model.filter_history import FilterHistory
from runs_tui.screens.runs import RunsScreen
from runs_tui.widgets.query_prompt import QueryPrompt
from tests.tui.app_host import app_on, screen_text, until
from tests.tui.stores import make_run, some_runs


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("store")
    some_runs(root)
    return root


def prompt(app: RunsApp) -> QueryPrompt:
    return app.screen.query_one(QueryPrompt)


async def replace(pilot: Pilot[None], text: str) -> None:
    """Type another text into the prompt."""
    await pilot.press("end", "ctrl+u", *text)


def count(app: RunsApp) -> str:
    """The count at the right end of the prompt's line."""
    return " ".join(screen_text(app).splitlines()[-1].split()[-3:])


@pytest.mark.feature("query", 31, "the filter works as it is typed, with the number of runs that match", "/")
async def test_a_query_filters_as_it_is_typed(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("slash", *"state:completed")
        assert count(app) == "3 of 6"
        await pilot.press(*" lr>=1e-3")
        assert count(app) == "1 of 6"
        assert "calm-owl-11" in screen_text(app)
        await replace(pilot, "val/acc>0.8 | state:failed")
        assert count(app) == "4 of 6"
        await replace(pilot, "-(bert | resnet)")
        assert count(app) == "1 of 6"
        await pilot.press("enter")
        assert "/-(bert | resnet)  1 of 6" in screen_text(app)


@pytest.mark.feature("query", 32, "what is wrong is said while typing; the last good query stays in force", "/")
async def test_what_is_wrong_is_said_and_the_last_good_query_stays(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("slash", *"state:failed step")
        await pilot.press(">")
        assert "a value must follow 'step>'" in screen_text(app)
        assert count(app) == "1 of 6"
        await pilot.press("3")
        assert "a value must follow" not in screen_text(app)
        assert count(app) == "1 of 6"
        await replace(pilot, "step>abc")
        assert "step needs a number" in screen_text(app)
        await replace(pilot, "fox (")
        assert "is not closed" not in screen_text(app)
        assert "something is missing" in screen_text(app)
        assert count(app) == "1 of 6"
        await pilot.press("enter")
        assert isinstance(app.focused, QueryPrompt), "a wrong query is not kept"
        await pilot.press("escape")
        assert "/fox  1 of 6" in screen_text(app)


async def test_a_name_that_no_run_has_is_told(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("slash", *"losss<3")
        await until(pilot, lambda: "no recent run has losss" in screen_text(app))
        await pilot.press("4")
        assert "no recent run has losss" in screen_text(app)
        await replace(pilot, "loss<3")
        assert "no recent run" not in screen_text(app)


@pytest.mark.feature("query", 33, "names and values complete, one by one when there are several", "tab, shift+tab")
async def test_completing(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("slash", *"sta", "tab")
        assert prompt(app).value == "sta"
        assert "── state:  status:  started ──" in screen_text(app)
        await pilot.press("tab")
        assert prompt(app).value == "state:"
        assert "── state:  status:  started ──" in screen_text(app)
        await pilot.press("c", "tab")
        assert "── canceled  completed ──" in screen_text(app)
        await pilot.press("tab", "tab")
        assert prompt(app).value == "state:completed"
        assert count(app) == "3 of 6"
        await pilot.press("shift+tab")
        assert prompt(app).value == "state:canceled"
        await replace(pilot, "state:")
        await pilot.press("tab", "shift+tab", "shift+tab")
        assert prompt(app).value == "state:failed"
        await replace(pilot, "state:f")
        await pilot.press("tab")
        assert prompt(app).value == "state:failed"
        await pilot.press(*" exp:be", "tab")
        assert prompt(app).value == "state:failed exp:bert-small"
        await replace(pilot, "state:f lr>1")
        for _ in " lr>1":
            await pilot.press("left")
        await pilot.press("tab")
        assert prompt(app).value == "state:failed lr>1"
        assert prompt(app).cursor_position == len("state:failed")
        await replace(pilot, "nothing:zzz")
        await pilot.press("tab", "shift+tab")
        assert prompt(app).value == "nothing:zzz"


async def test_tab_goes_to_the_next_pane_where_nothing_is_typed(store: Path) -> None:
    async with app_on(store, size=(160, 40)) as (app, pilot):
        before = app.focused
        await pilot.press("tab")
        assert app.focused is not before
        await pilot.press("shift+tab")
        assert app.focused is before


@pytest.mark.feature("query", 34, "earlier filters are kept for each run store", "up, down")
async def test_history(tmp_path: Path, home: str) -> None:
    make_run(tmp_path)
    async with app_on(tmp_path, runs=1) as (app, pilot):
        for text in ("fox", "loss<3", "lr<<"):
            await pilot.press("slash")
            await replace(pilot, text)
            await pilot.press("enter")
        await pilot.press("ctrl+c", *"typed", "up")
        assert prompt(app).value == "loss<3"
        await pilot.press("up", "up")
        assert prompt(app).value == "fox"
        assert count(app) == "1 of 1"
        await pilot.press("down", "down", "down")
        assert prompt(app).value == "typed"
    assert FilterHistory([str(tmp_path)]).texts == ["fox", "loss<3"]
    assert FilterHistory([str(tmp_path / "other")]).texts == []
    (kept,) = Path(home, ".local/state/runs-tui/filters").iterdir()
    assert json.loads(kept.read_text())["texts"] == ["fox", "loss<3"]
    kept.write_text('{"texts": [3, "ok", "bad\\u001b"]}')
    assert FilterHistory([str(tmp_path)]).texts == ["ok"]
    kept.write_text("{")
    assert FilterHistory([str(tmp_path)]).texts == []


@pytest.mark.parametrize("size", [(80, 24), (60, 8), (20, 5), (10, 3)])
async def test_at_every_size(store: Path, size: tuple[int, int]) -> None:
    async with app_on(store, size=size) as (app, pilot):
        await pilot.press("slash", *"state:", "tab", "tab")
        assert prompt(app).value == "state:canceled"
        await pilot.press(*" lr>=")
        assert ("a value must follow 'lr" in screen_text(app)) is (size[0] >= 60)
        await pilot.resize_terminal(100, 30)
        await pilot.press("space")
        assert "a value must follow 'lr>='" in screen_text(app)
        await pilot.press("escape", "escape")
        assert isinstance(app.screen, RunsScreen)


async def test_names_from_runs_do_no_harm(tmp_path: Path) -> None:
    make_run(tmp_path, params={"evil\x1b[2J\u202e": 1, "fine": "x\x1b]0;t\x07"}, tags={"a b": "c d"})
    async with app_on(tmp_path, runs=1) as (app, pilot):
        await pilot.press("slash", *"param.", "tab")
        assert prompt(app).value == "param.fine"
        await replace(pilot, "tag.")
        await pilot.press("tab")
        assert prompt(app).value == 'tag."a b"'
        await pilot.press("=", "tab")
        assert prompt(app).value == 'tag."a b"="c d"'
        assert count(app) == "1 of 1"
