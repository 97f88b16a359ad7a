"""``show`` and ``ls``: what is in a run beside numbers, and that children failed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.tui.recorded_store import family, run_with_records


def output(*arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "runs_tui", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_show_tells_what_is_in_a_run(tmp_path: Path) -> None:
    folder = run_with_records(tmp_path)
    text = output("show", "last", "--root", tmp_path)
    for words in ("records", "by epoch", "table 40 x 3", "confusion matrix", "2 images", "files", "outputs/notes.md"):
        assert words in text, words
    assert "\x1b" not in text
    assert "\u202e" not in text
    run = json.loads(output("show", "last", "--root", tmp_path, "--json"))["run"]
    records = {record["name"]: record for record in run["records"]}
    assert (records["by epoch"]["rows"], records["by epoch"]["columns"]) == (40, ["epoch", "train", "val"])
    assert (records["fibonacci"]["count"], records["fibonacci"]["description"]) == (10, "of Pisa")
    sizes = {file["name"]: file["size"] for file in run["files"]}
    assert sizes["outputs/deep/er/state.json"] == Path(folder, "files/outputs/deep/er/state.json").stat().st_size
    assert (run["below"], run["children"]) == ([], 0)


def test_show_and_ls_tell_that_children_failed(tmp_path: Path) -> None:
    family(tmp_path)
    text = output("show", "hyper", "--root", tmp_path)
    assert "6: 2 failed" in text
    assert "hyper>trial-0>fold-1" in text
    run = json.loads(output("show", "hyper", "--root", tmp_path, "--json"))["run"]
    assert (run["children"], run["children_failed"]) == (6, 2)
    assert {child["id"]: (child["parent"], child["state"]) for child in run["below"]}["fold-1"] == ("trial-0", "failed")
    assert "✓ completed, 2 of 6 children failed" in output("ls", "--root", tmp_path)
    listed = {
        run["id"]: run["children_failed"] for run in json.loads(output("ls", "--root", tmp_path, "--json"))["runs"]
    }
    assert (listed["hyper"], listed["trial-0"], listed["trial-1"]) == (2, 1, 0)


def test_show_tells_what_a_submitted_run_was_asked_for(tmp_path: Path) -> None:
    from tests.tui.stores import make_run

    definition = {
        "script": "train.py",
        "arguments": ["--lr", "0.1", "two words"],
        "target": "local",
        "communicator": "Mpi",
        "mpi": {"processCountPerNode": 4, "nodeCount": 1},
        "maxRunDurationSeconds": 3600,
        "environment": {
            "name": "mine",
            "environmentVariables": {"TOKEN": "****"},
            "python": {"interpreterPath": "/usr/bin/python3", "condaDependencies": {
                "dependencies": ["python=3.9", {"pip": ["numpy", "pandas>=1"]}]}},
        },
    }  # fmt: skip
    make_run(tmp_path, definition=definition, exit={"code": 3, "signal": None, "error": None}, status="Failed")
    text = output("show", "last", "--root", tmp_path)
    for words in ("code 3", "train.py", "--lr 0.1 'two words'", "mine", "/usr/bin/python3", "TOKEN", "Mpi", "1h 00m"):
        assert words in text, words
    assert "processes     4" in text
    assert "python=3.9, numpy, pandas>=1" in text
    for senseless in (7, [], {"environment": 3}, {"arguments": {"a": 1}, "mpi": [], "communicator": 5}):
        make_run(tmp_path, name=f"odd {senseless}", definition=senseless)
        output("show", "last", "--root", tmp_path)
