"""Groups, pins, hidden runs, colours, tiles, bells and several roots on the Runs screen: by keys, on real stores."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from runs_tui.app import RunsApp
from runs_tui.model.feed import start_feed
from runs_tui.model.groups import Group
from runs_tui.screens.group import GroupScreen
from runs_tui.screens.run import RunScreen
from runs_tui.screens.runs import RunsScreen
from runs_tui.themes import ink, ink_of
from runs_tui.widgets.preview import Preview
from runs_tui.widgets.run_table import RunTable
from runs_tui.widgets.runs_header import RunsHeader
from runstore import Experiment, Workspace
from runstore.writing.owner import RunOwner
from runstore.writing.writer import RunWriter
from tests.terminal import PtyApp
from tests.tui.app_host import app_on, complete, screen_text, until
from tests.tui.stores import LONG_AGO, log, make_run, some_runs


def table(app: RunsApp) -> RunTable:
    """The run table."""
    return app._runs.query_one(RunTable)


def lines(app: RunsApp) -> list[str]:
    """The table, line by line: names of runs, and ``title:runs`` of groups."""
    shown = table(app).snapshot.lines
    return [f"{line.title}:{len(line.rows)}" if isinstance(line, Group) else line.name for line in shown]


def here(app: RunsApp) -> str:
    """The name or title under the cursor."""
    line = table(app).current
    return "" if line is None else line.title if isinstance(line, Group) else line.name


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three learning rates by three seeds, and one run without."""
    root = tmp_path_factory.mktemp("sweep")
    for place, lr in enumerate((0.1, 0.01, 0.001)):
        for seed in range(3):
            make_run(
                root, "sweep", f"lr{lr}-s{seed}", params={"lr": lr, "seed": seed}, steps=10 + 3 * seed + place,
                status="Failed" if (place, seed) == (0, 0) else "Completed", created=LONG_AGO + 100 - 10 * place - seed,
                tags={"team": ("red", "blue")[seed % 2]},
            )  # fmt: skip
    make_run(root, "other", "plain", created=LONG_AGO)
    return root


async def group_by(pilot: Pilot[None], *words: str) -> None:
    """Group by what is found with these words."""
    await pilot.press("b")
    screen = pilot.app.screen
    assert isinstance(screen, GroupScreen)
    await until(pilot, lambda: screen._found)
    await pilot.press(*"".join(words), "enter")


async def test_the_cursor_keeps_its_run_when_the_list_is_grouped_at_once(sweep: Path) -> None:
    async with app_on(sweep, runs=10) as (app, pilot):
        run = here(app)
        await group_by(pilot, "seed")
        await until(pilot, lambda: table(app).snapshot.view.group == "param:seed")
        assert here(app) == run


async def test_the_preview_is_read_below_a_menu_that_is_opened_at_once(sweep: Path) -> None:
    async with app_on(sweep, size=(120, 35), runs=10) as (app, pilot):
        table(app).move(2)
        await app._runs.action_actions()
        assert app.screen is not app._runs
        preview = app._runs.query_one(Preview)
        await until(pilot, lambda: not preview.waits)
        assert preview._shown is not None
        assert preview._shown.row.name == here(app)


@pytest.mark.feature("runs", 30, "group by experiment, state, user, host, any parameter or tag", "b")
async def test_grouping_by_a_parameter(sweep: Path) -> None:
    async with app_on(sweep, runs=10) as (app, pilot):
        await pilot.press("b")
        await until(pilot, lambda: "tag, 2 groups" in screen_text(app))
        text = screen_text(app)
        assert all(name in text for name in ("experiment", "state", "user", "host", "lr", "seed", "team"))
        await pilot.press(*"lr", "enter")
        assert isinstance(app.screen, RunsScreen)
        assert lines(app)[:4] == ["0.1:3", "lr0.1-s0", "lr0.1-s1", "lr0.1-s2"]
        assert lines(app)[-2:] == ["no lr:1", "plain"]
        assert "grouped by lr" in screen_text(app)
        await group_by(pilot, "team")
        assert [line for line in lines(app) if ":" in line] == ["red:6", "blue:3", "no team:1"]
        await pilot.press("b")
        screen = app.screen
        assert isinstance(screen, GroupScreen)
        await until(pilot, lambda: screen._found)
        assert "▸ ◆ team" in screen_text(app)
        await pilot.press(*"no groups", "enter")
        assert lines(app)[0] == "lr0.1-s0"
        assert "grouped" not in screen_text(app)


