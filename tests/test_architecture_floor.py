"""The writing way runs in other people's interpreters: Python 3.8 and later, with nothing installed."""

import functools
import glob
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import runstore

PROJECT = Path(__file__).parent.parent
FLOOR = "3.8"

TRAINING = """
import sys
assert not [path for path in sys.path if path.endswith("-packages")], sys.path
sys.path.insert(0, sys.argv[1])
from runstore import Experiment, Workspace
workspace = Workspace.from_config()
with Experiment(workspace, "floor").start_logging(outputs=None, snapshot_directory=None) as run:
    run.log_params({"lr": 0.1})
    for step in range(10):
        run.log("loss", 1 / (step + 1), step=step)
        run.log_metrics({"acc": step / 10, "epoch": step, "even": step % 2 == 0}, step=step)
    run.log_list("list", [1, 2.5])
    run.log_row("row", a=1, b="x")
    run.tag("who", "floor")
assert "numpy" not in sys.modules
assert run.get_details()["status"] == "Completed"
assert run.tags == {"who": "floor"}
metrics = run.get_metrics()
assert metrics["loss"] == [1 / (step + 1) for step in range(10)], metrics
assert metrics["epoch"] == list(range(10)) and type(metrics["epoch"][1]) is int, metrics
assert metrics["even"] == [True, False] * 5 and metrics["even"][0] is True, metrics
assert (metrics["list"], metrics["row"]) == ([1, 2.5], {"a": 1, "b": "x"}), metrics
assert run.get_metrics("acc").keys() == {"acc"} and run.get_metrics("absent") == {}
steps, times, values = run.get_series("acc")
assert list(steps) == list(range(10)) and list(values) == [step / 10 for step in range(10)]
assert sorted(times) == list(times) and times[0] > 1e9
with run.child_run("child") as child:
    child.log("x", 1)
assert run.get_metrics(recursive=True)[child.id] == {"x": 1}
assert workspace.get_run(run.id).wait_for_completion()["status"] == "Completed"
print(run.id, run.get_status())
"""


def writing_way():
    with open(PROJECT / "pyproject.toml", "rb") as file:
        targets = tomllib.load(file)["tool"]["ruff"]["per-file-target-version"]
    patterns = [pattern for pattern, version in targets.items() if version == "py38"]
    return sorted(path for pattern in patterns for path in PROJECT.glob(pattern))


@functools.cache
def interpreters():
    """Every Python 3.8 or later to be found, one of each version, by its path."""
    folders = os.environ["PATH"].split(os.pathsep)
    folders += glob.glob(os.path.expanduser("~/.pyenv/versions/*/bin"))
    folders += glob.glob(os.path.expanduser("~/.local/share/uv/python/*/bin"))
    found = {sys.version_info[:2]: sys.executable}
    for minor in range(int(FLOOR.partition(".")[2]), 20):
        for folder in folders:
            path = os.path.join(folder, f"python3.{minor}")
            if (3, minor) not in found and os.access(path, os.X_OK) and runs(path):
                found[3, minor] = path
    return [pytest.param(path, id="{}.{}".format(*version)) for version, path in sorted(found.items())]


def runs(path):
    return subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0


@pytest.mark.source
def test_every_module_of_the_writing_way_keeps_to_the_floor():
    files = writing_way()
    assert len(files) > 10
    command = [Path(sys.executable).parent / "vermin", f"-t={FLOOR}-", "--no-tips", "--violations", "-q", *files]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("python", interpreters())
def test_a_training_logs_in_an_interpreter_that_has_nothing_installed(python, tmp_path):
    drop_in = Path(runstore.__file__).parent / "dropin"
    root = tmp_path / "store"
    answer = subprocess.run(
        [python, "-I", "-S", "-W", "error", "-c", TRAINING, drop_in],
        env={"RUNSTORE_ROOT": str(root), "HOME": str(tmp_path), "PATH": os.environ["PATH"]},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    run_id, status = answer.stdout.split()
    assert status == "Completed"
    assert len(list((root / "floor" / run_id / "points").glob("*.rows"))) == 2
