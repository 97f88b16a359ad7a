"""``du``, ``gc``, ``cp``, ``mv``, as a person calls them."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import tarfile
import time
from pathlib import Path

import pytest

from runs_tui.model.choices import Choices
from runstore.layout.paths import RootPaths
from runstore.models.registry import register
from runstore.snapshots.take import take_snapshot
from tests.terminal import PtyApp
from tests.tui.cli_runner import called, lines, told
from tests.tui.stores import LONG_AGO, make_run, some_runs

GOLDEN = Path(__file__).parent.parent / "core" / "sources" / "golden"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    some_runs(tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    called("init", tmp_path / "other")
    return tmp_path / "other"


def names(store: Path, *more: str) -> set[str]:
    return {run["name"] for run in told("ls", "--root", store, *more)["runs"]}


# ---- du


@pytest.mark.feature("commands", 30, "space on the disk by experiment", "du")
def test_du_by_experiment(store: Path) -> None:
    big = make_run(store, "big-one", name="large", params={})
    Path(big, "files", "model.bin").write_bytes(b"x" * 2_000_000)
    (store.parent / "src").mkdir()
    (store.parent / "src" / "train.py").write_text("x" * 400_000)
    take_snapshot(str(store), str(store.parent / "src"))
    content = told("du", "--root", store)
    assert content["experiments"][0]["experiment"] == "big-one"
    assert [each["runs"] for each in content["experiments"]] == [1, 3, 2, 1]
    first = content["experiments"][0]
    assert 2_000_000 <= first["outputs"] < 2_100_000
    assert first["total"] == first["points"] + first["outputs"] + first["console"] + first["other"]
    assert content["shared"]["snapshots"] >= 400_000
    assert content["total"] == sum(each["total"] for each in content["experiments"]) + sum(content["shared"].values())
    table = lines("du", "--root", store)
    assert table[0].split() == ["experiment", "points", "outputs", "console", "other", "total"]
    assert table[1].startswith("big-one (1)")
    assert any(line.startswith("(snapshots)") for line in table)
    assert table[-1].startswith("all 7 runs")


@pytest.mark.feature("commands", 31, "space on the disk by run, of some runs", "du --runs QUERY")
def test_du_by_run(store: Path) -> None:
    content = told("du", "--root", store, "--runs", "exp:resnet-lr", "-n", "2")
    assert len(content["runs"]) == 2
    assert content["shared"] == {}
    assert set(content["runs"][0]) == {"id", "name", "experiment", "points", "outputs", "console", "other", "total"}
    assert lines("du", "--root", store, "-r", "seed-2")[1].startswith("bert-small/seed-2")


def test_du_of_runs_of_other_tools(tmp_path: Path) -> None:
    lightning, top = GOLDEN / "lightning" / "plain" / "version_0", tmp_path / "logs"
    shutil.copytree(lightning, top / "outer", copy_function=shutil.copyfile)
    shutil.copytree(lightning, top / "outer" / "inner", copy_function=shutil.copyfile)
    (top / "outer" / "inner" / "net.ckpt").write_bytes(b"x" * 2_000_000)
    shutil.copyfile(GOLDEN / "log" / "trainer.log", top / "train.log")
    content = told("du", "--root", top, "--runs")
    sizes = {run["name"]: run for run in content["runs"]}
    assert next(iter(sizes)) == "inner", "the largest first"
    assert 2_000_000 <= sizes["inner"]["outputs"] < 2_100_000
    assert 0 < sizes["inner"]["points"] == sizes["outer"]["points"]
    assert sizes["outer"]["total"] < 100_000, "each file counts once"
    assert sizes["logs"]["console"] == sizes["logs"]["total"] > 0
    assert content["total"] == sum(run["total"] for run in content["runs"])
    assert told("du", "--root", top, "-r", "outer")["total"] == sizes["outer"]["total"]


def test_du_of_a_database_of_another_tool_counts_it_once(tmp_path: Path) -> None:
    with tarfile.open(GOLDEN / "mlflow" / "runs.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    content = told("du", "--root", tmp_path / "database", "--runs")
    assert len(content["runs"]) > 1
    assert content["shared"] == {"databases": os.lstat(tmp_path / "database" / "mlflow.db").st_blocks * 512}
    files = [path for path in (tmp_path / "database").rglob("*") if path.is_file() and path.name != "mlflow.db"]
    artifacts = sum(os.lstat(path).st_blocks * 512 for path in files)  # none where a file system keeps small ones apart
    assert sum(run["outputs"] for run in content["runs"]) == artifacts
    assert content["total"] == content["shared"]["databases"] + artifacts
    assert any(line.startswith("(databases)") for line in lines("du", "--root", tmp_path / "database"))


# ---- gc


@pytest.mark.feature(
    "commands", 32, "move old runs to the trash, except the best, pinned and tagged 'keep'", "gc --older --keep-best"
)
def test_gc_moves_old_runs_but_the_best(store: Path) -> None:
    make_run(store, name="better", steps=60, created=LONG_AGO)
    make_run(store, name="tagged", created=LONG_AGO, tags={"keep": ""})
    make_run(store, name="young", created=time.time() - 600)
    pinned = make_run(store, name="pinned", created=LONG_AGO)
    Choices(str(store)).pin([os.path.basename(pinned)])
    command = ["gc", "--root", store, "exp:resnet-lr", "--older", "30d", "--keep-best", "1"]
    dry = told(*command, "--dry-run")
    assert dry["dry_run"] is True
    assert {run["name"] for run in dry["trashed"]} == {"calm-owl-11", "brave-fox-12", "lr-3e-2"}
    assert len(names(store)) == 10, "nothing is done"
    assert "--json goes with --yes" in called(*command, "--json", code=2).stderr
    assert "there is no terminal to ask on: --yes" in called(*command, code=2).stderr
    done = called(*command, "--yes")
    assert "3 runs moved to the trash" in done.stdout
    assert "loss: min is taken for best" in done.stderr
    assert names(store) == {"better", "tagged", "young", "pinned", "queued-1", "seed-2", "sweep-0.40"}
    assert "3 runs are back" in called("undo", "--root", store).stdout


def test_gc_keeps_an_experiment_whose_best_cannot_be_told(tmp_path: Path) -> None:
    make_run(tmp_path, "odd", "one", metrics=("speed",))
    make_run(tmp_path, "none", "two", steps=0)
    make_run(tmp_path, "usual", "three")
    make_run(tmp_path, "usual", "four", steps=30)
    done = called("gc", "--root", tmp_path, "--keep-best", "1", "--dry-run")
    assert "odd: all runs stay: is less or more of 'speed' better?" in done.stderr
    assert "none: all runs stay" in done.stderr
    assert [run["name"] for run in told("gc", "--root", tmp_path, "--keep-best", "1", "-y")["trashed"]] == ["three"]
    assert names(tmp_path) == {"one", "two", "four"}


@pytest.mark.feature(
    "commands", 33, "delete what nobody needs: old trash, snapshots without a run, unused environments", "gc"
)
def test_gc_alone_touches_no_run(store: Path, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "train.py").write_text("x" * 50_000)
    name = take_snapshot(str(store), str(tmp_path / "src"))
    os.utime(Path(RootPaths(str(store)).snapshots, name), (LONG_AGO, LONG_AGO))
    called("rm", "--root", store, "-y", "seed-2")
    assert lines("gc", "--root", store, "--dry-run")[1].split()[:3] == ["delete", "snapshot", name]
    content = told("gc", "--root", store, "--yes")
    assert [each["kind"] for each in content["deleted"]] == ["snapshot"]
    assert content["trashed"] == []
    assert content["freed"] >= 50_000
    assert len(names(store)) == 5
    assert called("gc", "--root", store, "--yes").stdout == "nothing to clean up\n"
    assert "seed-2" in called("gc", "--root", store, "--trash", "0s", "--dry-run").stdout
    called("gc", "--root", store, "--trash", "0s", "--yes")
    assert "is empty" in called("undo", "--root", store, code=2).stderr


def test_gc_takes_only_our_own_runs(tmp_path: Path) -> None:
    make_run(tmp_path / ".runs", name="ours")
    with tarfile.open(GOLDEN / "mlflow" / "runs.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    assert len(told("ls", "--root", tmp_path)["runs"]) > 1
    done = told("gc", "--root", tmp_path, "--older", "1m", "--yes")
    assert [run["name"] for run in done["trashed"]] == ["ours"]
    assert told("gc", "--root", tmp_path, "--older", "1m", "--dry-run")["trashed"] == []


def test_gc_says_what_stays(store: Path) -> None:
    folder = Path(RootPaths(str(store)).environments, "a" * 16)
    folder.mkdir(parents=True)
    (folder / "environment.json").write_text("{}")
    os.utime(folder / "environment.json", (LONG_AGO, LONG_AGO))
    with open(f"{folder}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = called("gc", "--root", store, "--yes")
    assert f"{'a' * 16} stays: in use, or not all of it can be deleted" in done.stderr
    assert "given back" not in done.stdout
    assert folder.exists()


def test_gc_asks_at_a_terminal(store: Path) -> None:
    command = [sys.executable, "-m", "runs_tui", "gc", "--root", store, "name:seed-2"]
    for answer, code, left in (("n", 1, 6), ("y", 0, 5)):
        with PtyApp(command) as app:
            app.wait_for("go on?")
            assert "bert-small/seed-2" in app.text()
            app.send(answer.encode() + b"\r")
            assert app.wait() == code
        assert len(names(store)) == left


@pytest.mark.parametrize("age", ["30", "d", "1y", "-3d", "1.d"])
def test_what_is_no_age(store: Path, age: str) -> None:
    assert "is no age: give a number and a unit" in called("gc", "--root", store, f"--older={age}", code=2).stderr


# ---- cp, mv


@pytest.mark.feature("commands", 34, "copy runs to another store, verified", "cp RUN|QUERY STORE")
def test_cp(store: Path, other: Path) -> None:
    assert "copied 3 runs" in called("cp", "--root", store, "exp:resnet-lr", other).stdout
    assert names(other) == {"calm-owl-11", "brave-fox-12", "lr-3e-2"}
    assert len(names(store)) == 6
    assert told("show", "--root", other, "lr-3e-2")["run"]["reason"] == "RuntimeError: CUDA out of memory"
    error = called("cp", "--root", store, "seed-2", "calm-owl-11", other, code=2).stderr
    assert "already; --skip-existing leaves such runs out" in error
    assert "seed-2" not in names(other), "all or none"
    done = called("cp", "--root", store, "seed-2", "calm-owl-11", other, "--skip-existing")
    assert "copied 1 run" in done.stdout
    assert "1 run left out" in done.stderr
    assert "there is no run store at" in called("cp", "--root", store, "seed-2", store.parent / "none", code=2).stderr


def test_cp_says_that_a_run_lives(tmp_path: Path, other: Path) -> None:
    make_run(tmp_path / "store", name="live", status="Running", created=time.time())
    done = called("cp", "--root", tmp_path / "store", "live", other)
    assert "is running: the copy has what was written so far" in done.stderr
    assert names(other) == {"live"}


def test_models_that_stay_behind_are_named(tmp_path: Path, other: Path) -> None:
    root = tmp_path / "store"
    folder = make_run(root, name="maker")
    make_run(root, name="bystander")
    model = tmp_path / "net.bin"
    model.write_text("weights")
    register(str(root), "net", str(model), run_id=Path(folder).name)
    register(str(root), "net", str(model), run_id=None)
    assert "models" not in called("cp", "--root", root, "bystander", other).stderr
    for command in ("cp", "mv"):
        target = tmp_path / command
        called("init", target)
        said = called(command, "--root", root, "maker", target).stderr
        assert f"models that they have registered stay in {root}: net:1\n" in said


@pytest.mark.feature("commands", 35, "move runs to another store", "mv RUN|QUERY STORE")
def test_mv(store: Path, other: Path) -> None:
    assert "moved 2 runs" in called("mv", "--root", store, "calm-owl-11", "seed-2", other).stdout
    assert names(other) == {"calm-owl-11", "seed-2"}
    assert names(store) == {"brave-fox-12", "lr-3e-2", "queued-1", "sweep-0.40"}
    assert "--yes" in called("mv", "--root", store, "state:failed", other, code=2).stderr
    called("mv", "--root", store, "state:failed", other, "--yes")
    assert "lr-3e-2" in names(other)
    assert "is queued" in called("mv", "--root", store, "queued-1", other, code=2).stderr
    assert "no run 'nobody'" in called("mv", "--root", store, "nobody", other, code=2).stderr


def test_mv_asks_where_a_query_says_which(store: Path, other: Path) -> None:
    with PtyApp([sys.executable, "-m", "runs_tui", "mv", "--root", store, "state:failed", other]) as app:
        app.wait_for("move 1 run to")
        app.send(b"y\r")
        assert app.wait() == 0
    assert names(other) == {"lr-3e-2"}


def test_gc_leaves_pinned_runs_though_the_store_is_named_through_a_link(store: Path, tmp_path: Path) -> None:
    pinned = make_run(store, name="pinned", created=LONG_AGO)
    (tmp_path / "link").symlink_to(tmp_path)
    Choices(str(store)).pin([os.path.basename(pinned)])
    for root in (store, tmp_path / "link" / "store"):
        going = told("gc", "--root", root, "exp:resnet-lr", "--older", "30d", "--dry-run")["trashed"]
        assert going
        assert "pinned" not in {run["name"] for run in going}
