"""The estimators of the first releases are script configurations under other names."""

from __future__ import annotations

from pathlib import Path

import pytest

from runstore.dropin.azureml._estimators import Estimator, PyTorch
from runstore.exceptions import ExperimentExecutionException


def test_parameters_become_arguments(tmp_path: Path) -> None:
    made = Estimator(
        str(tmp_path),
        compute_target="local",
        entry_script="train.py",
        script_params={"--lr": 0.1, "--verbose": "", "--none": None, "--folder": tmp_path},
        use_gpu=True,
        environment_variables={"A": "1"},
    )
    assert made.script == "train.py"
    assert made.arguments == ["--lr", 0.1, "--verbose", "--none", "--folder", tmp_path]
    assert made.environment_variables()["A"] == "1"
    assert made.run_config.environment.python.user_managed_dependencies is True


def test_packages_make_an_environment(tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("joblib==1.4\n")
    made = PyTorch(
        tmp_path, entry_script="a.py", pip_packages=["numpy"], pip_requirements_file_path="more.txt", node_count=2
    )
    python = made.run_config.environment.python
    assert python.user_managed_dependencies is False
    assert {*python.conda_dependencies.pip_packages} - {"azureml-defaults"} == {"joblib==1.4", "numpy", "torch"}
    assert made.run_config.communicator == "OpenMpi"
    pinned = PyTorch(tmp_path, entry_script="a.py", pip_packages=["torch==2.1"])
    assert [each for each in pinned.conda_dependencies.pip_packages if "torch" in each] == ["torch==2.1"]


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    with pytest.raises(ExperimentExecutionException, match="nothing to run"):
        Estimator(tmp_path).check()
    with pytest.raises(TypeError, match="entry_skript"):
        Estimator(tmp_path, entry_script="a.py", entry_skript="b.py")
