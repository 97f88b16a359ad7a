"""What is recorded of a run that has ended is in lists, too."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np  # noqa: F401 - where it is at hand a run that ends has a summary
import pytest

from runstore import Experiment, Run, Workspace
from runstore.reading.catalog import Catalog, list_rows
from runstore.reading.row import RunRow
from runstore.records.edits import is_edit_file
from runstore.runs.session import resume

LOGS = """
import sys, time
from runstore import Workspace
run = Workspace(root=sys.argv[1]).get_run(sys.argv[2])
run.log("eval", 0.5)
run.log_params({"beam": 4})
"""
RANK = """
import sys, time
from pathlib import Path
from runstore import Run
run = Run.get_context()
run.log("loss_of_rank", 1.0)
Path("begun").touch()
while not Path("go").exists():
    time.sleep(0.02)
run.log("loss_of_rank", 0.25)
"""
BEATS = """
import sys, time
from pathlib import Path
from runstore.records import heartbeat
from runstore.writing import heartbeat as writing
writing.INTERVAL = heartbeat.INTERVAL = 0.1
from runstore import Workspace
Workspace(root=sys.argv[1]).get_run(sys.argv[2]).log("eval", 0.5)
Path("logged").touch()
time.sleep(600)
"""


@pytest.fixture
def ended(tmp_path: Path) -> Run:
    run = Experiment(Workspace(root=str(tmp_path / "store")), "exp").start_logging(snapshot_directory=None)
    run.log("loss", 0.5)
    run.complete()
    return run


def listed(root: Path) -> RunRow:
    (row,) = list_rows(str(root / "store"), cache=False)
    return row


def edits(run: Run) -> int:
    return sum(is_edit_file(path.name) for path in Path(run._folder).iterdir())


def test_a_later_script_is_seen_by_lists_that_knew_the_run(ended: Run, tmp_path: Path) -> None:
    catalog = Catalog(str(tmp_path / "store"))
    catalog.refresh()
    catalog.read_more()
    assert [list(row.metrics) for row in catalog.rows()] == [["loss"]]
    subprocess.run([sys.executable, "-c", LOGS, str(tmp_path / "store"), ended.id], check=True, cwd=tmp_path)
    catalog.refresh()
    catalog.read_more()
    for row in (*catalog.rows(), listed(tmp_path)):
        assert (row.state.word, set(row.metrics), row.params) == ("completed", {"loss", "eval"}, {"beam": 4})
        assert row.metrics["eval"].last == 0.5
    assert edits(ended) == 1


def test_a_rank_that_outlives_the_run_is_seen(tmp_path: Path) -> None:
    run = Experiment(Workspace(root=str(tmp_path / "store")), "exp").start_logging(snapshot_directory=None)
    run.log("loss", 0.5)
    with subprocess.Popen([sys.executable, "-c", RANK], cwd=tmp_path) as rank:
        while not (tmp_path / "begun").exists():
            assert rank.poll() is None
        run.complete()
        (tmp_path / "go").touch()
    assert listed(tmp_path).metrics["loss_of_rank"].last == 0.25


def test_one_that_is_killed_has_told_before(ended: Run, tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", BEATS, str(tmp_path / "store"), ended.id], cwd=tmp_path) as other:
        while not edits(ended):
            assert other.poll() is None
        other.kill()
    assert listed(tmp_path).metrics["eval"].last == 0.5


def test_a_run_that_goes_on_has_a_summary_again(ended: Run, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", LOGS, str(tmp_path / "store"), ended.id], check=True, cwd=tmp_path)
    again = Workspace(root=str(tmp_path / "store")).get_run(ended.id)
    resume(again)
    again.log("loss", 0.125)
    again.complete()
    row = listed(tmp_path)
    assert (row.metrics["loss"].last, row.metrics["eval"].last) == (0.125, 0.5)
    assert edits(again) == 0
    assert json.loads(Path(again._folder, "run.json").read_text())["summary"]["metrics"]["eval"]["last"] == 0.5


def test_a_run_that_ends_as_usual_leaves_no_edit(ended: Run) -> None:
    assert edits(ended) == 0
