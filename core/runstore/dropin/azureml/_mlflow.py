"""``azureml.mlflow``: what scripts call of it. MLflow itself logs to the address that the workspace gives."""

from __future__ import annotations

import os
from urllib.parse import unquote, urlsplit

from runstore.exceptions import RunEnvironmentException, UserErrorException
from runstore.layout.names import artifact_path
from runstore.runs.run import Run
from runstore.runs.workspace import Workspace
from runstore.writing.artifacts import files_under

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def get_portal_url(run: Any) -> str:
    """The address of a run, which may be one of MLflow's; see `Run.get_portal_url`."""
    return _run_of(run).get_portal_url()


def register_model(run: Any, name: str, path: str, tags: dict[str, str] | None = None, **kwargs: Any) -> Any:
    """Register files of a run, or artifacts of one of MLflow's, as a model; see `Run.register_model`."""
    own = _run_of(run)
    if own is not run:
        _keep_artifacts(own, run, path)
    return own.register_model(model_name=name, model_path=path, tags=tags, **kwargs)


def _keep_artifacts(own: Run, run: Any, path: str) -> None:
    """Copy what MLflow keeps as ``path`` in a folder of its own into the run of the workspace, as it is now."""
    place = str(getattr(run.info, "artifact_uri", ""))
    if place.startswith("file:"):
        place = unquote(urlsplit(place).path)
    name = artifact_path(path)
    source = os.path.join(place, *name.split("/"))
    if not os.path.isabs(source):  # an address elsewhere
        return
    if os.path.isfile(source):
        own._store(name, source, replace=True)
    elif os.path.isdir(source):
        for relative, each in list(files_under(source)):
            own._store("{}/{}".format(name, relative), each, replace=True)


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
