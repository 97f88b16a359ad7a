"""The screens as they are drawn at four sizes, held against ``dumps/``; ``UPDATE_DUMPS=1`` writes them anew."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal import PtyApp, ScreenTimeout
from tests.tui.recorded_store import family, run_with_records
from tests.tui.stores import LONG_AGO, make_run, some_runs

DUMPS = Path(__file__).with_name("dumps")
UPDATE = bool(os.environ.get("UPDATE_DUMPS"))
SIZES = {"20x5": (20, 5), "80x24": (80, 24), "120x35": (120, 35), "200x50": (200, 50)}
MARKS = ("bold", "dim", "italic", "underline", "strike", "reverse")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder whose path is as long on every machine: where it is shown, lines break at the same places."""
    folder = Path(tempfile.mkdtemp(prefix="dumps-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def store(place: Path) -> Path:
    """A store with runs of every kind."""
    root = place / "store"
    some_runs(root)
    make_run(
        root,
        "bert-small",
        "a-rather-long-name-of-a-run-with-seed-17",
        run_id="bert-small_1700000000_0123abcd",
        created=LONG_AGO - 5_000_000,
        params={"lr": 3e-4, "layers": 12, "optimizer": "adamw"},
        tags={"kind": "sweep", "bare": None},
        properties={"data": "v7"},
        git={"repository": "https://example.org/x", "branch": "main", "commit": "0123456789abcdef", "dirty": True},
        command=["python", "train.py", "--lr", "3e-4"],
        cwd="/home/ada/x",
        host="gpu1",
        user="ada",
        description="the run that the paper shows",
        printed=b"step 1 loss 0.9\r\nstep 2 loss 0.8\r\n\x1b[32mdone\x1b[0m\r\n",
    )
    return root


def check(app: PtyApp, name: str, place: Path, *, styles: bool = False) -> None:
    """The screen becomes that of the dump and stays so; what differs from day to day and place to place is masked.

    With ``styles`` the look of each cell is compared, too.
    """
    path = DUMPS / f"{name}.txt"
    if UPDATE:
        app.wait_quiet(0.8)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text_of(app, place))
    wanted = path.read_text()
    with contextlib.suppress(ScreenTimeout):  # what differs is told below
        app.wait_for(lambda app: text_of(app, place) == wanted)
    app.wait_quiet(0.2)
    assert text_of(app, place) == wanted, path.name
    if styles:
        path = path.with_suffix(".styles.txt")
        if UPDATE:
            path.write_text(styles_of(app))
        assert styles_of(app) == path.read_text(), path.name


def text_of(app: PtyApp, place: Path) -> str:
    """What is on the screen, as a dump has it."""
    text = app.text().replace(place.name, "dumps-########")
    return re.sub(r"(last record +|ended +)20[2-9][0-9]-[0-9-]* [0-9:]{8}", r"\1####-##-## ##:##:##", text) + "\n"


def styles_of(app: PtyApp) -> str:
    """A letter for the look of each cell, then what the letters stand for; ``.`` is a plain one."""
    letters: dict[str, str] = {"default on default": "."}
    lines = []
    for row in app.cells():
        line = ""
        for cell in row:
            marks = [mark for mark in MARKS if getattr(cell, mark)]
            look = " ".join([f"{cell.fg if cell.char.strip() else 'default'} on {cell.bg}", *marks])
            line += letters.setdefault(look, chr(ord("a") + len(letters) - 1))
        lines.append(line.rstrip("."))
    return "\n".join([*lines, *(f"{letter} {look}" for look, letter in letters.items())]) + "\n"


def wait_until_read(app: PtyApp, size: str) -> None:
    """Wait for the list with the numbers of all its runs; the smallest screen shows none."""
    app.wait_for("✓")
    if size != "20x5":
        app.wait_for(lambda app: len(re.findall("(completed|failed|canceled) +19 ", app.text())) == 6)
    if size == "200x50":
        app.wait_for(lambda app: app.text().count("⣿") >= 4)
    app.wait_quiet(0.6)


@pytest.mark.parametrize("size", SIZES)
def test_screens(store: Path, place: Path, size: str) -> None:
    with PtyApp([sys.executable, "-m", "runs_tui", store], *SIZES[size], env={"TZ": "UTC"}) as app:
        wait_until_read(app, size)
        app.press("G")
        check(app, f"runs-{size}", place, styles=True)
        app.press("a")
        check(app, f"actions-{size}", place)
        app.press("d")
        check(app, f"delete-{size}", place)
        app.press("escape")
        app.wait_quiet(0.6)
        app.press("enter", "1")
        check(app, f"overview-{size}", place)
        app.press("?")
        check(app, f"help-{size}", place)


ARRANGED = (
    ("columns", ("j", "k", "v"), "columns"),
    ("group-by", ("escape", "b"), "group by"),
    ("groups", ("enter",), "resnet-lr"),
    ("views", ("w",), "views"),
    ("filter", ("escape", "/", *"state:failed|loss<"), "must follow"),
)
"""Name of the dump, the keys that lead there from the one before, and what is on the screen then."""


@pytest.mark.parametrize("size", SIZES)
def test_the_list_arranged(store: Path, place: Path, size: str) -> None:
    with PtyApp([sys.executable, "-m", "runs_tui", store], *SIZES[size], env={"TZ": "UTC"}) as app:
        wait_until_read(app, size)
        for name, keys, shows in ARRANGED:
            app.press(*keys)
            if size != "20x5":
                app.wait_for(shows)
            check(app, f"{name}-{size}", place, styles=True)


OUTPUT = (
    ("output", ("3",), "std_log"),
    ("output-search", ("/", *"loss", "enter"), "2 matches"),
    ("output-filter", ("&", *"!step", "enter", "s"), "selecting"),
)


@pytest.mark.parametrize("size", SIZES)
def test_the_output_of_a_run(store: Path, place: Path, size: str) -> None:
    with PtyApp([sys.executable, "-m", "runs_tui", store], *SIZES[size], env={"TZ": "UTC"}) as app:
        wait_until_read(app, size)
        app.press("G", "enter")
        for name, keys, shows in OUTPUT:
            app.press(*keys)
            if size != "20x5":
                app.wait_for(shows)
            check(app, f"{name}-{size}", place, styles=True)


TABS = (
    ("records", ("4",), "accuracy"),
    ("records-chart", ("j", "j"), "by epoch"),
    ("records-matrix", ("j",), "confusion"),
    ("files", ("5",), "outputs"),
    ("files-text", ("G", "k", "k", "k"), "train.log"),
)
"""Name of the dump, the keys that lead there from the one before, and what is on the screen then."""


@pytest.mark.parametrize("size", SIZES)
def test_what_is_in_a_run(place: Path, size: str) -> None:
    root = place / "store"
    run_with_records(root)
    with PtyApp([sys.executable, "-m", "runs_tui", root], *SIZES[size], env={"TZ": "UTC"}) as app:
        app.wait_for("✓")
        app.press("enter")
        for name, keys, shows in TABS:
            app.press(*keys)
            if size != "20x5":
                app.wait_for(shows)
            check(app, f"{name}-{size}", place)


CHARTS = (
    ("charts", ("2",), "smooth"),
    ("charts-sections", ("s",), "─ train ─"),
    ("charts-folded", ("G", "f"), "folded"),
    ("chart", ("g", "enter"), "1 of 7"),
    ("chart-zoomed", ("z",), "x=25:75"),
    ("chart-limits", ("X", "ctrl+u", *"y=2:1", "enter"), "2 is not below 1"),
    ("x-axis", ("escape", "m"), "values of a metric"),
)
"""Name of the dump, the keys that lead there from the one before, and what is on the screen then."""


@pytest.mark.parametrize("size", SIZES)
def test_the_charts_of_a_run(place: Path, size: str) -> None:
    root = place / "store"
    names = (
        "loss",
        "train/loss",
        "train/acc",
        "train/a-metric-with-a-long-name/and-a-part",
        "val/loss",
        "val/acc",
        "lr",
    )
    make_run(root, metrics=names, steps=101)
    with PtyApp([sys.executable, "-m", "runs_tui", root], *SIZES[size], env={"TZ": "UTC"}) as app:
        app.wait_for("✓")
        app.wait_quiet(0.6)
        app.press("enter")
        app.wait_quiet(0.6)
        for name, keys, shows in CHARTS:
            app.press(*keys)
            if size != "20x5":
                app.wait_for(shows)
            check(app, f"{name}-{size}", place)


COMPARED = (
    ("compare", ("C",), "compare 3 runs"),
    ("compare-cursor", ("enter", "G"), "step 39"),
    ("compare-list", ("escape", "v", "space"), "1 hidden"),
    ("compare-differences", ("k", "space", "v", "2"), "last values"),
    ("compare-text", ("/", *"command", "enter", "L", "d"), "--lr"),
    ("compare-sweep", ("escape", "3"), "against lr"),
    ("compare-parallel", ("t",), "parameters and"),
    ("compare-groups", ("1", "b", *"optimizer", "enter"), "2 groups"),
)
"""Name of the dump, the keys that lead there from the one before, and what is on the screen then."""


@pytest.mark.parametrize("size", SIZES)
def test_comparing(place: Path, size: str) -> None:
    root = place / "store"
    for number, (name, rate, optimizer) in enumerate(
        (("calm", 1e-3, "sgd"), ("brave", 1e-2, "adam"), ("odd", 0.1, "adam"))
    ):
        make_run(
            root,
            "sweep",
            name,
            run_id=f"run-{number}",
            steps=20 + 10 * number,
            created=LONG_AGO + 60 * number,
            metrics=("loss", "val/acc", "val/loss"),
            params={"lr": rate, "optimizer": optimizer, "model": {"depth": 3 + number % 2}},
            command=["python", "train.py", "--data", "/data/imagenet/train", "--lr", str(rate), "--amp"],
        )
    with PtyApp([sys.executable, "-m", "runs_tui", root], *SIZES[size], env={"TZ": "UTC"}) as app:
        app.wait_for("✓")
        app.wait_quiet(0.6)
        for name, keys, shows in COMPARED:
            app.press(*keys)
            if size != "20x5":
                app.wait_for(shows)
            check(app, f"{name}-{size}", place)


@pytest.mark.parametrize("size", SIZES)
def test_the_children_of_a_run(place: Path, size: str) -> None:
    root = place / "store"
    family(root, live=False)
    with PtyApp([sys.executable, "-m", "runs_tui", root], *SIZES[size], env={"TZ": "UTC"}) as app:
        app.wait_for("hyper")
        app.wait_quiet(0.6)
        app.press("G")
        check(app, f"runs-parent-{size}", place)
        app.press("enter", "6")
        check(app, f"children-{size}", place)


@pytest.mark.parametrize("size", SIZES)
def test_the_first_screen_of_all(place: Path, size: str) -> None:
    root = place / "store"
    root.mkdir()
    with PtyApp([sys.executable, "-m", "runs_tui", root], *SIZES[size], env={"TZ": "UTC"}) as app:
        app.wait_for("runs-tui run" if size != "20x5" else "help")
        check(app, f"welcome-{size}", place)
