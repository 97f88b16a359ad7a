"""``runs-tui export``: what runs logged, for other programs."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal import PtyApp
from tests.tui.cli_runner import called, lines
from tests.tui.stores import make_run, some_runs


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("export") / "store"
    some_runs(root)
    return root


@pytest.mark.feature("commands", 20, "export what runs logged, as CSV, JSON lines or Parquet", "export")
def test_csv_of_everything_on_stdout(store: Path) -> None:
    table = list(csv.DictReader(lines("export", "--root", store)))
    assert list(table[0]) == [
        "run", "experiment", "name", "param.batch", "param.lr", "step", "time", "metric", "value",
    ]  # fmt: skip
    assert len(table) == 20 * 2 * 4 + 20
    assert {line["name"] for line in table} == {"calm-owl-11", "brave-fox-12", "lr-3e-2", "seed-2", "sweep-0.40"}


@pytest.mark.feature("commands", 21, "export only some runs and metrics", "export QUERY -m NAME")
def test_some_runs_and_metrics(store: Path) -> None:
    table = list(csv.DictReader(lines("export", "--root", store, "lr>=1e-3", "-m", "val/*")))
    assert {line["metric"] for line in table} == {"val/acc"}
    assert {line["name"] for line in table} == {"calm-owl-11", "lr-3e-2"}
    assert len(lines("export", "--root", store, "seed-2", "-m", "loss")) == 21
    assert "has a metric nope" in called("export", "--root", store, "-m", "nope", code=2).stderr
    assert "no run is meant by 'state:dead'" in called("export", "--root", store, "state:dead", code=2).stderr


@pytest.mark.feature("commands", 22, "export a column for each metric", "export --wide")
def test_wide(store: Path) -> None:
    table = list(csv.DictReader(lines("export", "--root", store, "--wide", "name:calm*|name:sweep*")))
    assert [name for name in table[0] if name.startswith("metric.")] == ["metric.loss", "metric.mse", "metric.val/acc"]
    assert len(table) == 40
    mine = [line for line in table if line["name"] == "calm-owl-11"]
    assert [line["step"] for line in mine] == [str(step) for step in range(20)]
    assert {line["metric.mse"] for line in mine} == {""}
    assert float(mine[0]["metric.loss"]) == 1.0


def test_a_file_is_named_by_its_end_and_is_whole_or_not_there(store: Path, tmp_path: Path) -> None:
    done = called("export", "--root", store, "seed-2", "-o", tmp_path / "a.jsonl")
    assert "40 lines of 1 run" in done.stderr
    found = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert len(found) == 40
    assert found[0]["metric"] == "loss"
    called("export", "--root", store, "seed-2", "-o", tmp_path / "b.dat", "--format", "csv")
    assert len((tmp_path / "b.dat").read_text().splitlines()) == 41
    assert "ends in .csv" in called("export", "--root", store, "-o", tmp_path / "c.xlsx", code=2).stderr
    assert "cannot write" in called("export", "--root", store, "-o", tmp_path / "no" / "d.csv", code=2).stderr
    assert "cannot write" in called("export", "--root", store, "--format", "csv", "-o", tmp_path, code=2).stderr
    assert sorted(os.listdir(tmp_path)) == ["a.jsonl", "b.dat"]


def test_a_link_stays_and_a_pipe_is_written_to(store: Path, tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to("real.csv")
    called("export", "--root", store, "seed-2", "-o", tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert len((tmp_path / "real.csv").read_text().splitlines()) == 41
    os.mkfifo(tmp_path / "pipe.csv")
    with subprocess.Popen(["cat", tmp_path / "pipe.csv"], stdout=subprocess.PIPE, text=True) as reader:
        called("export", "--root", store, "seed-2", "-o", tmp_path / "pipe.csv")
        assert len(reader.communicate()[0].splitlines()) == 41
    assert (tmp_path / "pipe.csv").is_fifo()


def test_parquet_without_pyarrow_says_what_to_install(store: Path, tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from runs_tui.cli.main import cli\n"
        f"cli(['export', '--root', {str(store)!r}, '-o', {str(tmp_path / 'a.parquet')!r}])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install pyarrow" in done.stderr
    assert "Traceback" not in done.stderr
    assert os.listdir(tmp_path) == []


def test_parquet(store: Path, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    called("export", "--root", store, "-o", tmp_path / "a.parquet")
    assert pq.read_table(tmp_path / "a.parquet").num_rows == 180


def test_pandas_reads_it(store: Path, tmp_path: Path) -> None:
    import pandas as pd

    called("export", "--root", store, "-o", tmp_path / "a.csv", "metric.loss<1")
    frame = pd.read_csv(tmp_path / "a.csv")
    best = frame[frame.metric == "loss"].groupby("name").value.min()
    assert best.round(4).to_dict() == dict.fromkeys(["brave-fox-12", "calm-owl-11", "lr-3e-2", "seed-2"], 0.1496)


def test_nothing_that_a_run_wrote_acts_on_a_terminal(tmp_path: Path) -> None:
    make_run(tmp_path / "store", name="\x1b]0;owned\x07", steps=1)
    with PtyApp([sys.executable, "-m", "runs_tui", "export", "--root", tmp_path / "store"]) as app:
        assert app.wait() == 0
        assert b"\x1b]0;" not in app.raw
    assert "\x1b]0;owned\x07" in called("export", "--root", tmp_path / "store").stdout, "a pipe gets it as it is"


@pytest.mark.feature("commands", 48, "interrupt any command with ctrl+c, exit code 130", "ctrl+c")
def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    make_run(tmp_path / "store", steps=3000)
    os.mkfifo(tmp_path / "pipe")
    command = [sys.executable, "-m", "runs_tui", "export", "--root", tmp_path / "store", "--format", "csv", "-o"]
    process = subprocess.Popen([*command, tmp_path / "pipe"], stderr=subprocess.PIPE)
    with open(tmp_path / "pipe", "rb") as pipe:
        assert pipe.read(1) == b"r"
        process.send_signal(signal.SIGINT)
        pipe.read()
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (130, b"")


def test_a_reader_that_has_enough(tmp_path: Path) -> None:
    make_run(tmp_path / "store", steps=3000)
    command = f"{sys.executable} -m runs_tui export --root {tmp_path}/store | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.startswith("run,experiment,name")
