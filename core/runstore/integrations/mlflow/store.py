"""MLflow's store of files, which writes what it is told into runs of the run store, too. MLflow imports it."""

from __future__ import annotations

import os
import sys

from mlflow.entities import RunStatus
from mlflow.store.tracking.file_store import FileStore

from runstore.exceptions import AzureMLException
from runstore.integrations.mlflow.tracking import folder_of, root_of
from runstore.integrations.script_run import has_ended
from runstore.records import status
from runstore.runs.experiment import Experiment
from runstore.runs.run import Run
from runstore.runs.session import resume
from runstore.runs.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_OWN = "mlflow."
"""What the names of MLflow's own tags begin with."""
_NOTE = "mlflow.note.content"
_PARENT = "mlflow.parentRunId"


class RunStore(FileStore):  # type: ignore[misc] # MLflow is not here when types are checked
    """One run of MLflow is one run of the experiment of the same name, a nested one a child of its parent.

    Inside a run that was started here the first one is that, and each further one a child of it. Metrics, parameters,
    tags and the end are written into it. Searching, models and artifacts are MLflow's own.
    """

    def __init__(self, store_uri: str, artifact_uri: str | None = None) -> None:
        self._workspace = Workspace(root=root_of(store_uri))
        self._runs: dict[str, Run] = {}
        self._others: dict[str, Run | None] = {}
        """Those of other processes that this one records of."""
        self._maybe_started: set[str] = set()
        """Runs that were given a name while they were said to run: renamed, or begun again after their process died."""
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
        self._maybe_started.discard(made.info.run_id)  # it was named
        self._begin(made)
        return made

    def _begin(self, made: Any) -> None:
        """The run of the workspace that ``made``, a run of MLflow without one, is."""
        info, tags = made.info, made.data.tags
        name = getattr(info, "run_name", None) or None
        try:
            above = self._above(tags.get(_PARENT))
            if above is not None:
                run = above.child_run(name, info.run_id)
            elif _is_launched():
                run = Run.get_context()
            else:
                run = Experiment(self._workspace, self.get_experiment(info.experiment_id).name).start_logging(
                    run_id=info.run_id, display_name=name, outputs=False, snapshot_directory=None
                )
            self._runs[info.run_id] = run
        except AzureMLException as error:
            _say(error)
        else:
            self._keep(info.run_id, [], [], tags)

    def _above(self, parent: str | None) -> Run | None:
        """The run that a new one is a child of: its parent's, else the one that was started here, if that is taken."""
        if parent in self._runs:
            return self._runs[parent]
        if parent is not None:
            try:
                return self._workspace.get_run(parent)
            except AzureMLException:  # MLflow's alone
                pass
        if not _is_launched():
            return None
        run = Run.get_context()
        return run if any(each is run for each in self._runs.values()) else None

    def _go_on(self, run_id: str) -> None:
        """Let the run of the workspace go on that a run of an earlier process, or of one beside this, is."""
        try:
            run = self._workspace.get_run(run_id)
        except AzureMLException:  # it was part of another run, or MLflow's alone
            self._begin(self.get_run(run_id))
            return
        if run.get_status() in status.TERMINAL:
            resume(run)
        self._runs[run_id] = run

    def _run_of(self, run_id: str) -> Run | None:
        """The run of the workspace that a run of MLflow is, also of one that other processes began; None without."""
        if run_id in self._runs:
            return self._runs[run_id]
        if run_id not in self._others:
            try:
                self._others[run_id] = self._workspace.get_run(run_id)
            except AzureMLException:  # it is part of another run, or MLflow's alone
                self._others[run_id] = None
        return self._others[run_id]

    def log_metric(self, run_id: str, metric: Any) -> None:
        """A point of a metric."""
        super().log_metric(run_id, metric)
        self._keep(run_id, [metric], [], {})

    def log_param(self, run_id: str, param: Any) -> None:
        """A parameter."""
        super().log_param(run_id, param)
        self._keep(run_id, [], [param], {})

    def set_tag(self, run_id: str, tag: Any) -> None:
        """A tag; of those of MLflow itself the description alone is passed on."""
        super().set_tag(run_id, tag)
        self._keep(run_id, [], [], {tag.key: tag.value})

    def log_batch(self, run_id: str, metrics: Any, params: Any, tags: Any, **kwargs: Any) -> None:
        """Several of them."""
        super().log_batch(run_id, metrics, params, tags, **kwargs)
        self._keep(run_id, metrics, params, {tag.key: tag.value for tag in tags})

    def update_run_info(self, run_id: str, run_status: Any, *args: Any, **kwargs: Any) -> Any:
        """A run ends, or goes on by its id; the one that a script is part of ends with the script."""
        run = self._runs.get(run_id)
        goes_on = run_status == RunStatus.RUNNING and (run is None or has_ended(run))
        named = kwargs.get("run_name") or any(args[1:])
        unclear = goes_on and named and self.get_run(run_id).info.status == RunStatus.to_string(RunStatus.RUNNING)
        made = super().update_run_info(run_id, run_status, *args, **kwargs)
        self._maybe_started.discard(run_id)
        if unclear:  # what is recorded of it will tell
            self._maybe_started.add(run_id)
        elif goes_on:
            self._go_on(run_id)
        elif run is not None and run._owns():  # else the script's exit, or another process, decides
            if run_status == RunStatus.FINISHED:
                run.complete()
            elif run_status == RunStatus.FAILED:
                run.fail("MLflow says that the run has failed")
            elif run_status == RunStatus.KILLED:
                run.cancel()
        return made

    def _keep(self, run_id: str, metrics: Any, params: Any, tags: dict[str, str]) -> None:
        if (metrics or params) and run_id in self._maybe_started:
            self._maybe_started.discard(run_id)
            self._go_on(run_id)
        marks = {key: value for key, value in tags.items() if not key.startswith(_OWN)}
        if not (metrics or params or marks or _NOTE in tags):
            return
        run = self._run_of(run_id)
        if run is None:
            return
        try:
            for metric in metrics:
                run.log(metric.key, metric.value, step=metric.step)
            if params:
                run.log_params({param.key: param.value for param in params})
            if _NOTE in tags:
                run.description = tags[_NOTE]
            if marks:
                run.set_tags(marks)
        except AzureMLException as error:
            _say(error)


def _is_launched() -> bool:
    """Whether this process is part of a run that somebody else owns: submitted, or started with runs-tui run."""
    return bool(os.environ.get("RUNSTORE_RUN_ID")) and os.environ.get("RUNSTORE_RUN_OWNER") != str(os.getpid())


def _say(error: AzureMLException) -> None:
    sys.stderr.write("runstore: kept by MLflow alone: {}\n".format(error.message))
