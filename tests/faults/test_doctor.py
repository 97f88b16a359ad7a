"""`runs-tui doctor` over what faults leave behind: all of it is found and explained, and repairing destroys nothing."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from runstore import Experiment, Workspace
from runstore.jobs.submit import queue_files
from runstore.layout.paths import find_run, iter_experiments, iter_runs
from runstore.layout.roots import ensure_root
from runstore.reading.catalog import list_rows
from runstore.reading.run import RunReader
from tests.faults.mutations import done, drawn
from tests.faults.scale import times
from tests.faults.training import Training
from tests.tui.cli_runner import called, told

OLD = time.time() - 7 * 86_400
MAY_GO = {"reserve left", "half written", "queue entry without a run"}
"""What a repair may remove: of these findings the file itself."""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    place = tmp_path / "store"
    ensure_root(str(place))
    return place


def logged(root: Path, **options: Any) -> Path:
    """The folder of a run that ended in order, with some of everything."""
    run = Experiment(Workspace(root=str(root)), "exp").start_logging(outputs=None, snapshot_directory=None, **options)
    for step in range(200):
        run.log("loss", 1 / (step + 1), step=step)
    run.log_metrics({"a": 1, "b": True, "c": 2.5})
    run.log_list("list", [1, 2.5, "x"])
    run.log_table("table", {"x": [1, 2], "y": [3, 4]})
    run.log("word", "text")
    run.tag("k", "v")
    run.upload_file("outputs/model.bin", __file__)
    with run:
        print("what it prints")
    folder = find_run(str(root), run.id)
    assert folder is not None
    return Path(folder)


def killed(root: Path) -> Path:
    """The folder of a run whose process was killed."""
    before = set(root.glob("exp/*"))
    ended = Training("run.log('a', 1); os.kill(os.getpid(), signal.SIGKILL)", root.parent / "work", root).ended()
    assert ended.code == -signal.SIGKILL
    (folder,) = set(root.glob("exp/*")) - before
    return folder


def readable(root: Path) -> dict[str, Any]:
    """All that can be read of each run, but for how it stands."""
    found = {}
    for experiment in iter_experiments(str(root)):
        for folder in iter_runs(experiment):
            reader = RunReader(folder)
            reader.refresh()
            if not reader.readable:
                continue
            reader.load()
            manifest = {
                key: reader.manifest[key] for key in ("id", "number", "tags", "params", "properties", "command")
            }
            series = {
                (name, rank): [array.tobytes() for array in (each.steps, each.values, each.times)]
                for name in reader.names()
                for rank in reader.ranks(name)
                for each in [reader.series(name, rank)]
            }
            files = {name: Path(reader.file_path(name)).read_bytes() for name in reader.files()}
            found[folder] = (manifest, series, repr(reader.records()), files)
    return found


def content(root: Path) -> dict[Path, bytes]:
    """Every file of the store."""
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and not path.is_symlink()}


def mess(root: Path) -> None:
    """A bit of everything that goes wrong."""
    torn = logged(root)
    for path in [*torn.glob("points/*"), *torn.glob("records/*")]:
        path.write_bytes(path.read_bytes() + b"{torn")
    died = killed(root)
    (died / ".tmp-0123456789ab").write_bytes(b"{half of a run.js")
    os.utime(died / ".tmp-0123456789ab", (OLD, OLD))
    cut = logged(root)
    rows = next(cut.glob("points/*.1.rows"))
    rows.write_bytes(rows.read_bytes()[:-7])
    left = logged(root)
    (left / "work" / "outputs").mkdir(parents=True)
    (left / "work" / "outputs" / "late.bin").write_bytes(b"weights")
    (left / "work" / "logs").mkdir()
    (left / "work" / "train.py").write_text("...")
    full = logged(root)
    manifest = json.loads((full / "run.json").read_text())
    lost = {**manifest, "summary": {"dropped": 7}, "parent": "nobody", "snapshot": "ab" * 32}
    (full / "run.json").write_text(json.dumps(lost))
    broken = logged(root)
    (broken / "run.json").write_bytes((broken / "run.json").read_bytes()[:100])
    shutil.copytree(torn, torn.with_name("a copy"))
    (root / "exp" / ".new-0123456789ab").mkdir()
    os.utime(root / "exp" / ".new-0123456789ab", (OLD, OLD))
    queue_files.put(str(root), {"id": "gone", "run": "exp/gone", "environment": {}})


def test_what_faults_leave_behind_is_found_explained_and_repaired_and_nothing_is_destroyed(root: Path) -> None:
    mess(root)
    list_rows(str(root))
    before, files = readable(root), content(root)
    findings = json.loads(called("doctor", "--json", "--fix", root, code=1).stdout)["findings"]
    kinds = {each["kind"] for each in findings}
    assert kinds >= {
        "torn tail", "end not recorded", "half written", "reserve left", "working folder left", "records lost",
        "orphan", "missing snapshot", "unreadable run", "id taken twice", "half made", "queue entry without a run",
    }  # fmt: skip
    assert all(each["text"] for each in findings)
    assert [each for each in findings if each["repairable"] and not each["repaired"]] == []

    for folder, parts in readable(root).items():
        manifest, series, records, artifacts = parts
        assert before[folder][:3] == (manifest, series, records)
        assert before[folder][3].items() <= artifacts.items()
    assert readable(root).keys() == before.keys()
    removable = {Path(each["path"]) for each in findings if each["kind"] in MAY_GO}
    work = {Path(each["path"]) for each in findings if each["kind"] == "working folder left"}
    for path, bytes_before in files.items():
        if path in removable or any(folder in path.parents for folder in work):
            continue
        assert path.read_bytes() == bytes_before, path
    again = json.loads(called("doctor", "--json", root, code=1).stdout)["findings"]
    assert [each for each in again if each["repairable"]] == []
    assert {each["kind"] for each in again if each["level"] != "note"} == {
        "unreadable run", "id taken twice", "missing snapshot",
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(times(1000, 3)))
def test_damage_of_any_kind_is_looked_at_and_left(root: Path, seed: int) -> None:
    """Bytes that were not written by us are not for us to remove."""
    chance = random.Random(seed)
    folder = logged(root)
    manifest = json.loads((folder / "run.json").read_text())
    manifest["status"] = chance.choice(["Completed", "Running", "Queued", "Preparing"])
    if chance.random() < 0.5:
        manifest["attempts"][-1]["owner"]["pid"] = 2**22  # no process
    (folder / "run.json").write_text(json.dumps(manifest))
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for name, data in done(files, drawn(files, chance)).items():
        if data is None:
            (folder / name).unlink()
        else:
            (folder / name).write_bytes(data)
    before, whole = readable(root), content(root)
    for _ in range(2):
        result = json.loads(_doctor(root))
        for each in result["findings"]:
            assert each["repaired"] in (True, None), each
    assert {path: path.read_bytes() for path in whole} == whole
    after = readable(root)
    assert after == before


def _doctor(root: Path) -> str:
    from click.testing import CliRunner

    from runs_tui.cli.main import cli

    done = CliRunner().invoke(cli, ["doctor", "--json", "--fix", str(root)], prog_name="runs-tui")
    assert done.exit_code in (0, 1), done.exc_info
    assert isinstance(done.exception, (SystemExit, type(None)))
    return done.stdout


def test_runs_that_could_not_be_written_where_they_belong_are_found(tmp_path: Path, root: Path) -> None:
    """Here the store is a file where its experiment would lie, which no right and no space can help."""
    (root / "exp").write_text("in the way")
    ended = Training("run.log('a', 1)", tmp_path / "work", root).ended()
    assert ended.code == 0
    (found,) = [each for each in json.loads(called("doctor", "--json", root, code=1).stdout)["findings"]
                if each["kind"] == "runs elsewhere"]  # fmt: skip
    (elsewhere,) = tmp_path.glob("runs-tui-*")
    assert found["path"] == str(elsewhere)
    assert f"mv --root {elsewhere}" in found["remedy"]
    (root / "exp").unlink()
    (listed,) = told("ls", "--root", elsewhere)["runs"]
    called("mv", "--root", elsewhere, listed["id"], root)
    assert [each.metrics["a"].n for each in list_rows(str(root))] == [1]
    assert called("doctor", root).stdout.startswith("nothing is wrong")