async def test_enter_typed_before_the_groups_are_known_waits_for_them(sweep: Path) -> None:
    async with app_on(sweep, runs=10) as (app, pilot):
        rows = table(app).snapshot.rows * 5_000
        chosen: list[str | None] = []
        await app.push_screen(GroupScreen(rows, ""), chosen.append)
        for key in (*"seed", "enter"):
            await app.on_event(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: chosen, 2)
        assert chosen == ["param:seed"]


async def test_leaving_the_choice_of_groups_changes_nothing(sweep: Path) -> None:
    async with app_on(sweep, runs=10) as (app, pilot):
        await pilot.press("b", *"zzz")
        await until(pilot, lambda: "nothing is called so" in screen_text(app))
        await pilot.press("enter", "ctrl+c", "down", "up", "pagedown", "pageup", "ctrl+c")
        assert isinstance(app.screen, RunsScreen)
        await pilot.press("b", "escape")
        assert isinstance(app.screen, RunsScreen)
        assert ":" not in "".join(lines(app))


@pytest.mark.feature("runs", 31, "fold and unfold one group, or all", "left right, h l, enter, z")
async def test_folding(sweep: Path) -> None:
    async with app_on(sweep, runs=10) as (app, pilot):
        await pilot.press("left", "z", "right")
        assert "there are no groups: b makes some" in screen_text(app)
        await group_by(pilot, "lr")
        await pilot.press("g", "j", "j")
        assert here(app) == "lr0.1-s1"
        await pilot.press("left")
        assert here(app) == "0.1"
        assert lines(app)[:3] == ["0.1:3", "0.01:3", "lr0.01-s0"]
        assert "▹ lr=0.1" in screen_text(app)
        await pilot.press("left", "right", "right")
        assert here(app) == "lr0.1-s0"
        await pilot.press("k", "enter")
        assert lines(app)[1] == "0.01:3"
        await pilot.press("enter")
        assert lines(app)[1] == "lr0.1-s0"
        await pilot.press("z")
        assert lines(app) == ["0.1:3", "0.01:3", "0.001:3", "no lr:1"]
        await pilot.press("j", "l")
        assert lines(app) == ["0.1:3", "0.01:3", "lr0.01-s0", "lr0.01-s1", "lr0.01-s2", "0.001:3", "no lr:1"]
        await pilot.press("z", "z")
        assert len(lines(app)) == 14


async def test_a_run_opened_from_a_folded_group_leads_back_to_the_group(sweep: Path) -> None:
    async with app_on(sweep, runs=10) as (app, pilot):
        await group_by(pilot, "lr")
        await pilot.press("g", "j", "enter")
        assert isinstance(app.screen, RunScreen)
        await pilot.press("J", "q")
        assert here(app) == "lr0.1-s1"
        await pilot.press("z")
        assert here(app) == "0.1"
        await pilot.press("/", *"name:lr0.01*", "enter")
        assert lines(app) == ["0.01:3"]
        assert here(app) == "0.01"


@pytest.mark.feature("runs", 44, "go through the runs in the order of the groups without leaving the tab", "J, K")
async def test_the_next_run_is_that_of_the_list(sweep: Path) -> None:
    async with app_on(sweep, runs=10) as (app, pilot):
        await group_by(pilot, "seed")
        names = [line for line in lines(app) if ":" not in line]
        await pilot.press("g", "j", "enter", "J", "J", "J", "q")
        assert here(app) == names[3]


@pytest.mark.feature("runs", 32, "see of each group: runs, states, mean, deviation and best of the metrics", "b")
async def test_the_line_of_a_group(sweep: Path) -> None:
    async with app_on(sweep, size=(120, 35), runs=10) as (app, pilot):
        await group_by(pilot, "lr")
        (line,) = [line for line in screen_text(app).splitlines() if "lr=0.1 " in line]
        group = table(app).snapshot.lines[0]
        assert isinstance(group, Group)
        spread = group.spreads[0]
        assert "3  1✗ 2✓" in line
        assert f"loss  {spread.mean:.4f} ±{spread.deviation:.2g}" in line
        assert f"best {spread.best:.4f}" in line


