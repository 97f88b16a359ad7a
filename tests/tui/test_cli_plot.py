"""``runs-tui plot``: a metric drawn once, for people and as JSON."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runstore.writing.create import create_run
from runstore.writing.owner import RunOwner
from runstore.writing.writer import RunWriter
from tests.terminal import PtyApp
from tests.tui.cli_runner import called

BRAILLE = re.compile("[⠁-⣿]")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A store with two runs of one metric, and names that would act on a terminal."""
    for name, scale in (("brave-fox-1", 1.0), ("calm-owl-2", 3.0)):
        folder = create_run(str(tmp_path), "training", display_name=name)
        owner = RunOwner(folder)
        owner.begin_attempt()
        writer = RunWriter(folder)
        for step in range(1000):
            values = {"loss": scale * math.exp(-step / 200), "bad": math.nan if step >= 500 else 1.0}
            writer.log_metrics(values, step=step)
        writer.log_metrics({"\x1b[31mred\n日本語": 1.0}, step=1000)
        writer.close()
        owner.finish("Completed")
    return tmp_path


def plot(root: Path, *args: str, code: int = 0) -> str:
    """What the command prints, stderr on failure."""
    with pytest.MonkeyPatch.context() as patch:
        for name, size in (("COLUMNS", "80"), ("LINES", "24")):  # as where there is no terminal
            patch.setenv(name, size)
        done = called("plot", *args, "--root", root, code=code)
    return done.stdout if code == 0 else done.stderr


def plot_in_a_pipe(root: Path, *args: str) -> str:
    """The same from a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "runs_tui", "plot", *args, "--root", str(root)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def plot_json(root: Path, *args: str) -> dict[str, Any]:
    """The same as data."""
    content: dict[str, Any] = json.loads(plot(root, *args, "--json"))
    assert content["v"] == 1
    return content


@pytest.mark.feature("commands", 13, "draw metrics of runs as characters", "plot RUN... METRIC")
def test_a_figure_in_a_pipe_has_axes_a_line_and_no_colour(root: Path) -> None:
    text = plot_in_a_pipe(root, "brave-fox-1", "loss", "--width", "60", "--height", "15")
    lines = text.splitlines()
    assert "\x1b" not in text
    assert lines[0].strip() == "loss"
    assert max(map(len, lines[1:16])) == 60
    assert "1.0┤" in text
    assert "200" in lines[15]
    assert BRAILLE.search(lines[2])
    assert BRAILLE.search(lines[13])
    assert lines[16].split() == ["training/brave-fox-1", "0.0068", "1", "000", "points"]


def test_several_runs_are_told_apart_without_colour(root: Path) -> None:
    text = plot(root, "brave-fox-1", "calm-owl-2", "brave-fox-1", "loss")
    assert {"a", "b"} <= set("".join(text.splitlines()[1:-4]))
    assert text.splitlines()[-2].split()[:2] == ["a", "training/brave-fox-1"]
    assert text.splitlines()[-1].split()[:2] == ["b", "training/calm-owl-2"]


def test_on_a_terminal_there_is_colour_unless_it_is_unwanted(root: Path) -> None:
    for env, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        command = [sys.executable, "-m", "runs_tui", "plot", "last", "loss", "--root", str(root)]
        with PtyApp(command, cols=90, rows=30, env={**os.environ, **env}) as app:
            assert app.wait() == 0
            assert "calm-owl-2" in app.text()
            assert any(len(line.rstrip()) == 90 for line in app.lines())
            assert (b"\x1b[38;5;" in app.raw) == coloured


@pytest.mark.parametrize("kind", ["step", "relative", "wall"])
def test_every_kind_of_x_with_smoothing_and_log(root: Path, kind: str) -> None:
    text = plot(root, "last", "loss", "--x", kind, "--smooth", "0.9", "--log", "--utc")
    assert BRAILLE.search(text)
    assert "0.02" in text


def test_nan_is_said(root: Path) -> None:
    assert "NaN at 500" in plot(root, "last", "bad")


def test_a_hostile_name_is_harmless(root: Path) -> None:
    text = plot(root, "last", "\x1b[31mred\n日本語")
    assert "\x1b" not in text
    assert "␛[31mred␊日本語" in text


def test_json_is_reduced_and_loses_no_extreme(root: Path) -> None:
    content = plot_json(root, "brave-fox-1", "loss", "--width", "50", "--smooth", "0.6")
    assert (content["metric"], content["x"], content["smooth"]) == ("loss", "step", 0.6)
    [run] = content["runs"]
    columns = run["columns"]
    assert (run["name"], run["points"], run["finite"], run["rank"]) == ("brave-fox-1", 1000, 1000, 0)
    assert (len(columns["x"]), sum(columns["n"])) == (50, 1000)
    assert (max(columns["max"]), min(columns["min"])) == (run["max"], run["min"]) == (1.0, math.exp(-999 / 200))
    assert columns["smoothed"][-1] > columns["last"][-1]


def test_json_spells_what_is_not_finite(root: Path) -> None:
    [run] = plot_json(root, "last", "bad")["runs"]
    assert (run["last"], run["points"], run["finite"]) == ("NaN", 1000, 500)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["last", "lss"], "did you mean 'loss'"),
        (["nobody", "loss"], "there is no run 'nobody'"),
        (["loss"], "Usage"),
        (["last", "loss", "--smooth", "1"], "--smooth"),
        (["last", "loss", "--x", "epoch"], "--x"),
    ],
)
def test_what_cannot_be_done_is_said(root: Path, args: list[str], words: str) -> None:
    assert words in plot(root, *args, code=2)
