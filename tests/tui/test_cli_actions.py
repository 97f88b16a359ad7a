"""``cancel``, ``tag``, ``note``, ``rename``, ``archive``, ``rm``, ``undo``, ``resubmit``, run as a person runs them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runstore.layout.paths import RootPaths
from runstore.reading.catalog import list_rows
from runstore.runs.cancel import cancel_requested
from tests.core.jobs.supervised import PYTHON, SLEEP, Store
from tests.terminal import PtyApp
from tests.tui.cli_runner import told
from tests.tui.stores import make_run, some_runs
from tests.tui.test_cli_lists import runs_tui


@pytest.fixture
def store(tmp_path: Path) -> Path:
    some_runs(tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Store]:
    made = Store(str(tmp_path))
    yield made
    made.end()


def act(store: Path, command: str, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    return runs_tui(command, "--root", store, *arguments, code=code)


def shown(store: Path, run: str) -> dict[str, Any]:
    """What ``show --json`` tells."""
    run_: dict[str, Any] = told("show", "--root", store, run)["run"]
    return run_


def listed(store: Path, *options: str) -> list[str]:
    return [run["name"] for run in told("ls", "--root", store, *options)["runs"]]


@pytest.mark.feature("commands", 18, "end a run with all its processes", "cancel RUN --wait")
def test_cancel_ends_a_run_and_waits_for_it(live: Store) -> None:
    process = live.start(PYTHON, live.script(SLEEP), options=("--name", "endless"))
    live.wait_for_output(b"ready")
    root = Path(live.root)
    done = act(root, "cancel", "--wait", "endless")
    assert "endless: asked to end" in done.stdout
    assert "endless: canceled" in done.stdout
    assert process.wait(10) != 0
    assert shown(root, "endless")["status"] == "Canceled"
    assert "it has ended already (canceled)" in act(root, "cancel", "endless", code=2).stderr


def test_cancel_does_what_it_can_and_says_what_it_could_not(store: Path) -> None:
    done = act(store, "cancel", "calm-owl-11", "queued-1", code=2)
    assert "resnet-lr/calm-owl-11: it has ended already (completed)" in done.stderr
    assert "bert-small/queued-1: canceled: it was in no queue" in done.stdout
    assert shown(store, "queued-1")["state"] == "canceled"


def test_cancel_takes_a_run_out_of_the_queue(live: Store) -> None:
    live.script("import time\ntime.sleep(600)\n")
    work, environment = Path(live.work), {"RUNSTORE_ROOT": live.root, "RUNSTORE_MAX_RUNS": "1"}
    for name in ("first", "second"):
        runs_tui("submit", ".", "--script", "train.py", "--python", PYTHON, "--name", name, cwd=work, **environment)
    root = Path(live.root)
    assert "taken out of the queue" in act(root, "cancel", "--wait", "second").stdout
    assert shown(root, "second")["state"] == "canceled"
    assert shown(root, "second")["started"] is None
    act(root, "cancel", "--wait", "first")
    assert shown(root, "first")["state"] == "canceled"


def test_an_unknown_run_changes_nothing(store: Path) -> None:
    for command in ("cancel", "archive", "rm"):
        more = ["-y"] if command == "rm" else []
        assert "no run 'nobody'" in act(store, command, "calm-owl-11", "nobody", *more, code=2).stderr
    assert len(listed(store)) == 6


@pytest.mark.feature("commands", 19, "set, show and remove tags", "tag RUN KEY=VALUE -d KEY")
def test_tags(store: Path) -> None:
    assert act(store, "tag", "calm-owl-11", "gpu=a100", "done", "empty=").stdout.split() == [
        "gpu=a100",
        "done",
        "empty=",
    ]
    assert shown(store, "calm-owl-11")["tags"] == {"gpu": "a100", "done": None, "empty": ""}
    assert act(store, "tag", "calm-owl-11", "-d", "gpu", "-d", "nothing", "lr=3=4").stdout.split()[-1] == "lr=3=4"
    told = json.loads(act(store, "tag", "calm-owl-11", "--json").stdout)
    assert told["tags"] == {"done": None, "empty": "", "lr": "3=4"}
    assert "has no key" in act(store, "tag", "calm-owl-11", "=x", code=2).stderr
    assert shown(store, "calm-owl-11")["tags"] == told["tags"]


@pytest.mark.feature("commands", 24, "write and show a note", "note RUN TEXT")
def test_notes(store: Path) -> None:
    assert act(store, "note", "calm-owl-11").stdout == ""
    act(store, "note", "calm-owl-11", "the", "best", "so far")
    assert act(store, "note", "calm-owl-11").stdout == "the best so far\n"
    assert json.loads(act(store, "note", "calm-owl-11", "--json").stdout)["note"] == "the best so far"
    act(store, "note", "calm-owl-11", "--clear")
    assert shown(store, "calm-owl-11")["manifest"]["description"] is None
    assert "either" in act(store, "note", "calm-owl-11", "--clear", "x", code=2).stderr


@pytest.mark.feature("commands", 29, "give a run another name", "rename RUN NAME")
def test_rename(store: Path) -> None:
    before = shown(store, "calm-owl-11")
    assert "is now best of all" in act(store, "rename", "calm-owl-11", " best of all ").stdout
    after = shown(store, "best of all")
    assert (after["id"], after["folder"]) == (before["id"], before["folder"])
    assert "needs a name" in act(store, "rename", "best of all", " ", code=2).stderr
    assert "at most 255" in act(store, "rename", "best of all", "x" * 300, code=2).stderr


@pytest.mark.feature(
    "commands", 36, "take runs out of the lists, and put them back", "archive RUN, archive --undo, ls --archived"
)
def test_archive(store: Path) -> None:
    act(store, "archive", "calm-owl-11", "seed-2")
    assert not {"calm-owl-11", "seed-2"} & set(listed(store))
    assert set(listed(store, "--archived")) == {"calm-owl-11", "seed-2"}
    assert "archived already" in act(store, "archive", "seed-2", code=2).stderr
    act(store, "archive", "--undo", "seed-2")
    assert listed(store, "--archived") == ["calm-owl-11"]


@pytest.mark.feature("commands", 37, "delete runs into the trash, and bring them back", "rm RUN, undo, undo --list")
def test_rm_and_undo(store: Path) -> None:
    assert "--yes" in act(store, "rm", "calm-owl-11", code=2).stderr
    assert len(listed(store)) == 6
    assert "deleted 2 runs" in act(store, "rm", "-y", "calm-owl-11", "seed-2").stdout
    act(store, "rm", "-y", "lr-3e-2")
    assert len(listed(store)) == 3
    trash = json.loads(act(store, "undo", "--list", "--json").stdout)["trash"]
    assert [(entry["title"], entry["runs"]) for entry in trash] == [("lr-3e-2", 1), ("2 runs", 2)]
    assert "lr-3e-2" in act(store, "undo", "--list").stdout.splitlines()[0]
    assert "resnet-lr/lr-3e-2 is back" in act(store, "undo").stdout
    assert "2 runs are back" in act(store, "undo", trash[1]["name"]).stdout
    assert len(listed(store)) == 6
    assert "is empty" in act(store, "undo", code=2).stderr


@pytest.mark.feature("commands", 38, "delete an experiment; empty the trash", "rm -e NAME, rm --empty-trash")
def test_rm_of_an_experiment_and_of_the_trash(store: Path) -> None:
    assert "deleted resnet-lr with 3 runs" in act(store, "rm", "-y", "-e", "resnet-lr").stdout
    assert set(listed(store)) == {"queued-1", "seed-2", "sweep-0.40"}
    assert "experiment resnet-lr is back, with 3 runs" in act(store, "undo").stdout
    assert "is queued: cancel it first" in act(store, "rm", "-y", "-e", "bert-small", code=2).stderr
    assert "no experiment nothing" in act(store, "rm", "-y", "-e", "nothing", code=2).stderr
    act(store, "rm", "-y", "sweep-0.40")
    assert "--yes" in act(store, "rm", "--empty-trash", code=2).stderr
    assert "deleted 1 run for good" in act(store, "rm", "--empty-trash", "-y").stdout
    assert "the trash is empty" in act(store, "undo", "--list").stderr
    assert "give runs" in act(store, "rm", "seed-2", "--empty-trash", code=2).stderr


def test_rm_says_what_stays_when_the_trash_is_emptied(store: Path) -> None:
    act(store, "rm", "-y", "sweep-0.40")
    (file,) = Path(RootPaths(str(store)).trash).rglob("run.json")
    chattr = shutil.which("chattr")
    if not chattr or subprocess.run([chattr, "+i", file], stderr=subprocess.DEVNULL, check=False).returncode:
        pytest.skip("files cannot be made immutable here")
    try:
        done = act(store, "rm", "--empty-trash", "-y")
    finally:
        for left in Path(RootPaths(str(store)).trash).rglob("run.json"):
            subprocess.run([chattr, "-i", left], check=False)
    assert "not all of sweep-0.40 can be deleted" in done.stderr
    assert "is empty" in act(store, "undo", code=2).stderr


def test_rm_asks_at_a_terminal(store: Path) -> None:
    for answer, code, left in (("n", 1, 6), ("y", 0, 5)):
        with PtyApp([PYTHON, "-m", "runs_tui", "rm", "--root", store, "calm-owl-11"]) as app:
            app.wait_for("delete this run?")
            assert "resnet-lr/calm-owl-11" in app.text()
            app.send(answer.encode() + b"\r")
            assert app.wait() == code
        assert len(listed(store)) == left


@pytest.mark.parametrize(("key", "code"), [("ctrl+c", 130), ("ctrl+d", 1)])
def test_a_question_that_is_left_changes_nothing(store: Path, key: str, code: int) -> None:
    with PtyApp([PYTHON, "-m", "runs_tui", "rm", "--root", store, "calm-owl-11"]) as app:
        app.wait_for("delete this run?")
        app.press(key)
        assert app.wait() == code
        assert ("Aborted!" in app.text()) == (key == "ctrl+d")
    assert len(listed(store)) == 6


def test_rm_refuses_a_run_that_lives(tmp_path: Path) -> None:
    store = tmp_path / "store"
    make_run(store, name="live-1", status="Running", steps=2, created=time.time())
    make_run(store, name="ended-1")
    refused = act(store, "rm", "-y", "ended-1", "live-1", code=2).stderr
    assert "live-1: it is running: cancel it first" in refused
    assert "--force" in refused
    assert set(listed(store)) == {"live-1", "ended-1"}, "all or none"
    act(store, "rm", "-y", "--force", "live-1")
    assert listed(store) == ["ended-1"]


def test_resubmit_refuses_what_was_not_submitted(store: Path) -> None:
    assert "was not submitted" in act(store, "resubmit", "calm-owl-11", code=2).stderr


@pytest.mark.feature("commands", 17, "run a submitted run again, with other arguments", "resubmit RUN ARGS")
def test_resubmit_takes_other_arguments(live: Store) -> None:
    live.script("import sys\nprint('given', sys.argv[1:])\n")
    environment = {"RUNSTORE_ROOT": live.root}
    work = Path(live.work)
    runs_tui("submit", ".", "--script", "train.py", "--python", PYTHON, "--name", "first", "--wait", "--", "--n", "5",
             cwd=work, **environment)  # fmt: skip
    live.script("raise SystemExit('the source changed since')\n")
    again = runs_tui("resubmit", "--wait", "first", "--n", "7", cwd=work, **environment)
    root = Path(live.root)
    run = shown(root, again.stdout.strip())
    assert run["params"] == {"n": 7}
    assert run["status"] == "Completed"
    assert "given ['--n', '7']" in act(root, "tail", run["id"]).stdout


def test_a_run_in_the_queue_of_another_host_is_left_to_that(store: Path) -> None:
    from runstore.jobs.submit import queue_files

    (row,) = [row for row in list_rows(str(store), cache=False) if row.name == "queued-1"]
    queue = Path(RootPaths(str(store)).queue, f"{os.getuid()}@elsewhere")
    queue.mkdir(parents=True)
    content = {"id": row.id, "run": os.path.relpath(row.key, store)}
    (queue / "00000000000000000001-0a1b2c3d.json").write_bytes(queue_files.encode(content))
    assert "asked to end; who works on its queue" in act(store, "cancel", "queued-1").stdout
    assert shown(store, "queued-1")["status"] == "Queued", "nothing but the request is written"
    assert cancel_requested(row.key)