@pytest.mark.parametrize("size", [(80, 24), (34, 12), (20, 5), (16, 6), (200, 50)])
async def test_groups_at_every_size(sweep: Path, size: tuple[int, int]) -> None:
    async with app_on(sweep, size=size, runs=10) as (app, pilot):
        await group_by(pilot, "lr")
        await pilot.press("g")
        text = screen_text(app).splitlines()
        assert any("▾ " in line for line in text)
        assert all(len(line) <= size[0] for line in text)
        assert len(text) <= size[1]


@pytest.mark.feature("runs", 42, "mark, copy or act on all runs of a group at once", "space, y, a, P, x")
async def test_keys_on_a_group_are_about_all_its_runs(sweep: Path) -> None:
    async with app_on(sweep, runs=10) as (app, pilot):
        await group_by(pilot, "lr")
        await pilot.press("g", "y")
        assert len(app.clipboard.splitlines()) == 3
        await pilot.press("space")
        assert len(table(app).marked) == 3
        assert screen_text(app).count("◆") == 4  # of the group, too
        await pilot.press("g", "space")
        assert not table(app).marked
        await pilot.press("g", "a")
        assert "3 runs" in screen_text(app)
        await pilot.press("escape")


async def test_a_click_folds_a_group(sweep: Path) -> None:
    async with app_on(sweep, runs=10) as (app, pilot):
        await group_by(pilot, "lr")
        await pilot.press("g")
        await pilot.click(RunTable, offset=(5, 5))
        assert here(app) == "0.01"
        await pilot.click(RunTable, offset=(5, 5))
        assert "lr0.01-s0" not in lines(app)


@pytest.mark.feature("runs", 43, "find the groups again in the next session", "b")
async def test_the_group_is_kept_for_the_next_session(sweep: Path) -> None:
    async with app_on(sweep, runs=10) as (app, pilot):
        await group_by(pilot, "seed")
        await pilot.press("q")
    async with app_on(sweep, runs=10) as (app, pilot):
        assert lines(app)[0] == "0:3"


@pytest.mark.feature("runs", 33, "pin runs: they stay on top in every order, also in the next session", "P")
async def test_pinning(tmp_path: Path) -> None:
    some_runs(tmp_path)
    async with app_on(tmp_path) as (app, pilot):
        await pilot.press("G", "P")
        await until(pilot, lambda: lines(app)[0] == "sweep-0.40")
        assert here(app) == "sweep-0.40"
        assert "sweep-0.40: pinned" in screen_text(app)
        await pilot.press("s", "s", "S", "j")
        assert lines(app)[0] == "sweep-0.40"
        assert "^  sweep-0.40" in screen_text(app)
    async with app_on(tmp_path) as (app, pilot):
        assert lines(app)[0] == "sweep-0.40"
        await pilot.press("space", "space", "P")
        await until(pilot, lambda: len(table(app).snapshot.pinned) == 2)
        await pilot.press("P")
        await until(pilot, lambda: not table(app).snapshot.pinned)
        assert "2 runs: not pinned any more" in screen_text(app)
        await until(pilot, lambda: lines(app)[0] != "sweep-0.40" or lines(app)[-1] != "sweep-0.40")


@pytest.mark.feature("runs", 34, "hide runs, see how many are hidden, show them again", "x, X")
async def test_hiding(tmp_path: Path) -> None:
    some_runs(tmp_path)
    async with app_on(tmp_path) as (app, pilot):
        await pilot.press("X")
        assert "no run is hidden" in screen_text(app)
        await pilot.press("space", "space", "x")
        await until(pilot, lambda: len(lines(app)) == 4)
        assert "2 runs: hidden; X shows what is hidden" in screen_text(app)
        assert not table(app).marked
    async with app_on(tmp_path) as (app, pilot):
        assert len(lines(app)) == 4
        assert "2 hidden" in screen_text(app)
        await pilot.press("X")
        assert len(lines(app)) == 6
        assert "2 hidden shown" in screen_text(app)
        await pilot.press("g", "x")
        await until(pilot, lambda: table(app).snapshot.left_out == 1)
        await pilot.press("escape")
        assert len(lines(app)) == 5


