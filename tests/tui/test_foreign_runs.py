"""Runs of other tools on the command line and in the app: shown like our own, and only read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from runs_tui.screens.compare.screen import CompareScreen
from runstore.reading.row import RunRow
from runstore.sources import opening
from runstore.writing.create import create_run
from tests.tui.app_host import app_on, screen_text, until
from tests.tui.cli_runner import called, lines, told
from tests.tui.stores import make_run

GOLDEN = Path(__file__).parent.parent / "core" / "sources" / "golden" / "lightning" / "plain" / "version_0"


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("foreign") / "top"
    for name in ("one", "two"):
        shutil.copytree(GOLDEN, top / "logs" / name, copy_function=shutil.copyfile)
    return top


@pytest.mark.feature("foreign", 5, "list, show, plot and compare them like our own", "ls --root PATH, show, plot ...")
def test_the_command_line_reads_them(top: Path) -> None:
    assert {run["name"]: (run["source"], run["state"]) for run in told("ls", "--root", top)["runs"]} == {
        "one": ("lightning", "growing"),
        "two": ("lightning", "growing"),
    }
    run = told("show", "one", "--root", top)["run"]
    assert run["metrics"]["loss"]["last"] == 0.2
    assert {each["name"]: each["size"] for each in run["files"]}["metrics.csv"] > 50
    assert any("Lightning" in line for line in lines("show", "one", "--root", top))
    assert any("loss" in line for line in lines("plot", "one", "loss", "--root", top))
    assert called("compare", "one", "two", "--all", "--root", top).stdout
    assert len(called("export", "one", "-m", "loss", "--root", top).stdout.splitlines()) == 6


def test_a_query_finds_them_by_where_they_come_from(top: Path) -> None:
    assert len(told("ls", "source:lightning", "--root", top)["runs"]) == 2
    assert told("ls", "source:wandb", "--root", top)["runs"] == []
    assert told("ls", "state:silent", "--root", top)["runs"] == []


@pytest.mark.parametrize(
    "command",
    [
        ["tag", "one", "best"],
        ["note", "one", "words"],
        ["rename", "one", "other"],
        ["archive", "one"],
        ["rm", "one", "--yes"],
        ["rm", "one", "--yes", "--force"],
        ["cancel", "one"],
        ["resubmit", "one"],
    ],
    ids=" ".join,
)
@pytest.mark.feature("foreign", 6, "never have another tool's run changed", "(refused, with what to do)")
def test_what_would_change_them_is_refused(top: Path, command: list[str]) -> None:
    before = sorted(top.rglob("*"))
    result = called(command[0], "--root", top, *command[1:], code=2)
    assert "is only read; 'runs-tui import' copies it into a run store" in result.output
    assert sorted(top.rglob("*")) == before


def test_copying_them_as_if_they_were_ours_is_refused(top: Path, tmp_path: Path) -> None:
    create_run(str(tmp_path / ".runs"), "exp")
    (tmp_path / ".runs" / ".runstore").mkdir(exist_ok=True)
    result = called("cp", "one", tmp_path / ".runs", "--root", top, code=2)
    assert "runs-tui import" in result.output


@pytest.mark.feature("foreign", 7, "see them in the app like our own, with charts, output and files", "enter")
async def test_the_app_shows_them(top: Path) -> None:
    async with app_on(top, (120, 35), runs=2) as (app, pilot):
        assert "● growing" in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: "loss" in screen_text(app) and "0.2" in screen_text(app))
        await pilot.press("1")
        await until(pilot, lambda: "Lightning" in screen_text(app))
        await pilot.press("5")
        await until(pilot, lambda: "metrics.csv" in screen_text(app))
        await pilot.press("3")
        await until(pilot, lambda: "No output" in screen_text(app))


@pytest.mark.feature("foreign", 8, "watch them beside our own in one list", "runs-tui PATH of a project with both")
async def test_both_in_one_list(tmp_path: Path) -> None:
    shutil.copytree(GOLDEN, tmp_path / "logs" / "theirs", copy_function=shutil.copyfile)
    (tmp_path / ".runs" / ".runstore").mkdir(parents=True)
    create_run(str(tmp_path / ".runs"), "exp", display_name="ours", status="Completed")
    names = {run["name"] for run in told("ls", "--root", tmp_path)["runs"]}
    assert names == {"ours", "theirs"}


def test_what_is_refused_for_one_is_told_of_the_others(tmp_path: Path) -> None:
    shutil.copytree(GOLDEN, tmp_path / "logs" / "theirs", copy_function=shutil.copyfile)
    make_run(tmp_path / ".runs", name="ours")
    (tmp_path / ".runs" / ".runstore").mkdir(exist_ok=True)
    done = called("tag", "--root", tmp_path, "name:*", "good", "--json", code=2)
    assert [run["tags"] for run in json.loads(done.stdout)["runs"]] == [{"good": None}]
    assert "theirs: a run of another tool (lightning) is only read" in done.stderr


@pytest.mark.parametrize(
    "command", [["show", "one"], ["plot", "one", "loss"], ["tail", "one"], ["wait", "one"], ["compare", "one", "two"]]
)
def test_one_that_goes_while_a_command_looks_at_it_is_told(
    top: Path, tmp_path: Path, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "top"
    shutil.copytree(top, place)
    rows_of = opening.rows_of

    def rows_and_gone(root: str) -> list[RunRow]:
        rows = rows_of(root)
        shutil.rmtree(place / "logs" / "one")
        return rows

    monkeypatch.setattr(opening, "rows_of", rows_and_gone)
    said = called(command[0], "--root", place, *command[1:], code=2).stderr
    assert said == "runs-tui: one: the run is not there any more\n"


@pytest.mark.feature("foreign", 9, "read why there is nothing to do for a run in the menu of actions", "a")
async def test_the_menu_says_why_not(top: Path) -> None:
    async with app_on(top, (120, 35), runs=2) as (app, pilot):
        await pilot.press("a")
        await pilot.pause()
        await pilot.press("x")
        await until(pilot, lambda: "only read" in screen_text(app))


async def test_one_that_is_gone_before_it_is_read_does_no_harm_beside_the_others(top: Path, tmp_path: Path) -> None:
    shutil.copytree(top, tmp_path / "top")
    async with app_on(tmp_path / "top", (120, 30), runs=2) as (app, pilot):
        await pilot.press("C")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen) and not app.screen.busy)
        shutil.rmtree(tmp_path / "top" / "logs" / "two")
        await until(pilot, lambda: len(app._feed.latest.rows) == 1)
        await pilot.press("2")
        await until(pilot, lambda: "deleted" in screen_text(app))
        await until(pilot, lambda: isinstance(app.screen, CompareScreen) and not app.screen.busy)
