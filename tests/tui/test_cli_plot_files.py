"""``runs-tui plot`` with files, groups, ranks, histograms, limits and several metrics."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import pytest

from runs_tui.images.png import decode_png
from tests.terminal import PtyApp
from tests.tui.cli_runner import called
from tests.tui.plot_store import STEPS, SWEEP, WEIGHTS, loss, sweep

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    sweep(folder)
    return folder


def plot(root: Path, *args: str | Path, code: int = 0) -> str:
    """What it prints, stderr on failure."""
    done = called("plot", *args, "--root", root, code=code)
    return done.stdout if code == 0 else done.stderr


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def words_of(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


def content(root: Path, *args: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(plot(root, *args, "--json"))
    return found


# Files


@pytest.mark.feature("charts", 110, "write charts as SVG or PNG pictures", "plot RUN... METRIC -o chart.svg|.png")
def test_pictures_are_written_in_the_size_asked_for(root: Path, tmp_path: Path) -> None:
    svg, png = tmp_path / "chart.svg", tmp_path / "chart.png"
    plot(root, "fast-0", "slow-0", "loss", "-o", svg, "--width", "500", "--height", "300", "--smooth", "0.5")
    plot(root, "fast-0", "slow-0", "loss", "-o", png, "--width", "500", "--height", "300")
    picture = ET.fromstring(svg.read_text())
    assert (picture.get("width"), picture.get("height")) == ("500", "300")
    assert {"loss", "smooth 0.5", "fast-0", "slow-0"} <= set(words_of(svg.read_text()))
    lines = [path for path in picture.iter(f"{SVG}path") if path.get("stroke")]
    assert len({line.get("stroke") for line in lines}) == 2
    pixels = decode_png(png.read_bytes())
    assert pixels.shape[:2] == (300, 500)
    assert pixels[0, 0].tolist() == [255, 255, 255, 255]
    plot(root, "fast-0", "loss", "-o", png, "--theme", "dark", "--width", "900")
    pixels = decode_png(png.read_bytes())
    assert pixels.shape[1] == 900
    assert pixels[0, 0, :3].max() < 60


@pytest.mark.feature(
    "charts", 111, "write the numbers of a chart as CSV, every point", "plot RUN... METRIC -o FILE.csv"
)
def test_csv_has_every_point(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "chart.csv"
    plot(root, "fast-0", "slow-1", "loss", "-o", file, "--smooth", "0.5")
    rows = table(file.read_text())
    assert len(rows) == 2 * STEPS
    for name in ("fast-0", "slow-1"):
        its = [row for row in rows if row["line"] == name]
        assert [float(row["value"]) for row in its] == [loss(name, step) for step in range(STEPS)]
        assert [int(row["step"]) for row in its] == list(range(STEPS))
        smoothed = (0.5 * loss(name, 0) + loss(name, 1)) / 1.5
        assert float(its[1]["smoothed"]) == pytest.approx(smoothed, rel=1e-14)
        assert float(its[0]["time"]) > 1.7e9


def test_a_file_of_text_is_the_figure(root: Path, tmp_path: Path) -> None:
    plot(root, "fast-0", "loss", "-o", tmp_path / "chart.txt")
    assert (tmp_path / "chart.txt").read_text() == plot(root, "fast-0", "loss")


def test_what_was_there_is_replaced_as_a_whole_and_nothing_else_is_left(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "chart.svg"
    file.write_text("before")
    plot(root, "fast-0", "loss", "-o", file)
    assert file.read_text().startswith("<svg")
    assert os.listdir(tmp_path) == ["chart.svg"]
    (tmp_path / "link.svg").symlink_to(file)
    plot(root, "slow-0", "loss", "-o", tmp_path / "link.svg")
    assert (tmp_path / "link.svg").is_symlink()
    assert ">slow-0<" in file.read_text()


@pytest.mark.feature("charts", 112, "send a chart through a pipe", "plot --format svg|png|csv")
def test_a_picture_through_a_pipe(root: Path) -> None:
    command = [sys.executable, "-m", "runs_tui", "plot", "fast-0", "loss", "--format", "png", "--root", str(root)]
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    assert decode_png(done.stdout).shape[:2] == (1080, 1920)
    assert plot(root, "fast-0", "loss", "--format", "svg").startswith("<svg")
    to_device = [*command[:-4], "--format", "csv", "-o", "/dev/stdout", *command[-2:]]
    done = subprocess.run(to_device, capture_output=True, timeout=60, check=True)
    assert done.stdout.count(b"\n") == STEPS + 1


def test_a_png_is_kept_from_a_terminal(root: Path) -> None:
    command = [sys.executable, "-m", "runs_tui", "plot", "fast-0", "loss", "--format", "png", "--root", str(root)]
    with PtyApp(command, cols=90, rows=30, env=dict(os.environ)) as app:
        assert app.wait() == 2
        assert "give -o FILE.png" in app.text()


# Several metrics, queries, groups, ranks


@pytest.mark.feature("charts", 113, "several metrics at once, by name or pattern", "plot -m 'val/*' RUN...")
def test_several_metrics_by_name_and_pattern(root: Path, tmp_path: Path) -> None:
    text = plot(root, "last", "-m", "val/*", "-m", "loss")
    assert [line.strip() for line in text.splitlines() if line.strip() in ("val/acc", "val/f1", "loss")] == [
        "val/acc", "val/f1", "loss"
    ]  # fmt: skip
    plot(root, "exp:sweep", "-m", "val/*", "-m", "loss", "-o", tmp_path / "all.svg")
    words = words_of((tmp_path / "all.svg").read_text())
    assert words.count("fast-1") == 1
    assert {"val/acc", "val/f1", "loss", *SWEEP} <= set(words)


@pytest.mark.feature("charts", 114, "runs by a query", "plot 'lr>0.05' METRIC")
def test_runs_by_a_query(root: Path) -> None:
    text = plot(root, "lr>0.05", "loss")
    assert "sweep/fast-0" in text
    assert "slow" not in text
    done = called("plot", "exp:sweep", "val/acc", "--root", root)
    assert "3 of 4 runs have no 'val/acc'" in done.stderr
    assert "sweep/fast-1" in done.stdout


@pytest.mark.feature("charts", 115, "groups as mean and deviation band", "plot --group-by NAME")
def test_groups_are_means_with_a_band(root: Path) -> None:
    text = plot(root, "exp:sweep", "loss", "--group-by", "lr")
    assert [line.split()[1:4] for line in text.splitlines()[-2:]] == [["lr", "0.01", "×2"], ["lr", "0.1", "×2"]]
    rows = table(plot(root, "exp:sweep", "loss", "--group-by", "lr", "--format", "csv"))
    assert len(rows) == 2 * STEPS
    its = next(row for row in rows if row["line"].startswith("lr 0.1 ") and float(row["x"]) == 40)
    values = [loss("fast-0", 40), loss("fast-1", 40)]
    assert float(its["mean"]) == pytest.approx(mean(values))
    assert float(its["deviation"]) == pytest.approx(stdev(values))
    assert (float(its["low"]), float(its["high"])) == (min(values), max(values))
    svg = plot(root, "exp:sweep", "loss", "-g", "lr", "--format", "svg")
    assert sum("fill-opacity" in path.attrib for path in ET.fromstring(svg).iter(f"{SVG}path")) == 2


@pytest.mark.feature("charts", 116, "ranks as lines or a band", "plot --ranks lines|band")
def test_ranks(root: Path) -> None:
    assert plot(root, "fast-1", "loss").count("points") == 1
    text = plot(root, "fast-1", "loss", "--ranks", "lines")
    assert "fast-1 rank 0" in text
    assert "fast-1 rank 1" in text
    row = table(plot(root, "fast-1", "loss", "--ranks", "band", "--format", "csv"))[10]
    assert row["line"] == "fast-1, 2 ranks"
    assert (float(row["low"]), float(row["high"])) == (loss("fast-1", 10), loss("fast-1", 10, 1))


def test_without_colours_letters_and_dots_tell_curves_apart(root: Path) -> None:
    text = plot(root, "exp:sweep", "loss", "--height", "16")
    figure, legend = text.splitlines()[1:16], text.splitlines()[-4:]
    assert [line.split()[0] for line in legend] == ["a", "b", "c", "d"]
    assert set("abcd") <= set("".join(figure))
    assert "·" not in text
    assert "".join(plot(root, "slow-0", "epoch", "--smooth", "0.99").splitlines()[1:-1]).count("·") > 20


def test_samples_of_the_machine(root: Path) -> None:
    rows = table(plot(root, "last", "system/cpu", "--format", "csv"))
    assert [float(row["value"]) for row in rows] == [0.0, 10.0, 20.0, 30.0, 40.0]
    assert {row["step"] for row in rows} == {""}
    assert sum(content(root, "last", "system/cpu", "--kind", "hist")["charts"][0]["counts"]) == 5


# Axes


@pytest.mark.feature("charts", 117, "any metric as x axis", "plot --x METRIC")
def test_a_metric_as_x_axis(root: Path) -> None:
    rows = table(plot(root, "fast-0", "loss", "--x", "epoch", "--format", "csv"))
    assert [float(row["x"]) for row in rows] == [step / 50 for step in range(STEPS)]
    assert "over epoch" in plot(root, "fast-0", "loss", "--x", "epoch")


@pytest.mark.feature("charts", 118, "logarithmic axes", "plot --log [x|y|xy]")
@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--log", "fast-0", "loss"), ["log"]),
        (("fast-0", "loss", "--log"), ["log"]),
        (("fast-0", "--log", "y", "loss"), ["log"]),
        (("fast-0", "loss", "--log", "x"), ["log", "x"]),
        (("fast-0", "loss", "--log=xy"), ["log", "xy"]),
    ],
)
def test_log_axes_wherever_the_option_stands(root: Path, args: tuple[str, ...], said: list[str]) -> None:
    assert plot(root, *args).splitlines()[0].split()[1:] == said


@pytest.mark.feature("charts", 119, "typed limits of the axes, outliers left out", "plot --limits, --no-outliers")
def test_limits(root: Path) -> None:
    svg = plot(root, "fast-0", "loss", "--limits", "x=50:150 y=0:0.5", "--format", "svg")
    numbers = [float(word) for word in words_of(svg) if re.fullmatch(r"[\d.]+", word)]
    assert max(numbers) == 150
    assert {50.0, 0.5} <= set(numbers)
    assert "no outliers" in plot(root, "fast-0", "loss", "--no-outliers")


# Histograms


@pytest.mark.feature("charts", 120, "histograms of last values, of a metric or of a list", "plot --kind hist")
def test_histograms(root: Path) -> None:
    found = content(root, "last", "weights", "--kind", "hist")["charts"][0]
    assert sum(found["counts"]) == len(WEIGHTS)
    assert found["edges"][0] <= 0 < max(WEIGHTS) <= found["edges"][-1]
    assert "4 runs" in plot(root, "exp:sweep", "loss", "--kind", "hist")
    assert sum(content(root, "exp:sweep", "loss", "--kind", "hist")["charts"][0]["counts"]) == 4
    text = plot(root, "fast-0", "loss", "--kind", "hist", "--height", "10")
    assert "200 values" in text.splitlines()[0]
    assert "█" in text
    rows = table(plot(root, "last", "weights", "--kind", "hist", "--format", "csv"))
    assert sum(int(row["count"]) for row in rows) == len(WEIGHTS)


@pytest.mark.feature("charts", 122, "a bar for the last value of each run", "plot --kind bars")
def test_bars(root: Path) -> None:
    lines = plot(root, "exp:sweep", "loss", "--kind", "bars", "--width", "60").splitlines()
    names = [line.split()[0] for line in lines[1:5]]
    last = {name: loss(name, STEPS - 1) for name in SWEEP}
    assert names == sorted(SWEEP, key=lambda name: -last[name])
    lengths = [line.count("█") for line in lines[1:5]]
    cells = (max(lengths) - 1) / max(last.values())
    assert all(abs(length - 1 - last[name] * cells) <= 1 for name, length in zip(names, lengths, strict=True))
    assert all(len(line) <= 60 for line in lines)
    (chart,) = content(root, "exp:sweep", "loss", "--kind", "bars")["charts"]
    assert [(run["name"], run["last"]) for run in chart["runs"]] == [(name, last[name]) for name in names]
    rows = table(plot(root, "exp:sweep", "loss", "--kind", "bars", "--format", "csv"))
    assert [float(row["last"]) for row in rows] == [last[name] for name in names]
    assert "1 runs have none" not in plot(root, "exp:sweep", "val/acc", "--kind", "bars").splitlines()[0]
    assert "3 runs have none" in plot(root, "exp:sweep", "val/acc", "--kind", "bars").splitlines()[0]


def test_json_says_which_metric_and_group(root: Path) -> None:
    found = content(root, "exp:sweep", "-m", "loss", "-m", "epoch", "-g", "lr", "--log", "x")
    assert (found["log"], found["log_x"], len(found["runs"])) == (False, True, 8)
    assert {(run["metric"], run["group"]) for run in found["runs"]} == {
        (metric, f"lr {lr} ×2") for metric in ("loss", "epoch") for lr in (0.01, 0.1)
    }


# What cannot be done


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["last", "loss", "--kind", "bars", "-o", "chart.svg"], "is drawn as text: give -o FILE.txt"),
        (["last", "loss", "--kind", "bars", "--smooth", "0.5"], "no meaning with --kind bars"),
        (["last", "loss", "-o", "chart.pdf"], "ends in .svg, .png, .csv or .txt"),
        (["last", "loss", "-o", "/nowhere/at/all/chart.svg"], "cannot write /nowhere/at/all/chart.svg"),
        (
            ["last", "loss", "-o", "x.svg", "--width", "40"],
            "a chart cannot be drawn on 40 x 22 pixels, only on 120 x 120 or more",
        ),
        (
            ["last", "-m", "*", "-o", "x.png", "--width", "400"],
            "4 charts cannot be drawn on 400 x 266 pixels, only on 480",
        ),
        (["last", "loss", "--width", "5000"], "at most 1000 x 500 cells"),
        (["last", "loss", "--limits", "x=3:1"], "--limits: x=3:1: 3 is not below 1"),
        (["last", "loss", "--limits", "z=3"], "--limits: z=3"),
        (["last", "loss", "--x", "eboch"], "no metric 'eboch' to be x (--x); did you mean 'epoch'"),
        (["last", "loss", "--group-by", "lrr"], "no column 'lrr'"),
        (["last", "loss", "--group-by", "lr", "--ranks", "band"], "--group-by and --ranks"),
        (["last", "loss", "--kind", "hist", "--smooth", "0.5"], "--smooth has no meaning with --kind hist"),
        (["last", "nothing", "--kind", "hist"], "no metric 'nothing'"),
        (["exp:sweep", "lss"], "no metric 'lss'; did you mean 'loss'"),
        (["last", "-m", "x/*"], "no run has a metric 'x/*'"),
        (["state:failed", "loss"], "no run is meant"),
        (["fast-0", "val/acc"], "sweep/fast-0 has no metric 'val/acc'"),
        (["last", "loss", "--log", "z"], "no run"),
    ],
)
def test_what_cannot_be_done_is_said(root: Path, args: list[str], words: str) -> None:
    assert words in plot(root, *args, code=2)
