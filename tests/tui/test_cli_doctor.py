"""``runs-tui doctor`` as a person and a script call it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from runstore import Experiment, Workspace
from runstore.layout.paths import find_run
from runstore.layout.roots import ensure_root
from tests.terminal import PtyApp
from tests.tui.cli_runner import called


@pytest.fixture
def root(tmp_path: Path) -> Path:
    place = tmp_path / "store"
    ensure_root(str(place))
    run = Experiment(Workspace(root=str(place)), "exp").start_logging(outputs=None, snapshot_directory=None)
    run.complete()
    folder = find_run(str(place), run.id)
    assert folder is not None
    (Path(folder) / "work" / "logs").mkdir(parents=True)
    (Path(folder) / "records" / "torn.jsonl").write_text('{"seq"')
    return place


@pytest.mark.feature("commands", 52, "check a store, be told what is wrong and what to do", "doctor, --verbose, --json")
def test_what_is_wrong_is_told_and_repaired(root: Path) -> None:
    said = called("doctor", root, code=1).stdout
    assert "! working folder left" in said
    assert "/work: its supervisor was killed" in said
    assert said.endswith("1 warning, 1 note (--verbose shows them), --fix repairs 1 finding\n")
    assert "torn tail" not in said
    assert "· torn tail" in called("doctor", "-v", "--root", root, code=1).stdout
    mended = called("doctor", "--fix", root).stdout
    assert "→ outputs and logs are kept" in mended
    assert mended.endswith("1 of 1 repaired\n")
    assert called("doctor", root).stdout == "nothing is wrong, 1 note (--verbose shows them)\n"


def test_no_colour_when_it_is_not_wanted(root: Path) -> None:
    for variable, coloured in (("1", False), ("", True)):
        with PtyApp([sys.executable, "-m", "runs_tui", "doctor", str(root)], env={"NO_COLOR": variable}) as app:
            assert app.wait() == 1
            assert (b"\x1b[33m" in app.raw) == coloured
            assert "checking" not in app.text()  # the line that said how far it was is cleared all the same


def test_findings_as_json(root: Path) -> None:
    content = json.loads(called("doctor", "--json", root, code=1).stdout)
    findings = {each["kind"]: each for each in content["findings"]}
    assert (content["v"], content["root"]) == (1, str(root))
    assert findings["torn tail"]["level"] == "note"
    assert findings["working folder left"]["repairable"] is True
    assert findings["working folder left"]["repaired"] is None


def test_a_place_without_a_store(tmp_path: Path) -> None:
    assert "there is no run store" in called("doctor", tmp_path / "none", code=2).stderr
