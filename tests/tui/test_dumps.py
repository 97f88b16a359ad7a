"""The screens as they are drawn at four sizes, held against ``dumps/``; ``UPDATE_DUMPS=1`` writes them anew."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.terminal import PtyApp
from tests.tui.stores import LONG_AGO, make_run, some_runs

DUMPS = Path(__file__).with_name("dumps")
SIZES = {"20x5": (20, 5), "80x24": (80, 24), "120x35": (120, 35), "200x50": (200, 50)}


@pytest.fixture
def store(home: str) -> Path:
    """A store whose path is the same on every machine."""
    root = Path(home) / "store"
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


def check(app: PtyApp, name: str, home: str) -> None:
    """The screen is that of the dump; what differs from day to day and place to place is masked."""
    text = app.text().replace(home, "HOME")
    text = re.sub(r"(last record +|ended +)20[2-9][0-9]-[0-9-]* [0-9:]{8}", r"\1####-##-## ##:##:##", text)
    text = re.sub(r"files( +)/.*", r"files\1PATH", text) + "\n"
    path = DUMPS / f"{name}.txt"
    if os.environ.get("UPDATE_DUMPS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert text == path.read_text(), name


@pytest.mark.parametrize("size", SIZES)
def test_screens(store: Path, home: str, size: str) -> None:
    with PtyApp([sys.executable, "-m", "runs_tui", store], *SIZES[size], env={"TZ": "UTC"}) as app:
        app.wait_for("✓")
        app.wait_quiet(0.6)
        app.press("G")
        app.wait_quiet(0.6)
        check(app, f"runs-{size}", home)
        app.press("enter", "1")
        app.wait_quiet(0.6)
        check(app, f"overview-{size}", home)
        app.press("?")
        app.wait_quiet(0.4)
        check(app, f"help-{size}", home)


@pytest.mark.parametrize("size", SIZES)
def test_the_first_screen_of_all(home: str, size: str) -> None:
    root = Path(home) / "store"
    root.mkdir()
    with PtyApp([sys.executable, "-m", "runs_tui", root], *SIZES[size], env={"TZ": "UTC"}) as app:
        app.wait_for("runs-tui run" if size != "20x5" else "help")
        app.wait_quiet(0.6)
        check(app, f"welcome-{size}", home)
