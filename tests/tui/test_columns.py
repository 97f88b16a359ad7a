"""Columns of the run table: what there is to choose from, how they fit, and the order by any of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from runs_tui.app import RunsApp
from runs_tui.model.feed import start_feed
from runs_tui.model.fields import FACTS, STATISTICS, field
from runs_tui.model.order import sorted_by
from runs_tui.model.root_names import root_names
from runs_tui.model.view import View
from runs_tui.model.views import Views
from runs_tui.screens.columns import ColumnsScreen
from runs_tui.screens.runs import RunsScreen
from runs_tui.screens.viewing import Viewing
from runs_tui.widgets.run_table import RunTable
from tests.tui.app_host import app_on, complete, screen_text, until
from tests.tui.stores import LONG_AGO, make_run

RUNS = 3


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs whose last values, parameters and tags are in three different orders."""
    root = tmp_path_factory.mktemp("columns")
    made = (("one", 30, 2, "b", "0.1"), ("two", 10, 30, "a", "1e-3"), ("three", 20, 10, "c", "0.02"))
    for place, (name, steps, depth, team, rate) in enumerate(made):
        make_run(
            root,
            "trees",
            name,
            steps=steps,
            created=LONG_AGO + place,
            took=60.0 * steps,
            params={"depth": depth},
            tags={"team": team, "rate": rate},
            user=f"user-{team}",
            host="gpu7",
            git={"commit": f"{place}123456789abcdef", "dirty": name == "two"},
        )
    return root


def table(app: RunsApp) -> RunTable:
    return app._runs.query_one(RunTable)


def screen(app: RunsApp) -> object:
    return app.screen


def names(app: RunsApp) -> list[str]:
    return [row.name for row in table(app).shown_rows]


def titles(app: RunsApp) -> str:
    return table(app).render_line(0).text.rstrip()


def begin(app: RunsApp, *columns: str) -> None:
    """Begin with these columns."""
    app._runs._look(replace(app._runs._view, columns=columns))


def chosen(app: RunsApp) -> tuple[str, ...]:
    return app._runs._view.columns


async def choose(app: RunsApp, pilot: Pilot[None], id_: str) -> None:
    """In the chooser, toggle a column."""
    assert isinstance(app.screen, ColumnsScreen)
    chooser = app.screen
    await until(pilot, lambda: chooser._known)
    chooser._list.go(id_)
    await pilot.press("space")


@pytest.mark.feature("runs", 1, "choose which columns are shown", "v, space")
async def test_columns_are_chosen_and_followed_at_once(store: Path) -> None:
    async with app_on(store, size=(80, 24), runs=RUNS) as (app, pilot):
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, ColumnsScreen) and app.screen._known)
        usual = table(app).shown_fields
        await pilot.press("slash", *"team", "enter", "space", "escape")
        assert chosen(app) == (*usual, "tag:team")
        assert "team" in titles(app)
        await pilot.press("g", "j", "space")
        assert chosen(app) == (*(each for each in usual if each != "step"), "tag:team")
        await pilot.press("enter")
        assert isinstance(screen(app), RunsScreen)
        (line,) = [line for line in screen_text(app).splitlines() if " three " in line and "completed" in line]
        assert line.split()[-1] == "c"


@pytest.mark.feature("runs", 2, "move columns to the left and right", "v, J, K")
async def test_columns_are_moved(store: Path) -> None:
    async with app_on(store, size=(80, 24), runs=RUNS) as (app, pilot):
        begin(app, "state", "step", "user", "host")
        await pilot.press("v", "j", "J")
        assert table(app).shown_fields == chosen(app) == ("state", "user", "step", "host")
        await pilot.press("K", "K", "K", "shift+down", "shift+up")
        assert table(app).shown_fields == ("step", "state", "user", "host")
        await pilot.press("G", "J")
        assert "only a shown column has a place" in screen_text(app)


