"""Commands that act on what a query finds: ``rm``, ``archive``, ``cancel``, ``tag``, ``compare``."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.terminal import PtyApp
from tests.tui.cli_runner import called, lines, told
from tests.tui.stores import LONG_AGO, make_run, some_runs


@pytest.fixture
def store(tmp_path: Path) -> Path:
    some_runs(tmp_path / "store")
    return tmp_path / "store"


def names(store: Path, *more: str) -> set[str]:
    return {run["name"] for run in told("ls", "--root", store, *more)["runs"]}


@pytest.mark.feature("commands", 25, "delete what a query finds, after a question", "rm QUERY")
def test_rm_by_query(store: Path) -> None:
    assert "--yes" in called("rm", "--root", store, "exp:resnet-lr", code=2).stderr
    with PtyApp([sys.executable, "-m", "runs_tui", "rm", "--root", store, "exp:resnet-lr"]) as app:
        app.wait_for("delete these 3 runs?")
        for name in ("calm-owl-11", "brave-fox-12", "lr-3e-2"):
            assert f"resnet-lr/{name}" in app.text()
        app.send(b"y\r")
        assert app.wait() == 0
    assert names(store) == {"queued-1", "seed-2", "sweep-0.40"}
    assert "3 runs are back" in called("undo", "--root", store).stdout


def test_a_mistyped_name_is_no_query(store: Path) -> None:
    """``calm-owl-1`` is found in ``calm-owl-11``; it must not be deleted for that."""
    for command in (["rm", "-y"], ["archive"], ["cancel", "-y"], ["tag"]):
        error = called(command[0], "--root", store, "calm-owl-1", *command[1:], code=2).stderr
        assert "there is no run 'calm-owl-1'; did you mean" in error
    assert len(names(store)) == 6


def test_a_query_that_finds_nothing_and_one_that_is_wrong(store: Path) -> None:
    assert "no run is meant by 'state:dead'" in called("rm", "--root", store, "-y", "state:dead", code=2).stderr
    error = called("rm", "--root", store, "-y", "loss<", code=2).stderr.splitlines()
    assert error[1] == "  loss<"
    assert error[2].strip() == "^"
    assert "did you mean loss?" in called("rm", "--root", store, "-y", "los<3", code=2).stderr


def test_names_win_over_queries(store: Path) -> None:
    make_run(store, name="state:failed")
    called("rm", "--root", store, "-y", "state:failed")
    assert names(store) == {"queued-1", "calm-owl-11", "brave-fox-12", "lr-3e-2", "seed-2", "sweep-0.40"}


@pytest.mark.feature("commands", 26, "archive what a query finds", "archive QUERY")
def test_archive_by_query(store: Path) -> None:
    done = called("archive", "--root", store, "lr<1e-2", "exp:resnet-lr")
    assert "resnet-lr/calm-owl-11: archived" in done.stdout
    assert names(store, "--archived") == {"calm-owl-11", "brave-fox-12"}
    assert "no run is meant" in called("archive", "--root", store, "lr<1e-2", code=2).stderr, (
        "they are out of the lists"
    )
    called("archive", "--root", store, "--undo", "lr<1e-3")
    assert names(store, "--archived") == {"calm-owl-11"}


@pytest.mark.feature("commands", 27, "tag what a query finds", "tag QUERY KEY=VALUE")
def test_tag_by_query(store: Path) -> None:
    done = called("tag", "--root", store, "exp:resnet-lr -kind", "seen", "by=me", "-d", "nothing")
    assert done.stdout.splitlines() == ["resnet-lr/calm-owl-11: seen by=me", "resnet-lr/brave-fox-12: seen by=me"]
    assert names(store, "tag.by=me") == {"calm-owl-11", "brave-fox-12"}
    content = told("tag", "--root", store, "tag:seen", "-d", "by")
    assert [run["tags"] for run in content["runs"]] == [{"seen": None}, {"seen": None}]
    assert told("tag", "--root", store, "calm-owl-11")["tags"] == {"seen": None}


@pytest.mark.feature("commands", 28, "cancel what a query finds, after a question", "cancel QUERY")
def test_cancel_by_query(store: Path) -> None:
    assert "--yes" in called("cancel", "--root", store, "state:queued", code=2).stderr
    assert names(store, "state:queued") == {"queued-1"}
    assert "canceled: it was in no queue" in called("cancel", "--root", store, "state:queued", "-y").stdout
    assert names(store, "state:canceled") == {"queued-1", "seed-2"}


@pytest.mark.feature("commands", 23, "what differs between runs, side by side", "compare RUN RUN")
def test_compare(store: Path) -> None:
    table = lines("compare", "--root", store, "calm-owl-11", "lr-3e-2")
    assert table[0].split() == ["calm-owl-11", "lr-3e-2"]
    rows = {tuple(line.split()[:2]): line.split()[2:] for line in table[1:]}
    assert rows["param", "lr"] == ["0.001", "0.03"]
    assert rows["tag", "kind"] == ["-", "sweep"]
    assert rows["run", "state"] == ["completed", "failed"]
    assert ("param", "batch") not in rows
    assert any(
        line.split()[:2] == ["param", "batch"]
        for line in lines("compare", "--root", store, "-a", *"lr-3e-2 seed-2".split())
    )
    content = told("compare", "--root", store, "exp:resnet-lr")
    assert len(content["runs"]) == 3
    (lr,) = [line for line in content["lines"] if line["name"] == "lr"]
    assert lr == {"kind": "param", "name": "lr", "values": [0.001, 0.0003, 0.03], "differs": True}


@pytest.mark.feature("charts", 92, "the best values marked, long texts as a difference", "compare --diff")
def test_compare_marks_the_best_and_tells_texts_apart(tmp_path: Path) -> None:
    for name, steps in (("long", 30), ("short", 20)):
        command = ["python", "train.py", "--data", "/data/imagenet/train", "--steps", str(steps)]
        make_run(tmp_path, name=name, steps=steps, command=command, created=LONG_AGO + steps)
    table = lines("compare", "--root", tmp_path, "long", "short")
    rows = {tuple(line.split()[:2]): line.split()[2:] for line in table[1:]}
    assert [value.endswith("*") for value in rows["metric", "loss"]] == [True, False]
    assert [value.endswith("*") for value in rows["best", "val/acc"]] == [True, False]
    assert rows["run", "command"] == ["…30", "…20"]
    shown = lines("compare", "--root", tmp_path, "--diff", "long", "short")
    assert "run command: - long  + short" in shown
    assert shown[-3:] == ["  --data /data/imagenet/train", "- --steps 30", "+ --steps 20"]
    content = told("compare", "--root", tmp_path, "long", "short")
    best = {(line["kind"], line["name"]): line.get("best") for line in content["lines"]}
    assert best["metric", "loss"] == [0]
    assert best["run", "step"] is None


def test_compare_of_one_or_of_equal_runs(tmp_path: Path) -> None:
    for name in ("a", "b"):
        make_run(tmp_path, name=name)
    assert "give two runs or more" in called("compare", "--root", tmp_path, "a", "a", code=2).stderr
    assert "nothing differs" in called("compare", "--root", tmp_path, "a", "b").stderr
