"""Clocks that are set while a run goes on: what is recorded stays in the order in which it was recorded."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from runstore import Experiment, Workspace
from runstore.reading.run import RunReader
from runstore.upkeep.checks import examine
from runstore.writing.edit import write_edit
from tests.faults.scale import times
from tests.faults.training import folder, row
from tests.tui.cli_runner import called, told

HOUR = 3600.0
CLOCK = """
import time as _time
_real, _real_ns = _time.time, _time.time_ns
ahead = 0.0
_time.time = lambda: _real() + ahead
_time.time_ns = lambda: _real_ns() + int(ahead * 1e9)
"""
"""Stands before all else in a script: `ahead` seconds is its clock before the true one."""


def started(script: str, *arguments: str) -> subprocess.Popen[str]:
    """A run of its own, whose script has said that it is at work."""
    prelude = CLOCK + textwrap.dedent("""
        import sys, runstore
        run = runstore.Experiment(runstore.Workspace(root=sys.argv[1]), "exp").start_logging(
            outputs=None, snapshot_directory=None)
    """)
    code = prelude + textwrap.dedent(script) + "\nprint(flush=True); _time.sleep(60)"
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline(), process.communicate()[1]
    return process


def killed(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@pytest.mark.parametrize("seed", range(times(50, 1)))
def test_a_clock_that_jumps_about_changes_no_order(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    jumps = [chance.choice([-400 * 24, -1, -0.01, 0.01, 1, 400 * 24]) * HOUR for _ in range(19)]
    jumps.append(-400 * 24 * HOUR)
    script = f"""
    run.log_list("l", [0])
    for step, ahead in enumerate({jumps}):
        run.log("a", step)
        run.log_metrics({{"a": step + 0.5, "b": step}})
        run.log_list("l", [step])
        run.tag("t", str(step))
        run.add_properties({{f"p{{step}}": str(step)}})
    """
    root = tmp_path / "store"
    process = started(script, str(root))
    try:
        place = folder(root)
        for state in ("running", "dead"):
            reader = RunReader(str(place))
            reader.refresh()
            assert reader.state().word == state
            assert reader.warnings == []
            assert reader.series("a").values.tolist() == [step / 2 for step in range(40)]
            assert reader.series("b").values.tolist() == list(range(20))
            assert reader.manifest["tags"] == {"t": "19"}
            if state == "running":
                killed(process)
    finally:
        killed(process)
    (listed,) = told("ls", "--root", root)["runs"]
    assert listed["state"] == "dead"
    called("show", "--root", root, listed["id"])


def test_the_last_value_is_the_one_that_was_logged_last_though_the_clock_was_set_back(tmp_path: Path) -> None:
    script = """
    run.log_metrics({"a": 0, "b": 0}, step=0)
    run.log("a", 1, step=1)
    ahead = -3600.0
    run.log("a", 2, step=2)
    ahead = -7200.0
    run.log_metrics({"a": 3, "b": 3}, step=3)
    """
    root = tmp_path / "store"
    killed(started(script, str(root)))
    reader = RunReader(str(folder(root)))
    reader.refresh()
    for stat in (reader.metrics["a"], row(root).metrics["a"]):
        assert (stat.first, stat.last, stat.step) == (0, 3, 3)
    assert reader.series("a").values.tolist() == [0, 1, 2, 3]


def test_an_owner_whose_clock_was_set_back_keeps_the_last_word(tmp_path: Path) -> None:
    script = """
    ahead = 3600.0
    run.tag("t", "first"); run.tag("gone", "x")
    ahead = 0.0
    run.tag("t", "last"); run.remove_tags(["gone"])
    run.complete()
    """
    root = tmp_path / "store"
    killed(started(script, str(root)))
    assert json.loads((folder(root) / "run.json").read_text())["tags"] == {"t": "last"}
    assert row(root).tags == {"t": "last"}
    assert row(root).state.word == "completed"
    write_edit(str(folder(root)), {"kind": "tags", "value": {"t": "later"}})
    assert row(root).tags == {"t": "later"}


@pytest.mark.parametrize("ahead", [HOUR, -HOUR][: times(2, 1)])
def test_a_run_is_canceled_though_the_clock_was_set_since_it_began(tmp_path: Path, ahead: float) -> None:
    """The run began by a clock that is ahead of, or behind, that of whoever ends it."""
    root = tmp_path / "store"
    process = subprocess.Popen(
        [sys.executable, "-c", CLOCK + f"ahead = {ahead}\n" + textwrap.dedent("""
            import signal, sys, runstore
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            run = runstore.Experiment(runstore.Workspace(root=sys.argv[1]), "exp").start_logging(
                outputs=None, snapshot_directory=None)
            run.log("a", 1)
            print(flush=True)
            _time.sleep(60)
        """), root], stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    run = Experiment(Workspace(root=str(root)), "exp")
    (found,) = run.get_runs()
    found.cancel()
    found.cancel()  # the second asks with SIGTERM
    process.communicate(timeout=30)
    assert process.returncode == -signal.SIGTERM
    assert row(root).state.word == "canceled"


def test_the_end_of_a_run_is_recorded_though_the_clock_was_set_back(tmp_path: Path) -> None:
    root = tmp_path / "store"
    killed(started("ahead = -3600.0\nrun.log('a', 1)", str(root)))
    (found,) = (each for each in examine(str(root)) if each.kind == "end not recorded")
    assert found.repair is not None
    found.repair()
    assert row(root).status == "Failed"
    assert "end not recorded" not in [each.kind for each in examine(str(root))]


def test_a_clock_far_off_changes_neither_how_long_things_wait_nor_what_is_alive(tmp_path: Path) -> None:
    """Retries and heartbeats go by a clock that nobody sets."""
    script = """
    import resource
    run.log("a", 0)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (32, hard))
    run.log("a", 1)
    ahead = -10 * 365 * 24 * 3600.0
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    begun = _time.monotonic()
    while run._writer._streams.waiting:
        run.log("a", 2)
        assert _time.monotonic() < begun + 30
    """
    root = tmp_path / "store"
    process = started(script, str(root))
    try:
        reader = RunReader(str(folder(root)))
        reader.refresh()
        assert reader.state().word == "running"
        assert reader.series("a").values.tolist()[:3] == [0, 1, 2]
    finally:
        killed(process)