@pytest.mark.feature("runs", 3, "go back to the columns that tell most", "v, 0")
async def test_back_to_what_tells_most(store: Path) -> None:
    async with app_on(store, size=(80, 24), runs=RUNS) as (app, pilot):
        usual = table(app).shown_fields
        begin(app, "state", "user")
        await pilot.press("v", "0", "q")
        assert table(app).shown_fields == usual


async def test_the_state_stays(store: Path) -> None:
    async with app_on(store, runs=RUNS) as (app, pilot):
        await pilot.press("v", "space")
        assert "the state is always shown" in screen_text(app)
        begin(app, "user")
        assert table(app).shown_fields == ("state", "user")


@pytest.mark.feature("runs", 4, "list only the columns with some words", "v, /")
async def test_the_list_is_filtered(store: Path) -> None:
    async with app_on(store, size=(80, 24), runs=RUNS) as (app, pilot):
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, ColumnsScreen) and app.screen._known)
        await pilot.press("slash", *"trend LOSS")
        assert "loss trend" in screen_text(app)
        assert "val/acc trend" not in screen_text(app)
        await pilot.press(*"zz")
        assert "no column is called so" in screen_text(app)
        await pilot.press("enter", "space", "J", "s", "escape")
        assert isinstance(screen(app), ColumnsScreen)
        assert "no column is called so" not in screen_text(app)
        await pilot.press("slash", "escape", "escape")
        assert isinstance(screen(app), RunsScreen)


ORDERS = (
    ("last:loss", ["one", "three", "two"]),
    ("first:val/acc", ["three", "two", "one"]),
    ("best:val/acc", ["one", "three", "two"]),
    ("max:loss", ["three", "two", "one"]),
    ("param:depth", ["one", "three", "two"]),
    ("tag:team", ["two", "one", "three"]),
    ("tag:rate", ["two", "three", "one"]),
    ("duration", ["one", "three", "two"]),
    ("user", ["two", "one", "three"]),
    ("commit", ["one", "two", "three"]),
    ("newest", ["three", "two", "one"]),
    ("host", ["three", "two", "one"]),
)
"""Orders, and the runs in them; equal ones have the newest first."""


@pytest.mark.feature("runs", 5, "sort by any column, by name", ":, sort by")
async def test_any_column_sorts_both_ways(store: Path) -> None:
    async with app_on(store, size=(115, 40), runs=RUNS) as (app, pilot):
        for order, expected in ORDERS:
            app._runs.action_sort_by(order)
            await until(pilot, lambda expected=expected: names(app) == expected)
            await pilot.press("S")
            assert names(app) == expected[::-1], order
        await pilot.press(":", *"sort by depth", "enter")
        await until(pilot, lambda: names(app) == ["one", "three", "two"])


@pytest.mark.feature("runs", 6, "sort by the shown columns, one after the other, and see which", "s, S")
async def test_s_goes_through_the_shown_columns(store: Path) -> None:
    async with app_on(store, size=(80, 24), runs=RUNS) as (app, pilot):
        begin(app, "state", "param:depth", "trend:val/acc", "max:val/acc")
        seen = []
        for order in ("newest", "name", "state", "param:depth", "last:val/acc", "max:val/acc", "duration", "attention"):
            await pilot.press("s")
            assert app._runs._view.sort == order
            seen.append(titles(app))
        assert "run ▲" in seen[1]
        assert "depth ▲" in seen[3]
        assert "l/acc ▼" in seen[4]
        assert "/acc max ▼" in seen[5]
        assert "▲" not in seen[-1]
        await pilot.press("s", "s", "S")
        assert "run ▼" in titles(app)


