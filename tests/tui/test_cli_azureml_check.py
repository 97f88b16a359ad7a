"""``runs-tui azureml check`` as a person runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal import PtyApp

GOOD = "from azureml.core import Run\nRun.get_context().log('loss', 0.5)\n"
CLUSTER = (
    "from azureml.core import Workspace\nfrom azureml.core.compute import ComputeTarget\n"
    "ComputeTarget(Workspace.from_config(), 'cpu')\n"
)
BAD = "from azureml.core import Run\n\nRun.get_context().log_metric('loss', 0.5)\n"
OTHER = "print('hello')\n"


def check(*arguments: str | Path, cwd: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the command, which must exit with ``code``."""
    done = subprocess.run(
        [sys.executable, "-m", "runs_tui", "azureml", "check", *map(str, arguments)],
        capture_output=True, text=True, cwd=cwd, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"good.py": GOOD, "cluster.py": CLUSTER, "bad.py": BAD, "other.py": OTHER}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.feature("commands", 42, "find out which Azure ML scripts and notebooks run here", "azureml check PATH")
def test_a_line_for_each_file_and_totals(folder: Path) -> None:
    lines = check(".", cwd=folder, code=1).stdout.splitlines()
    assert lines == [
        "✗ bad.py: stops at line 3: Run.log_metric: Run has no log_metric here; did you mean log_metrics?",
        "✓ cluster.py: runs with stand-ins: compute targets",
        "✓ good.py: runs",
        "3 of 4 files use Azure ML: 1 run, 1 run with stand-ins, 1 stop",
    ]


def test_a_file_that_is_named_has_its_line_even_without_azure_ml(folder: Path) -> None:
    assert check("other.py", "good.py", cwd=folder).stdout.splitlines()[:2] == [
        "· other.py: does not use Azure ML", "✓ good.py: runs",
    ]  # fmt: skip


def test_all_shows_every_use(folder: Path) -> None:
    lines = check("--all", "cluster.py", "bad.py", cwd=folder, code=1).stdout.splitlines()
    assert "    line 3: stand-in: ComputeTarget: compute targets" in lines
    assert any(line.startswith("    line 3: Run.log_metric: ") for line in lines)


def test_packages_of_the_scripts_time_are_told(folder: Path) -> None:
    (folder / "good.py").write_text("import numpy as np\nx = np.float(1)\n" + GOOD)
    assert check("good.py", cwd=folder).stdout.splitlines()[0] == (
        "✓ good.py: runs; needs numpy<1.24: numpy.float at line 2"
    )


def test_json(folder: Path) -> None:
    content = json.loads(check("--json", ".", cwd=folder, code=1).stdout)
    assert content["v"] == 1
    assert content["totals"] == {"runs": 1, "stand-ins": 1, "stops": 1, "unrelated": 1}
    files = {os.path.basename(each["path"]): each for each in content["files"]}
    assert {name: each["verdict"] for name, each in files.items()} == {
        "bad.py": "stops", "cluster.py": "stand-ins", "good.py": "runs", "other.py": "unrelated",
    }  # fmt: skip
    assert files["bad.py"]["stops"]["line"] == 3
    assert files["good.py"]["stops"] is None
    assert files["cluster.py"]["stand_ins"] == ["compute targets"]


def test_packages_that_are_missing_are_told(folder: Path) -> None:
    (folder / "good.py").write_text("import surely_not_installed\nimport click\n" + GOOD)
    assert check("good.py", cwd=folder).stdout.splitlines()[-1] == "not installed beside runs-tui: surely_not_installed"


def test_a_path_that_is_not_there_is_a_problem(folder: Path) -> None:
    assert "nowhere: no such file" in check("nowhere", cwd=folder, code=2).stderr


def test_names_in_scripts_do_not_reach_the_terminal_raw(folder: Path) -> None:
    (folder / "bad.py").write_text("import azureml.core\nfrom azureml.nowhere import Thing\n")
    os.rename(folder / "bad.py", folder / "b\x1b[31m.py")
    assert "\x1b" not in check(".", cwd=folder, code=1).stdout


def test_the_script_itself_is_no_package_that_is_missing(folder: Path) -> None:
    (folder / "main.py").write_text("import __main__\n" + GOOD)
    (report,) = json.loads(check("--json", "main.py", cwd=folder).stdout)["files"]
    assert (report["verdict"], report["imports"]) == ("runs", [])


def test_a_terminal_gets_lines_that_fit(folder: Path) -> None:
    argv = [sys.executable, "-m", "runs_tui", "azureml", "check", "bad.py"]
    with PtyApp(argv, cwd=folder, cols=60, rows=12) as app:
        assert app.wait() == 1
        lines = [line.rstrip() for line in app.lines() if line.strip()]
    assert "stops at line 3" in lines[0]
    assert lines[1].startswith("    ")
    assert " ".join(line.strip() for line in lines).endswith("0 run, 0 run with stand-ins, 1 stop")
    with PtyApp(argv, cwd=folder, env={"NO_COLOR": "1"}) as app:
        assert app.wait() == 1
        assert b"\x1b" not in app.raw
