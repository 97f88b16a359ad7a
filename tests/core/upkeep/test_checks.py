"""What is found to be wrong with a store, and what repairing it does."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runstore import Experiment, Workspace
from runstore.jobs.submit import queue_files
from runstore.layout.paths import find_run
from runstore.layout.roots import ensure_root
from runstore.reading.catalog import list_rows
from runstore.reading.index import index_path
from runstore.reading.run import RunReader
from runstore.upkeep.checks import Finding, examine
from runstore.writing.create import create_run
from runstore.writing.edit import write_edit
from runstore.writing.owner import new_attempt

TRAINING = """
import sys, time
from runstore import Experiment, Workspace
run = Experiment(Workspace(root=sys.argv[1]), "exp").start_logging(outputs=None, snapshot_directory=None)
for step in range(5):
    run.log("loss", 1 / (step + 1), step=step)
print(run.id, flush=True)
time.sleep(60)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    place = tmp_path / "store"
    ensure_root(str(place))
    return place


def completed(root: Path) -> str:
    """The folder of a run that ended in order."""
    run = Experiment(Workspace(root=str(root)), "exp").start_logging(outputs=None, snapshot_directory=None)
    run.log("loss", 0.5, step=1)
    run.complete()
    return folder_of(root, run.id)


def killed(root: Path) -> str:
    """The folder of a run whose process was killed."""
    process = subprocess.Popen([sys.executable, "-c", TRAINING, str(root)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    run_id = process.stdout.readline().strip()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    return folder_of(root, run_id)


def folder_of(root: Path, run_id: str) -> str:
    folder = find_run(str(root), run_id)
    assert folder is not None
    return folder


def wrong(root: Path) -> list[Finding]:
    """All but notes."""
    return [each for each in examine(str(root)) if each.level != "note"]


def the(findings: list[Finding], kind: str) -> Finding:
    (found,) = [each for each in findings if each.kind == kind]
    return found


def repaired(finding: Finding) -> str:
    assert finding.repair is not None
    return finding.repair()


def test_nothing_is_wrong_with_a_store_in_order(root: Path) -> None:
    completed(root)
    list_rows(str(root))
    assert wrong(root) == []


@pytest.mark.feature("commands", 51, "have the end of a dead run recorded", "doctor --fix")
def test_the_end_of_a_run_whose_process_is_gone_is_recorded(root: Path) -> None:
    folder = killed(root)
    found = the(wrong(root), "end not recorded")
    assert found.path == folder
    assert "recorded as Running" in found.text
    assert repaired(found) == "recorded as Failed"
    reader = RunReader(folder)
    reader.refresh()
    assert (reader.manifest["status"], reader.manifest["exit"]["error"]) == ("Failed", "process gone")
    assert reader.series("loss").values.tolist() == [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5]
    assert wrong(root) == []


def test_the_end_of_a_run_that_was_to_be_canceled_and_was_killed_is_recorded(root: Path) -> None:
    folder = killed(root)
    write_edit(folder, {"kind": "cancel", "time": time.time()})
    assert [row.state.word for row in list_rows(str(root), cache=False)] == ["canceled"]
    assert repaired(the(wrong(root), "end not recorded")) == "recorded as Canceled"
    reader = RunReader(folder)
    reader.refresh()
    assert (reader.manifest["status"], reader.manifest["exit"]) == ("Canceled", None)
    assert reader.manifest["ended"] >= reader.manifest["started"]
    assert wrong(root) == []


def test_a_run_that_was_asked_to_end_and_still_saves_what_it_has_is_left_alone(root: Path) -> None:
    folder = Path(create_run(str(root), "exp", status="CancelRequested", attempts=[new_attempt("local")]))
    half = folder / "work" / "checkpoints" / "half.pt"
    half.parent.mkdir(parents=True)
    half.write_text("half of it")
    (folder / ".reserve").write_bytes(bytes(9))
    for found in examine(str(root)):
        if found.path.startswith(str(folder)) and found.repair is not None:
            found.repair()
    assert half.read_text() == "half of it"
    assert (folder / ".reserve").exists()


def test_torn_records_are_named_and_left(root: Path) -> None:
    folder = Path(completed(root))
    (rows,) = (folder / "points").glob("*.rows")
    before = rows.read_bytes()
    with rows.open("ab") as file:
        file.write(b"\1\2\3")
    with next((folder / "points").glob("*.jsonl")).open("ab") as file:
        file.write(b'{"id":')
    found = [each for each in examine(str(root)) if each.kind == "torn tail"]
    assert [(each.level, each.text.split(" bytes")[0], each.repair) for each in found] == [
        ("note", "the last 3", None),
        ("note", "the last 6", None),
    ]
    assert rows.read_bytes() == before + b"\1\2\3"


def test_a_run_that_cannot_be_read_is_an_error(root: Path) -> None:
    folder = Path(completed(root))
    (folder / "run.json").write_text("{ this is")
    found = the(wrong(root), "unreadable run")
    assert (found.level, found.path, found.repair) == ("error", str(folder), None)


def test_what_a_killed_supervisor_left_is_kept_and_cleared_up(root: Path) -> None:
    folder = Path(completed(root))
    (folder / "work" / "outputs").mkdir(parents=True)
    (folder / "work" / "outputs" / "model.bin").write_bytes(b"weights")
    (folder / "work" / "train.py").write_text("...")
    repaired(the(wrong(root), "working folder left"))
    assert (folder / "files" / "outputs" / "model.bin").read_bytes() == b"weights"
    assert not (folder / "work").exists()
    assert wrong(root) == []


def test_copies_missing_snapshots_and_orphans(root: Path) -> None:
    folder = Path(completed(root))
    shutil.copytree(folder, folder.parent / "copy")
    manifest = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**manifest, "snapshot": "ab" * 32, "parent": "nobody"}))
    kinds = {(each.level, each.kind) for each in examine(str(root))}
    assert {("warning", "id taken twice"), ("note", "number taken twice")} <= kinds
    assert {("warning", "missing snapshot"), ("note", "orphan")} <= kinds


