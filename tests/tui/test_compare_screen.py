"""The Compare screen, by its keys, on real runs."""

from __future__ import annotations

import itertools
import re
import shutil
import time
from itertools import takewhile
from pathlib import Path

import pytest
from textual.pilot import Pilot

from runs_tui.app import RunsApp
from runs_tui.screens.compare.screen import CompareScreen
from runs_tui.screens.run import RunScreen
from runstore.reading.run import RunReader
from runstore.writing.owner import RunOwner
from tests.tui.app_host import app_on, screen_text, until
from tests.tui.stores import LONG_AGO, log, make_run

RATES = {"calm": 0.001, "brave": 0.01, "odd": 0.01, "fast": 0.1}
"""Names of the runs of the sweep, the newest first, with their learning rates."""
WIDE = (120, 35)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep of four runs, the longer the better, and a run of another experiment."""
    root = tmp_path_factory.mktemp("compare") / "store"
    make_run(root, "other", "alone", created=LONG_AGO - 10_000)
    for place, (name, rate) in enumerate(reversed(RATES.items())):
        make_run(
            root,
            "sweep",
            name,
            steps=20 + 10 * place,
            created=LONG_AGO + 60 * place,
            params={"lr": rate, "data": "imagenet", "optimizer": "sgd" if name == "odd" else "adam"},
            command=["python", "train.py", "--data", "/data/imagenet/train", "--lr", str(rate), "--amp"],
            tags={"kind": name},
        )
    return root


async def compare(pilot: Pilot[None], *keys: str) -> CompareScreen:
    """Press keys until the Compare screen has drawn its charts."""
    app = pilot.app
    await pilot.press(*keys)
    await until(pilot, lambda: isinstance(app.screen, CompareScreen))
    screen = app.screen
    assert isinstance(screen, CompareScreen)
    await settle(pilot)
    return screen


async def settle(pilot: Pilot[None]) -> None:
    """Wait until all that was asked for is read and drawn."""
    screen = pilot.app.screen
    await pilot.pause()
    if isinstance(screen, CompareScreen):
        await until(pilot, lambda: not screen.busy)
    await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> str:
    """Press keys; what is on the screen then."""
    await pilot.press(*keys)
    await settle(pilot)
    return text(pilot)


def text(pilot: Pilot[None]) -> str:
    assert isinstance(pilot.app, RunsApp)
    return screen_text(pilot.app)


def legend(shown: str) -> list[tuple[str, str]]:
    """(name, value) of each line of the list of runs, in its order."""
    return re.findall(r"── (\S+) +(-?[0-9.e-]+)$", shown, re.MULTILINE)


def line(shown: str, name: str) -> list[str]:
    """The values in the line of the table with this name."""
    found = [each.split() for each in shown.splitlines() if re.match(rf" [ ▸] {re.escape(name)} ", each)]
    return found[0][found[0].index(name) + 1 :] if found else []


@pytest.mark.feature("charts", 80, "the marked runs: their charts over each other, with a legend", "c")
async def test_marked_runs_are_drawn_over_each_other(root: Path) -> None:
    async with app_on(root, WIDE, runs=5) as (_, pilot):
        await compare(pilot, "g", "space", "space", "j", "c")
        shown = text(pilot)
        assert "compare 2 runs" in shown
        assert [name for name, _ in legend(shown)] == ["calm", "brave"]
        assert re.search("▸?loss ─", shown)
        assert "val/acc ─" in shown
        assert sum("⣀" <= character <= "⣿" for character in shown) > 20
        await press(pilot, "q")
        assert not isinstance(pilot.app.screen, CompareScreen)


@pytest.mark.feature("charts", 81, "a run with the one that is marked, or with the best of its experiment", "c")
async def test_what_is_compared_when_fewer_than_two_runs_are_marked(root: Path) -> None:
    async with app_on(root, WIDE, runs=5) as (_, pilot):
        await compare(pilot, "g", "space", "j", "c")
        assert [name for name, _ in legend(text(pilot))] == ["calm", "odd"]
        await press(pilot, "q", "escape")
        await compare(pilot, "g", "j", "c")
        shown = text(pilot)
        assert [name for name, _ in legend(shown)] == ["brave", "calm", "odd", "fast"]  # calm has trained longest
        assert "with the best by loss of sweep" in shown
        await press(pilot, "q", "G", "c")
        assert "there is no other run to compare with" in text(pilot)


@pytest.mark.feature("charts", 82, "all runs of the list as it is filtered, or of the group under the cursor", "C, c")
async def test_a_list_or_a_group_is_compared(root: Path) -> None:
    async with app_on(root, WIDE, runs=5) as (_, pilot):
        await compare(pilot, "/", *"lr>0.005", "enter", "C")
        assert {name for name, _ in legend(text(pilot))} == {"brave", "odd", "fast"}
        await press(pilot, "q", "escape", "b", *"experiment", "enter")
        await compare(pilot, "g", "c")
        assert {name for name, _ in legend(text(pilot))} == set(RATES)


@pytest.mark.feature("charts", 83, "a table of only what differs, the best values marked; all of it", "2, a")
async def test_the_table_has_what_differs(root: Path) -> None:
    async with app_on(root, WIDE, runs=5) as (_, pilot):
        await compare(pilot, "/", *"exp:sweep", "enter", "C")
        shown = await press(pilot, "2")
        assert line(shown, "lr") == ["0.001", "0.01", "0.01", "0.1"]
        assert line(shown, "optimizer") == ["adam", "adam", "sgd", "adam"]
        assert [value.endswith("*") for value in line(shown, "loss")] == [True, False, False, False]
        assert line(shown, "data") == []
        assert line(await press(pilot, "a"), "data") == ["imagenet"] * 4
        assert line(await press(pilot, "a"), "data") == []
        shown = await press(pilot, "/", *"lr", "enter")
        assert line(shown, "lr")
        assert line(shown, "optimizer") == []
        assert line(await press(pilot, "ctrl+c"), "optimizer")


@pytest.mark.feature("charts", 84, "order the runs of the table by a line, keep one first", "s, f")
async def test_the_columns_can_be_ordered(root: Path) -> None:
    async with app_on(root, WIDE, runs=5) as (_, pilot):
        await compare(pilot, "/", *"exp:sweep", "enter", "C")
        shown = await press(pilot, "2", "s")
        assert "by lr" in shown
        assert line(shown, "lr") == ["0.001", "0.01", "0.01", "0.1"]
        shown = await press(pilot, "l", "l", "l", "f")
        assert line(shown, "lr") == ["0.1", "0.001", "0.01", "0.01"]
        assert shown.splitlines()[2].split() == ["fast", "calm", "brave", "odd"]
        shown = await press(pilot, "f", "s", "G", "s")  # by the tag, as text
        assert shown.splitlines()[2].split() == ["brave", "calm", "fast", "odd"]


@pytest.mark.feature("charts", 85, "a long text, such as a command, against that of the first run", "d")
async def test_long_texts_are_compared_word_by_word(root: Path) -> None:
    async with app_on(root, WIDE, runs=5) as (_, pilot):
        await compare(pilot, "/", *"exp:sweep", "enter", "C")
        shown = await press(pilot, "2", "/", *"command", "enter")
        assert line(shown, "command")[:2] == ["…0.001", "--amp"]
        shown = await press(pilot, "L", "d")
        assert "- calm" in shown
        assert "+ fast" in shown
        assert re.findall(r"^ ([-+ ]) (--\S+.*\S) *$", shown, re.MULTILINE) == [
            (" ", "--data /data/imagenet/train"), ("-", "--lr 0.001"), ("+", "--lr 0.1"), (" ", "--amp")
        ]  # fmt: skip
        assert line(await press(pilot, "q"), "command")


@pytest.mark.feature("charts", 95, "long values of the table folded into lines, or cut again", "2, w")
async def test_long_values_are_folded(root: Path) -> None:
    async with app_on(root, (100, 20), runs=5) as (_, pilot):
        await compare(pilot, "/", *"exp:sweep", "enter", "C")
        cut = await press(pilot, "2", "a")
        assert "imagenet/train" not in cut
        await press(pilot, "/", *"command", "enter")
        shown = await press(pilot, "w")
        lines = shown.splitlines()
        at = next(place for place, each in enumerate(lines) if each.startswith(" ▸ command"))
        rows = [lines[at], *takewhile(lambda each: each.startswith(" " * 12), lines[at + 1 :])]
        values = " ".join(each[14 : lines[2].index("calm") + len("calm") + 1].strip() for each in rows)
        assert values.replace(" ", "") == "pythontrain.py--data/data/imagenet/train--lr0.001--amp"
        assert len(rows) > 2
        await pilot.resize_terminal(50, 20)  # fewer columns, and later all of them again
        await settle(pilot)
        assert "--amp" in text(pilot)
        await pilot.resize_terminal(120, 20)
        await settle(pilot)
        assert "--amp" in text(pilot)
        assert "imagenet/train" not in await press(pilot, "w")


async def test_rows_of_several_lines_are_scrolled_and_clicked(root: Path) -> None:
    async with app_on(root, (100, 12), runs=5) as (app, pilot):
        await compare(pilot, "/", *"exp:sweep", "enter", "C")
        await press(pilot, "2", "a", "w")
        names = []
        shown = text(pilot)
        for _ in range(100):
            [here] = [each for each in shown.splitlines() if each.startswith(" ▸ ")]
            names.append(here[3:14])
            if here.startswith(" ▸ command"):
                assert "--amp" in shown  # its last line
            before, shown = shown, await press(pilot, "j")
            if shown == before:
                break
        assert len(names) > 12
        await press(pilot, "g")
        seen = {each for each in text(pilot).splitlines() if re.match(r" [ ▸] \S", each)}
        for _ in range(100):
            before = text(pilot)
            after = await press(pilot, "pagedown")
            seen |= {each for each in after.splitlines() if re.match(r" [ ▸] \S", each)}
            if after == before:
                break
        assert {each[3:14] for each in seen} >= set(names)  # no page leaves one out
        table = app.screen.query_one("DifferenceTable")
        await press(pilot, "g", "/", *"command", "enter")
        lines = text(pilot).splitlines()
        last = max(place for place, each in enumerate(lines) if "--amp" in each)
        await pilot.click(table, offset=(60, last - table.region.y))
        assert " ▸ command" in text(pilot)


@pytest.mark.feature("charts", 86, "groups by a parameter, tag or fact: mean and deviation as a band", "b")
async def test_runs_are_put_together_in_groups(root: Path) -> None:
    async with app_on(root, WIDE, runs=5) as (_, pilot):
        await compare(pilot, "/", *"exp:sweep", "enter", "C")
        await pilot.press("b", *"lr", "enter")
        await settle(pilot)
        shown = text(pilot)
        assert "compare 3 groups of 4 runs · by lr" in shown
        assert re.search(r"── lr 0\.01 ×2 ", shown)
        shown = await press(pilot, "2")
        assert shown.splitlines()[2].split() == ["lr", "0.001", "lr", "0.01", "×2", "lr", "0.1"]
        assert line(shown, "optimizer") == ["adam", "2", "values", "adam"]
        assert "±" in " ".join(line(shown, "loss"))
        await press(pilot, "q")
        await compare(pilot, "C")
        assert "by lr" in text(pilot)  # as last time
        await pilot.press("b", *"no groups", "enter")
        await settle(pilot)
        assert "compare 4 runs" in text(pilot)


@pytest.mark.feature("charts", 87, "hide and show single runs, or all but one; open one", "v, space, o, enter")
async def test_runs_are_hidden_and_opened_in_the_list(root: Path) -> None:
    async with app_on(root, (80, 24), runs=5) as (_, pilot):
        screen = await compare(pilot, "/", *"exp:sweep", "enter", "C")
        assert legend(text(pilot)) == []
        shown = await press(pilot, "v", "space")
        assert [name for name, _ in legend(shown)] == ["brave", "odd", "fast"]
        assert "4 runs, 1 hidden" in shown
        assert "3 hidden" in await press(pilot, "o")
        shown = await press(pilot, "o")
        assert [name for name, _ in legend(shown)] == list(RATES)
        await press(pilot, "g", "space", "space", "space", "space")
        assert "3 hidden" in text(pilot)  # one stays
        await press(pilot, "o", "o", "g", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
        await pilot.pause()
        assert "sweep / calm" in text(pilot)
        await pilot.press("q")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert legend(await press(pilot, "q")) == []


@pytest.mark.feature("charts", 88, "the values of all runs at the cursor, the best first", "enter, h, l")
async def test_the_cursor_names_the_runs_the_best_first(root: Path) -> None:
    async with app_on(root, WIDE, runs=5) as (_, pilot):
        await compare(pilot, "/", *"exp:sweep", "enter", "C")
        shown = await press(pilot, "enter", "g", "l", "G")
        values = [float(value) for _, value in legend(shown)]
        assert values == sorted(values)
        assert [name for name, _ in legend(shown)] == ["calm", "brave", "odd", "fast"]
        assert "step 49" in shown
        shown = await press(pilot, "j", "G")
        values = [float(value) for _, value in legend(shown)]
        assert "val/acc" in shown.splitlines()[2]
        assert values == sorted(values, reverse=True)


@pytest.mark.feature("charts", 89, "a metric against a parameter, a point for each run", "3, x, j, h, l")
async def test_a_metric_against_a_parameter(root: Path) -> None:
    async with app_on(root, WIDE, runs=5) as (_, pilot):
        await compare(pilot, "/", *"exp:sweep", "enter", "C")
        shown = await press(pilot, "3")
        assert "loss best against lr" in shown
        assert "rises with it 0.95" in shown  # two runs share a rate
        plot = shown.splitlines()[3:-3]
        assert sum(each[:80].count("•") for each in plot) == 3
        assert sum(each[:80].count("*") for each in plot) == 1
        assert "log x" in shown
        assert re.search(r"best calm +loss \S+ +lr 0\.001", shown)
        shown = await press(pilot, "l", "l")
        assert re.search(r"^ (brave|odd) +loss \S+ +lr 0\.01$", shown.splitlines()[-2].rstrip())
        assert "log x" not in await press(pilot, "L", "L", "L")
        shown = await press(pilot, "x")
        assert "against optimizer" in shown
        assert "adam" in shown.splitlines()[-3]
        assert "val/acc best against" in await press(pilot, "j")
        await press(pilot, "G", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))


@pytest.mark.feature("charts", 94, "all parameters side by side, the best runs over the others", "3, t, h, l")
async def test_all_parameters_side_by_side(root: Path) -> None:
    async with app_on(root, WIDE, runs=5) as (_, pilot):
        await compare(pilot, "/", *"exp:sweep", "enter", "C")
        shown = await press(pilot, "3", "t")
        names = shown.splitlines()[3]
        assert names.index("lr") < names.index("optimizer") < names.index("loss best")
        assert {"sgd", "adam"} <= set(re.findall(r"[a-z]+", shown.partition("loss best")[2]))
        assert re.search(r"best calm +loss \S+ +lr 0\.001 +optimizer adam", shown)
        seen = []
        for _ in range(3):
            shown = await press(pilot, "l")
            seen.append(shown.splitlines()[-2].split()[0])
        assert seen == ["calm", "brave", "odd"]
        assert "against lr" in await press(pilot, "t")


async def test_a_hidden_run_takes_no_room_beside_the_others(root: Path) -> None:
    async with app_on(root, WIDE, runs=5) as (_, pilot):
        await compare(pilot, "/", *"exp:sweep", "enter", "C")
        words = re.compile(r"[a-z]+|\d\.\d+")
        assert {"0.1", "sgd"} <= set(words.findall(await press(pilot, "3", "t")))
        shown = await press(pilot, "v", "G", "space", "k", "space", "v")  # without fast and odd
        assert "2 hidden" in shown
        plot = [each[:80].rstrip() for each in shown.splitlines()[4:-2]]  # below the names of the axes
        assert re.match(r" .0\.01\b", plot[0])  # the highest rate of those that are left is at the top
        assert re.match(r" .0\.001\b", plot[-1])
        assert not {"0.1", "sgd"} & set(words.findall(" ".join(plot)))


@pytest.mark.feature("charts", 90, "from the charts of a run to those of the best of its experiment", "c")
async def test_a_run_is_compared_from_its_own_screen(root: Path) -> None:
    async with app_on(root, WIDE, runs=5) as (_, pilot):
        await pilot.press("g", "j", "j", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
        await compare(pilot, "c")
        assert legend(text(pilot))[0][0] == "odd"


@pytest.mark.feature("charts", 91, "runs that go on are followed", "")
async def test_a_running_run_goes_on(tmp_path: Path) -> None:
    make_run(tmp_path / "store", name="ended", steps=20)
    folder = make_run(tmp_path / "store", name="going", steps=20, status="Running")
    async with app_on(tmp_path / "store", WIDE, runs=2) as (_, pilot):
        await compare(pilot, "C")
        before = dict(legend(text(pilot)))
        assert before["going"] == before["ended"]
        log(folder, 30, start=20)
        await until(pilot, lambda: dict(legend(text(pilot)))["going"] != before["going"])
        await settle(pilot)
        assert dict(legend(text(pilot)))["ended"] == before["ended"]
        await until(pilot, lambda: re.search(r"─40", text(pilot)) is not None)  # the axis of x has grown


async def test_records_that_take_long_to_read_are_shown_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while runs change faster than they are read; each is read by one thread at a time."""
    make_run(tmp_path / "store", name="ended", params={"lr": 0.5})
    folder = make_run(tmp_path / "store", name="going", status="Running", params={"lr": 0.25})
    reading = [0, 0]
    refresh_facts = RunReader.refresh_facts

    def slow(self: RunReader) -> bool:
        reading[0] += 1
        reading[1] = max(reading)
        time.sleep(0.6)
        reading[0] -= 1
        return refresh_facts(self)

    monkeypatch.setattr(RunReader, "refresh_facts", slow)
    async with app_on(tmp_path / "store", WIDE, runs=2) as (_, pilot):
        await pilot.press("C")
        await until(pilot, lambda: isinstance(pilot.app.screen, CompareScreen))
        await pilot.press("2")
        steps = itertools.count(20)

        def shown() -> bool:
            log(folder, 1, start=next(steps))
            return line(text(pilot), "lr") == ["0.25", "0.5"]

        await until(pilot, shown, seconds=10)
        assert reading[1] == 1


async def test_runs_that_leave_the_list_are_followed(tmp_path: Path) -> None:
    """Ended or deleted ones, which a filter leaves out: as they are in the end, not as they were when it did."""
    ends, goes, stays = (
        make_run(tmp_path / "store", name=name, status="Running", created=time.time() - place)
        for place, name in enumerate(("ends", "goes", "stays"))
    )
    async with app_on(tmp_path / "store", WIDE, runs=3) as (app, pilot):
        await compare(pilot, "/", *"state:running", "enter", "C")
        await press(pilot, "2")
        assert line(text(pilot), "step") == []  # all are at the same
        log(ends, 30, start=20)
        RunOwner(ends).finish("Completed")
        shutil.rmtree(goes)
        await until(pilot, lambda: line(text(pilot), "state") == ["completed", "deleted", "running"])
        assert [row.key for row in app._feed.latest.rows] == [stays]
        assert line(text(pilot), "step") == ["49", "19", "19"]
