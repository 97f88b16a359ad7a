"""Edits by other processes while a run is written to: none is lost, and of several the last word counts."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from runstore import Experiment, Workspace
from runstore.reading.run import RunReader
from tests.core.jobs.supervised import wait_until
from tests.faults.acknowledged import by_run, heard, start, unread
from tests.faults.scale import TALLY, times

OWNER = """
import sys
from runstore import Experiment, Workspace
experiment = Experiment(Workspace(root=sys.argv[1]), "e")
run = experiment.start_logging(run_id="live", snapshot_directory=None, outputs=False)
said("run", run._folder)
step = 0
import select
while not select.select([0], [], [], 0)[0]:
    run.log("loss", step / 3, step=step)
    said("point", "loss", step, step / 3)
    if step % 50 == 0:
        run.tag("owner%d" % step, "o")
        said("fact", "tags", "owner%d" % step, "o")
    step += 1
    select.select([0], [], [], 0.002)
run.complete()
said("fact", "status", "Completed")
"""
EDITOR = """
import sys
from runstore import Experiment, Run, Workspace
root, name, count = sys.argv[1:]
run = Run(Experiment(Workspace(root=root), "e"), "live")
for number in range(int(count)):
    key = name + str(number)
    if number % 4 == 3:
        run.add_properties({key: "p"})
        said("fact", "properties", key, "p")
    else:
        run.tag(key, str(number))
        said("fact", "tags", key, str(number))
"""
EDITORS = 4


def test_no_edit_of_others_is_lost_while_a_run_goes_on_and_ends(tmp_path: Path) -> None:
    count = times(250, 10)
    with open(tmp_path / "said", "wb") as file:  # a pipe that nobody reads meanwhile would fill up
        owner = start(OWNER, str(tmp_path / "store"), stdin=subprocess.PIPE, stdout=file)
    wait_until(lambda: b"\n" in (tmp_path / "said").read_bytes(), "the run")
    editors = [start(EDITOR, str(tmp_path / "store"), f"editor{number}-", str(count)) for number in range(EDITORS)]
    late = start(EDITOR, str(tmp_path / "store"), "late-", str(3 * count))  # goes on while the run ends
    told = []
    for editor in editors:
        out, err = editor.communicate(timeout=300)
        assert editor.returncode == 0, err.decode()
        told += heard(out)
    assert len(told) == EDITORS * count
    _, err = owner.communicate(b"end", timeout=60)
    assert owner.returncode == 0, err.decode()
    late_out, err = late.communicate(timeout=300)
    assert late.returncode == 0, err.decode()
    told += heard(late_out)
    TALLY["edits by other processes"] += len(told)
    (folder, said), *_ = by_run(heard((tmp_path / "said").read_bytes())).items()
    assert len(said) > 2
    assert unread(folder, [*said, *told]) == []
    listed = RunReader(folder)
    listed.refresh_facts()
    assert unread(folder, [["fact", "tags", listed.manifest["tags"]]]) == []


def test_the_last_word_counts_whoever_says_it(tmp_path: Path) -> None:
    run = Experiment(Workspace(root=str(tmp_path)), "e").start_logging(snapshot_directory=None, outputs=False)
    other = "import sys; from runstore import Workspace; run = Workspace(root=sys.argv[1]).get_run(sys.argv[2]);"
    for number in range(times(5, 1)):
        for code in ("run.tag('who', 'other')", "run.display_name = 'other'"):
            program = start(other + code, str(tmp_path), run.id)
            assert program.communicate(timeout=60)[1] == b""
        assert (run.tags["who"], run.display_name) == ("other", "other")
        run.tag("who", f"owner {number}")
        run.display_name = f"owner {number}"
        assert (run.tags["who"], run.display_name) == (f"owner {number}", f"owner {number}")
    folder = os.path.join(str(tmp_path), "e", run.id)
    run.complete()
    last = f"owner {number}"
    assert unread(folder, [["fact", "tags", "who", last], ["fact", "display_name", last]]) == []
    run.tag("who", "after the end")
    assert run.tags == {"who": "after the end"}
