"""Which class stands for a run of which type."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from runstore.runs.experiment import Experiment
    from runstore.runs.run import Run

_factories: dict[str, Any] = {}


class RunDto:
    """What a factory is told of a run."""

    def __init__(self, run_id: str, manifest: dict[str, Any]) -> None:
        self.run_id = run_id
        self.run_type = manifest["type"]
        self.name = manifest["display_name"]
        self.status = manifest["status"]
        self.target = manifest["target"]
        self.parent_run_id = manifest["parent"]
        self.tags = dict(manifest["tags"])
        self.properties = dict(manifest["properties"])


def add(run_type: str, factory: Any) -> None:
    """Let ``factory(experiment, run_dto)`` make the object of each run of this type."""
    _factories[str(run_type)] = factory


def made(experiment: Experiment, run_id: str, manifest: dict[str, Any]) -> Run | None:
    """The object that a factory makes of the run; None where there is none for its type."""
    factory = _factories.get(str(manifest["type"])) if _factories else None
    run: Run | None = factory(experiment, RunDto(run_id, manifest)) if factory is not None else None
    return run


def class_of(run_type: Any) -> type[Run]:
    """The class of runs of this type."""
    from runstore.runs.run import Run
    from runstore.runs.script_run import ScriptRun

    return ScriptRun if run_type == ScriptRun.RUN_TYPE else Run
