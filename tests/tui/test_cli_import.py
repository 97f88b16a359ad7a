"""``runs-tui import`` and ``export --to``: runs from and to other tools, as a person types it."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.importing.sources import exported, golden, metric_file
from tests.tui.cli_runner import called, told
from tests.tui.stores import make_run, some_runs


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("to") / "store"
    some_runs(root)
    return root


@pytest.mark.feature("foreign", 124, "say what an import would do", "import PATH --dry-run")
def test_a_dry_run_says_what_would_be_done_and_does_nothing(tmp_path: Path) -> None:
    source, store = exported(tmp_path / "mlruns"), tmp_path / "store"
    said = called("import", source, "--dry-run", "--root", store).stdout.split("\n")
    assert [line.split() for line in said if line] == [["new", "mlflow", "nets/a0"], ["new", "mlflow", "nets/a1"]]
    assert not store.exists()
    assert "imported 2 runs" in called("import", source, "--root", store).stdout
    with metric_file(source, "a1", "loss").open("a") as file:
        file.write("1700000700000 0.001 20\n")
    assert [line.split()[0] for line in called("import", source, "-n", "--root", store).stdout.splitlines()] == [
        "same", "changed",
    ]  # fmt: skip
    assert "1 copied anew, since changed, 1 as before" in called("import", source, "--root", store).stdout
    assert {run["metrics"]["loss"]["n"] for run in told("ls", "--root", store)["runs"]} == {20, 21}


def test_a_chosen_experiment(tmp_path: Path) -> None:
    source = golden(tmp_path / "there", "lightning")
    called("import", source, "-e", "mine", "--root", tmp_path / "store")
    assert {run["experiment"] for run in told("ls", "--root", tmp_path / "store")["runs"]} == {"mine"}
    assert "not valid" in called("import", source, "-e", "a/b", "--root", tmp_path / "store", code=2).stderr


def test_what_cannot_be_done_is_said_in_a_line(tmp_path: Path, store: Path) -> None:
    (tmp_path / "empty").mkdir()
    for path, said in ((tmp_path / "no", "nothing at"), (tmp_path / "empty", "no run of another"), (store, "cp")):
        done = called("import", path, "--root", tmp_path / "store", code=2)
        assert said in done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "store").exists()


def test_what_cannot_be_read_is_named_with_the_reason(tmp_path: Path) -> None:
    source = golden(tmp_path / "there", "trainer")
    for state in (source / "trainer" / "cut").rglob("trainer_state.json"):
        state.write_bytes(state.read_bytes()[:400])
    done = called("import", source, "--root", tmp_path / "store", code=1)
    assert "imported 1 run into" in done.stdout
    assert "left out trainer/cut: " in done.stderr
    assert [run["name"] for run in told("ls", "--root", tmp_path / "store")["runs"]] == ["whole"]


def test_the_name_of_a_run_acts_on_no_terminal(tmp_path: Path) -> None:
    source = exported(tmp_path / "mlruns", runs=1)
    evil = source / "nets\x1b]0;owned\x07.csv"
    evil.write_text("step,loss\n0,1.0\n1,0.5\n2,0.25\n3,0.125\n")
    for options in (["-n"], []):
        done = called("import", source, *options, "--root", tmp_path / "store")
        assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.feature("foreign", 125, "write a table for each run, again only what has changed", "export --to csv DIR")
def test_a_table_for_each_run(store: Path, tmp_path: Path) -> None:
    done = called("export", "--root", store, "--to", "csv", tmp_path / "out", "-m", "loss")
    assert "6 runs written" in done.stderr
    names = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.csv"))
    assert names == [
        "bert-small/queued-1.csv", "bert-small/seed-2.csv", "resnet-lr/brave-fox-12.csv", "resnet-lr/calm-owl-11.csv",
        "resnet-lr/lr-3e-2.csv", "ridge-alpha/sweep-0.40.csv",
    ]  # fmt: skip
    with open(tmp_path / "out" / "bert-small" / "seed-2.csv") as file:
        table = list(csv.DictReader(file))
    assert {line["metric"] for line in table} == {"loss"}
    again = called("export", "--root", store, "--to", "csv", tmp_path / "out", "-m", "loss")
    assert "0 runs written, 6 as before" in again.stderr
    wide = called("export", "--root", store, "--to", "csv", tmp_path / "out", "--wide", "exp:resnet-lr")
    assert "3 runs written" in wide.stderr


def test_options_that_do_not_go_together(store: Path, tmp_path: Path) -> None:
    for options in (["-o", "a.csv"], ["--format", "csv"], ["--wide"]):
        assert "leave" in called("export", "--root", store, "--to", "mlflow", tmp_path / "out", *options, code=2).stderr
    (tmp_path / "file").write_text("")
    assert "cannot write" in called("export", "--root", store, "--to", "csv", tmp_path / "file", code=2).stderr
    assert not (tmp_path / "out").exists()


def test_parquet_for_each_run(store: Path, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    called("export", "--root", store, "--to", "parquet", tmp_path / "out", "seed-2")
    assert pq.read_table(tmp_path / "out" / "bert-small" / "seed-2.parquet").num_rows == 40


def test_without_pyarrow_it_says_what_to_install(store: Path, tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from runs_tui.cli.main import cli\n"
        f"cli(['export', '--root', {str(store)!r}, '--to', 'parquet', {str(tmp_path / 'out')!r}])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install pyarrow" in done.stderr
    assert not [name for _, _, names in os.walk(tmp_path / "out") for name in names if name.endswith(".parquet")]


@pytest.mark.feature(
    "foreign", 126, "write out runs of other tools as another tool keeps them", "export --root PATH --to"
)
def test_from_one_tool_to_another(tmp_path: Path) -> None:
    source = golden(tmp_path / "there", "lightning")
    done = called("export", "--root", source, "--to", "mlflow", tmp_path / "mlruns")
    assert "2 runs written" in done.stderr
    assert (
        "0 runs written, 2 as before"
        in called("export", "--root", source, "--to", "mlflow", tmp_path / "mlruns").stderr
    )
    called("import", tmp_path / "mlruns", "--root", tmp_path / "store")
    here, there = (
        sorted(
            (run["name"], sorted(name.replace(",", "_") for name in run["metrics"]))
            for run in told("ls", "--root", root)["runs"]
        )
        for root in (source, tmp_path / "store")
    )
    assert here == there


def test_a_run_of_our_own_keeps_all_points_on_the_way_to_a_tool_and_back(tmp_path: Path) -> None:
    make_run(tmp_path / "store", "nets", "a", steps=50)
    for tool in ("tensorboard", "mlflow"):
        called("export", "--root", tmp_path / "store", "--to", tool, tmp_path / tool)
        called("import", tmp_path / tool, "--root", tmp_path / f"from-{tool}")
        (run,) = told("ls", "--root", tmp_path / f"from-{tool}")["runs"]
        assert (run["name"], run["experiment"], run["step"]) == ("a", "nets", 49)
        assert {name: stat["n"] for name, stat in run["metrics"].items()} == {"loss": 50, "val/acc": 50}
        assert run["metrics"]["loss"]["last"] == pytest.approx(0.00744658, rel=1e-5)