@pytest.mark.feature("runs", 35, "tell marked runs by their own colour, the same in table and charts", "space")
async def test_a_run_has_one_colour(tmp_path: Path) -> None:
    some_runs(tmp_path)
    async with app_on(tmp_path, size=(160, 45)) as (app, pilot):
        await pilot.press("s", "s", "space", "G")
        row = table(app).snapshot.rows[0]
        colour = ink_of(app).run(row.id)
        strips = app.screen._compositor.render_strips()
        (marked,) = [segment for strip in strips for segment in strip if "◆" in segment.text]
        assert marked.style is not None
        assert marked.style.color == colour.color
        await pilot.press("g")
        await until(pilot, lambda: "┤" in screen_text(app))
        strips = app.screen._compositor.render_strips()
        drawn = {segment.style.color for strip in strips for segment in strip if "⠑" in segment.text and segment.style}
        assert colour.color in drawn


def test_colours_are_spread_over_the_palette() -> None:
    for theme in ("runs-dark", "runs-light"):
        used = {ink(theme).run(f"run_{number}_{number:08x}") for number in range(200)}
        assert used == set(ink(theme).series)


@pytest.mark.feature(
    "runs", 36, "read how many runs are in which state, and which is best; click to filter or go there", "click"
)
async def test_tiles(sweep: Path) -> None:
    async with app_on(sweep, size=(160, 45), runs=10) as (app, pilot):
        first = screen_text(app).splitlines()[0]
        assert "1 failed  9 completed" in first
        best = table(app).snapshot.best
        assert best is not None
        assert f"best {best.metric} {best.value:.4f} {best.name}" in first
        await pilot.click(RunsHeader, offset=(first.index("failed"), 0))
        assert lines(app) == ["lr0.1-s0"]
        await pilot.click(RunsHeader, offset=(screen_text(app).splitlines()[0].index("failed"), 0))
        assert len(lines(app)) == 10
        await pilot.click(RunsHeader, offset=(first.index("best"), 0))
        assert here(app) == best.name
        await pilot.click(RunsHeader, offset=(1, 0))


async def test_the_tiles_are_one_line_at_80_columns(sweep: Path) -> None:
    async with app_on(sweep, runs=10) as (app, _pilot):
        first, second, *_ = screen_text(app).splitlines()
        assert "1 failed  9 completed" in first
        assert set(second) == {"─"}


def a_live_run(root: Path, name: str) -> tuple[str, RunOwner]:
    """A run of this process."""
    folder = make_run(root, "live", name, steps=3, status="Running", created=time.time())
    return folder, RunOwner(folder)


@pytest.mark.feature("runs", 37, "ring when a run ends, fails or its loss becomes NaN, whatever screen is open", "!")
def test_the_bell_of_one_run(tmp_path: Path) -> None:
    make_run(tmp_path, "done", "long-done", created=LONG_AGO)
    folder, owner = a_live_run(tmp_path, "short-1")
    _, other_owner = a_live_run(tmp_path, "silent-2")
    with PtyApp([sys.executable, "-m", "runs_tui", tmp_path], 80, 24) as app:
        app.wait_for("short-1")
        app.wait_for("long-done")
        app.press("G", "!")
        app.wait_for("only a run that is going on can ring")
        app.press("/")
        app.type_text("short")
        app.press("enter", "!")
        app.wait_for("short-1: the bell rings at the end")
        app.press("escape", "G")
        app.wait_for(lambda app: any(line.startswith("!") and "short-1" in line for line in app.lines()))
        app.press("enter")  # another screen, of another run
        app.wait_for("done / long-done")
        other_owner.finish("Completed", {"code": 0, "signal": None, "error": None})
        writer = RunWriter(folder)
        writer.log_metrics({"loss": float("nan")}, step=99)
        writer.close()
        app.wait_for("short-1: loss is NaN")
        assert app.raw.count(b"\x07") == 1
        owner.finish("Failed", {"code": 1, "signal": None, "error": "ValueError: no"})
        app.wait_for("short-1 failed: ValueError: no")
        assert app.raw.count(b"\x07") == 2


@pytest.mark.feature("runs", 38, "ring for every run that ends from now on", "B")
async def test_the_bell_for_all(tmp_path: Path) -> None:
    _, owner = a_live_run(tmp_path, "one")
    async with app_on(tmp_path, runs=1) as (app, pilot):
        await pilot.press("B")
        assert "the bell rings for every run" in screen_text(app)
        owner.finish("Completed", {"code": 0, "signal": None, "error": None})
        await until(pilot, lambda: "one completed" in screen_text(app))
        make_run(tmp_path, "live", "quick", created=time.time() - 5, took=600)
        await until(pilot, lambda: "quick completed" in screen_text(app))
        await pilot.press("B")
        assert "no bell for every run any more" in screen_text(app)
        assert app._feed.bells.since is None


