"""The Runs screen: every key, through Textual's pilot, on a real store."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from runs_tui.app import RunsApp
from runs_tui.screens.help import HelpScreen
from runs_tui.screens.run import RunScreen
from runs_tui.screens.runs import RunsScreen
from runs_tui.widgets.run_table import RunTable
from tests.tui.app_host import app_on, screen_text, until
from tests.tui.stores import dead_run, make_run, some_runs


def table(app: RunsApp) -> RunTable:
    """The run table."""
    return app.screen.query_one(RunTable)


def cursor(app: RunsApp) -> str:
    """The name of the run under the cursor."""
    row = table(app).row
    return row.name if row is not None else ""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    some_runs(tmp_path)
    return tmp_path


ORDER = ["queued-1", "calm-owl-11", "brave-fox-12", "lr-3e-2", "seed-2", "sweep-0.40"]


@pytest.mark.feature("runs", 90, "move by lines, half pages, pages, to the first and last", "j k, g G, ctrl+d, pgdn")
async def test_moving(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        assert cursor(app) == ORDER[0]
        for key, name in (
            ("j", 1), ("down", 2), ("k", 1), ("up", 0), ("up", 0), ("G", 5), ("j", 5), ("g", 0), ("end", 5),
            ("home", 0), ("pagedown", 5), ("pageup", 0), ("ctrl+d", 5), ("ctrl+u", 0),
        ):  # fmt: skip
            await pilot.press(key)
            assert cursor(app) == ORDER[name], key


async def test_many_rows_scroll_with_the_cursor(tmp_path: Path) -> None:
    for number in range(40):
        make_run(tmp_path, name=f"run-{number:02}", steps=1, created=1_700_000_000 - number)
    async with app_on(tmp_path, runs=40) as (app, pilot):
        assert table(app).page < 40
        for _ in range(20):
            await pilot.press("j")
        assert cursor(app) == "run-20"
        assert "run-20" in screen_text(app)
        _, *below = screen_text(app).splitlines()  # the header names the best run, which is run-00
        assert "run-00" not in "\n".join(below)
        await pilot.press("G")
        assert "run-39" in screen_text(app)
        await pilot.press("ctrl+u")
        assert cursor(app) == f"run-{39 - table(app).page // 2:02}"


@pytest.mark.feature("runs", 91, "open a run and come back to the one that was shown last", "enter, q, esc")
async def test_enter_opens_and_back_returns_to_the_run_shown_last(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("j", "enter")
        assert isinstance(app.screen, RunScreen)
        assert app.screen.keys_screen == "run/charts"
        await pilot.press("J", "q")
        assert isinstance(app.screen, RunsScreen)
        assert cursor(app) == "brave-fox-12"


@pytest.mark.feature("runs", 92, "a run opens where there is something to see: charts, children or output", "enter")
async def test_a_run_without_metrics_opens_at_its_output(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("enter")
        assert isinstance(app.screen, RunScreen)
        assert app.screen.keys_screen == "run/output"


@pytest.mark.feature("runs", 93, "open a run at its output", "t")
async def test_t_opens_the_output(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("j", "t")
        assert isinstance(app.screen, RunScreen)
        assert app.screen.keys_screen == "run/output"


@pytest.mark.feature("runs", 94, "mark runs", "space")
async def test_marks(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("space", "space")
        assert len(table(app).marked) == 2
        assert cursor(app) == ORDER[2]
        assert "2 marked" in screen_text(app)
        assert screen_text(app).count("◆") == 2
        await pilot.press("k", "space")
        assert len(table(app).marked) == 1
        await pilot.press("escape")
        assert not table(app).marked
        assert "marked" not in screen_text(app)


async def test_the_filter_works_while_it_is_typed(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("slash", *"resnet")
        assert "3 of 6" in screen_text(app)
        await pilot.press("space", *"-fox")
        assert "2 of 6" in screen_text(app)
        assert "brave-fox" not in screen_text(app)
        await pilot.press("backspace", "backspace", "backspace", "backspace", "enter")
        assert "/resnet" in screen_text(app)
        assert "3 of 6" in screen_text(app)
        await pilot.press("slash", *" owl", "enter", "enter")
        assert isinstance(app.screen, RunScreen)
        assert "calm-owl-11" in screen_text(app)
        await pilot.press("q", "escape")
        assert "brave-fox-12" in screen_text(app)
        assert "of 6" not in screen_text(app)


async def test_letters_in_the_prompt_are_no_commands(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("slash", *"qQpts?:jkG123")
        assert isinstance(app.screen, RunsScreen)
        assert "qQpts?:jkG123" in screen_text(app)
        await pilot.press("ctrl+c")
        assert "qQ" not in screen_text(app)
        await pilot.press("ctrl+c")
        await until(pilot, lambda: "? help" in screen_text(app))


async def test_ctrl_c_says_how_to_leave(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("ctrl+c")
        assert "q goes back, Q quits" in screen_text(app)
        assert app.is_running


async def test_sorting(store: Path) -> None:
    async with app_on(store, size=(120, 35)) as (app, pilot):
        seen = []
        for _ in range(8):
            await pilot.press("s")
            seen.append(app._runs._view.sort)
        assert seen == ["newest", "name", "state", "step", "metric", "metric 2", "duration", "attention"]
        await pilot.press("s", "s")
        assert "run ▲" in screen_text(app)
        assert [row.name for row in table(app).shown_rows][:2] == ["brave-fox-12", "calm-owl-11"]
        await pilot.press("S")
        assert "run ▼" in screen_text(app)
        assert [row.name for row in table(app).shown_rows][:2] == ["sweep-0.40", "seed-2"]


@pytest.mark.feature("runs", 95, "copy the ids of the marked runs, also over ssh", "y")
async def test_copying_an_id(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("y")
        row = table(app).row
        assert row is not None
        assert app.clipboard == row.id
        await pilot.press("space", "space", "y")
        assert len(app.clipboard.splitlines()) == 2
        assert "copied 2 ids" in screen_text(app)


@pytest.mark.feature("runs", 96, "go from experiment to experiment, at every width", "{ }")
async def test_experiments_at_every_width(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("}")
        assert "› bert-small" in screen_text(app)
        assert {row.experiment for row in table(app).shown_rows} == {"bert-small"}
        await pilot.press("}", "}", "}")
        assert "› ridge-alpha" in screen_text(app)
        await pilot.press("{", "{", "{", "{")
        assert "›" not in screen_text(app)
        assert len(table(app).shown_rows) == 6


@pytest.mark.feature("runs", 97, "move between the panes", "tab")
async def test_tab_moves_between_panes(store: Path) -> None:
    async with app_on(store, size=(160, 45)) as (app, pilot):
        await pilot.press("shift+tab", "j")
        assert {row.experiment for row in table(app).shown_rows} == {"bert-small"}
        await pilot.press("tab", "j")
        assert cursor(app) == "seed-2"
        await pilot.press("escape")
        assert len(table(app).shown_rows) == 6


@pytest.mark.parametrize(
    ("size", "experiments", "preview"),
    [((80, 24), False, True), ((120, 35), False, True), ((160, 45), True, True), ((200, 50), True, True),
     ((80, 8), False, False), ((20, 5), False, False)],
)  # fmt: skip
@pytest.mark.feature("runs", 98, "one, two or three panes, as many as fit", "")
async def test_panes_by_size(store: Path, size: tuple[int, int], experiments: bool, preview: bool) -> None:
    async with app_on(store, size=size) as (app, pilot):
        await pilot.press("j")
        text = screen_text(app)
        assert ("experiments" in text) is experiments
        assert (text.count("loss") > 1) is preview
        assert "calm" in text
        assert "✓" in text
        assert len(text.splitlines()) <= size[1]


@pytest.mark.feature("runs", 99, "read in the list why a run failed", "")
async def test_the_reason_of_a_failure_lies_over_the_metrics(store: Path) -> None:
    async with app_on(store) as (app, _pilot):
        (line,) = [line for line in screen_text(app).splitlines() if "lr-3e-2" in line and "failed" in line]
        assert "CUDA OOM" in line
        assert "Nov 2023" in line


@pytest.mark.feature("runs", 100, "see which failures nobody has looked at yet", "enter")
async def test_the_unseen_mark_goes_when_the_run_is_opened(store: Path) -> None:
    dead_run(store)
    async with app_on(store, runs=7) as (app, pilot):
        assert cursor(app) == "lost-owl-3"
        assert screen_text(app).count("•") == 1
        await pilot.press("enter", "q")
        await until(pilot, lambda: "•" not in screen_text(app))
        assert cursor(app) == "lost-owl-3"


@pytest.mark.feature("runs", 101, "hold the screen still", "p")
async def test_pause_holds_the_screen(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("p")
        assert "paused" in screen_text(app)
        make_run(store, name="newcomer", created=time.time())
        await pilot.pause(1.2)
        assert "newcomer" not in screen_text(app)
        await pilot.press("p")
        await until(pilot, lambda: "newcomer" in screen_text(app))
        assert "paused" not in screen_text(app)


@pytest.mark.feature("runs", 102, "read all keys of a screen", "?")
async def test_help_and_palette(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("?")
        assert isinstance(app.screen, HelpScreen)
        assert "open the run under the cursor" in screen_text(app)
        await pilot.press("G")
        assert "draw the whole screen again" in screen_text(app)
        await pilot.press("?", "q")
        assert isinstance(app.screen, RunsScreen)
        await pilot.press(":", *"sort")
        assert "the next order" in screen_text(app)
        assert "mark the run" not in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: app._runs._view.sort == "newest")
        assert isinstance(app.screen, RunsScreen)


@pytest.mark.feature("runs", 103, "find any action by its name", ":, ctrl+p")
async def test_the_palette(store: Path) -> None:
    async with app_on(store, size=(40, 6)) as (app, pilot):
        await pilot.press("ctrl+p", "down", "down", "up")
        assert "▸ space" in screen_text(app)
        await pilot.press("pagedown", "pagedown", "pagedown", "pagedown", "pagedown", "pagedown", "pageup", "down")
        await pilot.press(*"zzz")
        assert "no action is called so" in screen_text(app)
        await pilot.press("pageup", "pagedown", "up", "down", "ctrl+c", *"mark", "enter")
        await until(pilot, lambda: len(table(app).marked) == 1)
        await pilot.press(":", "escape")
        assert isinstance(app.screen, RunsScreen)
        await pilot.press(":", "ctrl+c")
        assert isinstance(app.screen, RunsScreen)
        await pilot.press(":", *"quit from", "enter")
        await until(pilot, lambda: app._exit)


@pytest.mark.feature("runs", 104, "have the whole screen drawn again", "ctrl+l")
async def test_redraw_sends_every_cell_again(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        app._frame.changes(0, 0, [])
        await pilot.press("ctrl+l")
        assert app._frame._rows == {}


@pytest.mark.parametrize("key", ["q", "Q"])
@pytest.mark.feature("runs", 105, "leave", "q, Q")
async def test_quitting(store: Path, key: str) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press(key)
        assert app._exit


@pytest.mark.feature("runs", 106, "learn in an empty store how to begin", "")
async def test_an_empty_store_says_how_to_begin(tmp_path: Path) -> None:
    async with app_on(tmp_path, runs=0) as (app, pilot):
        assert "runs-tui run -- python train.py" in screen_text(app)
        await pilot.press("j", "enter", "space", "s", "t", "y", "slash", "x", "enter", "escape")
        make_run(tmp_path, name="first-one")
        await until(pilot, lambda: "first-one" in screen_text(app) and "runs-tui run" not in screen_text(app))
        await pilot.press("j")
        assert cursor(app) == "first-one"


async def test_the_cursor_stays_on_its_run(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("j", "j")
        make_run(store, name="newcomer", created=time.time())
        await until(pilot, lambda: "newcomer" in screen_text(app))
        assert cursor(app) == "brave-fox-12"


@pytest.mark.feature("runs", 107, "choose and open by the mouse", "click")
async def test_mouse(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.click(RunTable, offset=(5, 3))
        assert cursor(app) == "brave-fox-12"
        await pilot.click(RunTable, offset=(5, 3))
        assert isinstance(app.screen, RunScreen)


async def test_the_cursor_stays_on_top_while_the_list_fills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the index did not know comes in above what it knew; once a person has moved, the cursor keeps its run."""
    monkeypatch.setattr("runs_tui.widgets.run_table._FILLING", 60.0)  # also on a slow machine
    for number in range(3):
        make_run(tmp_path, name=f"old-{number}", steps=1, created=1_700_000_000 - number)
    async with app_on(tmp_path, runs=3) as (app, pilot):
        assert cursor(app) == "old-0"
        make_run(tmp_path, name="newer", steps=1, created=1_700_000_100)
        await until(pilot, lambda: table(app).shown_rows[0].name == "newer")
        assert cursor(app) == "newer"
        await pilot.press("j")
        make_run(tmp_path, name="newest", steps=1, created=1_700_000_200)
        await until(pilot, lambda: table(app).shown_rows[0].name == "newest")
        assert cursor(app) == "old-0"
