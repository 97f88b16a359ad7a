"""The actions of the monitor: menu, question, prompt, and what is done, through Textual's pilot on a real store."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs_tui.actions import Refused
from runs_tui.actions.plans import plan
from runs_tui.app import RunsApp
from runs_tui.screens.actions import ActionsScreen
from runs_tui.screens.ask import AskScreen, meant
from runs_tui.screens.confirm import ConfirmScreen
from runs_tui.screens.run import RunScreen
from runs_tui.screens.runs import RunsScreen
from runs_tui.widgets.run_table import RunTable
from runstore.layout.printable import printable
from runstore.reading.catalog import list_rows
from runstore.reading.row import RunRow
from runstore.runs.cancel import cancel_requested
from runstore.writing.owner import RunOwner
from tests.tui.app_host import app_on, screen_text, until
from tests.tui.stores import make_run, some_runs


@pytest.fixture
def store(tmp_path: Path) -> Path:
    some_runs(tmp_path)
    return tmp_path


def on_disk(store: Path, name: str) -> RunRow:
    """The run of this name, read anew."""
    (row,) = [row for row in list_rows(str(store), cache=False) if row.name == name]
    return row


def names(app: RunsApp) -> list[str]:
    """The runs on the screen."""
    return [row.name for row in app.screen_stack[0].query_one(RunTable).shown_rows]


@pytest.mark.feature("runs", 110, "see what can be done to a run, and why something cannot", "a")
async def test_the_menu_tells_what_can_be_done_and_why_not(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("j", "a")
        assert isinstance(app.screen, ActionsScreen)
        await until(pilot, lambda: "brave-fox-12" in screen_text(app) and "trash" in screen_text(app))
        text = screen_text(app)
        assert "actions · calm-owl-11 ✓ completed" in text
        assert "it has ended already (completed)" in text
        assert "only a submitted run" in text
        assert "the trash is empty" in text
        assert "brave-fox-12" in text, "the list is still there"
        await pilot.press("c")
        assert isinstance(app.screen, ActionsScreen)
        assert "cancel: it has ended already" in screen_text(app)
        await pilot.press("escape")
        assert isinstance(app.screen, RunsScreen)


@pytest.mark.parametrize("key", ["n", "escape", "q", "ctrl+c", "d", "enter", "space"])
async def test_nothing_is_deleted_without_a_yes(store: Path, key: str) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("j", "a", "d")
        assert isinstance(app.screen, ConfirmScreen)
        assert "delete calm-owl-11?" in screen_text(app)
        await pilot.press(key)
        if isinstance(app.screen, ConfirmScreen):
            await pilot.press("escape")
        assert isinstance(app.screen, RunsScreen)
        assert "calm-owl-11" in names(app)
    assert on_disk(store, "calm-owl-11")


@pytest.mark.feature("runs", 116, "delete runs into the trash, after a question, and bring them back", "a, d, u")
async def test_marked_runs_are_deleted_together_and_come_back_together(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("j", "space", "space", "a", "d")
        text = screen_text(app)
        assert "delete 2 runs?" in text
        assert "delete · 2 runs" in text
        await pilot.press("y")
        await until(pilot, lambda: app._feed.latest.total == 4)
        assert "2 runs deleted" in screen_text(app)
        assert not app.screen.query_one(RunTable).marked
        assert not {"calm-owl-11", "brave-fox-12"} & set(names(app))
        await pilot.press("a")
        assert "bring back 2 runs" in screen_text(app)
        await pilot.press("u", "y")
        await until(pilot, lambda: app._feed.latest.total == 6)
        assert "2 runs are back" in screen_text(app)
        assert {"calm-owl-11", "brave-fox-12"} <= set(names(app))


async def test_a_run_that_lives_is_not_deleted(store: Path) -> None:
    make_run(store, name="live-1", status="Running", steps=3, created=time.time())
    async with app_on(store, runs=7) as (app, pilot):
        await pilot.press("a", "d")
        assert isinstance(app.screen, ActionsScreen)
        assert "delete: it is running: cancel it first" in screen_text(app)
        await pilot.press("escape", "space", "space", "space", "a", "d")
        text = screen_text(app)
        assert "delete calm-owl-11?" in text
        assert text.count("cancel it first") == 2, "the running and the queued one stay"
        await pilot.press("y")
        await until(pilot, lambda: app._feed.latest.total == 6)
        assert "live-1" in names(app)


@pytest.mark.feature("runs", 111, "cancel runs, after a question", "a, c")
async def test_cancel_asks_and_leaves_a_request(store: Path) -> None:
    folder = make_run(store, name="live-1", status="Running", steps=3, created=time.time(), parent="above")
    async with app_on(store, runs=7) as (app, pilot):
        await pilot.press("a", "c")
        assert "cancel live-1?" in screen_text(app)
        assert not cancel_requested(folder)
        await pilot.press("y")
        await until(pilot, lambda: cancel_requested(folder))
        await until(pilot, lambda: "live-1: canceled; its process goes on" in screen_text(app))


@pytest.mark.feature("runs", 112, "set and remove tags", "a, t")
async def test_tags_are_set_and_removed_on_all_marked_runs(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("j", "j", "space", "space", "a", "t")
        assert isinstance(app.screen, AskScreen)
        assert "kind=sweep" in screen_text(app)
        await pilot.press(*"gpu=a100 'note=two words' -kind", "enter")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))
        assert "2 runs: tagged" in screen_text(app)
    for name in ("brave-fox-12", "lr-3e-2"):
        assert on_disk(store, name).tags == {"gpu": "a100", "note": "two words"}


async def test_what_cannot_be_understood_can_be_corrected(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("j", "a", "t", *"'half", "enter")
        await until(pilot, lambda: "no closing quotation" in screen_text(app))
        assert isinstance(app.screen, AskScreen)
        await pilot.press("'", "enter")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))
    assert on_disk(store, "calm-owl-11").tags == {"half": None}


async def test_letters_in_the_prompt_are_text_and_escape_does_nothing(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("j", "a", "n", *"q?:aQyd", "escape")
        assert isinstance(app.screen, RunsScreen)
    assert on_disk(store, "calm-owl-11").description is None


@pytest.mark.feature("runs", 113, "write a note", "a, n")
async def test_a_note_is_written_and_begins_with_the_present_one(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("j", "a", "n", *"good", "enter")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))
        await until(pilot, lambda: any(row.description == "good" for row in app._feed.latest.rows))
        await pilot.press("a", "n", *" one", "enter")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))
    assert on_disk(store, "calm-owl-11").description == "good one"


async def test_a_note_of_several_lines_keeps_them_when_it_is_changed(tmp_path: Path) -> None:
    make_run(tmp_path, name="noted", description="first\n\tsecond")
    async with app_on(tmp_path, runs=1) as (app, pilot):
        await until(pilot, lambda: names(app) == ["noted"])
        await pilot.press("a", "n", "!", "enter")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))
    assert on_disk(tmp_path, "noted").description == "first\n\tsecond!"


@given(st.text(max_size=20), st.text("ab ", max_size=5))
def test_what_is_not_typed_stays_as_it_was(before: str, more: str) -> None:
    assert meant(printable(before), before) == before
    try:
        assert meant(printable(before) + more, before) == before + more
    except Refused:
        stood_for = {shown: {c for c in before if printable(c) == shown} for shown in printable(before)}
        assert any(len(characters) > 1 for characters in stood_for.values())


def test_runs_of_several_stores_are_deleted_together_or_not_at_all(tmp_path: Path) -> None:
    stores = [tmp_path / "a", tmp_path / "b"]
    folders = [make_run(store, name=store.name) for store in stores]
    rows = [row for store in stores for row in list_rows(str(store))]
    owner = RunOwner(str(folders[1]))  # it is resumed after the list was read
    owner.begin_attempt()
    owner.update(status="Running")
    with pytest.raises(Refused, match="running"):
        plan("delete", rows, list(map(str, stores))).do("")
    assert [Path(folder).exists() for folder in folders] == [True, True]


@pytest.mark.feature("runs", 114, "rename a run", "a, r")
async def test_renaming_shows_at_once_and_needs_one_run(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("j", "a", "r", "ctrl+u", "enter")
        await until(pilot, lambda: "a run needs a name" in screen_text(app))
        await pilot.press(*"best-of-all", "enter")
        await until(pilot, lambda: "best-of-all" in names(app))
        await pilot.press("space", "space", "a", "r")
        assert "one run at a time" in screen_text(app)
    assert on_disk(store, "best-of-all").id


@pytest.mark.feature("runs", 115, "archive runs, show them, put them back", "a, v, A")
async def test_archived_runs_leave_the_list_and_can_be_shown_and_put_back(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("A")
        assert "no run is archived" in screen_text(app)
        await pilot.press("j", "a", "v", "y")
        await until(pilot, lambda: "calm-owl-11" not in names(app))
        assert app._feed.latest.total == 5
        await pilot.press("A")
        assert names(app) == ["calm-owl-11"]
        await pilot.press("a")
        assert "unarchive" in screen_text(app)
        await pilot.press("v", "y")
        await until(pilot, lambda: app._feed.latest.total == 6)
        assert "calm-owl-11" in names(app), "the last one is back: so is the list"
    assert not on_disk(store, "calm-owl-11").archived


async def test_a_deleted_run_that_is_open_leads_back_to_the_list(store: Path) -> None:
    async with app_on(store, size=(130, 60)) as (app, pilot):
        await pilot.press("j", "enter", "1", "a", "t", *"done", "enter")
        await until(pilot, lambda: "calm-owl-11: tagged" in screen_text(app))
        assert isinstance(app.screen, RunScreen)
        await until(pilot, lambda: "done" in screen_text(app).split("tagged")[0])
        await pilot.press("a", "d", "y")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))
        await until(pilot, lambda: "calm-owl-11" not in names(app))
        assert "calm-owl-11 deleted" in screen_text(app)


async def test_the_palette_names_the_actions(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("j", ":", *"rename")
        assert "a r" in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("x", "enter")
        await until(pilot, lambda: "calm-owl-11x" in names(app))


async def test_a_click_chooses(store: Path) -> None:
    async with app_on(store) as (app, pilot):
        await pilot.press("j", "a")
        await pilot.click("ActionMenu", offset=(6, 6))
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        assert "delete calm-owl-11?" in screen_text(app)


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (200, 50)])
async def test_it_fits_every_size(store: Path, size: tuple[int, int]) -> None:
    async with app_on(store, size=size) as (app, pilot):
        await pilot.press("j", "a", "j", "j", "k", "G" if size[1] > 9 else "j")
        assert screen_text(app).count("▸") >= 1
        await pilot.press("d")
        assert "delete" in screen_text(app)
        assert len(screen_text(app).splitlines()) <= size[1]
        await pilot.press("n")
        assert isinstance(app.screen, RunsScreen)


async def test_an_empty_store_has_only_the_trash(tmp_path: Path) -> None:
    async with app_on(tmp_path, runs=0) as (app, pilot):
        await pilot.press("a")
        assert isinstance(app.screen, ActionsScreen)
        assert "there is no run here" in screen_text(app)
        await pilot.press("q")
        assert isinstance(app.screen, RunsScreen)


async def test_names_of_runs_cannot_reach_the_terminal_as_commands(tmp_path: Path) -> None:
    make_run(tmp_path, name="evil\x1b]0;title\x07\u202ename", tags={"k\x1b[2J": "v\x07"})
    async with app_on(tmp_path, runs=1) as (app, pilot):
        for keys in (("a",), ("t",), ("escape", "a", "d"), ("y",)):
            await pilot.press(*keys)
            assert not {"\x1b", "\x07", "\u202e"} & set(screen_text(app))


async def test_the_menu_follows_the_run(store: Path) -> None:
    """A run that ends while the menu is open can be deleted, and no longer canceled."""
    folder = make_run(store, name="live-1", status="Running", steps=3, created=time.time())
    async with app_on(store, runs=7) as (app, pilot):
        await pilot.press("a")
        assert "it is running: cancel it first" in screen_text(app)
        RunOwner(folder).finish("Completed")
        await until(pilot, lambda: "it has ended already (completed)" in screen_text(app))
        assert "it is running" not in screen_text(app)
        await pilot.press("d", "y")
        await until(pilot, lambda: app._feed.latest.total == 6)


async def test_the_menu_follows_a_run_that_leaves_the_list(store: Path) -> None:
    folder = make_run(store, name="live-1", status="Running", steps=3, created=time.time())
    async with app_on(store, runs=7) as (app, pilot):
        await pilot.press("/", *"state:running", "enter")
        await until(pilot, lambda: names(app) == ["live-1"])
        await pilot.press("a")
        RunOwner(folder).finish("Completed")
        await until(pilot, lambda: "it has ended already (completed)" in screen_text(app))
        shutil.rmtree(folder)
        await until(pilot, lambda: "it was deleted" in screen_text(app))
