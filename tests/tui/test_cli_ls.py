"""``ls``: order, columns, queries, and ``--watch``."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from runstore.runs.trash import trash_run
from runstore.writing.owner import RunOwner
from tests.terminal import PtyApp
from tests.tui.cli_runner import called, lines, told
from tests.tui.stores import LONG_AGO, log, make_run, some_runs

LIGHTNING = Path(__file__).parent.parent / "core" / "sources" / "golden" / "lightning" / "plain" / "version_0"
LS = [sys.executable, "-m", "runs_tui", "ls", "--root"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The usual runs, and one that is better; it lasts as long as the module."""
    root = tmp_path_factory.mktemp("ls") / "store"
    some_runs(root)
    make_run(root, name="longest", steps=40, took=7200, created=LONG_AGO - 10, params={"lr": 0.1, "opt": "sgd"})
    return root


def order(store: Path, *arguments: str) -> list[str]:
    return [run["name"] for run in told("ls", "--root", store, *arguments)["runs"]]


@pytest.mark.feature("commands", 3, "sort the list by any column, metric, parameter or tag", "ls -s COLUMN -r")
def test_sort(store: Path) -> None:
    assert order(store, "-s", "lr") == [
        "brave-fox-12", "calm-owl-11", "lr-3e-2", "longest", "queued-1", "seed-2", "sweep-0.40",
    ]  # fmt: skip
    assert order(store, "-s", "lr", "-r")[:4] == ["longest", "lr-3e-2", "calm-owl-11", "brave-fox-12"]
    assert order(store, "-s", "loss")[0] == "longest", "the least loss first"
    assert order(store, "-s", "val/acc")[0] == "longest", "the most accuracy first"
    assert order(store, "-s", "loss.first", "-n", "1") != []
    assert order(store, "-s", "took", "-n", "1") == ["longest"]
    assert order(store, "-s", "name")[:3] == ["brave-fox-12", "calm-owl-11", "longest"]
    assert order(store, "-s", "newest", "-r")[0] == "longest"
    assert order(store, "-s", "tag.kind", "-n", "1") == ["lr-3e-2"]
    error = called("ls", "--root", store, "-s", "los", code=2).stderr
    assert "'los'" in error
    assert "loss" in error


@pytest.mark.feature("commands", 4, "choose the columns of the list", "ls -c NAMES")
def test_columns(store: Path) -> None:
    table = lines("ls", "--root", store, "-c", "run, lr,loss.min,param.opt,tag.kind,state", "-s", "name")
    assert table[0].split() == ["run", "lr", "loss", "min", "opt", "kind", "state"]
    assert table[3].split()[:5] == ["longest", "0.1", "0.0202", "sgd", "-"]
    added = lines("ls", "--root", store, "-c", "+user,opt")[0].split()
    assert added == ["run", "experiment", "state", "step", "loss", "val/acc", "user", "opt", "took", "when", "id"]
    assert "nope" in called("ls", "--root", store, "-c", "run,nope", code=2).stderr


@pytest.mark.feature("commands", 1, "list the runs that a query means", "ls QUERY")
def test_queries(store: Path) -> None:
    assert order(store, "lr>=1e-3", "-s", "lr") == ["calm-owl-11", "lr-3e-2", "longest"]
    assert order(store, "state:failed | state:canceled", "-s", "name") == ["lr-3e-2", "seed-2"]
    assert order(store, "--", "resnet", "-state:completed") == ["lr-3e-2"]
    error = called("ls", "--root", store, "(lr<3", code=2).stderr
    assert "  (lr<3\n" in error
    assert called("ls", "--root", store, "zzz").stderr == "no runs\n"
    assert "did you mean loss?" in called("ls", "--root", store, "losss<3").stderr


def test_what_is_not_meant_is_no_option(store: Path) -> None:
    """``-name:`` and ``-state:`` begin like ``-n`` and ``-s``."""
    assert order(store, "exp:resnet-lr", "-name:calm*", "-n", "9", "-state:failed") == ["brave-fox-12", "longest"]
    assert order(store, "-lr<1", "-s", "name") == ["queued-1", "seed-2", "sweep-0.40"]
    assert order(store, "-(exp:resnet-lr | exp:bert-small)") == ["sweep-0.40"]
    assert order(store, "--", "resnet", "-fox", "-state:failed") == ["calm-owl-11", "longest"]
    assert order(store, "-rn2", "--sort=newest") == ["longest", "sweep-0.40"]
    assert "stand after --" in called("ls", "--root", store, "resnet", "-fox", code=2).stderr


