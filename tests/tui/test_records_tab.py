"""The Records, Files and Children tabs through Textual's pilot."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.pilot import Pilot

from runs_tui.app import RunsApp
from runs_tui.screens.run import RunScreen
from runs_tui.screens.runs import RunsScreen
from runstore.layout.paths import RunPaths
from runstore.records.lines import encode_line
from runstore.writing.writer import RunWriter
from tests.tui.app_host import app_on, screen_text, until
from tests.tui.recorded_store import family, put, run_with_records


async def shows(app: RunsApp, pilot: Pilot[None], *words: str) -> None:
    """Wait until all of this is on the screen."""

    def there() -> bool:
        text = screen_text(app)
        return all(word in text for word in words)

    try:
        await until(pilot, there)
    except AssertionError:
        raise AssertionError(f"{words} not in\n{screen_text(app)}") from None


async def choose(app: RunsApp, pilot: Pilot[None], name: str) -> None:
    """The cursor of the list to the entry of this name."""
    await shows(app, pilot, "▸")
    await pilot.press("g")
    for _ in range(60):
        lines = (line.partition("│")[0] for line in screen_text(app).splitlines())
        if any(line.lstrip().startswith("▸") and name in line for line in lines):
            return
        await pilot.press("j")
    raise AssertionError(f"{name}\n{screen_text(app)}")


# Records


@pytest.mark.parametrize("size", [(80, 24), (120, 35)])
async def test_each_record_is_shown_as_what_it_is(tmp_path: Path, size: tuple[int, int]) -> None:
    run_with_records(tmp_path)
    async with app_on(tmp_path, size=size, runs=1) as (app, pilot):
        await pilot.press("enter", "4")
        await shows(app, pilot, "accuracy table", "true positive rate")
        for name, words in (
            ("by epoch", ("train", "val", "[chart] charts table")),
            ("confusion", ("predicted", "cat", "90")),
            ("fibonacci", ("of Pisa", "[chart] values")),
            ("people", ("Łukasz", "2.5")),
            ("samples", ("▀▀", "2 of 2, step 100")),
            ("verdict", ("the best of the three",)),
            ("phase", ("warm up", "step")),
            ("outside", ("not valid",)),
        ):
            await choose(app, pilot, name)
            await shows(app, pilot, *words)


async def test_another_view_full_screen_and_back(tmp_path: Path) -> None:
    run_with_records(tmp_path)
    async with app_on(tmp_path, runs=1) as (app, pilot):
        await pilot.press("enter", "4")
        await choose(app, pilot, "by epoch")
        await shows(app, pilot, "[chart]")
        assert screen_text(app).count("by epoch") == 2  # in the list, and above the chart
        await pilot.press("v", "v")
        await shows(app, pilot, "[table]", "epoch", "rows 1-")
        await pilot.press("enter")
        await shows(app, pilot, "rows 1-19 of 40")
        assert "confusion" not in screen_text(app)
        await pilot.press("j", "j")
        await shows(app, pilot, "rows 3-21 of 40")
        await pilot.press("G")
        await shows(app, pilot, "rows 22-40 of 40")
        await pilot.press("n")
        await shows(app, pilot, "confusion", "predicted")
        await pilot.press("q")
        await shows(app, pilot, "accuracy table")
        assert isinstance(app.screen, RunScreen)
        await pilot.press("q")
        assert isinstance(app.screen, RunsScreen)


async def test_a_table_moves_sideways_and_images_follow_each_other(tmp_path: Path) -> None:
    run_with_records(tmp_path)
    async with app_on(tmp_path, runs=1) as (app, pilot):
        await pilot.press("enter", "4")
        await choose(app, pilot, "wide")
        await shows(app, pilot, "[charts] table")
        await pilot.press("v", "l", "l")
        await shows(app, pilot, "columns 3-")
        await choose(app, pilot, "samples")
        await shows(app, pilot, "2 of 2, step 100")
        await pilot.press("h")
        await shows(app, pilot, "1 of 2, step 0")
        await pilot.press("l")
        await shows(app, pilot, "2 of 2, step 100")


async def test_what_comes_while_it_is_shown(tmp_path: Path) -> None:
    folder = run_with_records(tmp_path, status="Running")
    async with app_on(tmp_path, runs=1) as (app, pilot):
        await pilot.press("enter", "4")
        await choose(app, pilot, "people")
        await shows(app, pilot, "table 3 x 2")
        writer = RunWriter(folder)
        writer.record("row", name="people", value={"name": "Grace", "score": 9})
        writer.record("list", name="a new list", value=[1, 2])
        writer.close()
        await shows(app, pilot, "table 4 x 2", "Grace", "of 18")
        await choose(app, pilot, "a new list")
        await shows(app, pilot, "[chart] values")


async def test_very_many_rows_are_all_there_in_the_end(tmp_path: Path) -> None:
    folder = run_with_records(tmp_path)
    record = {"seq": 0, "time": 0.0, "kind": "row", "name": "a training", "value": {"epoch": 0, "text": "x" * 100}}
    with open(Path(RunPaths(folder).records, "1-ffffffff.jsonl"), "wb") as file:
        for number in range(30_000):
            record["value"]["epoch"] = number
            file.write(encode_line({**record, "seq": number}))
    async with app_on(tmp_path, runs=1) as (app, pilot):
        await pilot.press("enter", "4")
        await choose(app, pilot, "a training")
        await shows(app, pilot, "table 30 000 x 2", "of 30000")
        await pilot.press("enter", "G")
        await shows(app, pilot, "29999")


async def test_a_run_without_records_says_so(tmp_path: Path) -> None:
    family(tmp_path)
    async with app_on(tmp_path, runs=7) as (app, pilot):
        await pilot.press("G", "enter", "4")
        await shows(app, pilot, "Nothing was recorded beside numbers")


async def test_no_character_of_a_run_reaches_the_terminal(tmp_path: Path) -> None:
    run_with_records(tmp_path)
    async with app_on(tmp_path, size=(120, 35), runs=1) as (app, pilot):
        for digit in ("4", "5"):
            await pilot.press("enter" if digit == "4" else "5", digit)
            await shows(app, pilot, "evil␛[31m")
            await choose(app, pilot, "evil")
            await shows(app, pilot, "owned" if digit == "4" else "hello")
            text = screen_text(app)
            assert "\x1b" not in text
            assert "\u202e" not in text


# Files


async def test_files_are_listed_and_previewed(tmp_path: Path) -> None:
    run_with_records(tmp_path)
    async with app_on(tmp_path, size=(120, 35), runs=1) as (app, pilot):
        await pilot.press("enter", "5")
        await shows(app, pilot, "outputs/", "uploaded.csv", "8 bytes")
        for name, words in (
            ("notes.md", ("# Notes", "Ä good run.")),
            ("model.npy", ("NumPy array <f4 (10, 4)", "00000000", "93 4e 55 4d")),
            ("model.pkl", ("never loaded",)),
            ("empty.txt", ("An empty file",)),
            ("samples_1.png", ("PNG 48 x 24", "▀▀")),
            ("folder-link", ("links are not followed",)),
            ("pipe", ("Not a regular file",)),
        ):
            await choose(app, pilot, name)
            await shows(app, pilot, *words)


async def test_folders_open_and_close(tmp_path: Path) -> None:
    run_with_records(tmp_path)
    async with app_on(tmp_path, size=(120, 35), runs=1) as (app, pilot):
        await pilot.press("enter", "5")
        await choose(app, pilot, "deep/")
        await pilot.press("enter")
        await choose(app, pilot, "er/")
        await pilot.press("l")
        await choose(app, pilot, "state.json")
        await shows(app, pilot, '{"step": 1}')
        await pilot.press("h", "h")
        await until(pilot, lambda: "state.json" not in screen_text(app).partition("│")[0])
        await choose(app, pilot, "outputs/")
        await pilot.press("h")
        await until(pilot, lambda: "notes.md" not in screen_text(app))


async def test_a_text_alone_is_scrolled_and_searched(tmp_path: Path) -> None:
    run_with_records(tmp_path)
    async with app_on(tmp_path, runs=1) as (app, pilot):
        await pilot.press("enter", "5")
        await choose(app, pilot, "train.log")
        await shows(app, pilot, "line 0", "of 501")
        await pilot.press("space")
        await until(pilot, lambda: "line 0\n" not in screen_text(app))
        await pilot.press("enter", "G")
        await shows(app, pilot, "ERROR: the end")
        await pilot.press("g", "/", *"line 250", "enter")
        await shows(app, pilot, "line 250")
        await pilot.press("q")
        await shows(app, pilot, "notes.md", "▸")
        assert isinstance(app.screen, RunScreen)


async def test_a_new_file_of_a_live_run_is_seen(tmp_path: Path) -> None:
    folder = run_with_records(tmp_path, status="Running")
    async with app_on(tmp_path, size=(120, 35), runs=1) as (app, pilot):
        await pilot.press("enter", "5")
        await shows(app, pilot, "uploaded.csv")
        put(folder, "outputs/checkpoint-7.bin", os.urandom(2000))
        await shows(app, pilot, "checkpoint-7.bin", "2 kB")


async def test_the_path_is_copied(tmp_path: Path) -> None:
    folder = run_with_records(tmp_path)
    async with app_on(tmp_path, size=(120, 35), runs=1) as (app, pilot):
        await pilot.press("enter", "5")
        await choose(app, pilot, "notes.md")
        await pilot.press("y")
        assert app.clipboard == os.path.join(folder, "files", "outputs", "notes.md")


# Children


async def at_children(app: RunsApp, pilot: Pilot[None]) -> None:
    """The Children tab of the parent."""
    for _ in range(10):
        if "▸ hyper  " in screen_text(app):
            break
        await pilot.press("j")
    await pilot.press("enter")
    await shows(app, pilot, "6 children")


async def test_a_parent_opens_at_its_children(tmp_path: Path) -> None:
    family(tmp_path)
    async with app_on(tmp_path, size=(120, 35), runs=7) as (app, pilot):
        assert "✓ completed 2✗" in screen_text(app)
        await at_children(app, pilot)
        text = screen_text(app)
        assert "2 of 6 children failed" in text.splitlines()[0]
        for words in ("✗ 2 failed", "● 1 running", "✓ 2 completed", "■ 1 canceled", "├─ trial-0", "│ └─ fold-1"):
            assert words in text, words
        await pilot.press("s")
        await shows(app, pilot, "failed and live first")
        await pilot.press("1")
        await shows(app, pilot, "6: 2 failed, 1 running, 2 completed, 1")


async def test_branches_close_and_open(tmp_path: Path) -> None:
    family(tmp_path)
    async with app_on(tmp_path, size=(120, 35), runs=7) as (app, pilot):
        await at_children(app, pilot)
        await pilot.press("h")
        await shows(app, pilot, "trial-0 +2")
        assert "fold-0" not in screen_text(app)
        await pilot.press("l", "j", "h")
        await shows(app, pilot, "fold-0", "▸ ├─ trial-0")


async def test_a_child_takes_the_place_of_its_parent_and_q_comes_back(tmp_path: Path) -> None:
    family(tmp_path)
    async with app_on(tmp_path, size=(120, 35), runs=7) as (app, pilot):
        await at_children(app, pilot)
        await pilot.press("j", "enter")
        await shows(app, pilot, "fold-0", "[2c]")
        await pilot.press("J")
        await until(pilot, lambda: "fold-1" in screen_text(app).splitlines()[0])
        await pilot.press("J")
        assert "fold-1" in screen_text(app).splitlines()[0]
        await pilot.press("u")
        await shows(app, pilot, "2 children", "fold-0")
        await pilot.press("q", "q")
        await shows(app, pilot, "6 children", "▸ │ ├─ fold-0")
        await pilot.press("q")
        assert isinstance(app.screen, RunsScreen)


async def test_a_run_without_parent_and_children(tmp_path: Path) -> None:
    run_with_records(tmp_path)
    async with app_on(tmp_path, runs=1) as (app, pilot):
        await pilot.press("enter", "6")
        await shows(app, pilot, "No children.")
        await pilot.press("enter", "l", "h", "y", "s", "u")
        await shows(app, pilot, "no child of another")


async def test_keys_that_come_before_the_list_is_read_are_not_lost(tmp_path: Path) -> None:
    run_with_records(tmp_path)
    async with app_on(tmp_path, size=(120, 35), runs=1) as (app, pilot):
        await pilot.press("enter", "4")
        screen = app.screen
        assert isinstance(screen, RunScreen)
        pane = screen._panes[4]
        pane.entries.offer([], "reading ...")
        pane.entries.move(1 << 40)
        pane._job.ask()
        await shows(app, pilot, "▸ words", "17 of 17")


@pytest.mark.parametrize(
    ("size", "words"), [((80, 24), "6 children  ✗ 2 failed  ● 1 running"), ((120, 35), "✗ 2  ● 1  ✓ 2  ■ 1")]
)
async def test_the_preview_of_a_parent_tells_of_its_children(tmp_path: Path, size: tuple[int, int], words: str) -> None:
    family(tmp_path)
    async with app_on(tmp_path, size=size, runs=7) as (app, pilot):
        await pilot.press("G")
        await shows(app, pilot, words)


async def test_the_header_of_a_parent_marks_failed_children_where_there_is_no_room_for_words(tmp_path: Path) -> None:
    family(tmp_path)
    async with app_on(tmp_path, runs=7) as (app, pilot):
        await pilot.press("G", "enter")
        await shows(app, pilot, "6 children")
        assert "✓ completed 2✗  10m" in screen_text(app).splitlines()[0]