@pytest.mark.feature("runs", 7, "sort by a click on the title of a column", "mouse")
async def test_a_click_on_a_title_sorts(store: Path) -> None:
    async with app_on(store, size=(115, 40), runs=RUNS) as (app, pilot):
        at = titles(app).index("loss") + 2
        await pilot.click(RunTable, offset=(at, 0))
        assert names(app) == ["one", "three", "two"]
        assert "loss ▲" in titles(app)
        await pilot.click(RunTable, offset=(at, 0))
        assert names(app) == ["two", "three", "one"]
        assert "loss ▼" in titles(app)
        await pilot.click(RunTable, offset=(5, 0))
        assert names(app) == ["one", "three", "two"]
        assert "run ▲" in titles(app)


async def test_the_chooser_sorts(store: Path) -> None:
    async with app_on(store, size=(115, 40), runs=RUNS) as (app, pilot):
        begin(app, "state", "step")
        await pilot.press("v", "j", "s")
        assert names(app) == ["one", "three", "two"]
        assert "▸ ◆ step ▼" in screen_text(app)
        await pilot.press("s")
        assert names(app) == ["two", "three", "one"]
        await pilot.press("S")
        assert names(app) == ["one", "three", "two"]


@pytest.mark.feature("runs", 8, "see columns that do not fit", "<, >")
async def test_columns_that_do_not_fit_are_scrolled_to(store: Path) -> None:
    async with app_on(store, size=(60, 24), runs=RUNS) as (app, pilot):
        begin(app, "step", "when", "state", "param:depth", "user", "tag:team")
        assert titles(app).endswith(">")
        assert "team" not in titles(app)
        await pilot.press(">", ">", ">", ">", ">", ">")
        assert table(app).shown_fields == ("state", "user", "tag:team")
        assert titles(app).startswith("  <run")
        assert not titles(app).endswith(">")
        await pilot.press("v")
        await choose(app, pilot, "tag:rate")
        assert "rate" in titles(app)
        await pilot.press("q", *"<<<<<<")
        assert table(app).shown_fields == ("step", "when", "state")


async def test_columns_that_are_not_worth_it_are_scrolled_to(store: Path) -> None:
    async with app_on(store, size=(80, 24), runs=RUNS) as (app, pilot):
        assert "host" not in titles(app)
        for _ in range(12):
            await pilot.press(">")
        assert "host" in titles(app)
        assert "gpu7" in screen_text(app)


async def test_every_column_at_every_size(store: Path) -> None:
    """All there can be, in one table: nothing is wider than the screen, and the state never goes."""
    metrics = [f"{statistic}:loss" for statistic in STATISTICS]
    every = [*FACTS, *metrics, "param:depth", "tag:team", "odd:x"]
    async with app_on(store, size=(300, 50), runs=RUNS) as (app, pilot):
        begin(app, *every)
        seen: set[str] = set()
        for width, height in ((80, 24), (40, 12), (34, 10), (33, 10), (20, 5), (300, 50)):
            await pilot.resize_terminal(width, height)
            for _ in every:
                lines = [table(app).render_line(y) for y in range(min(table(app).size.height, 1 + RUNS))]
                assert {line.cell_length for line in lines} == {width if width < 116 else table(app).size.width}
                assert all("✓" in line.text for line in lines[1:])
                seen |= set(table(app).shown_fields)
                app._runs.action_columns_right()
            await pilot.press("v", "G", "q")
            for _ in every:
                app._runs.action_columns_left()
        assert seen == set(every) - {"odd:x"}


@pytest.mark.parametrize("id_", ["", "x", "last", "lost:x", "attention", "metric"])
def test_what_is_no_field(id_: str) -> None:
    assert field(id_) is None


@pytest.mark.parametrize(
    ("roots", "expected"),
    [
        ([], []),
        (["/"], ["/"]),
        (["/home/ada/store", "/scratch/runs"], ["store", "runs"]),
        (["/home/ada/vision/.runs", "/home/ada/text/.runs"], ["vision", "text"]),
        (["/a/store", "/b/store", "/b/other"], ["a/store", "b/store", "other"]),
        (["/x/a/store", "/x/b/a/store", "/store"], ["x/a/store", "b/a/store", "store"]),
    ],
)
def test_short_names_of_roots(roots: list[str], expected: list[str]) -> None:
    assert list(root_names(roots).values()) == expected