def test_best_has_its_own_order_and_column(store: Path) -> None:
    table = lines("ls", "--root", store, "--best", "loss", "-c", "+lr")
    assert table[0].split() == ["run", "experiment", "state", "step", "loss", "lr", "took", "when", "id"]
    assert table[1].split()[0] == "longest"
    assert order(store, "--best", "loss", "-r")[-1] == "longest"


def test_names_mean_something_where_no_run_is_meant(store: Path) -> None:
    """Whether a run has the metric is no question of which runs are meant."""
    assert called("ls", "--root", store, "state:running", "-s", "loss", "-c", "+loss.min").stderr == "no runs\n"
    assert order(store, "state:running", "--best", "loss") == []
    assert "'los'" in called("ls", "--root", store, "state:running", "-s", "los", code=2).stderr


@pytest.mark.parametrize("options", [["-s", "loss"], ["--best", "loss"]], ids=" ".join)
def test_names_are_no_complaint_where_there_is_no_run(tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "empty").mkdir()
    assert "no runs yet" in called("ls", "--root", tmp_path / "empty", *options).stderr


def test_a_file_stands_for_its_folder(tmp_path: Path) -> None:
    """As for the monitor."""
    shutil.copytree(LIGHTNING, tmp_path / "logs" / "theirs", copy_function=shutil.copyfile)
    file = tmp_path / "logs" / "theirs" / "metrics.csv"
    assert [run["source"] for run in told("ls", "--root", file)["runs"]] == ["lightning"]
    make_run(tmp_path / ".runs", name="ours")
    script = tmp_path / "train.py"
    script.write_text("")
    assert sorted(order(script)) == ["ours", "theirs"]
    assert "there is no run store at" in called("ls", "--root", tmp_path / "none.py", code=2).stderr


# ---- --watch


@pytest.fixture
def live(tmp_path: Path) -> str:
    """The folder of a run of this process."""
    return make_run(tmp_path / "store", name="first", status="Running", steps=2, metrics=("loss",))


@pytest.mark.feature("commands", 6, "watch the list in place, until ctrl+c", "ls --watch")
def test_watch_repaints_on_a_terminal(live: str, tmp_path: Path) -> None:
    with PtyApp([*LS, tmp_path / "store", "--watch"], 100, 12) as app:
        app.wait_for("first")
        assert "\x1b[?1049h" in app.raw.decode()
        log(live, 5, ("loss",), start=2)
        app.wait_for(lambda app: "0.5488" in app.lines()[1])
        make_run(tmp_path / "store", name="second", steps=0, created=LONG_AGO + 5)
        app.wait_for(lambda app: app.lines()[1].startswith("second") and app.lines()[2].startswith("first"))
        app.resize(40, 3)
        app.wait_for(lambda app: app.lines()[2].startswith("first") and "experiment" not in app.lines()[0])
        app.resize(100, 12)
        RunOwner(live).finish("Completed")
        app.wait_for("✓ completed")
        app.press("ctrl+c")
        assert app.wait() == 0
        assert "first" in app.text(), "what was shown last stays"


def test_watch_says_how_many_do_not_fit(store: Path) -> None:
    with PtyApp([*LS, store, "-w"], 80, 5) as app:
        app.wait_for("and 4 more")
        assert len([line for line in app.lines() if line.strip()]) == 5
        app.press("ctrl+c")
        assert app.wait() == 0


