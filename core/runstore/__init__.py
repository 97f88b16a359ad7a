"""runstore: a local, file-based run store for machine-learning training.

    from runstore import Run
    run = Run.get_context()
    run.log("loss", 0.31, step=100)

Names are imported when they are first used: a training script pays only for what it needs.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing itself costs 5 ms to import
if TYPE_CHECKING:
    from typing import Any

    from runstore.jobs.config.conda_dependencies import CondaDependencies
    from runstore.jobs.config.distributed import MpiConfiguration, PyTorchConfiguration, TensorflowConfiguration
    from runstore.jobs.config.docker import DockerConfiguration
    from runstore.jobs.config.environment import Environment
    from runstore.jobs.config.run_configuration import RunConfiguration
    from runstore.jobs.config.script_run_config import ScriptRunConfig
    from runstore.models.model import Model
    from runstore.runs.experiment import Experiment
    from runstore.runs.run import Run
    from runstore.runs.workspace import Workspace
    from runstore.stand_ins.dataset import Dataset
    from runstore.stand_ins.datastore import Datastore

__version__ = "0.1.0"
__all__ = [
    "CondaDependencies",
    "Dataset",
    "Datastore",
    "DockerConfiguration",
    "Environment",
    "Experiment",
    "Model",
    "MpiConfiguration",
    "PyTorchConfiguration",
    "Run",
    "RunConfiguration",
    "ScriptRunConfig",
    "TensorflowConfiguration",
    "Workspace",
    "get_run",
]

_HOMES = {
    "CondaDependencies": "runstore.jobs.config.conda_dependencies",
    "Dataset": "runstore.stand_ins.dataset",
    "Datastore": "runstore.stand_ins.datastore",
    "DockerConfiguration": "runstore.jobs.config.docker",
    "Environment": "runstore.jobs.config.environment",
    "Experiment": "runstore.runs.experiment",
    "Model": "runstore.models.model",
    "MpiConfiguration": "runstore.jobs.config.distributed",
    "PyTorchConfiguration": "runstore.jobs.config.distributed",
    "Run": "runstore.runs.run",
    "RunConfiguration": "runstore.jobs.config.run_configuration",
    "ScriptRunConfig": "runstore.jobs.config.script_run_config",
    "TensorflowConfiguration": "runstore.jobs.config.distributed",
    "Workspace": "runstore.runs.workspace",
    "mlflow_tracking_uri": "runstore.integrations.mlflow.tracking",
}


def get_run(experiment: Experiment, run_id: str, rehydrate: bool = True, clean_up: bool = True) -> Run:
    """The run ``run_id`` of ``experiment``; raises `UserErrorException` when there is none."""
    from runstore.runs.run import Run

    return Run(experiment, run_id)


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError("module 'runstore' has no attribute {!r}".format(name))
    from importlib import import_module

    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
