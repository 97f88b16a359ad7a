"""Setting the project up: what an installation holds, and what `make` does on a machine that lacks something."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import runstore

PROJECT = Path(__file__).parent.parent

# A python that knows nothing but making a venv, in which every program notes what it was called with.
PYTHON = """#!/bin/sh
case "$*" in
    *version_info*3,\\ 11*) exit {old} ;;
    *version_info*) echo 3.11 ;;
    *ensurepip*) exit {bare} ;;
    *"-m venv"*)
        mkdir -p .venv/bin
        for name in python runs-tui; do
            printf '#!/bin/sh\\necho %s "$*" >>{log}\\n' $name >.venv/bin/$name && chmod +x .venv/bin/$name
        done ;;
esac
"""


pytestmark = pytest.mark.source


@pytest.fixture
def clone(tmp_path):
    """A folder with the Makefile, and `make` in it with a path that holds only ``python3`` as described."""
    folder, path = tmp_path / "clone with blanks", tmp_path / "bin"
    folder.mkdir()
    path.mkdir()
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(PROJECT / name, folder)
    for name in ("sh", "make", "mkdir", "chmod", "cat", "cksum", "head", "tee", "rm"):
        (path / name).symlink_to(shutil.which(name))

    class Clone:
        log = tmp_path / "log"

        def python(self, old=False, bare=False):
            (path / "python3").write_text(PYTHON.format(old=int(old), bare=int(bare), log=self.log))
            (path / "python3").chmod(0o755)

        def make(self, target):
            environment = {"PATH": str(path), "HOME": str(tmp_path)}
            return subprocess.run(
                ["make", target], cwd=folder, env=environment, capture_output=True, text=True, check=False
            )

        def calls(self):
            """What was called in the venv since the last look."""
            lines = self.log.read_text().splitlines() if self.log.exists() else []
            self.log.write_text("")
            return [line for line in lines if line.strip() != "python -c"]

    Clone.folder = folder
    return Clone()


def test_make_installs_once(clone):
    clone.python()
    assert clone.make("demo").returncode == 0
    assert clone.calls() == ["python -m pip install --quiet --editable .", "runs-tui demo"]
    again = clone.make("demo")
    assert clone.calls() == ["runs-tui demo"]
    assert again.stdout == again.stderr == ""


def test_make_installs_again_what_changed(clone):
    clone.python()
    clone.make("tools")
    assert clone.calls() == ["python -m pip install --quiet --editable .[test]"]
    clone.make("demo")
    assert clone.calls() == ["runs-tui demo"]
    with open(clone.folder / "pyproject.toml", "a") as file:
        file.write("# changed\n")
    clone.make("demo")
    assert clone.calls() == ["python -m pip install --quiet --editable .", "runs-tui demo"]
    clone.make("tools")
    assert clone.calls() == ["python -m pip install --quiet --editable .[test]"]


def test_make_without_a_new_enough_python_says_what_to_install(clone):
    clone.python(old=True)
    made = clone.make("demo")
    assert made.returncode != 0
    assert "needs Python 3.11 or later" in made.stderr
    assert "apt install python3 python3-venv" in made.stderr


def test_make_without_the_venv_module_says_what_to_install(clone):
    clone.python(bare=True)
    made = clone.make("demo")
    assert made.returncode != 0
    assert "apt install python3-venv" in made.stderr
    assert not (clone.folder / ".venv").exists()


def test_a_failed_installation_is_tried_again(clone):
    clone.python()
    path = clone.folder.parent / "bin" / "python3"
    path.write_text(path.read_text().replace("echo %s", "case $* in *pip*) exit 1 ;; esac; echo %s"))
    made = clone.make("demo")
    assert made.returncode != 0
    assert "runs-tui demo" not in clone.calls()
    assert not (clone.folder / ".venv" / "app").exists()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        yield archive


def test_the_wheel_holds_both_packages_whole_and_nothing_else(wheel):
    held = {name for name in wheel.namelist() if not name.partition("/")[0].endswith(".dist-info")}
    sources = {
        str(path.relative_to(root))
        for root in (PROJECT / "core", PROJECT / "tui")
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"  # Python 2 puts them beside
    }
    assert held == sources
    assert {"runstore/FORMAT.md", "runstore/py.typed", "runs_tui/py.typed", "runstore/dropin/runstore.py"} <= held
    assert {"runstore/azureml.py", "runstore/dropin/azureml/__init__.py", "runstore/dropin/azureml/_hook.py"} <= held


def test_the_wheel_installs_both_commands(wheel):
    points = next(name for name in wheel.namelist() if re.fullmatch(r"[^/]+\.dist-info/entry_points\.txt", name))
    lines = wheel.read(points).decode().split("\n")
    assert "runs = runs_tui.__main__:main" in lines
    assert "runs-tui = runs_tui.__main__:main" in lines


def test_the_installed_commands_answer():
    for name in ("runs-tui", "runs"):
        command = [Path(sys.executable).parent / name, "--version"]
        answer = subprocess.run(command, capture_output=True, text=True, check=True, env={"PATH": os.defpath})
        assert answer.stdout.split() == ["runs-tui", runstore.__version__]


def test_the_version_is_said_once():
    with open(PROJECT / "pyproject.toml", "rb") as file:
        assert tomllib.load(file)["project"]["version"] == runstore.__version__
