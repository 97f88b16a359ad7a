"""``import azureml``: by the folder on the path, by `runstore.azureml`, with the real package there or not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import runstore

DROPIN = Path(runstore.__file__).parent / "dropin"

LIGHT = {"__future__", "importlib", "warnings", "_weakrefset", "os", "posixpath", "genericpath", "stat", "_stat"}
LIGHT |= {"_collections_abc", "abc", "_abc"}
LIGHT |= {"errno", "_contextvars", "_py_warnings"}  # of os and warnings, from Python 3.14 on

USES = """
import azureml.core
from azureml.core import Experiment, Run, Workspace
from azureml.core.run import Run as SameRun, _OfflineRun
from azureml.core.workspace import Workspace as SameWorkspace
from azureml.exceptions import UserErrorException
from azureml._restclient.constants import RunStatus
from azureml.train.automl import AutoMLConfig
import azureml.automl.core.shared.constants
assert Run is SameRun and Workspace is SameWorkspace
assert azureml.core.compute.AmlCompute.__name__ == "AmlCompute"
run = Run.get_context()
assert not isinstance(run, _OfflineRun) and not run.id.startswith("OfflineRun") and hasattr(run, "experiment")
run.log("loss", 0.5)
try:
    AutoMLConfig(task="regression")
except UserErrorException as error:
    assert "AutoML" in error.message
else:
    raise AssertionError
assert RunStatus.COMPLETED == "Completed" and RunStatus.FAILED not in RunStatus.get_running_statuses()
print(azureml.core.VERSION)
"""


def python(code: str, folder: Path, *flags: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"HOME": str(folder), "PATH": os.environ["PATH"], "RUNSTORE_ROOT": str(folder / "store"), **variables}
    return subprocess.run(
        [sys.executable, *flags, "-c", code], env=environment, cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def real_package(tmp_path: Path) -> Path:
    """A folder that holds a package azureml which is not ours."""
    folder = tmp_path / "real"
    (folder / "azureml" / "core").mkdir(parents=True)
    (folder / "azureml" / "__init__.py").write_text("")
    (folder / "azureml" / "core" / "__init__.py").write_text("VERSION = 'the real one'\n")
    return folder


def test_a_script_with_the_folder_on_its_path_uses_the_names(tmp_path: Path) -> None:
    answer = python(USES, tmp_path, "-W", "error", PYTHONPATH=str(DROPIN))
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("1.")
    assert list((tmp_path / "store").glob("*/*/points/*.rows"))


def test_the_folder_gives_no_other_module(tmp_path: Path) -> None:
    names = {path.stem for path in DROPIN.iterdir() if path.suffix == ".py" or (path.is_dir() and "." not in path.name)}
    assert names - {"__pycache__", "__init__"} == {"azureml", "runstore"}


def test_the_folder_comes_before_a_real_package(tmp_path: Path, real_package: Path) -> None:
    path = f"{DROPIN}{os.pathsep}{real_package}"
    answer = python(USES, tmp_path, PYTHONPATH=path)
    assert (answer.returncode, answer.stderr) == (0, "")


def test_importing_runstore_azureml_is_enough(tmp_path: Path, real_package: Path) -> None:
    path = f"{real_package}{os.pathsep}{DROPIN.parent.parent}"
    answer = python("import runstore.azureml\n" + USES, tmp_path, "-W", "error", PYTHONPATH=path)
    assert (answer.returncode, answer.stderr) == (0, "")
    alone = python("import azureml.core; print(azureml.core.VERSION)", tmp_path, PYTHONPATH=path)
    assert alone.stdout == "the real one\n"


def test_a_real_package_that_was_imported_before_is_replaced_with_a_warning(tmp_path: Path, real_package: Path) -> None:
    path = f"{real_package}{os.pathsep}{DROPIN.parent.parent}"
    code = "import azureml.core\nimport runstore.azureml\nimport azureml.core\nprint(azureml.core.VERSION)"
    answer = python(code, tmp_path, PYTHONPATH=path)
    assert answer.stdout.startswith("1.")
    assert "put `import runstore.azureml` first" in answer.stderr


def test_names_that_do_not_exist_are_import_errors(tmp_path: Path) -> None:
    code = """
import importlib.util
for line in ("import azureml.core.nothing", "from azureml.core import Nothing", "from azureml import nothing"):
    try:
        exec(line)
    except ImportError as error:
        print(type(error).__name__, error)
assert importlib.util.find_spec("azureml.nowhere") is None
assert importlib.util.find_spec("azureml.core.run") is not None
assert not hasattr(__import__("azureml.core").core, "Nothing")
"""
    answer = python(code, tmp_path, PYTHONPATH=str(DROPIN))
    assert answer.returncode == 0, answer.stderr
    lines = answer.stdout.splitlines()
    assert lines[0] == "ModuleNotFoundError No module named 'azureml.core.nothing'"
    assert lines[1].startswith("ImportError cannot import name 'Nothing' from 'azureml.core'")
    assert lines[2].startswith("ImportError cannot import name 'nothing' from 'azureml'")


def test_a_star_import_gives_the_public_names(tmp_path: Path) -> None:
    code = "from azureml.core.run import *; print('Run' in globals(), '_OfflineRun' in globals())"
    assert python(code, tmp_path, PYTHONPATH=str(DROPIN)).stdout == "True False\n"


def test_importing_azureml_core_costs_next_to_nothing(tmp_path: Path) -> None:
    code = f"""
import sys
sys.path.insert(0, {str(DROPIN)!r})
before = set(sys.modules)
import azureml.core
print(*sorted(set(sys.modules) - before))
"""
    answer = python(code, tmp_path, "-I", "-S")
    assert answer.returncode == 0, answer.stderr
    modules = answer.stdout.split()
    ours = [name for name in modules if name.partition(".")[0] in ("azureml", "runstore")]
    assert {name.partition(".")[0] for name in modules} - {"azureml", "runstore"} <= LIGHT
    assert not [name for name in ours if name.startswith(("runstore.runs", "runstore.jobs", "runstore.stand_ins"))]