class Watched:
    """``ls --watch`` into a pipe; killed after a minute, so that no test waits for ever for a line."""

    def __init__(self, root: Path, *options: str) -> None:
        command = [*LS, root, "--watch", *options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1)
        assert self._process.stdout is not None
        self._lines: IO[str] = self._process.stdout
        self._end = threading.Timer(60.0, self._process.kill)
        self._end.start()

    def line(self) -> str:
        return self._lines.readline().rstrip("\n")

    def interrupt(self) -> tuple[int, str]:
        self._process.send_signal(signal.SIGINT)
        _, errors = self._process.communicate(timeout=20)
        return self._process.returncode, errors

    def kill(self) -> None:
        self._end.cancel()
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def watch() -> Iterator[list[Watched]]:
    started: list[Watched] = []
    yield started
    for each in started:
        each.kill()


@pytest.mark.feature("commands", 7, "a line for each change of the list, in a pipe", "ls --watch | ...")
def test_watch_appends_what_changes_in_a_pipe(live: str, tmp_path: Path, watch: list[Watched]) -> None:
    watched = Watched(tmp_path / "store")
    watch.append(watched)
    assert watched.line().split()[:4] == ["run", "experiment", "state", "step"]
    assert watched.line().startswith("first")
    log(live, 5, ("loss",), start=2)
    assert "0.5488" in watched.line()
    second = make_run(tmp_path / "store", name="second", steps=1, metrics=("loss",))
    assert watched.line().startswith("second")  # once or more, while it is made
    trash_run(str(tmp_path / "store"), second)
    assert next(line for line in iter(watched.line, "") if not line.startswith("second")) == "resnet-lr/second: gone"
    assert watched.interrupt() == (0, "")


def test_watch_of_a_query_as_json(live: str, tmp_path: Path, watch: list[Watched]) -> None:
    watched = Watched(tmp_path / "store", "--json", "state:running")
    watch.append(watched)
    first = json.loads(watched.line())
    assert (first["v"], first["run"]["name"], first["run"]["state"]) == (1, "first", "running")
    RunOwner(live).finish("Completed")
    assert json.loads(watched.line()) == {"v": 1, "gone": os.path.basename(live)}
    assert watched.interrupt() == (0, "")


@pytest.mark.parametrize("options", ["-s loss", "--best loss", "-c run,loss"])
def test_watch_goes_on_when_no_run_is_meant(live: str, tmp_path: Path, watch: list[Watched], options: str) -> None:
    watched = Watched(tmp_path / "store", "state:running", *options.split())
    watch.append(watched)
    assert watched.line().split()[0] == "run"
    assert watched.line().startswith("first")
    RunOwner(live).finish("Completed")
    assert next(line for line in iter(watched.line, "") if not line.startswith("first")) == "resnet-lr/first: gone"
    trash_run(str(tmp_path / "store"), live)
    make_run(tmp_path / "store", name="second", status="Running", steps=2, metrics=("loss",))
    assert any(line.startswith("second") for line in iter(watched.line, ""))
    assert watched.interrupt()[0] == 0


def test_watch_waits_for_a_metric_that_is_to_come(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    with PtyApp([*LS, tmp_path / "store", "-w", "-c", "run,loss"], 60, 6) as app:
        app.wait_for("no runs yet")
        folder = make_run(tmp_path / "store", name="first", status="Running", steps=0)
        app.wait_for("first")
        log(folder, 1, ("loss",))
        app.wait_for(
            lambda app: app.lines()[0].split() == ["run", "loss"] and app.lines()[1].split() == ["first", "1.000"]
        )
        app.press("ctrl+c")
        assert app.wait() == 0


def test_watch_shows_runs_of_other_tools_beside_ours(tmp_path: Path, watch: list[Watched]) -> None:
    shutil.copytree(LIGHTNING, tmp_path / "logs" / "theirs", copy_function=shutil.copyfile)
    make_run(tmp_path / ".runs", name="ours")
    watched = Watched(tmp_path, "--json")
    watch.append(watched)
    assert {json.loads(watched.line())["run"]["name"] for _ in range(2)} == {"ours", "theirs"}
    shutil.copytree(LIGHTNING, tmp_path / "logs" / "later", copy_function=shutil.copyfile)
    assert any(json.loads(line)["run"]["name"] == "later" for line in iter(watched.line, ""))
    make_run(tmp_path / ".runs", name="last")
    assert any(json.loads(line)["run"]["name"] == "last" for line in iter(watched.line, ""))
    assert watched.interrupt() == (0, "")