@pytest.mark.feature("runs", 15, "see in which of several stores a run lies", "runs-tui ROOT ROOT")
async def test_the_root_is_shown_where_there_are_several(store: Path, tmp_path: Path) -> None:
    make_run(tmp_path / "elsewhere", name="far", created=LONG_AGO)
    feed = start_feed([str(store), str(tmp_path / "elsewhere")])
    app = RunsApp(feed)
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: complete(feed.latest, RUNS + 1))
            await until(pilot, lambda: "root" in table(app).shown_fields)
            (line,) = [line for line in screen_text(app).splitlines() if " far " in line and "completed" in line]
            assert "elsewhere" in line
            app._runs.action_sort_by("root")
            await until(pilot, lambda: names(app) in (["far", "three", "two", "one"], ["three", "two", "one", "far"]))
    finally:
        feed.close()


async def test_the_reason_has_a_column_of_its_own(tmp_path: Path) -> None:
    exit_record = {"code": 3, "signal": None, "error": "ValueError: no layer"}
    make_run(tmp_path, name="bad", status="Failed", exit=exit_record, created=LONG_AGO)
    async with app_on(tmp_path, size=(115, 24), runs=1) as (app, _pilot):
        assert "ValueError: no layer · exit 3" in line_of(app)
        begin(app, "state", "reason", "last:loss")
        assert line_of(app).count("ValueError: no layer") == 1
        assert line_of(app).split()[-1] == "0.1496"
        begin(app, "state", "step", "last:loss", "max:loss", "host")
        assert "ValueError: no" in line_of(app)
        begin(app, "state", "step", "host")
        assert "✗ failed exit 3" in line_of(app)


def line_of(app: RunsApp) -> str:
    return table(app).render_line(1).text.rstrip()


HOSTILE = "m\x1b[2J\x07'\"\\\n)(\u202e\x9b5m"


async def test_names_that_are_commands_to_a_terminal(tmp_path: Path) -> None:
    settings = {HOSTILE: HOSTILE}
    make_run(tmp_path, name="a", metrics=(HOSTILE,), steps=3, params=settings, tags=settings, created=LONG_AGO)
    make_run(tmp_path, name="b", metrics=(HOSTILE,), steps=2, created=LONG_AGO + 1)
    Views([str(tmp_path)]).save(HOSTILE, View(sort=f"param:{HOSTILE}", columns=("state", f"tag:{HOSTILE}")))
    async with app_on(tmp_path, size=(160, 40), runs=2) as (app, pilot):
        for keys in (("v", "G", "space", "q"), ("w",), ("d", "q"), (":",), (*"sort by m", "enter")):
            await pilot.press(*keys)
            assert screen_text(app).replace("\n", "").isprintable()
        await until(pilot, lambda: sorted_by(app._runs._view.sort, ()) == f"last:{HOSTILE}")
        assert names(app) == ["b", "a"]
        await pilot.press("w", "1")
        assert chosen(app) == ("state", f"tag:{HOSTILE}")
        assert names(app) == ["a", "b"]
        assert screen_text(app).replace("\n", "").isprintable()


async def test_the_table_follows_when_the_worker_takes_its_time(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Viewing._look, "__defaults__", (0.0,))  # as if the worker were slow
    async with app_on(store, runs=RUNS) as (app, pilot):
        begin(app, "state", "step")
        await until(pilot, lambda: chosen(app) == table(app).snapshot.view.columns)
        await pilot.press("v", "j", "s")
        await until(pilot, lambda: names(app) == ["one", "three", "two"])
        assert isinstance(screen(app), ColumnsScreen)
        await until(pilot, lambda: "▸ ◆ step ▼" in screen_text(app))