async def test_the_bell_on_the_screen_of_a_run(tmp_path: Path) -> None:
    _, owner = a_live_run(tmp_path, "one")
    async with app_on(tmp_path, runs=1) as (app, pilot):
        await pilot.press("enter", "!")
        assert "one: the bell rings at the end" in screen_text(app)
        await pilot.press("!")
        assert "one: no bell" in screen_text(app)
        await pilot.press("!")
        owner.finish("Completed", {"code": 0, "signal": None, "error": None})
        await until(pilot, lambda: "one completed" in screen_text(app))


@pytest.mark.feature(
    "runs", 41, "watch 20 live runs at once: new ones, changes and ends appear by themselves", "runs-tui"
)
async def test_twenty_live_runs(tmp_path: Path) -> None:
    runs = [a_live_run(tmp_path, f"live-{number:02}") for number in range(20)]
    async with app_on(tmp_path, size=(120, 35), runs=20) as (app, pilot):
        assert "20 running" in screen_text(app)
        for number, (folder, _) in enumerate(runs):
            log(folder, 100 + number, start=3)
        wanted = {f"live-{number:02}": 102 + number for number in range(20)}
        await until(pilot, lambda: {row.name: row.step for row in table(app).snapshot.rows} == wanted)
        for _, owner in runs[:10]:
            owner.finish("Completed", {"code": 0, "signal": None, "error": None})
        make_run(tmp_path, "live", "newcomer", created=time.time())
        await until(pilot, lambda: "10 running" in screen_text(app) and "newcomer" in screen_text(app))


@pytest.mark.feature("runs", 39, "see the runs of several stores in one list, each with its store", "runs-tui A B")
async def test_several_stores_in_one_list(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make_run(tmp_path / name, "exp", f"run-{name}", run_id="the-same-id", steps=20)
    feed = start_feed([str(tmp_path / "one"), str(tmp_path / "two")])
    app = RunsApp(feed)
    try:
        async with app.run_test(size=(160, 45)) as pilot:
            await until(pilot, lambda: complete(feed.latest, 2))
            await pilot.pause()
            text = screen_text(app)
            assert "root" in text.splitlines()[2]
            assert all(any(f"run-{name}" in line and f" {name} " in line for line in text.splitlines())
                       for name in ("one", "two"))  # fmt: skip
            await pilot.press("s", "s", "G", "P")
            await until(pilot, lambda: lines(app) == ["run-two", "run-one"])
            await pilot.press("x")
            await until(pilot, lambda: lines(app) == ["run-one"])
            assert here(app) == "run-one"
            await pilot.press("X", "escape")
    finally:
        feed.close()


@pytest.mark.feature("runs", 40, "archived experiments are out of the list with their runs; A shows them", "A")
async def test_archived_experiments_are_hidden(tmp_path: Path) -> None:
    some_runs(tmp_path)
    async with app_on(tmp_path) as (app, pilot):
        experiment = Experiment(Workspace(root=tmp_path), "bert-small")
        experiment.archive()
        await until(pilot, lambda: len(lines(app)) == 4)
        assert [each.name for each in table(app).snapshot.experiments] == ["resnet-lr", "ridge-alpha"]
        await pilot.press("A")
        assert lines(app) == ["queued-1", "seed-2"]
        experiment.reactivate()
        await until(pilot, lambda: len(lines(app)) == 6)


@pytest.mark.feature("runs", 45, "see under a group all its metrics and states in words", "j, k")
@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_the_preview_of_a_group(sweep: Path, size: tuple[int, int]) -> None:
    async with app_on(sweep, size=size, runs=10) as (app, pilot):
        await group_by(pilot, "lr")
        await pilot.press("g")
        group = table(app).current
        assert isinstance(group, Group)
        text = screen_text(app)
        assert "3 runs  1✗ failed  2✓ completed" in text
        accuracy = group.spreads[1]
        assert f"val/acc  {accuracy.mean:.4f} ±{accuracy.deviation:.2g}" in text
        await pilot.press("j")
        assert "2✓ completed" not in screen_text(app)
        await pilot.press("k")
        assert "2✓ completed" in screen_text(app)
