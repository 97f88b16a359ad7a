"""The Charts tab of the whole app on a real terminal: what a new point costs, and what hostile names do."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.terminal.app import PtyApp
from tests.terminal.sequences import control_sequences
from tests.tui.chart_host import LoggedRun

HOSTILE = [
    "\x1b[31mred\x07",
    "\x1b]0;OWNED\x07",
    "\x9b31m\x9c",
    "a\u202eb\u200bc\u2066",
    "日本語の損失関数/" * 9,
    "x" * 10_000,
    "e\u0301\u0301 👩\u200d👩\u200d👧 🇩🇪 \ufe0f",
    "[bold red]markup[/]",
    "",
]


@contextmanager
def charts_of(root: Path, cols: int = 80, rows: int = 24) -> Iterator[PtyApp]:
    """The app with the charts of the newest run open."""
    with PtyApp([sys.executable, "-m", "runs_tui", str(root)], cols=cols, rows=rows, env=dict(os.environ)) as app:
        app.wait_for("running")
        app.press("enter")
        app.wait_for(lambda app: "[2c]" in app.text() or "[2 charts]" in app.text())
        app.wait_for(lambda app: rows < 8 or "└" in app.text())
        if rows > 10:
            app.wait_for("└")  # the corner of a chart
        app.wait_quiet()
        yield app


def test_a_new_point_is_shown_and_costs_few_bytes(tmp_path: Path) -> None:
    run = LoggedRun(tmp_path)
    run.log({f"m{n}": [math.exp(-step / 300) for step in range(850)] for n in range(6)})
    with charts_of(tmp_path, 200, 50) as app:
        whole = app.bytes_out
        run.log({"m3": [0.54321]}, start=850)
        app.wait_for("0.5432")
        app.wait_quiet()
        assert app.bytes_out - whole < 1_500 < whole


@pytest.mark.parametrize("size", [(80, 24), (200, 50), (20, 5)])
def test_hostile_names_show_as_text_and_keep_the_layout(tmp_path: Path, size: tuple[int, int]) -> None:
    friendly = LoggedRun(tmp_path / "friendly")
    friendly.log({f"m{n}": [1.0, 2.0] for n in range(len(HOSTILE))})
    hostile = LoggedRun(tmp_path / "hostile", "\x1b[2J\u202ename")
    hostile.log({name: [1.0, 2.0] for name in HOSTILE})
    keys = (
        "j",
        "l",
        "G",
        "P",
        "s",
        "f",
        "f",
        "enter",
        "h",
        "+",
        "enter",
        "m",
        "escape",
        "w",
        "escape",
        "/",
        *"red",
        "enter",
    )

    def walk(root: Path) -> tuple[set[str], list[tuple[int, int]]]:
        """The control sequences of a walk through the charts, and where the corners of the first charts were."""
        with charts_of(root, *size) as app:
            lines = app.lines()
            app.press(*keys)
            app.wait_quiet()
            corners = [(y, x) for y, line in enumerate(lines) for x, each in enumerate(line) if each == "└"]
            return set(control_sequences(app.raw)), corners

    usual, corners = walk(tmp_path / "friendly")
    sequences, found = walk(tmp_path / "hostile")
    assert sequences <= usual
    assert found == corners
