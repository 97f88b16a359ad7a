"""``runs-tui submit``: what it prints, its mistakes, its exit codes."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.jobs.submitting import PYTHON, Submitter, console, ended, manifest_of


@pytest.fixture
def submitter(tmp_path: Path) -> Iterator[Submitter]:
    submitter = Submitter(str(tmp_path))
    yield submitter
    submitter.end()


def submit(submitter: Submitter, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PYTHON, "-m", "runs_tui", "submit", *arguments],
        env={**os.environ, "RUNSTORE_ROOT": submitter.root, "PATH": f"{os.path.dirname(PYTHON)}:{os.environ['PATH']}"},
        cwd=submitter.source,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )


def the_run(submitter: Submitter, run_id: str):
    run = submitter.experiment.workspace.get_run(run_id)
    submitter.runs.append(run)
    return run


def test_it_prints_the_id_and_returns_before_the_run_has_ended(submitter: Submitter) -> None:
    submitter.file("train.py", "import os, sys, time; time.sleep(0.5); print(sys.argv[1:], os.environ['MODE'])")
    done = submit(
        submitter,
        ".",
        "--script",
        "train.py",
        "--name",
        "mine",
        "--tag",
        "a=b",
        "--var",
        "MODE=fast",
        "--",
        "--lr",
        "1",
    )
    assert done.returncode == 0, done.stderr
    run = the_run(submitter, done.stdout.strip())
    assert run.get_status() not in ("Completed", "Failed")
    manifest = ended(run)
    assert (manifest["experiment"], manifest["display_name"], manifest["tags"]) == ("train", "mine", {"a": "b"})
    assert console(run, ".out") == "['--lr', '1'] fast\n"


@pytest.mark.feature("commands", 16, "hand a script to the queue, and follow it", "submit DIR --script FILE --follow")
def test_it_follows_the_output_and_returns_the_exit_code(submitter: Submitter) -> None:
    submitter.file("train.py", "print('working'); raise SystemExit(3)")
    done = submit(submitter, ".", "--script", "train.py", "--experiment", "mine", "--follow")
    assert done.returncode == 3
    assert "\nworking\n" in done.stdout
    assert submit(submitter, ".", "--command", "exit 4", "--wait").returncode == 4


def test_the_run_is_told_as_json(submitter: Submitter) -> None:
    submitter.file("train.py", "print(1)")
    done = submit(submitter, ".", "--script", "train.py", "--json", "--wait", "--processes", "2", "--time-limit", "50")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["v"] == 1
    run = the_run(submitter, told["id"])
    assert told["folder"] == run._folder
    definition = manifest_of(run)["definition"]
    assert (definition["mpi"]["processCountPerNode"], definition["maxRunDurationSeconds"]) == (2, 50)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((".",), "--script FILE"),
        ((".", "--script", "absent.py"), "absent.py"),
        (("absent", "--script", "train.py"), "absent"),
        ((".", "--script", "a.py", "--command", "b"), "--command"),
        ((".", "--command", "b", "--", "--x"), "--script"),
        ((".", "--script", "a.py", "--env", "absent.txt"), "absent.txt"),
        ((".", "--script", "a.py", "--tag", "=x"), "KEY=VALUE"),
    ],
)
def test_mistakes_are_told_and_submit_nothing(submitter: Submitter, arguments: tuple[str, ...], told: str) -> None:
    done = submit(submitter, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
