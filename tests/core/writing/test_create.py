"""Runs come into being whole, with unique ids and numbers; owners and editors do not lose each other's changes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from runstore.exceptions import UserErrorException, WorkspaceException
from runstore.layout.paths import find_run, iter_experiments, iter_runs
from runstore.reading.run import RunReader
from runstore.records.manifest import decode_manifest
from runstore.writing.create import create_run, create_run_somewhere
from runstore.writing.edit import write_edit
from runstore.writing.numbers import NUMBERS, claim_number
from runstore.writing.owner import RunOwner, new_attempt


def manifest_of(folder: str) -> dict[str, object]:
    return decode_manifest(Path(folder, "run.json").read_bytes())


def test_a_new_run_is_whole_and_can_be_found(tmp_path: Path) -> None:
    folder = create_run(str(tmp_path), "exp", "run-1", command=["python", "train.py"])
    manifest = manifest_of(folder)
    assert (manifest["id"], manifest["experiment"], manifest["number"], manifest["v"]) == ("run-1", "exp", 1, 1)
    assert manifest["display_name"]
    assert find_run(str(tmp_path), "run-1") == folder
    assert [list(iter_runs(each)) for each in iter_experiments(str(tmp_path))] == [[folder]]
    assert not [name for name in os.listdir(tmp_path / "exp") if name.startswith(".new-")]


BORN = """
import json, os, sys
def see(event, arguments):
    if event == "os.rename" and "/.new-" in str(arguments[0]):
        with open(os.path.join(arguments[0], "run.json")) as file:
            run = json.load(file)
        print(run["status"], [attempt["owner"]["pid"] == os.getpid() for attempt in run["attempts"]])
sys.addaudithook(see)
from runstore import Experiment, Workspace
run = Experiment(Workspace(root=sys.argv[1]), "e").start_logging(snapshot_directory=None)
child = run.child_run()
"""


def test_nobody_sees_a_running_run_without_its_process(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BORN, str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["Running [True]"] * 2


def test_an_id_exists_once_in_the_workspace(tmp_path: Path) -> None:
    create_run(str(tmp_path), "one", "run-1")
    with pytest.raises(UserErrorException, match="exists already"):
        create_run(str(tmp_path), "two", "run-1")


@pytest.mark.parametrize("name", ["", "-x", "a b", "a/b", "..", "x" * 256, "a\n", None, 3])
def test_bad_experiment_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserErrorException, match="experiment name"):
        create_run(str(tmp_path), name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("run_id", ["../x", "/etc/x", "a/b", ".hidden", "x\0", "x" * 300])
def test_bad_run_ids_are_refused(tmp_path: Path, run_id: str) -> None:
    with pytest.raises(UserErrorException, match="run id"):
        create_run(str(tmp_path), "exp", run_id)


def _claim(folder: str) -> list[int]:
    return [claim_number(folder) for _ in range(60)]


def test_numbers_are_given_once_and_grow(tmp_path: Path) -> None:
    assert _claim(str(tmp_path)) == list(range(1, 61))
    with ProcessPoolExecutor(6) as pool:
        claims = list(pool.map(_claim, [str(tmp_path)] * 6))
    claimed = {number for each in claims for number in each}
    assert len(claimed) == 360
    assert all(each == sorted(each) for each in claims)
    # One that stands still while a hundred are given leaves its own out; the others are given three hundred.
    assert max(claimed) <= 60 + 360 + 6 * 3
    assert len(os.listdir(tmp_path / NUMBERS)) <= 260


def test_a_root_that_cannot_be_written_is_told_and_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    root = str(blocked / "root")
    with pytest.raises(WorkspaceException, match="cannot write run records to"):
        create_run(root, "exp")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    folder, warning = create_run_somewhere(root, "exp")
    assert folder.startswith(str(tmp_path / "tmp"))
    assert warning is not None
    assert root in warning
    assert folder in warning


def test_edits_of_others_survive_the_owner(tmp_path: Path) -> None:
    folder = create_run(str(tmp_path), "exp", tags={"a": "1"})
    owner = RunOwner(folder)
    code = (
        "import sys; from runstore.writing.edit import write_edit\n"
        "for i in range(50): write_edit(sys.argv[1], {'kind': 'tags', 'value': {sys.argv[2] + str(i): 'x'}})"
    )
    editors = [subprocess.Popen([sys.executable, "-c", code, folder, name]) for name in ("p", "q")]
    for number in range(100):
        owner.update(tags={**owner.manifest["tags"], f"own{number}": "y"})
    assert [editor.wait() for editor in editors] == [0, 0]
    write_edit(folder, {"kind": "tags", "value": {}, "remove": ["a"]})
    owner.finish("Completed")
    tags = manifest_of(folder)["tags"]
    expected = {f"{name}{number}" for name in "pq" for number in range(50)} | {f"own{number}" for number in range(100)}
    assert set(tags) == expected  # type: ignore[call-overload]
    assert not [name for name in os.listdir(folder) if name.startswith("edit-")]


def test_what_was_asked_of_an_attempt_says_nothing_of_the_next(tmp_path: Path) -> None:
    folder = create_run(str(tmp_path), "exp", status="Running", attempts=[new_attempt()])
    later = time.time() + 3600  # by a clock that is set back before the run goes on
    write_edit(folder, {"kind": "cancel", "time": later}, {"kind": "end", "value": "Canceled", "time": later})
    RunOwner(folder).finish("Canceled")
    owner = RunOwner(folder)
    owner.begin_attempt()
    owner.update(status="Running", ended=None, exit=None)
    reader = RunReader(folder)
    reader.refresh()
    assert reader.state().word == "running"
    owner.finish("Completed")
    assert manifest_of(folder)["status"] == "Completed"


@pytest.mark.parametrize("number", ["1" + "0" * 400, "1e999", "NaN", "true", '"soon"', "null"])
def test_a_time_that_is_none_holds_up_no_end(tmp_path: Path, number: str) -> None:
    folder = create_run(str(tmp_path), "exp", status="Running", attempts=[new_attempt()])
    tags = '"kind":"tags","value"'
    changes = f'{{{tags}:{{"a":"b"}}}},{{"kind":"end","value":"Canceled","time":{number}}}'
    edit = f'{{"v":1,"time":{number},"changes":[{changes}]}}'
    Path(folder, "edit-00000000000000000001-aa.json").write_text(edit)
    Path(folder, "records", "0-aa.jsonl").write_text(f'{{"seq":1,"time":{number},{tags}:{{"c":"d"}}}}\n')
    reader = RunReader(folder)
    reader.refresh()
    assert reader.manifest["tags"]["a"] == "b"
    RunOwner(folder).finish("Completed")
    assert manifest_of(folder)["tags"]["a"] == "b"  # type: ignore[index]
    assert manifest_of(folder)["status"] == "Completed"


def test_unknown_keys_are_kept_on_rewrite(tmp_path: Path) -> None:
    folder = create_run(str(tmp_path), "exp")
    path = Path(folder, "run.json")
    content = json.loads(path.read_text())
    content["from_the_future"] = {"x": 1}
    path.write_text(json.dumps(content))
    owner = RunOwner(folder)
    owner.update(status="Running")
    owner.finish("Completed")
    assert json.loads(path.read_text())["from_the_future"] == {"x": 1}


def test_an_edit_of_a_deleted_run_is_an_error_and_brings_nothing_back(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_edit(str(tmp_path / "gone"), {"kind": "cancel"})
    assert not (tmp_path / "gone").exists()
