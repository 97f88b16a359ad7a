"""``runs-tui azureml enable``, ``disable``, ``status`` on real environments."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest


def runs_tui(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "runs_tui", "azureml", *arguments],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """A virtual environment with nothing installed; returns its folder."""
    folder = tmp_path / "env"
    venv.create(folder, with_pip=False)
    return folder


def site(environment: Path) -> Path:
    (folder,) = environment.glob("lib/python*/site-packages")
    return folder


def imported(environment: Path, code: str = "import azureml.core; print(azureml.core.VERSION)") -> str:
    answer = subprocess.run(
        [environment / "bin" / "python", "-W", "error", "-c", code],
        cwd=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout.strip() or answer.stderr.strip().splitlines()[-1]


def install_real_package(environment: Path) -> None:
    package = site(environment) / "azureml" / "core"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").write_text("")
    (package / "__init__.py").write_text("VERSION = 'real'\n")
    facts = site(environment) / "azureml_core-1.61.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: azureml-core\nVersion: 1.61.0\n")


@pytest.mark.feature(
    "commands", 43, "make import azureml the local one in an environment", "azureml enable, disable, status"
)
def test_an_environment_is_switched_and_switched_back(environment: Path, tmp_path: Path) -> None:
    python = str(environment / "bin" / "python")
    before = sorted(site(environment).iterdir())
    answer = runs_tui("enable", "--python", python)
    assert answer.returncode == 0, answer.stderr
    assert f"import azureml is now local in {python}" in answer.stdout
    assert "runs-tui azureml check PATH" in answer.stdout
    assert imported(environment).startswith("1.")
    trained = "from azureml.core import Run; run = Run.get_context(); run.log('x', 1); print(run.get_metrics())"
    assert imported(environment, trained) == "{'x': 1}"
    assert "the local run store" in runs_tui("status", "--python", python).stdout

    again = runs_tui("enable", "--python", python)
    assert again.returncode == 0
    undone = runs_tui("disable", "--python", python)
    assert undone.returncode == 0
    assert undone.stdout.count("removed ") == 2
    assert sorted(site(environment).iterdir()) == before
    assert imported(environment) == "ModuleNotFoundError: No module named 'azureml'"
    assert "nothing to undo" in runs_tui("disable", "--python", python).stdout


def test_a_real_package_is_hidden_and_comes_back(environment: Path) -> None:
    install_real_package(environment)
    chosen = {"VIRTUAL_ENV": str(environment)}
    assert "the real package" in runs_tui("status", **chosen).stdout
    answer = runs_tui("enable", **chosen)
    assert "azureml-core 1.61.0 stays installed and is not used until: runs-tui azureml disable\n" in answer.stdout
    assert imported(environment).startswith("1.")
    assert "azureml-core 1.61.0, the real package again" in runs_tui("disable", **chosen).stdout
    assert imported(environment) == "real"


def test_an_environment_whose_runs_tui_is_gone_still_starts(environment: Path) -> None:
    python = str(environment / "bin" / "python")
    assert runs_tui("enable", "--python", python).returncode == 0
    hook = site(environment) / "_runstore_azureml.py"
    lines = [
        f"FOLDER = {'/nowhere'!r}" if line.startswith("FOLDER") else line for line in hook.read_text().splitlines()
    ]
    hook.write_text("\n".join(lines) + "\n")
    assert imported(environment, "print('fine')") == "fine"
    assert imported(environment) == "ModuleNotFoundError: No module named 'azureml'"
    hook.unlink()
    assert runs_tui("disable", "--python", python).returncode == 0


@pytest.mark.parametrize(
    ("python", "said"),
    [("/nowhere/python", "there is no /nowhere/python"), ("/bin/true", "/bin/true did not answer as a Python")],
)
def test_what_is_no_interpreter_is_refused(python: str, said: str) -> None:
    answer = runs_tui("enable", "--python", python)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_help_names_all_commands() -> None:
    answer = runs_tui("--help")
    assert answer.returncode == 0
    for name in ("check", "enable", "disable", "status"):
        assert f"\n  {name}" in answer.stdout
