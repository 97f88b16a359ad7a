"""``kill -9`` of a process that owns a run: what it had done is kept, all can be read, the state is right."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from runstore.layout.paths import iter_experiments, iter_runs
from runstore.reading.run import RunReader
from runstore.upkeep.checks import examine
from tests.faults.acknowledged import Said, by_run, heard, start, unread
from tests.faults.scale import TALLY, times

BEGIN = """
import os, sys
from runstore import Experiment, Workspace
from runstore.exceptions import UserErrorException
from runstore.reading.summary import summary_of  # and with it all that a run's end imports
from runstore.runs.session import resume
from runstore.snapshots.take import take_snapshot
from runstore.writing.edit import write_edit
from tests.faults.dying import at_any_time, at_each_call
root, folder, places, moments = sys.argv[1:]
experiment = Experiment(Workspace(root=root), "e")

def begin(number, experiment=experiment, **more):
    run = experiment.start_logging(snapshot_directory=None, **{"outputs": False, **more})
    said("run", run._folder)
    return run

def after(number):
    pass
"""
END = """
how = "each"
tried = at_each_call(prepare, work, int(places), after)
how = "any"
said("tried", *tried, at_any_time(prepare, work, int(moments), after))
"""

CREATE = """
def name(number):
    return how + str(number)

def prepare(number):
    return number

def work(number):
    run = experiment.start_logging(run_id=name(number), snapshot_directory=folder, tags={"a": "b"}, params={"lr": 0.1})
    said("run", run._folder)
    said("fact", "tags", "a", "b")
    said("fact", "params", "lr", 0.1)
    said("fact", "status", "Running")

def after(number):
    place = os.path.join(root, "e", name(number))
    there = os.path.exists(place)
    try:
        begin(number, run_id=name(number)).complete()
    except UserErrorException:
        assert there
        return
    assert not there
    said("fact", "status", "Completed")
"""
LOG = """
def prepare(number):
    return begin(number)

def work(run):
    for step in range(6):
        run.log("loss", step / 3, step=step)
        said("point", "loss", step, step / 3)
        run.log_metrics({"a": step, "b": step / 7}, step)
        said("point", "a", step, step)
        said("point", "b", step, step / 7)
        run.log("text", str(step))
        said("record", "scalar", "text", str(step))
        run.log_row("table", x=step)
        said("record", "row", "table", {"x": step})
"""
UPLOAD = """
from hashlib import sha256
model = os.path.join(folder, "model")
digest = sha256(open(model, "rb").read()).hexdigest()

def prepare(number):
    return begin(number)

def work(run):
    run.upload_file("model.bin", model)
    said("digest", "model.bin", digest)
    run.upload_folder("all", folder)
    said("file", "all/sub/train.py", open(os.path.join(folder, "sub", "train.py")).read())
"""
SNAPSHOT = """
def source(number):
    place = os.path.join(folder, "source%d" % number)
    os.makedirs(place, exist_ok=True)
    for name in ("train.py", "model.py", "data.csv"):
        with open(os.path.join(place, name), "w") as file:
            file.write(str(number) + name * 1000)
    return place

def prepare(number):
    return begin(number), source(number)

def work(prepared):
    run, place = prepared
    run.take_snapshot(place)
    said("fact", "snapshot", run.get_snapshot_id())

def after(number):
    kept = os.path.join(root, ".runstore", "snapshots", take_snapshot(root, source(number)))
    assert sorted(os.listdir(kept)) == ["data.csv", "model.py", "train.py"]
    for name in os.listdir(kept):
        assert open(os.path.join(kept, name)).read() == str(number) + name * 1000
"""
FOLD = """
def prepare(number):
    run = begin(number)
    run.tag("both", "owner's, earlier")
    for edit in range(10):
        write_edit(run._folder, {"kind": "tags", "value": {"e%d" % edit: str(edit), "both": str(edit)}})
        said("fact", "tags", "e%d" % edit, str(edit))
    write_edit(run._folder, {"kind": "warning", "value": "once"})
    run._writer.record("tags", value={"both": "owner's, later"})
    said("fact", "tags", "both", "owner's, later")
    said("fact", "warnings", ["once"])
    return run

def work(run):
    run.complete()
    said("fact", "status", "Completed")
"""
END_WITH_OUTPUTS = """
def prepare(number):
    run = begin(number, outputs=folder)
    with open(os.path.join(folder, "late.txt"), "w") as file:
        file.write("left by the script" + str(number))
    run.log("loss", 0.5)
    said("point", "loss", None, 0.5)
    return number, run

def work(prepared):
    number, run = prepared
    run.complete()
    said("file", "outputs/late.txt", "left by the script" + str(number))
    said("fact", "status", "Completed")
"""
RESUME = """
def prepare(number):
    run = begin(number)
    run._writer.record("tags", value={"removed": "soon"})
    run._writer.record("warning", value="once")
    run.log("loss", 0.5, step=1)
    write_edit(run._folder, {"kind": "tags", "value": {}, "remove": ["removed"]})
    run.complete()
    said("point", "loss", 1, 0.5)
    said("fact", "tags", {})
    said("fact", "warnings", ["once"])
    return run

