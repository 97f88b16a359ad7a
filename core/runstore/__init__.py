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

    from runstore.runs.experiment import Experiment
    from runstore.runs.run import Run
    from runstore.runs.workspace import Workspace

__version__ = "0.1.0"
__all__ = ["Experiment", "Run", "Workspace", "get_run"]

_HOMES = {
    "Experiment": "runstore.runs.experiment",
    "Run": "runstore.runs.run",
    "Workspace": "runstore.runs.workspace",
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