def test_a_queue_with_entries_that_lead_nowhere(root: Path) -> None:
    path = queue_files.put(str(root), {"id": "gone", "run": "exp/gone", "environment": {}})
    damaged = Path(path).with_name("00000000000000000001-aa.json")
    damaged.write_text("{")
    found = wrong(root)
    assert the(found, "damaged file").path == str(damaged)
    repaired(the(found, "queue entry without a run"))
    assert not os.path.exists(path)


def test_a_queue_in_which_nothing_waits_needs_no_process(root: Path) -> None:
    """The process that works on it ends when all runs that it has started have begun."""
    place = os.path.relpath(completed(root), root)
    waits = queue_files.put(str(root), {"id": "one", "run": place, "begun": True, "environment": {}})
    assert the(wrong(root), "queue stands still").repair is not None
    taken = os.path.join(os.path.dirname(waits), queue_files.RUNNING, os.path.basename(waits))
    os.rename(waits, taken)
    at_work = queue_files.lock(taken)
    assert at_work is not None
    assert wrong(root) == []
    os.close(at_work)
    assert the(wrong(root), "queue stands still"), "its supervisor was killed"


def test_a_run_that_lost_its_place_in_the_queue_ends(root: Path) -> None:
    folder = Path(completed(root))
    manifest = json.loads((folder / "run.json").read_text())
    waits = {"status": "Queued", "attempts": [], "ended": None, "created": time.time() - 3600}
    (folder / "run.json").write_text(json.dumps({**manifest, **waits}))
    repaired(the(wrong(root), "not in the queue"))
    assert [row.state.word for row in list_rows(str(root), cache=False)] == ["canceled"]


def test_an_index_that_says_what_is_not_so_is_forgotten(root: Path) -> None:
    folder = completed(root)
    os.utime(folder)
    old = time.time() - 100
    for path in (folder, os.path.join(folder, "run.json")):
        os.utime(path, (old, old))
    while time.time() - os.stat(folder).st_ctime < 3:  # what is younger is not kept in the index
        time.sleep(0.1)
    list_rows(str(root))
    index = Path(index_path(str(root)))
    assert b'"exp"' in index.read_bytes()
    assert wrong(root) == []
    index.write_bytes(index.read_bytes().replace(b'"exp"', b'"lie"'))
    found = the(wrong(root), "wrong index")
    assert found.level == "error"
    repaired(found)
    assert [row.experiment for row in list_rows(str(root))] == ["exp"]


def test_a_user_who_can_watch_no_more_folders_is_told(root: Path) -> None:
    """The limit of a user namespace of its own is lowered, so that nobody else finds his folders unwatched."""
    code = (
        "import sys; from runstore.upkeep.checks import examine; print(*[each.text for each in examine(sys.argv[1])])"
    )
    command = ["sh", "-c", 'echo 0 > /proc/sys/user/max_inotify_instances && exec "$@"', "sh", sys.executable, "-c"]
    namespace = subprocess.run(["unshare", "-Ur", "true"], capture_output=True, check=False)
    if namespace.returncode != 0:
        pytest.skip("no user namespaces here")
    done = subprocess.run(["unshare", "-Ur", *command, code, root], capture_output=True, text=True, check=True)
    assert "the system has no more instances for this user" in done.stdout
