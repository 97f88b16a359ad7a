"""What a command finds in its environment, so that it logs into the run that it is part of."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import runstore

DROPIN = os.path.join(os.path.dirname(os.path.abspath(runstore.__file__)), "dropin")
"""The only folder that is put on a command's Python path: `runstore` can be imported through it, nothing else."""


def child_environment(
    base: Mapping[str, str], root: str, folder: str, manifest: Mapping[str, Any], attempt: int
) -> dict[str, str]:
    """The environment ``base`` with the variables that name the run; those of a run around it are replaced."""
    environment = dict(base)
    environment.pop("RUNSTORE_RUN_OWNER", None)
    path = environment.get("PYTHONPATH")
    environment.update(
        RUNSTORE_ROOT=root,
        RUNSTORE_RUN_ID=manifest["id"],
        RUNSTORE_RUN_DIR=folder,
        RUNSTORE_ATTEMPT=str(attempt),
        RUNSTORE_PYTHON=sys.executable,
        AZUREML_RUN_ID=manifest["id"],
        AZUREML_ARM_PROJECT_NAME=manifest["experiment"],
        AZUREML_OUTPUT_DIRECTORY="./outputs",
        PYTHONPATH=DROPIN + os.pathsep + path if path else DROPIN,  # an empty entry would be the current folder
    )
    return environment


def mlflow_variables(root: str) -> dict[str, str]:
    """What makes MLflow in a submitted script log into its run, unless the submitter said otherwise."""
    return {"MLFLOW_TRACKING_URI": "runstore://" + quote(root), "MLFLOW_ALLOW_FILE_STORE": "true"}
