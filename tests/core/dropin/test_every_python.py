"""Scripts bring their own interpreter, with nothing of ours installed: all names are there in each."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

import runstore
from tests.test_architecture_floor import interpreters

USES = """
import sys
assert not [path for path in sys.path if path.endswith("-packages")], sys.path
sys.path.insert(0, sys.argv[1])
import azureml.core
from runstore.dropin.azureml._names import MODULES, find
for module, names in MODULES.items():
    for name in names:
        assert find(module, name) is not None, (module, name)

from azureml.core import Dataset, Experiment, Run, Workspace
from azureml.core.compute import AmlCompute, ComputeTarget
from azureml.tensorboard.export import export_to_tensorboard
from azureml.train.estimator import Estimator

workspace = Workspace.from_config()
ComputeTarget.create(workspace, "cluster", AmlCompute.provisioning_configuration(vm_size="small", max_nodes=2))
workspace.get_default_datastore().upload(sys.argv[1], target_path="source", show_progress=False)
files = Dataset.File.from_files((workspace.get_default_datastore(), "source/*.py")).register(workspace, "source")
assert files.to_path() == ["/__init__.py", "/runstore.py"], files.to_path()
assert str(files.as_named_input("x").as_mount()).endswith(files.id)
Estimator(".", entry_script="train.py", pip_packages=["numpy"])
with Experiment(workspace, "e").start_logging(outputs=False, snapshot_directory=None) as run:
    run.log("loss", 0.5)
export_to_tensorboard(run, "logs")
print(workspace.compute_targets["cluster"].vm_size, run.get_metrics())
"""


@pytest.mark.parametrize("python", interpreters())
def test_all_names_and_stand_ins(python: str, tmp_path: Path) -> None:
    answer = subprocess.run(
        [python, "-I", "-S", "-W", "error", "-c", USES, str(Path(runstore.__file__).parent / "dropin")],
        env={"RUNSTORE_ROOT": str(tmp_path / "store"), "HOME": str(tmp_path), "PATH": os.environ["PATH"]},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == "small {'loss': 0.5}\n"
    assert len(list((tmp_path / "logs").glob("*/events.out.tfevents.*"))) == 1
