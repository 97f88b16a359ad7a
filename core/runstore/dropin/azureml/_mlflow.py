"""``azureml.mlflow``: what scripts call of it. MLflow itself logs to the address that the workspace gives."""

from __future__ import annotations

from runstore.exceptions import RunEnvironmentException, UserErrorException
from runstore.runs.run import Run
from runstore.runs.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def get_portal_url(run: Any) -> str:
    """The address of a run, which may be one of MLflow's; see `Run.get_portal_url`."""
    return _run_of(run).get_portal_url()


def register_model(run: Any, name: str, path: str, tags: dict[str, str] | None = None, **kwargs: Any) -> Any:
    """Register files of a run, which may be one of MLflow's, as a model; see `Run.register_model`."""
    return _run_of(run).register_model(model_name=name, model_path=path, tags=tags, **kwargs)


def _run_of(run: Any) -> Run:
    """The run of the workspace that a run of MLflow is; raises `UserErrorException` when it is none.

    It has the same id, or it is the one that this script is part of.
    """
    if isinstance(run, Run):
        return run
    try:
        return Workspace.from_config().get_run(str(run.info.run_id))
    except UserErrorException:
        try:
            return Run.get_context(allow_offline=False)
        except RunEnvironmentException:
            pass
        raise
