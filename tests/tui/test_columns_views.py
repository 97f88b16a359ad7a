"""Views that are kept: the last one of each root, and saved ones with names."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from runs_tui.cli.main import cli
from runs_tui.model.view import View
from runs_tui.model.views import Views
from runs_tui.screens.runs import RunsScreen
from runs_tui.widgets.run_table import RunTable
from tests.terminal import PtyApp
from tests.tui.app_host import app_on, screen_text, until
from tests.tui.stores import some_runs


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("views")
    some_runs(root)
    return root


def kept_in(home: str) -> Path:
    (path,) = (Path(home) / ".local/state/runs-tui/views").iterdir()
    return path


@pytest.mark.feature("runs", 9, "find columns and order as they were left, for each root", "v, s")
async def test_columns_and_order_are_kept(store: Path, tmp_path: Path) -> None:
    async with app_on(store) as (app, pilot):
        app._runs._look(replace(app._runs._view, columns=("state", "host"), words="fox"))
        await pilot.press("s", "s", "S")
        kept = app._runs._view
    async with app_on(store) as (app, pilot):
        assert app._runs._view == replace(kept, words="")
        assert app.screen.query_one(RunTable).shown_fields == ("state", "host")
        assert "run ▼" in screen_text(app)
        assert len(app.screen.query_one(RunTable).shown_rows) == 6
    assert Views([str(tmp_path)]).last == View()
    assert Views([str(store), str(tmp_path)]).last == View()


@pytest.mark.feature("runs", 10, "save a view with a name", "w, s")
@pytest.mark.feature("runs", 11, "choose a saved view", "w, enter, 1-9")
@pytest.mark.feature("runs", 12, "forget a saved view", "w, d")
async def test_saved_views(store: Path) -> None:
    async with app_on(store, size=(160, 40)) as (app, pilot):
        await pilot.press("w", "enter", "d", "1")
        assert "there is no view 1" in screen_text(app)
        await pilot.press("q", "slash", *"resnet", "enter", "s", "s", "w", "s", "enter")
        assert "a view needs a name" in screen_text(app)
        await pilot.press(*"best ", "enter")
        assert isinstance(app.screen, RunsScreen)
        assert "saved views" in screen_text(app)
        assert "▸ 1  best" in screen_text(app)
        resnet = app._runs._view
        await pilot.press("escape", "s", "w", "s", *"all", "enter")
        assert app._runs._view.words == ""
        await pilot.press("w", "1")
        assert app._runs._view == resnet
        assert "view best" in screen_text(app)
        await pilot.press("w", "j", "enter")
        assert app._runs._view.words == ""
        await pilot.press(":", *"view best", "enter")
        await until(pilot, lambda: app._runs._view == resnet)
        await pilot.press("w", "d")
        assert "d again forgets the view best" in screen_text(app)
        await pilot.press("j", "d", "d", "q")
        assert Views([str(store)]).names == ("best",)
        assert "2  all" not in screen_text(app)


@pytest.mark.feature("runs", 13, "choose a saved view by the mouse", "mouse")
async def test_a_click_on_a_view(store: Path) -> None:
    Views([str(store)]).save("fox", View(words="fox"))
    async with app_on(store, size=(160, 40)) as (app, pilot):
        lines = screen_text(app).splitlines()
        (y,) = [y for y, line in enumerate(lines) if line.startswith("   1  fox")]
        await pilot.click(offset=(5, y))
        await until(pilot, lambda: app._runs._view.words == "fox")


@pytest.mark.feature("runs", 14, "begin with a saved view", "runs-tui --view NAME")
def test_the_app_begins_with_a_view(store: Path, home: str) -> None:
    Views([str(store)]).save("only foxes", View(words="fox", columns=("state", "type")))
    with PtyApp([sys.executable, "-m", "runs_tui", store, "--view", "only foxes"], 80, 24, env={"HOME": home}) as app:
        app.wait_for("1 of 6")
        assert "brave-fox-12" in app.text()
        assert "calm-owl" not in app.text()
        assert "type" in app.text()
        app.press("q")
        assert app.wait() == 0
    assert Views([str(store)]).last == View(columns=("state", "type"))


def test_a_view_that_is_not_there(store: Path) -> None:
    done = CliRunner().invoke(cli, [str(store), "--view", "x"])
    assert done.exit_code == 2
    assert "there is no view 'x'; none is saved yet" in done.output
    Views([str(store)]).save("fox\x1b[2J", View(words="fox"))
    done = CliRunner().invoke(cli, [str(store), "--view", "x"])
    assert "there are fox" in done.output
    assert "\x1b" not in done.output


DAMAGED = (
    *("", "{", "[]", "null", "[" * 100_000, "\x00\xff", '{"last": 3, "saved": []}'),
    '{"saved": {"a": 3, "b": {"sort": 4, "columns": [1], "reverse": "x"}}}',
    '{"last": {"columns": "state", "words": 3, "experiment": 1, "archived": null, "unknown": 1}}',
)


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_only_forgets(store: Path, home: str, content: str) -> None:
    Views([str(store)]).save("x", View())
    path = kept_in(home)
    path.write_text(content)
    views = Views([str(store)])
    assert views.last == View()
    assert all(views.saved(name) == View() for name in views.names)
    views.save("new", View(words="w"))
    assert Views([str(store)]).saved("new") == View(words="w")


def test_a_state_folder_that_cannot_be_written_does_no_harm(store: Path, home: str) -> None:
    Path(home, ".local").write_text("a file where a folder should be")
    views = Views([str(store)])
    assert views.save("x", View(words="w")) == "x"
    views.keep(View(sort="name"))
    assert views.saved("x") == View(words="w")
    assert Views([str(store)]).names == ()


def test_what_another_app_saved_is_not_lost(store: Path) -> None:
    one, other = Views([str(store)]), Views([str(store)])
    one.save("a", View(words="a"))
    other.save("b", View(words="b"))
    one.keep(View(sort="name"))
    other.forget("a")
    views = Views([str(store)])
    assert views.names == ("b",)
    assert views.last == View(sort="name")


def test_names_are_of_one_line(store: Path) -> None:
    views = Views([str(store)])
    assert views.save("  a \n  b  ", View()) == "a b"
    assert views.save(" \n ", View(words="x")) == ""
    assert len(views.save("x" * 500, View(words="y"))) == 60
    assert views.name_of(View()) == "a b"
    assert views.name_of(View(words="z")) is None
