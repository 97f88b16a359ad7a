"""Runs are supervised by our own interpreter, from whichever interpreter they are submitted."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from runstore.jobs.environment import DROPIN
from tests.core.jobs.submitting import PYTHON, Submitter, console, ended

BARE = shutil.which("python3", path="/usr/bin:/usr/local/bin:/bin")
SUBMIT = """
import sys
sys.path.insert(0, sys.argv[1])
from runstore import Environment, Experiment, ScriptRunConfig, Workspace
environment = Environment("mine")
environment.python.user_managed_dependencies = True
config = ScriptRunConfig(sys.argv[3], "train.py", environment=environment)
print(Experiment(Workspace(root=sys.argv[2]), "demo").submit(config).id)
"""

pytestmark = pytest.mark.skipif(BARE is None, reason="there is no other Python")


def submit_from_bare_python(submitter: Submitter, **environment: str) -> subprocess.CompletedProcess[str]:
    submitter.file("train.py", "import sys; print(sys.executable)")
    command = [str(BARE), "-I", "-S", "-c", SUBMIT, DROPIN, submitter.root, submitter.source]
    facts = {"HOME": os.path.dirname(submitter.root), **environment}
    return subprocess.run(command, env=facts, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("way", ["named", "on PATH"])
def test_a_bare_interpreter_can_submit_where_ours_is_known(submitter: Submitter, way: str) -> None:
    scripts = os.path.dirname(PYTHON)
    named = {"RUNSTORE_PYTHON": PYTHON} if way == "named" else {"PATH": f"{scripts}:/usr/bin:/bin"}
    done = submit_from_bare_python(submitter, **named)
    assert done.returncode == 0, done.stderr
    run = submitter.experiment.workspace.get_run(done.stdout.strip())
    submitter.runs.append(run)
    assert ended(run)["status"] == "Completed", console(run, "")
    assert console(run, ".out").strip() == BARE


def test_where_ours_is_not_known_it_is_told(submitter: Submitter) -> None:
    done = submit_from_bare_python(submitter, PATH="/usr/bin:/bin")
    assert done.returncode == 1
    assert "ExperimentExecutionException" in done.stderr
    assert "RUNSTORE_PYTHON" in done.stderr
    assert not list(submitter.experiment.get_runs())
