"""MLflow's store of files, which writes what it is told into runs of the run store, too. MLflow imports it."""

from __future__ import annotations

import os
import sys

from mlflow.entities import RunStatus
from mlflow.store.tracking.file_store import FileStore

from runstore.exceptions import AzureMLException
from runstore.integrations.mlflow.tracking import folder_of, root_of
from runstore.runs.experiment import Experiment
from runstore.runs.run import Run
from runstore.runs.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_OWN = "mlflow."
"""What the names of MLflow's own tags begin with."""


class RunStore(FileStore):  # type: ignore[misc] # MLflow is not here when types are checked
    """One run of MLflow is one run of the experiment of the same name; inside a run that was started here, it is that.

    Metrics, parameters, tags and the end are written into it. Searching, models and artifacts are MLflow's own.
    """

    def __init__(self, store_uri: str, artifact_uri: str | None = None) -> None:
        self._workspace = Workspace(root=root_of(store_uri))
        self._runs: dict[str, Run] = {}
        super().__init__(folder_of(self._workspace.root), artifact_uri)

    def create_experiment(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """The experiment, in MLflow and in the workspace."""
        made = super().create_experiment(name, *args, **kwargs)
        try:
            Experiment(self._workspace, name)
        except AzureMLException as error:
            _say(error)
        return made

    def create_run(self, experiment_id: str, *args: Any, **kwargs: Any) -> Any:
        """A run of MLflow, and the one of the workspace that it is."""
        made = super().create_run(experiment_id, *args, **kwargs)
        try:
            if _is_launched():
                run = Run.get_context()
            else:
                run = Experiment(self._workspace, self.get_experiment(experiment_id).name).start_logging(
                    run_id=made.info.run_id,
                    display_name=getattr(made.info, "run_name", None) or None,
                    outputs=False,
                    snapshot_directory=None,
                )
            self._runs[made.info.run_id] = run
        except AzureMLException as error:
            _say(error)
        return made

    def log_metric(self, run_id: str, metric: Any) -> None:
        """A point of a metric."""
        super().log_metric(run_id, metric)
        self._keep(run_id, [metric], [], [])

    def log_param(self, run_id: str, param: Any) -> None:
        """A parameter."""
        super().log_param(run_id, param)
        self._keep(run_id, [], [param], [])

    def set_tag(self, run_id: str, tag: Any) -> None:
        """A tag; those of MLflow itself are not passed on."""
        super().set_tag(run_id, tag)
        self._keep(run_id, [], [], [tag])

    def log_batch(self, run_id: str, metrics: Any, params: Any, tags: Any, **kwargs: Any) -> None:
        """Several of them."""
        super().log_batch(run_id, metrics, params, tags, **kwargs)
        self._keep(run_id, metrics, params, tags)

    def update_run_info(self, run_id: str, run_status: Any, *args: Any, **kwargs: Any) -> Any:
        """The end of a run; the one that a script is part of ends with the script."""
        made = super().update_run_info(run_id, run_status, *args, **kwargs)
        run = self._runs.get(run_id)
        if run is not None:  # complete() and its kin leave it alone when the script's exit decides
            if run_status == RunStatus.FINISHED:
                run.complete()
            elif run_status == RunStatus.FAILED:
                run.fail("MLflow says that the run has failed")
            elif run_status == RunStatus.KILLED:
                run.cancel()
        return made

    def _keep(self, run_id: str, metrics: Any, params: Any, tags: Any) -> None:
        run = self._runs.get(run_id)
        if run is None:
            return
        try:
            for metric in metrics:
                run.log(metric.key, metric.value, step=metric.step)
            if params:
                run.log_params({param.key: param.value for param in params})
            for tag in tags:
                if not tag.key.startswith(_OWN):
                    run.tag(tag.key, tag.value)
        except AzureMLException as error:
            _say(error)


def _is_launched() -> bool:
    """Whether this process is part of a run that somebody else owns: submitted, or started with runs-tui run."""
    return bool(os.environ.get("RUNSTORE_RUN_ID")) and os.environ.get("RUNSTORE_RUN_OWNER") != str(os.getpid())


def _say(error: AzureMLException) -> None:
    sys.stderr.write("runstore: kept by MLflow alone: {}\n".format(error.message))