def work(run):
    assert resume(run)
    run.log("loss", 0.25, step=2)
    said("point", "loss", 2, 0.25)
    run.complete()
    said("fact", "status", "Completed")
"""
DELETE = """
import shutil
from runstore.runs.trash import entries, newest, restore

def prepare(number):
    run = begin(number, Experiment(experiment.workspace, how + str(number)))  # what is deleted looks at its neighbours
    run.log("loss", 0.5)
    said("point", "loss", None, 0.5)
    run.complete()
    said("fact", "status", "Completed")
    return run

def work(run):
    run.delete()
    restore(root, newest(root))
    run.delete()

def after(number):
    for entry in entries(root):
        assert restore(root, entry)
    shutil.rmtree(os.path.join(root, ".runstore", "trash"), ignore_errors=True)
"""
REGISTER = """
from runstore import Model

def prepare(number):
    run = begin(number)
    run.upload_folder("model", folder)
    return run

def work(run):
    run.register_model("net", "model", tags={"a": "b"})

def after(number):
    before = 0
    for model in Model.list(experiment.workspace, "net", latest=True):
        assert model.tags == {"a": "b"}
        place = model.download(os.path.join(folder, "..", "models"), exist_ok=True)
        assert open(os.path.join(place, "model")).read() == open(os.path.join(folder, "model")).read()
        before = model.version
    run = begin(number)
    run.upload_folder("model", folder)
    model = run.register_model("net", "model", tags={"a": "b"})
    assert model.version > before
    run.complete()
    model.delete()
"""
SEQUENCES = {
    "create": CREATE,
    "log": LOG,
    "upload": UPLOAD,
    "snapshot": SNAPSHOT,
    "fold": FOLD,
    "end": END_WITH_OUTPUTS,
    "resume": RESUME,
    "delete": DELETE,
    "register": REGISTER,
}


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_killed_at_each_call_to_the_system_and_at_any_time(sequence: str, tmp_path: Path) -> None:
    count = times(100, 1)
    said = victims(sequence, tmp_path, times(10_000, 4), count)
    ((_, places, tried, killed),) = [each for each in said if each[0] == "tried"]
    print(f"{sequence}: killed at {tried} of {places} places, and {count} times at random, {killed} before the end")
    TALLY["kills"] += tried + killed
    assert places > 10
    check(tmp_path / "store", said)


def victims(sequence: str, folder: Path, places: int, moments: int) -> list[Said]:
    """What the victims of a sequence said was done, which die at so many places and moments."""
    source = folder / "source"
    (source / "sub").mkdir(parents=True)
    (source / "model").write_text("weights" * 20_000)
    (source / "sub" / "train.py").write_text("print('training')\n")
    program = BEGIN + SEQUENCES[sequence] + END
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    arguments = [str(folder / "store"), str(source), str(places), str(moments)]
    child = start(program, *arguments, env=environment, cwd=folder)
    out, err = child.communicate(timeout=1800)
    assert child.returncode == 0, err.decode()
    assert b"Traceback" not in err, err.decode()
    return heard(out)


def check(root: Path, said: list[Said]) -> None:
    """That every run is readable and well, and holds what was said of it; also after a repair."""
    told = by_run([each for each in said if each[0] != "tried"])
    folders = [folder for experiment in iter_experiments(str(root)) for folder in iter_runs(experiment)]
    assert told.keys() <= set(folders), "runs that were there are gone"
    for _ in range(2):
        for folder in folders:
            assert not problems(folder, told.get(folder, [])), folder
        repair(root)


def repair(root: Path) -> None:
    """Let ``doctor`` mend what it can; nothing that it finds is beyond that."""
    for finding in list(examine(str(root))):
        assert finding.level != "error", finding
        if finding.repair is not None:
            finding.repair()


def problems(folder: str, said: list[Said]) -> list[Any]:
    """What is wrong with a run whose process is gone."""
    reader = RunReader(folder)
    reader.refresh()
    latest = {tuple(path): value for kind, *path, value in said if kind == "fact"}
    ended = latest.pop(("status",), None) == "Completed"
    wanted = [each for each in said if each[0] != "fact"]
    wanted += [["fact", *path, value] for path, value in latest.items()]
    state = reader.state().word
    found: list[Any] = [*reader.warnings, *unread(folder, wanted)]
    if state != "completed" and (ended or state not in ("dead", "failed")):
        found.append(f"its state is {state}")
    fresh = RunReader(folder)  # what lists read: no points
    fresh.refresh_facts()
    return found + [
        f"{key}: {fresh.manifest[key]!r} in the list, {reader.manifest[key]!r} in the run"
        for key in ("tags", "params", "properties", "warnings", "display_name", "status")
        if fresh.manifest[key] != reader.manifest[key]
    ]
